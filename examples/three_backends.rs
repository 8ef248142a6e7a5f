//! Beyond the tutorial: one trace from three kinds of coroutine.
//!
//! Look at the rows: they are the same, and the program checks it. The first body is a native `#[coroutine]`,
//! the next two are genawaiter's, which makes generators of `async` blocks on stable Rust, and the last is an enum
//! written by hand: what the compiler makes of the first one. By itself genawaiter would lose the 1 that is sent
//! before the start; here it comes back.
//!
//! What Rust does differently: Python has one kind of generator. Here `core::ops::Coroutine` is the one interface,
//! and whatever implements it is tracked by the same `Generator` and driven by the same code.
//!
//! Run it: `cargo run --example three_backends`
#![feature(coroutines, coroutine_trait, yield_expr)]

use std::ops::{Coroutine, CoroutineState};
use std::pin::Pin;

use genawaiter::{rc, sync};
use yieldfrom::{FromGenawaiter, Generator, State};

/// Yields a, then a + b, and returns (a + b) * c, where b and c are sent.
fn native(a: i32) -> impl Coroutine<Option<i32>, Yield = i32, Return = i32> {
    #[coroutine]
    move |_: Option<i32>| {
        let b = (yield a).unwrap_or(0);
        let c = (yield a + b).unwrap_or(1);
        (a + b) * c
    }
}

fn genawaiter_rc(a: i32) -> impl Coroutine<Option<i32>, Yield = i32, Return = i32> {
    FromGenawaiter(rc::Gen::new(|co: rc::Co<i32, Option<i32>>| async move {
        let b = co.yield_(a).await.unwrap_or(0);
        let c = co.yield_(a + b).await.unwrap_or(1);
        (a + b) * c
    }))
}

fn genawaiter_sync(a: i32) -> impl Coroutine<Option<i32>, Yield = i32, Return = i32> {
    FromGenawaiter(sync::Gen::new(|co: sync::Co<i32, Option<i32>>| async move {
        let b = co.yield_(a).await.unwrap_or(0);
        let c = co.yield_(a + b).await.unwrap_or(1);
        (a + b) * c
    }))
}

/// What the compiler makes of `native`: a variant for each place where it can stand, with what it must remember.
enum ByHand {
    Start { a: i32 },
    AtFirstYield { a: i32 },
    AtSecondYield { sum: i32 },
    End,
}

impl Coroutine<Option<i32>> for ByHand {
    type Yield = i32;
    type Return = i32;

    fn resume(mut self: Pin<&mut Self>, sent: Option<i32>) -> CoroutineState<i32, i32> {
        match *self {
            ByHand::Start { a } => {
                *self = ByHand::AtFirstYield { a };
                CoroutineState::Yielded(a)
            }
            ByHand::AtFirstYield { a } => {
                let sum = a + sent.unwrap_or(0);
                *self = ByHand::AtSecondYield { sum };
                CoroutineState::Yielded(sum)
            }
            ByHand::AtSecondYield { sum } => {
                *self = ByHand::End;
                CoroutineState::Complete(sum * sent.unwrap_or(1))
            }
            ByHand::End => unreachable!("a Generator does not resume a body that has ended"),
        }
    }
}

/// What can be seen from outside: each answer, and the state after it.
fn trace(body: impl Coroutine<Option<i32>, Yield = i32, Return = i32> + Unpin) -> Vec<(String, State)> {
    let mut generator = Generator::new(body);
    let mut lines = Vec::new();
    for sent in [Some(1), None, Some(4), Some(6), Some(1)] {
        let answer = match sent {
            Some(value) => generator.send(value).map_err(|stop| format!("{stop:?}")),
            None => generator.start().map_err(|stop| format!("{stop:?}")),
        };
        lines.push((answer.map_or_else(|stop| stop, |value| value.to_string()), generator.state()));
    }
    lines
}

fn main() {
    let traces = [
        ("#[coroutine]", trace(native(3))),
        ("genawaiter::rc", trace(genawaiter_rc(3))),
        ("genawaiter::sync", trace(genawaiter_sync(3))),
        ("enum by hand", trace(ByHand::Start { a: 3 })),
    ];

    println!("{:18}send(1)         start()  send(4)  send(6)       send(1)           state", "");
    for (name, trace) in &traces {
        let [a, b, c, d, (e, state)] = &trace[..] else { unreachable!("five calls") };
        println!("{name:18}{:16}{:9}{:9}{:14}{e:18}{state}", a.0, b.0, c.0, d.0);
    }
    assert!(traces.iter().all(|(_, trace)| *trace == traces[0].1));
    println!("The four traces are the same, the states in between included.");
}
