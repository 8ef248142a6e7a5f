//! Rows 1-10: from creation to the end.

use std::ops::{Coroutine, CoroutineState};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;

use yieldfrom::{Generator, Shared, State, Stop};

use crate::{Ended, Log, Signal, one_two, raised, returned};

#[test]
fn row_01_making_a_generator_runs_nothing() {
    let log = Log::default();
    let g = one_two(&log);
    assert_eq!(g.state(), State::Created);
    assert!(log.take().is_empty());
}

#[test]
fn row_02_next_runs_to_the_next_yield() {
    let log = Log::default();
    let mut g = one_two(&log);
    assert_eq!(g.start(), Ok(1));
    assert_eq!(log.take(), ["begin"]);
    assert_eq!(g.state(), State::Suspended);
    assert_eq!(g.start(), Ok(2));
    assert_eq!(g.state(), State::Suspended);
}

#[test]
fn row_03_the_operation_that_ends_the_body_hands_out_its_return_value() {
    let mut g = one_two(&Log::default());
    g.by_ref().take(2).for_each(drop);
    assert_eq!(g.start(), Err(returned(3)));
    assert_eq!(g.state(), State::Closed);

    let mut sent_to = Generator::new(
        #[coroutine]
        |_: Option<i32>| (yield).map(|n| n + 1),
    );
    sent_to.start().unwrap();
    assert_eq!(sent_to.send(4), Err(Stop::Returned(Some(5))));
}

#[test]
fn row_04_a_closed_generator_stops_for_ever_and_does_not_repeat_its_return_value() {
    let mut g = one_two(&Log::default());
    g.by_ref().for_each(drop);
    for _ in 0..3 {
        assert_eq!(g.start(), Err(Stop::AlreadyClosed(())));
        assert_eq!(g.next(), None);
        assert_eq!(g.send(7), Err(Stop::AlreadyClosed(7))); // Python forgets the 7
    }
    // Only the value that iteration put by is still there, once.
    assert_eq!(g.take_return(), Some(Ok(3)));
    assert_eq!(g.take_return(), None);
}

#[test]
fn row_05_falling_off_the_end_returns_unit_and_stays_distinct_from_being_closed() {
    let mut g = Generator::new(
        #[coroutine]
        || yield 1,
    );
    g.start().unwrap();
    assert_eq!(g.start(), Err(Stop::Returned(())));
    assert_eq!(g.start(), Err(Stop::AlreadyClosed(())));
}

#[test]
fn row_06_an_error_of_the_body_comes_out_and_closes_it() {
    let mut g = Generator::new(
        #[coroutine]
        |_: Signal| -> Ended {
            (yield 1).received()?;
            Err("broken")?
        },
    );
    g.start().unwrap();
    assert_eq!(g.start(), Err(raised("broken")));
    assert_eq!(g.state(), State::Closed);
    assert_eq!(g.start(), Err(Stop::AlreadyClosed(())));
}

#[test]
fn row_06_a_panic_of_the_body_leaves_it_closed_with_its_locals_dropped() {
    let log = Log::default();
    let finally = log.at_drop("captured");
    let mut g = Generator::new(
        #[coroutine]
        |_: Option<i32>| {
            let _captured = finally;
            let divisor = (yield 1).unwrap();
            yield 10 / divisor;
        },
    );
    g.start().unwrap();
    assert!(catch_unwind(AssertUnwindSafe(|| g.send(0))).is_err());
    assert_eq!(log.take(), ["captured"]);
    assert_eq!(g.state(), State::Closed);
    assert_eq!(g.start(), Err(Stop::AlreadyClosed(())));
}

#[test]
fn row_07_collecting_stops_at_the_return_and_a_second_time_is_empty() {
    let mut g = one_two(&Log::default());
    assert_eq!(g.by_ref().collect::<Vec<_>>(), [1, 2]);
    assert!(g.by_ref().next().is_none());
    assert_eq!(g.take_return(), Some(Ok(3))); // which Python's `list(g)` loses
}

#[test]
fn row_07_an_error_ends_the_iteration_and_is_kept_for_take_return() {
    // Python's `for` would raise it: `Iterator::next` has no place for it.
    let mut g = Generator::new(
        #[coroutine]
        |_: Signal| -> Ended {
            (yield 1).received()?;
            Err("broken")?
        },
    );
    assert_eq!(g.by_ref().collect::<Vec<_>>(), [1]);
    assert_eq!(g.take_return(), Some(Err("broken".into())));
}

#[test]
fn row_08_running_is_seen_from_inside_through_a_shared_handle() {
    let g = Shared::new(|me| {
        let me = me.clone();
        #[coroutine]
        move || {
            yield me.state();
            me.state()
        }
    });
    assert_eq!(g.state(), State::Created);
    assert_eq!(g.start(), Ok(State::Running));
    assert_eq!(g.state(), State::Suspended);
    assert_eq!(g.start(), Err(Stop::Returned(State::Running)));
    assert_eq!(g.state(), State::Closed);
}

/// Captures one guard, and has two locals.
fn guarded(
    log: &Log,
) -> Generator<impl Coroutine<Signal, Yield = i32, Return = Ended> + Unpin + use<>, Signal> {
    let (log, captured) = (log.clone(), log.at_drop("captured"));
    Generator::new(
        #[coroutine]
        move |_: Signal| {
            let _argument = &captured;
            let _first = log.at_drop("first");
            let _second = log.at_drop("second");
            (yield 1).received()?;
            Ok(2)
        },
    )
}

#[test]
fn row_09_locals_go_at_the_end_of_the_body_not_of_the_generator() {
    let log = Log::default();
    let all = ["second", "first", "captured"]; // CPython frees arguments first, then locals in order

    let mut g = guarded(&log);
    g.by_ref().for_each(drop);
    assert_eq!(log.take(), all, "returned while iterated");

    let mut g = guarded(&log);
    g.start().unwrap();
    g.start().unwrap_err();
    assert_eq!(log.take(), all, "returned");

    let mut g = guarded(&log);
    g.start().unwrap();
    g.throw("error").unwrap_err();
    assert_eq!(log.take(), all, "an error thrown in");

    let mut g = guarded(&log);
    g.start().unwrap();
    g.close().unwrap();
    assert_eq!(log.take(), all, "closed when suspended");

    let mut g = guarded(&log);
    g.throw("error").unwrap_err();
    assert_eq!(log.take(), ["captured"], "an error thrown into a created one");

    let mut g = guarded(&log);
    g.close().unwrap();
    assert_eq!(log.take(), ["captured"], "closed when created, as up to Python 3.11");
    assert_eq!(g.state(), State::Closed);
}

/// A body that could be cloned.
#[derive(Clone)]
struct Cloneable;

impl Coroutine<()> for Cloneable {
    type Yield = ();
    type Return = ();

    fn resume(self: Pin<&mut Self>, (): ()) -> CoroutineState<(), ()> {
        CoroutineState::Complete(())
    }
}

#[test]
fn row_10_a_generator_is_not_clone_even_if_its_body_is() {
    // `check` is unambiguous only as long as the second impl does not apply.
    trait NotClone<Marker> {
        fn check() {}
    }
    struct IsClone;
    impl<T> NotClone<()> for T {}
    impl<T: Clone> NotClone<IsClone> for T {}

    let _body: Cloneable = Cloneable.clone();
    <Generator<Cloneable> as NotClone<_>>::check();
}
