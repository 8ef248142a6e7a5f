//! Beyond the tutorial: one trace from three kinds of coroutine.
//!
//! Look at the columns: they are the same, and the program checks it. The first body is a native `#[coroutine]`. The
//! next is genawaiter's, made of an `async` block on stable Rust; by itself it would lose the 1 that is sent before
//! the start. The last is an enum written by hand: what the compiler makes of the first.
//!
//! What Rust does differently: Python has one kind of generator. Here whatever implements `core::ops::Coroutine` is
//! tracked by the same `Generator` and driven by the same code.
#![feature(coroutines, coroutine_trait, stmt_expr_attributes, yield_expr)]

use std::{ops::Coroutine, ops::CoroutineState, pin::Pin};

use genawaiter::rc::{Co, Gen};
use yieldfrom::{FromGenawaiter, Generator};

/// A variant for each place where the body can stand. It needs none for the end: a `Generator` drops it there.
enum ByHand {
    Start,
    FirstYield,
    SecondYield { a: i32 },
}

impl Coroutine<Option<i32>> for ByHand {
    type Yield = i32;
    type Return = i32;

    fn resume(mut self: Pin<&mut Self>, sent: Option<i32>) -> CoroutineState<i32, i32> {
        let n = sent.unwrap_or(0);
        let (place, value) = match *self {
            ByHand::Start => (ByHand::FirstYield, 0),
            ByHand::FirstYield => (ByHand::SecondYield { a: n }, n),
            ByHand::SecondYield { a } => return CoroutineState::Complete(a + n),
        };
        *self = place;
        CoroutineState::Yielded(value)
    }
}

fn main() {
    let native = #[coroutine]
    |_: Option<i32>| {
        let a = (yield 0).unwrap_or(0);
        a + (yield a).unwrap_or(0)
    };
    let genawaiter = FromGenawaiter(Gen::new(|co: Co<i32, Option<i32>>| async move {
        let a = co.yield_(0).await.unwrap_or(0);
        a + co.yield_(a).await.unwrap_or(0)
    }));
    let mut all = [Generator::boxed(native), Generator::boxed(genawaiter), Generator::boxed(ByHand::Start)];
    println!("         #[coroutine]           genawaiter             enum by hand");
    for sent in [Some(1), None, Some(4), Some(6), Some(1)] {
        let call = sent.map_or("start()".to_string(), |n| format!("send({n})"));
        let [a, b, c] = all.each_mut().map(|generator| match sent {
            Some(n) => format!("{:?}", generator.send(n)),
            None => format!("{:?}", generator.start()),
        });
        println!("{call:9}{a:23}{b:23}{c}");
        assert!(a == b && b == c);
    }
}
