//! Stage 4 of 11: input -> generator -> generator -> generator -> for.
//!
//! Look at the staircase: one number walks through all the stages before the next one sets out. Nothing is
//! collected in between, and nothing runs before the loop asks. Below it stands the other direction: numbers
//! pushed by their source into two sinks at once.
//!
//! What Rust does differently: each stage is a type of its own, so the whole pipeline is one value that allocates
//! nothing, and an optimizing build can melt the stages into one loop. `through` writes them in the order in which
//! the items pass; `squared(odd(read(1..=4)))`, as in Python, is the same.
//!
//! Run it: `cargo run --example pipeline`
#![feature(coroutines, coroutine_trait, yield_expr)]

use std::ops::Coroutine;

use yieldfrom::{Generator, Through, broadcast};

/// Prints in the column of a stage.
fn at(stage: usize, what: String) {
    println!("  {:indent$}{what}", "", indent = 12 * stage);
}

fn read(input: impl Iterator<Item = u32> + Unpin) -> Generator<impl Coroutine<Yield = u32, Return = ()>> {
    Generator::new(
        #[coroutine]
        move || {
            for n in input {
                at(0, format!("read {n}"));
                yield n;
            }
        },
    )
}

fn odd(input: impl Iterator<Item = u32> + Unpin) -> Generator<impl Coroutine<Yield = u32, Return = ()>> {
    Generator::new(
        #[coroutine]
        move || {
            for n in input {
                if n % 2 == 1 {
                    at(1, format!("{n} is odd"));
                    yield n;
                } else {
                    at(1, format!("{n} is not"));
                }
            }
        },
    )
}

fn squared(input: impl Iterator<Item = u32> + Unpin) -> Generator<impl Coroutine<Yield = u32, Return = ()>> {
    Generator::new(
        #[coroutine]
        move || {
            for n in input {
                at(2, format!("{n} * {n}"));
                yield n * n;
            }
        },
    )
}

/// A sink: it waits for numbers, and combines them until there are no more.
fn combine(
    stage: usize,
    name: &'static str,
    start: u32,
    with: fn(u32, u32) -> u32,
) -> Generator<impl Coroutine<Option<u32>, Yield = (), Return = u32>, Option<u32>> {
    Generator::new(
        #[coroutine]
        move |_: Option<u32>| {
            let mut total = start;
            while let Some(n) = (yield) {
                total = with(total, n);
                at(stage, format!("{name} {total}"));
            }
            total
        },
    )
}

fn main() {
    println!("Pulled: (1..=4) -> read -> odd -> squared -> for x in s");
    let s = (1..=4).through(read).through(odd).through(squared);
    println!("  (the pipeline stands, and nothing has run)");
    for x in s {
        at(3, format!("x is {x}"));
    }

    println!();
    println!("Pushed: (1..=4) -> broadcast -> sum and product");
    let mut sum = combine(1, "sum", 0, |a, b| a + b);
    let mut product = combine(2, "product", 1, |a, b| a * b);
    let mut sinks = broadcast([&mut sum, &mut product]);
    sinks.start().expect("it waits for the first number");
    for n in 1..=4 {
        at(0, format!("push {n}"));
        sinks.send(n).expect("both sinks are open");
    }
}
