//! Rows 61-70: loops, laziness, and what happens when a generator is dropped.

use std::fmt;
use std::ops::Coroutine;

use yieldfrom::{Generator, Raised, Resume, State, Stop, Through};

use crate::{Ended, Log, Signal, one_two};

#[test]
fn row_61_leaving_a_loop_drops_a_temporary_and_leaves_a_named_one_suspended() {
    let log = Log::default();
    for number in one_two(&log) {
        if number == 1 {
            break;
        }
    }
    assert_eq!(log.take(), ["begin", "finally"]);

    let mut named = one_two(&log);
    for number in &mut named {
        if number == 1 {
            break;
        }
    }
    assert_eq!(log.take(), ["begin"]);
    assert_eq!(named.state(), State::Suspended);
    assert_eq!(named.next(), Some(2));
}

#[test]
fn row_62_a_pipeline_moves_one_item_at_a_time() {
    let log = Log::default();
    let stage = |word: &'static str, log: &Log| {
        let log = log.clone();
        move |input: Box<dyn Iterator<Item = u32>>| {
            Box::new(Generator::new(
                #[coroutine]
                move || {
                    for n in input {
                        log.note(word);
                        yield n;
                    }
                },
            )) as Box<dyn Iterator<Item = u32>>
        }
    };
    let source: Box<dyn Iterator<Item = u32>> = Box::new(1..);
    let mut end = source.through(stage("first", &log)).through(stage("second", &log)).take(2);
    assert!(log.take().is_empty());
    end.next();
    assert_eq!(log.take(), ["first", "second"]);
    end.next();
    assert_eq!(log.take(), ["first", "second"]);
    assert_eq!(end.next(), None);
    assert!(log.take().is_empty(), "std's `take` pulls no extra item to find that it is done");
}

#[test]
fn row_63_dropping_drops_the_locals_and_does_not_resume_the_body() {
    let log = Log::default();
    let noted = log.clone();
    let mut g = Generator::new(
        #[coroutine]
        move |_: Signal| -> Ended {
            let _finally = noted.at_drop("finally");
            let signal = (yield 1).received();
            noted.note("resumed"); // Python would come by here
            signal.map(|_| 0)
        },
    );
    g.start().unwrap();
    drop(g);
    assert_eq!(log.take(), ["finally"]);

    drop(one_two(&log));
    assert!(log.take().is_empty(), "a created one has nothing to drop");
    let mut ended = one_two(&log);
    ended.by_ref().for_each(drop);
    assert_eq!(log.take(), ["begin", "finally"]);
    drop(ended);
    assert!(log.take().is_empty(), "nor has a closed one");
}

#[test]
fn row_64_dropping_a_body_that_would_ignore_its_closing_or_raise_reports_nothing() {
    let log = Log::default();
    let noted = log.clone();
    let mut ignores = Generator::new(
        #[coroutine]
        move |_: Signal| -> Ended {
            let _finally = noted.at_drop("finally");
            loop {
                let _ignored = (yield 1).received();
            }
        },
    );
    ignores.start().unwrap();
    drop(ignores);
    assert_eq!(log.take(), ["finally"]);
}

#[test]
fn row_66_a_guard_does_not_see_why_it_is_dropped_and_the_body_does() {
    let make = |log: &Log| {
        let log = log.clone();
        Generator::new(
            #[coroutine]
            move |_: Signal| -> Ended {
                let _guard = log.at_drop("guard");
                let signal = (yield 1).received();
                log.note(match signal {
                    Ok(_) => "left",
                    Err(Raised::Error(_)) => "error",
                    Err(_) => "exit",
                });
                signal.map(|_| 0)
            },
        )
    };
    let log = Log::default();
    let mut g = make(&log);
    g.start().unwrap();
    g.start().unwrap_err();
    assert_eq!(log.take(), ["left", "guard"]);
    let mut g = make(&log);
    g.start().unwrap();
    g.throw("error").unwrap_err();
    assert_eq!(log.take(), ["error", "guard"]);
    let mut g = make(&log);
    g.start().unwrap();
    g.close().unwrap();
    assert_eq!(log.take(), ["exit", "guard"]);
}

#[test]
fn row_69_a_default_stands_in_for_the_end() {
    let mut g = one_two(&Log::default());
    g.by_ref().for_each(drop);
    assert_eq!(g.next().unwrap_or(42), 42);
}

/// What a `with` statement over a generator (Python's `contextlib.contextmanager`) can end with.
#[derive(Debug, PartialEq)]
enum WithError<E> {
    /// The block's error, passed on by the generator, or another that it raised instead.
    Raised(Raised<E>),
    DidNotYield,
    DidNotStop,
    DidNotStopAfterThrow,
}

/// Runs a block between the two halves of a generator that yields once.
fn with<C, Y, E: fmt::Debug, T>(
    mut manager: Generator<C, Resume<(), E>>,
    block: impl FnOnce(Y) -> Result<T, E>,
) -> Result<Option<T>, WithError<E>>
where
    C: Coroutine<Resume<(), E>, Yield = Y, Return = Result<(), Raised<E>>> + Unpin,
{
    let resource = match manager.start() {
        Ok(resource) => resource,
        Err(Stop::Returned(Err(raised))) => return Err(WithError::Raised(raised)),
        Err(_) => return Err(WithError::DidNotYield),
    };
    match block(resource) {
        Ok(value) => match manager.start() {
            Err(Stop::Returned(Err(raised))) => Err(WithError::Raised(raised)),
            Err(_) => Ok(Some(value)),
            Ok(_) => Err(WithError::DidNotStop),
        },
        Err(error) => match manager.throw(error) {
            Err(Stop::Returned(Err(raised))) => Err(WithError::Raised(raised)),
            Err(_) => Ok(None), // suppressed
            Ok(_) => Err(WithError::DidNotStopAfterThrow),
        },
    }
}

#[test]
fn row_70_a_generator_can_stand_before_and_after_a_block() {
    type Entered = Resume<(), &'static str>;
    type Left = Result<(), Raised<&'static str>>;
    let fail = |_: i32| Err::<i32, _>("in the block");

    let plain = || {
        Generator::new(
            #[coroutine]
            |_: Entered| -> Left { (yield 1).received().map(drop) },
        )
    };
    assert_eq!(with(plain(), |n| Ok(n + 1)), Ok(Some(2)));
    assert_eq!(with(plain(), fail), Err(WithError::Raised("in the block".into())));

    let suppressing = Generator::new(
        #[coroutine]
        |_: Entered| -> Left {
            let _suppressed = (yield 1).received();
            Ok(())
        },
    );
    assert_eq!(with(suppressing, fail), Ok(None));

    let empty = Generator::new(
        #[coroutine]
        |_: Entered| -> Left {
            if false {
                yield 1;
            }
            Ok(())
        },
    );
    assert_eq!(with(empty, Ok), Err(WithError::DidNotYield));

    let twice = || {
        Generator::new(
            #[coroutine]
            |_: Entered| -> Left {
                let _caught = (yield 1).received();
                (yield 2).received().map(drop)
            },
        )
    };
    assert_eq!(with(twice(), Ok), Err(WithError::DidNotStop));
    assert_eq!(with(twice(), fail), Err(WithError::DidNotStopAfterThrow));
}
