//! Rows 40-60: `yield_from!`.

use std::ops::Coroutine;

use yieldfrom::{Generator, Raised, Resume, Shared, State, Stop, yield_from};

use crate::{Ended, Log, Signal, one_two, one_two_body, raised, returned};

/// Yields what came in, in words, until it is told to stop.
fn reporter() -> impl Coroutine<Signal, Yield = String, Return = Ended> + Unpin {
    #[coroutine]
    |_: Signal| {
        let mut report = "begin".to_string();
        loop {
            report = match (yield report) {
                Resume::Next => "next".to_string(),
                Resume::Send(0) => return Ok(0),
                Resume::Send(number) => format!("send {number}"),
                Resume::Throw("fatal") => return Err("from inside".into()),
                Resume::Throw(error) => format!("throw {error}"),
                Resume::Close => return Err(Raised::Exit),
            }
        }
    }
}

#[test]
fn row_40_delegation_begins_with_next_even_when_the_inner_one_has_started() {
    let mut inner = Generator::new(reporter());
    assert_eq!(inner.start().unwrap(), "begin");
    let mut outer = Generator::new(
        #[coroutine]
        move |_: Signal| -> Ended { Ok(yield_from!(inner)?.unwrap()) },
    );
    assert_eq!(outer.start().unwrap(), "next");
}

#[test]
fn row_41_next_and_send_reach_the_inner_one_as_they_are() {
    let mut outer = Generator::new(
        #[coroutine]
        |_: Signal| -> Ended { yield_from!(reporter()) },
    );
    assert_eq!(outer.start().unwrap(), "begin");
    assert_eq!(outer.start().unwrap(), "next");
    assert_eq!(outer.send(5).unwrap(), "send 5");
    assert_eq!(outer.next().unwrap(), "next");
}

#[test]
fn row_42_the_value_of_the_expression_is_what_the_inner_one_returns() {
    let log = Log::default();
    let mut inner = one_two(&log);
    let mut outer = Generator::new(
        #[coroutine]
        move |_: Signal| -> Result<_, Raised<&str>> {
            let of_an_iterator: () = yield_from!([10])?;
            let of_a_coroutine: i32 = yield_from!(
                #[coroutine]
                |_: Signal| -> Ended {
                    (yield 20).received()?;
                    Ok(5)
                }
            )?;
            let of_a_generator: Option<i32> = yield_from!(inner)?;
            Ok((of_an_iterator, of_a_coroutine, of_a_generator))
        },
    );
    assert_eq!(outer.by_ref().collect::<Vec<_>>(), [10, 20, 1, 2]);
    assert_eq!(outer.take_return(), Some(Ok(((), 5, Some(3)))));
}

#[test]
fn row_43_an_empty_inner_one_does_not_suspend() {
    let mut outer = Generator::new(
        #[coroutine]
        || {
            yield_from!(std::iter::empty::<i32>());
            yield_from!(
                #[coroutine]
                || {
                    if false {
                        yield 0;
                    }
                    7
                }
            )
        },
    );
    assert_eq!(outer.start(), Err(Stop::Returned(7)));
}

#[test]
fn row_44_a_value_sent_to_a_created_outer_one_does_not_even_make_the_inner_one() {
    let log = Log::default();
    let noted = log.clone();
    let mut outer = Generator::new(
        #[coroutine]
        move |_: Signal| -> Ended {
            yield_from!({
                noted.note("made");
                one_two(&noted)
            })?;
            Ok(0)
        },
    );
    assert_eq!(outer.send(5), Err(Stop::JustCreated(5)));
    assert!(log.take().is_empty());
    assert_eq!(outer.start(), Ok(1));
    assert_eq!(log.take(), ["made", "begin"]);
}

#[test]
fn row_45_an_error_reaches_the_innermost_first() {
    let mut outer = Generator::new(
        #[coroutine]
        |_: Signal| -> Ended {
            match yield_from!(reporter()) {
                Ok(value) => yield format!("inner returned {value}"),
                Err(raised) => yield format!("inner raised: {raised}"),
            };
            Ok(1)
        },
    );
    outer.start().unwrap();
    assert_eq!(outer.throw("spark").unwrap(), "throw spark", "the inner one caught it and yields on");
    assert_eq!(outer.state(), State::Suspended);
    assert_eq!(outer.throw("fatal").unwrap(), "inner raised: from inside", "at the outer one's yield_from!");
}

#[test]
fn row_45_a_value_that_the_inner_one_returns_on_an_error_lets_the_outer_one_go_on() {
    let mut outer = Generator::new(
        #[coroutine]
        |_: Signal| -> Ended {
            let value = yield_from!(
                #[coroutine]
                |_: Signal| -> Ended {
                    match (yield 1).received() {
                        Err(Raised::Error("swallow me")) => Ok(40),
                        other => other.map(|_| 0),
                    }
                }
            )?;
            (yield value + 1).received()?;
            Ok(value + 2)
        },
    );
    outer.start().unwrap();
    assert_eq!(outer.throw("swallow me"), Ok(41));
    assert_eq!(outer.start(), Err(returned(42)));
}

#[test]
fn row_46_closing_closes_the_inner_one_and_then_raises_the_exit_in_the_outer_one() {
    for close in [true, false] {
        let log = Log::default();
        let noted = log.clone();
        let mut outer = Generator::new(
            #[coroutine]
            move |_: Signal| -> Ended {
                let inner_noted = noted.clone();
                let value = yield_from!(
                    #[coroutine]
                    move |_: Signal| -> Ended {
                        let seen = (yield 1).received();
                        assert_eq!(seen, Err(Raised::Exit));
                        inner_noted.note("inner closed");
                        Ok(99) // dropped: the outer one is told to exit all the same
                    }
                );
                assert_eq!(value, Err(Raised::Exit));
                noted.note("outer closed");
                value
            },
        );
        outer.start().unwrap();
        if close {
            assert_eq!(outer.close(), Ok(None));
        } else {
            assert_eq!(outer.throw_exit(), Err(raised(Raised::Exit)));
        }
        assert_eq!(log.take(), ["inner closed", "outer closed"]);
    }
}

/// Yields 1, and 2 when it is told to close; then it obeys.
fn stubborn() -> impl Coroutine<Signal, Yield = i32, Return = Ended> + Unpin {
    #[coroutine]
    |_: Signal| {
        let _ignored = (yield 1).received();
        (yield 2).received()?;
        Ok(3)
    }
}

#[test]
fn row_47_what_closing_the_inner_one_raises_replaces_the_exit() {
    let mut passes_on = Generator::new(
        #[coroutine]
        |_: Signal| -> Ended { yield_from!(stubborn()) },
    );
    passes_on.start().unwrap();
    assert_eq!(passes_on.close(), Err(Raised::IgnoredExit));
    assert_eq!(passes_on.state(), State::Closed);

    let mut returns = Generator::new(
        #[coroutine]
        |_: Signal| -> Ended {
            let inner = yield_from!(
                #[coroutine]
                |_: Signal| -> Ended {
                    (yield 1).received().map_err(|_| "no disk")?;
                    Ok(0)
                }
            );
            assert_eq!(inner, Err(Raised::Error("no disk")));
            Ok(8)
        },
    );
    returns.start().unwrap();
    assert_eq!(returns.close(), Ok(Some(8)), "the outer one caught it and returned");

    let mut yields = Generator::new(
        #[coroutine]
        |_: Signal| -> Ended {
            let inner = yield_from!(stubborn());
            assert_eq!(inner, Err(Raised::IgnoredExit));
            (yield 7).received()?;
            Ok(8)
        },
    );
    yields.start().unwrap();
    assert_eq!(yields.close(), Err(Raised::IgnoredExit), "now the outer one ignores its own exit");
    assert_eq!(yields.start(), Err(returned(8)));
}

#[test]
fn row_48_an_inner_one_that_ignored_its_closing_can_be_delegated_to_again() {
    let mut inner = Generator::new(stubborn());
    let mut outer = Generator::new(
        #[coroutine]
        move |_: Signal| -> Ended {
            let first = yield_from!(inner);
            assert_eq!(first, Err(Raised::IgnoredExit));
            assert_eq!(inner.state(), State::Suspended);
            (yield 10).received()?;
            Ok(yield_from!(inner)?.unwrap())
        },
    );
    outer.start().unwrap();
    assert_eq!(outer.close(), Err(Raised::IgnoredExit));
    assert_eq!(outer.start(), Err(returned(3)));
}

#[test]
fn row_49_a_suspended_inner_one_goes_on_where_it_was() {
    let log = Log::default();
    let mut inner = one_two(&log);
    inner.start().unwrap();
    {
        let lent = &mut inner;
        let mut outer = Generator::new(
            #[coroutine]
            move |_: Signal| -> Ended {
                let mut lent = lent; // by reference: it goes on after the outer one
                yield_from!(lent)?;
                Ok(0)
            },
        );
        assert_eq!(outer.start(), Ok(2));
    }
    assert_eq!(inner.state(), State::Suspended, "dropping the outer one left the borrowed one as it was");
    assert_eq!(inner.start(), Err(returned(3)));
}

#[test]
fn row_50_a_closed_inner_one_gives_none_at_once() {
    let log = Log::default();
    let mut inner = one_two(&log);
    inner.by_ref().for_each(drop);
    let mut outer = Generator::new(
        #[coroutine]
        move |_: Signal| -> Result<_, Raised<&str>> { yield_from!(inner) },
    );
    assert_eq!(outer.start(), Err(returned(None)));
}

#[test]
fn row_51_a_value_sent_to_an_iterator_is_raised_at_the_yield_from_and_the_iterator_stays() {
    // In a body of the second rung it does not compile at all: see `yield_from!`.
    let mut numbers = [1, 2, 3].into_iter();
    let mut outer = Generator::new(
        #[coroutine]
        move |_: Signal| -> Ended {
            let refused = yield_from!(numbers);
            assert_eq!(refused, Err(Raised::CannotSend));
            yield_from!(numbers)?;
            Ok(0)
        },
    );
    assert_eq!(outer.start(), Ok(1));
    assert_eq!(outer.send(5), Ok(2), "not advanced by the refusal");
    assert_eq!(outer.start(), Ok(3));
    assert_eq!(outer.start(), Err(returned(0)));
}

#[test]
fn row_52_an_error_over_an_iterator_is_raised_at_the_yield_from_and_the_iterator_stays() {
    let mut numbers = 1..4;
    let mut outer = Generator::new(
        #[coroutine]
        move |_: Signal| -> Ended {
            let thrown = yield_from!(numbers);
            assert_eq!(thrown, Err(Raised::Error("spark")));
            yield_from!(numbers)?;
            Ok(0)
        },
    );
    assert_eq!(outer.start(), Ok(1));
    assert_eq!(outer.throw("spark"), Ok(2));
    assert_eq!(outer.throw("fire"), Err(raised("fire")));
}

#[test]
fn row_53_closing_over_an_iterator_closes_only_the_outer_one() {
    let mut numbers = 1..4;
    {
        let lent = &mut numbers;
        let mut outer = Generator::new(
            #[coroutine]
            move |_: Signal| -> Ended {
                let mut lent = lent;
                yield_from!(lent)?;
                Ok(0)
            },
        );
        assert_eq!(outer.start(), Ok(1));
        assert_eq!(outer.close(), Ok(None));
    }
    assert!(numbers.eq([2, 3]));
}

/// What Python calls duck typing: any type that takes signals, without a generator behind it.
struct Counter(i32);

impl Coroutine<Signal> for Counter {
    type Yield = i32;
    type Return = Ended;

    fn resume(mut self: std::pin::Pin<&mut Self>, signal: Signal) -> std::ops::CoroutineState<i32, Ended> {
        use std::ops::CoroutineState::{Complete, Yielded};
        match signal {
            Resume::Next => self.0 += 1,
            Resume::Send(by) => self.0 += by,
            Resume::Throw(_) => return Complete(Ok(self.0)),
            Resume::Close => return Complete(Err("closed by hand".into())),
        }
        Yielded(self.0)
    }
}

#[test]
fn row_54_any_type_that_takes_the_signals_can_be_delegated_to() {
    let delegating = || {
        Generator::new(
            #[coroutine]
            |_: Signal| -> Ended {
                let end = yield_from!(Counter(0))?;
                (yield -end).received()?;
                Ok(0)
            },
        )
    };
    let mut outer = delegating();
    assert_eq!(outer.start(), Ok(1));
    assert_eq!(outer.send(10), Ok(11));
    assert_eq!(outer.throw("end with your value"), Ok(-11));

    let mut outer = delegating();
    outer.start().unwrap();
    assert_eq!(outer.close(), Err(Raised::Error("closed by hand")));
}

#[test]
fn row_56_while_the_outer_one_is_suspended_the_inner_one_is_too() {
    let inner = Shared::new(|_| stubborn());
    let mut delegate = inner.clone();
    let mut outer = Generator::new(
        #[coroutine]
        move |_: Signal| -> Ended {
            yield_from!(delegate)?;
            (yield 10).received()?;
            Ok(0)
        },
    );
    let states = |outer: &Generator<_, _>| [outer.state(), inner.state()];
    assert_eq!(states(&outer), [State::Created; 2]);
    outer.start().unwrap();
    assert_eq!(states(&outer), [State::Suspended; 2]);
    outer.start().unwrap();
    assert_eq!(outer.start(), Ok(10));
    assert_eq!(states(&outer), [State::Suspended, State::Closed]);
}

/// Three levels, each with a guard, the innermost a `yield`.
fn nested(
    log: &Log,
) -> Generator<impl Coroutine<Signal, Yield = i32, Return = Ended> + Unpin + use<>, Signal> {
    let log = log.clone();
    Generator::new(
        #[coroutine]
        move |_: Signal| {
            let _finally = log.at_drop("outermost");
            let log = log.clone();
            yield_from!(
                #[coroutine]
                move |_: Signal| -> Ended {
                    let _finally = log.at_drop("middle");
                    let log = log.clone();
                    yield_from!(
                        #[coroutine]
                        move |_: Signal| -> Ended {
                            let _finally = log.at_drop("innermost");
                            (yield 1).received()?;
                            Ok(2)
                        }
                    )
                }
            )
        },
    )
}

#[test]
fn row_57_the_innermost_is_cleaned_up_first_after_an_error_a_close_and_a_drop() {
    let log = Log::default();
    let order = ["innermost", "middle", "outermost"];

    let mut g = nested(&log);
    g.start().unwrap();
    g.throw("error").unwrap_err();
    assert_eq!(log.take(), order);

    let mut g = nested(&log);
    g.start().unwrap();
    g.close().unwrap();
    assert_eq!(log.take(), order);

    let mut g = nested(&log);
    g.start().unwrap();
    drop(g);
    assert_eq!(log.take(), order);
}

#[test]
fn row_57_a_captured_inner_one_is_closed_first_but_dropped_last() {
    // A captured variable outlives the body's own locals, in a coroutine as in any closure.
    let log = Log::default();
    let make = || {
        let (mut inner, log) = (one_two(&log), log.clone());
        Generator::new(
            #[coroutine]
            move |_: Signal| -> Ended {
                let _finally = log.at_drop("outer finally");
                Ok(yield_from!(inner)?.unwrap())
            },
        )
    };
    let mut g = make();
    g.start().unwrap();
    g.close().unwrap();
    assert_eq!(log.take(), ["begin", "finally", "outer finally"]);

    let mut g = make();
    g.start().unwrap();
    drop(g);
    assert_eq!(log.take(), ["begin", "outer finally", "finally"]);
}

#[test]
fn row_58_two_may_delegate_to_a_shared_one_and_closing_one_closes_it_for_both() {
    let log = Log::default();
    let inner = Shared::new(|_| one_two_body(&log));
    let delegating = || {
        let mut inner = inner.clone();
        Generator::new(
            #[coroutine]
            move |_: Signal| -> Result<_, Raised<&'static str>> { yield_from!(inner) },
        )
    };
    let (mut first, mut second) = (delegating(), delegating());
    assert_eq!(first.start(), Ok(1));
    assert_eq!(second.start(), Ok(2));
    assert_eq!(first.close(), Ok(None));
    assert_eq!(log.take(), ["begin", "finally"]);
    assert_eq!(inner.state(), State::Closed);
    assert_eq!(second.throw("late"), Err(raised("late")), "as thrown into a closed generator");

    let mut third = delegating();
    assert_eq!(third.start(), Err(returned(None)));
}

#[test]
fn row_59_a_loop_that_yields_is_not_a_delegation() {
    let log = Log::default();
    let (noted, inner) = (log.clone(), Generator::new(reporter()));
    let mut outer = Generator::new(
        #[coroutine]
        move |_: Signal| -> Ended {
            let _finally = noted.at_drop("outer dropped");
            for report in inner {
                (yield report).received()?;
            }
            Ok(0)
        },
    );
    outer.start().unwrap();
    assert_eq!(outer.send(5).unwrap(), "next", "the value stopped at the outer one");
    assert_eq!(outer.throw("spark"), Err(raised("spark")), "and so does the error");
    assert_eq!(log.take(), ["outer dropped"]);
}

#[test]
fn mixed_rungs_a_lower_one_receives_what_it_can_and_is_dropped_by_the_rest() {
    let log = Log::default();
    let noted = log.clone();
    let mut outer = Generator::new(
        #[coroutine]
        move |_: Signal| -> Ended {
            let also_noted = noted.clone();
            let mut receives = Generator::new(
                #[coroutine]
                move |_: Option<i32>| {
                    let _finally = also_noted.at_drop("receiver dropped");
                    let mut sum = 0;
                    while let Some(n) = (yield sum) {
                        sum += n;
                    }
                    sum
                },
            );
            assert_eq!(yield_from!(receives), Err(Raised::Error("spark")));
            assert_eq!(receives.state(), State::Closed);
            noted.note("and only then the outer one goes on");

            let mut yields = Generator::new(
                #[coroutine]
                || {
                    for n in 10.. {
                        yield n
                    }
                },
            );
            assert_eq!(yield_from!(yields), Err(Raised::CannotSend));
            assert_eq!(yields.state(), State::Suspended, "as a plain iterator in Python");
            yield_from!(yields)?;
            Ok(0)
        },
    );
    assert_eq!(outer.start(), Ok(0));
    assert_eq!(outer.send(5), Ok(5));
    assert_eq!(outer.throw("spark"), Ok(10));
    assert_eq!(log.take(), ["receiver dropped", "and only then the outer one goes on"]);
    assert_eq!(outer.send(5), Ok(11));
    assert_eq!(outer.close(), Ok(None));
}
