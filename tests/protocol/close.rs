//! Rows 26-34: closing. (Row 33 is ruled out by types.)

use std::ops::Coroutine;

use yieldfrom::{Generator, Raised, State, Stop};

use crate::{Ended, Log, Signal, one_two, raised, returned};

#[test]
fn row_26_closing_a_created_generator_runs_nothing() {
    let log = Log::default();
    let mut g = one_two(&log);
    assert_eq!(g.close(), Ok(None));
    assert_eq!(g.state(), State::Closed);
    assert!(log.take().is_empty());
}

#[test]
fn row_27_closing_a_suspended_generator_raises_the_exit_at_the_yield_and_swallows_it() {
    let log = Log::default();
    let noted = log.clone();
    let mut g = Generator::new(
        #[coroutine]
        move |_: Signal| -> Ended {
            let _finally = noted.at_drop("finally");
            match (yield 1).received() {
                Err(exit @ Raised::Exit) => {
                    noted.note("exit seen");
                    Err(exit)
                }
                other => other.map(|_| 0),
            }
        },
    );
    g.start().unwrap();
    assert_eq!(g.close(), Ok(None));
    assert_eq!(log.take(), ["exit seen", "finally"]);
    assert_eq!(g.state(), State::Closed);
}

#[test]
fn row_27_on_the_lower_rungs_closing_drops_the_body_where_it_stands() {
    let log = Log::default();
    let (noted, also_noted) = (log.clone(), log.clone());
    let mut yields = Generator::new(
        #[coroutine]
        move || {
            let _finally = noted.at_drop("finally");
            yield 1;
        },
    );
    let mut receives = Generator::new(
        #[coroutine]
        move |_: Option<i32>| {
            let _finally = also_noted.at_drop("finally too");
            yield 1;
        },
    );
    yields.start().unwrap();
    yields.close();
    receives.start().unwrap();
    receives.close();
    assert_eq!(log.take(), ["finally", "finally too"]);
    assert_eq!([yields.state(), receives.state()], [State::Closed; 2]);
}

#[test]
fn row_28_closing_a_closed_generator_does_nothing() {
    let log = Log::default();
    let mut g = one_two(&log);
    g.start().unwrap();
    assert_eq!(g.throw("error"), Err(raised("error")));
    log.take();
    assert_eq!(g.close(), Ok(None), "also after an error");
    assert_eq!(g.close(), Ok(None));
    assert!(log.take().is_empty());
}

#[test]
fn row_29_close_gives_what_the_body_returns_in_answer_once() {
    let mut g = Generator::new(
        #[coroutine]
        |_: Signal| -> Ended {
            match (yield 1).received() {
                Err(Raised::Exit) => Ok(42),
                other => other.map(|_| 0),
            }
        },
    );
    g.start().unwrap();
    assert_eq!(g.close(), Ok(Some(42)));
    assert_eq!(g.close(), Ok(None));
}

/// Answers a first exit with a yield, and passes on a second.
fn stubborn() -> Generator<impl Coroutine<Signal, Yield = i32, Return = Ended> + Unpin + use<>, Signal> {
    Generator::new(
        #[coroutine]
        |_: Signal| {
            let _ignored = (yield 1).received();
            (yield 2).received()?;
            Ok(3)
        },
    )
}

#[test]
fn row_30_a_body_that_yields_in_answer_is_told_on_and_stays_usable() {
    let mut g = stubborn();
    g.start().unwrap();
    assert_eq!(g.close(), Err(Raised::IgnoredExit));
    assert_eq!(g.state(), State::Suspended);
    assert_eq!(g.send(0), Err(returned(3)), "still usable");

    let mut g = stubborn();
    g.start().unwrap();
    assert_eq!(g.close(), Err(Raised::IgnoredExit));
    assert_eq!(g.close(), Ok(None), "may be closed again");

    let mut always = Generator::new(
        #[coroutine]
        |_: Signal| -> Ended {
            loop {
                let _ignored = (yield 1).received();
            }
        },
    );
    always.start().unwrap();
    for _ in 0..3 {
        assert_eq!(always.close(), Err(Raised::IgnoredExit), "each time afresh");
    }
}

#[test]
fn row_31_an_exit_kept_over_a_yield_comes_out_of_the_next_operation() {
    // Python: `try: yield 1; finally: yield 2`
    let mut g = Generator::new(
        #[coroutine]
        |_: Signal| -> Ended {
            let pending = (yield 1).received();
            (yield 2).received()?;
            pending?;
            Ok(0)
        },
    );
    g.start().unwrap();
    assert_eq!(g.close(), Err(Raised::IgnoredExit));
    assert_eq!(g.start(), Err(raised(Raised::Exit)));
    assert_eq!(g.state(), State::Closed);
}

#[test]
fn row_32_another_error_raised_while_closing_comes_out_once() {
    let mut g = Generator::new(
        #[coroutine]
        |_: Signal| -> Ended {
            (yield 1).received().map_err(|_| "the disk is full")?;
            Ok(0)
        },
    );
    g.start().unwrap();
    assert_eq!(g.close(), Err(Raised::Error("the disk is full")));
    assert_eq!(g.state(), State::Closed);
    assert_eq!(g.close(), Ok(None));
}

#[test]
fn row_34_an_exit_that_the_body_makes_itself_counts_as_one() {
    let make = || {
        Generator::new(
            #[coroutine]
            |_: Signal| -> Ended {
                let _whatever = (yield 1).received();
                Err(Raised::Exit)
            },
        )
    };
    let mut g = make();
    g.start().unwrap();
    assert_eq!(g.close(), Ok(None), "swallowed by close");

    let mut g = make();
    g.start().unwrap();
    assert_eq!(g.start(), Err(raised(Raised::Exit)), "passed on by anything else");
    assert_eq!(g.start(), Err(Stop::AlreadyClosed(())));
}
