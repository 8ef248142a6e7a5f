//! Stage 4 of 11: a pipeline of three generators, from the numbers to the loop.
//!
//! Look at the staircase: one number walks through all the stages before the next one sets out. Nothing is
//! collected in between, and nothing runs before the loop asks.
//!
//! What Rust does differently: each stage is a type of its own, so the whole pipeline is one value that allocates
//! nothing, and an optimizing build can melt the stages into one loop. `through` writes them in the order in which
//! the items pass; `squared(odd(read(1..=4)))`, as in Python, is the same.
#![feature(coroutines, yield_expr)]

use yieldfrom::{Generator, Through};

fn read(input: impl Iterator<Item = u32>) -> impl Iterator<Item = u32> {
    Generator::new(
        #[coroutine]
        move || {
            for n in input {
                println!("  read {n}");
                yield n;
            }
        },
    )
}

fn odd(input: impl Iterator<Item = u32>) -> impl Iterator<Item = u32> {
    Generator::new(
        #[coroutine]
        move || {
            for n in input {
                if n % 2 == 0 {
                    println!("{:11}{n} is not odd", "");
                } else {
                    println!("{:11}{n} is odd", "");
                    yield n;
                }
            }
        },
    )
}

fn squared(input: impl Iterator<Item = u32>) -> impl Iterator<Item = u32> {
    Generator::new(
        #[coroutine]
        move || {
            for n in input {
                println!("{:23}{n} * {n}", "");
                yield n * n;
            }
        },
    )
}

fn main() {
    println!("(1..=4) -> read -> odd -> squared -> for x in s");
    let s = (1..=4).through(read).through(odd).through(squared);
    println!("  (the pipeline stands, and nothing has run)");
    for x in s {
        println!("{:34}x is {x}", "");
    }
}
