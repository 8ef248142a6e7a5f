//! Stage 7 of 11: what `yield_from!` stands for, written out by hand.
//!
//! Look at `by_hand`: PEP 380 defines Python's `yield from` by a piece of Python that calls `next`, `send`, `throw`
//! or `close` on the inner generator, whichever came in. Here is that piece in Rust, and the same trace from both.
//!
//! What Rust does differently: what comes in at a `yield` is a value, one of the four variants of `Resume`, so the
//! expansion is one `match`, where Python catches exceptions and looks methods up. A raised error is a returned `Err`.
#![feature(coroutines, coroutine_trait, stmt_expr_attributes, yield_expr)]

use std::{ops::Coroutine, pin::Pin};
use yieldfrom::{Generator, Raised, Resume, Stop, yield_from};

type Signal = Resume<u32, &'static str>;
type Answer = Result<u32, Raised<&'static str>>;

/// The inner generator: it adds up what it is sent, until it is only asked for the next value.
fn adder() -> impl Coroutine<Signal, Yield = u32, Return = Answer> {
    #[coroutine]
    |_: Signal| {
        let mut sum = 0;
        while let Some(number) = (yield sum).received()? {
            sum += number;
        }
        Ok(sum)
    }
}

/// Python: `return (yield from adder())`
fn by_hand() -> impl Coroutine<Signal, Yield = u32, Return = Answer> {
    #[coroutine]
    |_: Signal| {
        let mut inner = Generator::new(adder());
        let mut answer = inner.start().map_err(Stop::into_returned);
        while let Ok(value) = answer {
            answer = match (yield value) {
                Resume::Next => inner.start().map_err(Stop::into_returned),
                Resume::Send(number) => inner.send(number).map_err(Stop::into_returned),
                Resume::Throw(error) => inner.throw(error).map_err(Stop::into_returned),
                Resume::Close => return inner.close().and(Err(Raised::Exit)),
            };
        }
        answer.unwrap_err().expect("the loop ends when the inner generator returns")
    }
}

fn main() {
    use Resume::{Close, Next, Send, Throw};
    println!("{:20}{:34}by hand", "comes in", "yield_from!");
    for signals in [&[Next, Send(4), Send(3), Next][..], &[Next, Throw("spark")], &[Next, Close]] {
        let mut by_macro = #[coroutine]
        |_: Signal| yield_from!(adder());
        let mut by_hand = by_hand();
        println!();
        for &signal in signals {
            let (a, b) = (Pin::new(&mut by_macro).resume(signal), Pin::new(&mut by_hand).resume(signal));
            println!("{:20}{:34}{b:?}", format!("{signal:?}"), format!("{a:?}"));
            assert_eq!(a, b);
        }
    }
}
