//! Stage 7 of 11: what `yield_from!` stands for, written out by hand.
//!
//! Look at `by_hand`: PEP 380 defines Python's `yield from` by a piece of Python that calls `next`, `send`, `throw`
//! and `close` on the inner generator, whichever came in. Here is that piece in Rust, and the same trace from
//! both. The macro also takes iterators and bare coroutines.
//!
//! What Rust does differently: what comes in at a `yield` is a value, one of the four variants of `Resume`, so the
//! expansion is one `match` where Python needs exceptions and a search for methods by name. A raised error is the
//! `Err` that a body returns, and `?` passes it on.
//!
//! Run it: `cargo run --example delegate_by_hand`
#![feature(coroutines, coroutine_trait, yield_expr)]

use std::ops::Coroutine;

use yieldfrom::{Generator, Raised, Resume, Stop, yield_from};

type Signal = Resume<u32, &'static str>;
type Answer = Result<u32, Raised<&'static str>>;

/// The inner generator: adds up what it is sent. An error makes it start from nothing.
fn adder() -> Generator<impl Coroutine<Signal, Yield = u32, Return = Answer>, Signal> {
    Generator::new(
        #[coroutine]
        |_: Signal| {
            let mut sum = 0;
            while sum < 10 {
                match (yield sum).received() {
                    Ok(number) => sum += number.unwrap_or(0),
                    Err(Raised::Error("clear")) => sum = 0,
                    Err(raised) => return Err(raised),
                }
            }
            Ok(sum)
        },
    )
}

/// Python: `return 2 * (yield from adder())`
fn by_macro() -> Generator<impl Coroutine<Signal, Yield = u32, Return = Answer>, Signal> {
    Generator::new(
        #[coroutine]
        |_: Signal| {
            let sum = yield_from!(adder())?.unwrap_or(0); // there is none if it had ended before
            Ok(2 * sum)
        },
    )
}

fn by_hand() -> Generator<impl Coroutine<Signal, Yield = u32, Return = Answer>, Signal> {
    Generator::new(
        #[coroutine]
        |_: Signal| {
            let mut inner = adder();
            let mut signal = Resume::Next;
            let sum = loop {
                let answer = match signal {
                    Resume::Next => inner.start().map_err(Stop::into_returned),
                    Resume::Send(number) => inner.send(number).map_err(Stop::into_returned),
                    Resume::Throw(error) => inner.throw(error).map_err(Stop::into_returned),
                    Resume::Close => {
                        inner.close()?;
                        return Err(Raised::Exit);
                    }
                };
                match answer {
                    Ok(value) => signal = yield value,
                    Err(returned) => break returned.transpose()?.unwrap_or(0),
                }
            };
            Ok(2 * sum)
        },
    )
}

/// Runs three generators to their three ends (a returns, b fails, c is closed), and writes down each answer.
fn trace<C>(make: impl Fn() -> Generator<C, Signal>) -> Vec<(&'static str, String)>
where
    C: Coroutine<Signal, Yield = u32, Return = Answer> + Unpin,
{
    let (mut a, mut b, mut c) = (make(), make(), make());
    vec![
        ("a.start()", format!("{:?}", a.start())),
        ("a.send(4)", format!("{:?}", a.send(4))),
        ("a.throw(\"clear\")", format!("{:?}", a.throw("clear"))),
        ("a.next()", format!("{:?}", a.next())),
        ("a.send(21)", format!("{:?}", a.send(21))),
        ("b.start()", format!("{:?}", b.start())),
        ("b.throw(\"spark\")", format!("{:?}", b.throw("spark"))),
        ("c.start()", format!("{:?}", c.start())),
        ("c.close()", format!("{:?}", c.close())),
    ]
}

fn main() {
    println!("{:18}{:38}by hand", "", "yield_from!");
    let (by_macro, by_hand) = (trace(by_macro), trace(by_hand));
    for ((call, by_macro), (_, by_hand)) in by_macro.iter().zip(&by_hand) {
        println!("{call:18}{by_macro:38}{by_hand}");
    }
    assert_eq!(by_macro, by_hand);
    println!("Both traces are the same.");
}
