//! Rows 11-14: values going in.

use std::ops::Coroutine;

use yieldfrom::{Generator, State, Stop};

use crate::{Log, one_two};

/// Yields what it was sent last, and `None` after `next`.
fn echo() -> Generator<impl Coroutine<Option<i32>, Yield = Option<i32>, Return = ()> + Unpin, Option<i32>> {
    Generator::new(
        #[coroutine]
        |_: Option<i32>| {
            let mut last = None;
            for _ in 0..3 {
                last = yield last;
            }
        },
    )
}

#[test]
fn row_11_start_and_next_and_resuming_with_none_are_the_same_in_every_state() {
    let (mut by_start, mut by_next) = (echo(), echo());
    for _ in 0..5 {
        assert_eq!(by_start.start().ok(), by_next.next());
        assert_eq!(by_start.state(), by_next.state());
    }
    assert_eq!(by_start.state(), State::Closed);
}

#[test]
fn row_12_a_value_sent_to_a_created_generator_is_refused_and_comes_back() {
    let log = Log::default();
    let mut g = one_two(&log);
    assert_eq!(g.send(5), Err(Stop::JustCreated(5)));
    assert_eq!(g.send(6), Err(Stop::JustCreated(6)));
    assert!(log.take().is_empty(), "nothing ran");
    assert_eq!(g.state(), State::Created);
    assert_eq!(g.start(), Ok(1), "still usable");
}

#[test]
fn row_13_a_sent_value_is_the_value_of_the_suspended_yield_and_next_gives_none() {
    let mut g = echo();
    assert_eq!(g.start(), Ok(None));
    assert_eq!(g.send(5), Ok(Some(5)));
    assert_eq!(g.start(), Ok(None));
}

#[test]
fn row_14_yields_in_one_expression_are_evaluated_from_left_to_right() {
    let mut g = Generator::new(
        #[coroutine]
        |_: Option<i32>| {
            let pair = [(yield "left").unwrap(), (yield "right").unwrap()];
            // The right side of an assignment comes before its target's index, as in Python.
            let mut items = [0; 10];
            items[(yield "index").unwrap() as usize] = (yield "value").unwrap();
            (pair, items[3])
        },
    );
    assert_eq!(g.start(), Ok("left"));
    assert_eq!(g.send(1), Ok("right"));
    assert_eq!(g.send(2), Ok("value"));
    assert_eq!(g.send(7), Ok("index"));
    assert_eq!(g.send(3), Err(Stop::Returned(([1, 2], 7))));
}
