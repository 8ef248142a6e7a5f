//! Rows 15-25: errors going in. (Row 21 is ruled out by types.)

use std::rc::Rc;

use yieldfrom::{Generator, Raised, Resume, State, Stop};

use crate::{Ended, Log, Signal, one_two, raised, returned};

#[test]
fn row_15_an_error_thrown_into_a_created_generator_comes_out_and_its_body_never_runs() {
    let log = Log::default();
    let mut g = one_two(&log);
    assert_eq!(g.throw("early"), Err(raised("early")));
    assert_eq!(g.state(), State::Closed);
    assert!(log.take().is_empty());
}

#[test]
fn row_16_an_error_that_nobody_catches_comes_out_after_the_guards_and_is_the_same() {
    let log = Log::default();
    let noted = log.clone();
    let mut g = Generator::new(
        #[coroutine]
        move |_: Resume<(), Rc<str>>| {
            let _finally = noted.at_drop("finally");
            (yield 1).received()?;
            Ok(())
        },
    );
    let error: Rc<str> = "the very same".into();
    g.start().unwrap();
    let Err(Stop::Returned(Err(Raised::Error(out)))) = g.throw(error.clone()) else {
        panic!("not the error")
    };
    assert!(Rc::ptr_eq(&out, &error));
    assert_eq!(log.take(), ["finally"]);
    assert_eq!(g.state(), State::Closed);
}

#[test]
fn row_17_a_caught_error_makes_throw_give_the_next_yield() {
    let mut g = Generator::new(
        #[coroutine]
        |_: Signal| -> Ended {
            if (yield 1).received() == Err(Raised::Error("spark")) {
                (yield 10).received()?;
            }
            Ok(2)
        },
    );
    g.start().unwrap();
    assert_eq!(g.throw("spark"), Ok(10));
    assert_eq!(g.state(), State::Suspended);
    assert_eq!(g.start(), Err(returned(2)));
}

#[test]
fn row_18_a_body_that_catches_and_returns_makes_throw_give_the_return_value() {
    let mut g = Generator::new(
        #[coroutine]
        |_: Signal| -> Ended {
            match (yield 1).received() {
                Err(Raised::Error(word)) => Ok(word.len() as i32),
                other => other.map(|_| 0),
            }
        },
    );
    g.start().unwrap();
    assert_eq!(g.throw("four"), Err(returned(4)));
    assert_eq!(g.state(), State::Closed);
}

#[test]
fn row_19_a_body_that_catches_and_raises_another_makes_throw_give_the_other() {
    let mut g = Generator::new(
        #[coroutine]
        |_: Signal| -> Ended {
            (yield 1).received().map_err(|_| "other")?;
            Ok(0)
        },
    );
    g.start().unwrap();
    assert_eq!(g.throw("one"), Err(raised("other")));
    assert_eq!(g.state(), State::Closed);
}

#[test]
fn row_20_an_error_thrown_into_a_closed_generator_comes_back() {
    let log = Log::default();
    let mut g = one_two(&log);
    g.by_ref().for_each(drop);
    log.take();
    assert_eq!(g.throw("late"), Err(Stop::AlreadyClosed("late")));
    assert_eq!(g.throw("late"), Err(Stop::AlreadyClosed("late")));
    assert_eq!(g.throw_exit(), Err(Stop::AlreadyClosed(())));
    assert!(log.take().is_empty());
}

#[test]
fn row_22_a_return_swallows_a_thrown_error_only_where_the_body_says_so() {
    // Python: `try: yield 1; finally: return 5`. In Rust the clean-up is an expression like any other.
    let mut g = Generator::new(
        #[coroutine]
        |_: Signal| -> Ended {
            let _swallowed = (yield 1).received();
            Ok(5)
        },
    );
    g.start().unwrap();
    assert_eq!(g.throw("lost"), Err(returned(5)));
}

#[test]
fn row_23_an_error_kept_over_a_yield_goes_on_at_the_next_resume_and_a_second_one_replaces_it() {
    // Python: `try: yield 1; finally: yield 2`
    let make = || {
        Generator::new(
            #[coroutine]
            |_: Signal| -> Ended {
                let pending = (yield 1).received();
                (yield 2).received()?;
                pending?;
                Ok(0)
            },
        )
    };
    let mut g = make();
    g.start().unwrap();
    assert_eq!(g.throw("first"), Ok(2));
    assert_eq!(g.start(), Err(raised("first")));

    let mut g = make();
    g.start().unwrap();
    assert_eq!(g.throw("first"), Ok(2));
    assert_eq!(g.throw("second"), Err(raised("second")));
}

#[test]
fn row_24_a_thrown_exit_is_an_error_like_any_other() {
    let mut uncaught = one_two(&Log::default());
    uncaught.start().unwrap();
    assert_eq!(uncaught.throw_exit(), Err(raised(Raised::Exit)), "where close() would swallow it");

    let mut answers = Generator::new(
        #[coroutine]
        |_: Signal| -> Ended {
            let first = (yield 1).received();
            assert_eq!(first, Err(Raised::Exit));
            let second = (yield 2).received();
            assert_eq!(second, Err(Raised::Exit));
            Ok(3)
        },
    );
    answers.start().unwrap();
    assert_eq!(answers.throw_exit(), Ok(2), "where close() would say that it was ignored");
    assert_eq!(answers.throw_exit(), Err(returned(3)));

    let mut created = one_two(&Log::default());
    assert_eq!(created.throw_exit(), Err(raised(Raised::Exit)));
    assert_eq!(created.state(), State::Closed);
}

#[test]
fn row_25_catching_errors_does_not_catch_the_exit() {
    let mut g = Generator::new(
        #[coroutine]
        |_: Signal| -> Ended {
            loop {
                // Python: `except Exception`
                match (yield 1).received() {
                    Err(Raised::Error(_)) => {}
                    other => drop(other?),
                }
            }
        },
    );
    g.start().unwrap();
    assert_eq!(g.throw("caught"), Ok(1));
    assert_eq!(g.throw_exit(), Err(raised(Raised::Exit)));
}
