//! The whole protocol over genawaiter's generators, which know nothing of it: their resume type carries the signals.

use yieldfrom::{FromGenawaiter, Generator, Raised, State, Stop, yield_from};

use crate::{Ended, Log, NoteAtDrop, Signal, raised, returned};

/// Sums up what it is sent; forgets the sum on "reset", fails on any other error, and returns the sum when closed.
macro_rules! adder {
    ($backend:ident, $finally:expr) => {{
        let finally: NoteAtDrop = $finally;
        FromGenawaiter($backend::Gen::new(async move |co: $backend::Co<i32, Signal>| -> Ended {
            let _finally = finally;
            let mut sum = 0;
            loop {
                match co.yield_(sum).await.received() {
                    Ok(number) => sum += number.unwrap_or(0),
                    Err(Raised::Error("reset")) => sum = 0,
                    Err(Raised::Exit) => return Ok(sum),
                    Err(other) => return Err(other),
                }
            }
        }))
    }};
}

macro_rules! backend {
    ($name:ident, $backend:ident) => {
        mod $name {
            use ::genawaiter::$backend;

            use super::*;

            #[test]
            fn the_adapter_carries_every_signal() {
                let log = Log::default();
                let make = || Generator::new(adder!($backend, log.at_drop("finally")));

                let mut g = make();
                assert_eq!(g.send(5), Err(Stop::JustCreated(5)));
                assert_eq!(g.start(), Ok(0));
                assert_eq!(g.send(5), Ok(5));
                assert_eq!(g.throw("reset"), Ok(0));
                assert_eq!(g.next(), Some(0));
                assert_eq!(g.send(2), Ok(2));
                assert_eq!(g.close(), Ok(Some(2)));
                assert_eq!(log.take(), ["finally"]);
                assert_eq!(g.close(), Ok(None));
                assert_eq!(g.throw("late"), Err(Stop::AlreadyClosed("late")));

                let mut g = make();
                g.start().unwrap();
                assert_eq!(g.throw("fatal"), Err(raised("fatal")));
                assert_eq!(g.state(), State::Closed);
                assert_eq!(log.take(), ["finally"]);

                let mut g = make();
                g.start().unwrap();
                assert_eq!(g.throw_exit(), Err(returned(0)));

                let mut g = make();
                assert_eq!(g.throw("early"), Err(raised("early")));
            }

            #[test]
            fn yield_from_delegates_to_it_bare_and_tracked() {
                let log = Log::default();
                let make = || {
                    let mut bare = adder!($backend, log.at_drop("bare"));
                    let mut tracked = Generator::new(adder!($backend, log.at_drop("tracked")));
                    Generator::new(
                        #[coroutine]
                        move |_: Signal| -> Ended {
                            let caught = yield_from!(bare);
                            assert_eq!(caught, Err(Raised::Error("fatal")));
                            Ok(yield_from!(tracked)?.unwrap())
                        },
                    )
                };
                let mut outer = make();
                assert_eq!(outer.start(), Ok(0));
                assert_eq!(outer.send(5), Ok(5));
                assert_eq!(outer.throw("reset"), Ok(0), "caught by the innermost");
                assert_eq!(outer.throw("fatal"), Ok(0), "the tracked one begins");
                assert_eq!(log.take(), ["bare"]);
                assert_eq!(outer.send(3), Ok(3));
                assert_eq!(outer.close(), Ok(None), "what the inner one returned is dropped");
                assert_eq!(log.take(), ["tracked"]);
            }
        }
    };
}

backend!(over_rc, rc);
backend!(over_sync, sync);
