//! Stage 1 of 11: a function that yields, and `next` until StopIteration.
//!
//! Look at the two columns: what Rust answers, and what Python does at the same point. The call of
//! `range_generator` runs nothing of the body; each `next` runs it to the following `yield`; and after the end it
//! stays ended.
//!
//! What Rust does differently: the end is a value (`None`, or `Err(Stop)` when `start` asks) and no exception, so
//! the compiler makes the caller think of it. The body is a closure marked `#[coroutine]`, and its type has no
//! name: `impl Coroutine` says what it yields and what it returns, checked when it is compiled.
//!
//! Run it: `cargo run --example range_generator`
#![feature(coroutines, coroutine_trait, yield_expr)]

use std::ops::Coroutine;

use yieldfrom::Generator;

/// Python: `def range_generator(end): ...`, with a `while` loop around a `yield`.
fn range_generator(end: u32) -> Generator<impl Coroutine<Yield = u32, Return = ()>> {
    Generator::new(
        #[coroutine]
        move || {
            let mut n = 0;
            while n < end {
                yield n;
                n += 1;
            }
        },
    )
}

fn main() {
    println!("call                Rust      Python          state afterwards");

    let mut numbers = range_generator(5);
    println!("range_generator(5)                            {}", numbers.state());

    loop {
        let answer = numbers.next();
        let rust = format!("{answer:?}");
        let python = answer.map_or("StopIteration".to_string(), |n| n.to_string());
        println!("numbers.next()      {rust:8}  {python:14}  {}", numbers.state());
        if answer.is_none() {
            break;
        }
    }

    println!();
    println!("It stays ended, however often it is asked: {:?}, {:?}.", numbers.next(), numbers.next());
    println!("A list of what is left of it: {:?}.", numbers.collect::<Vec<_>>());
    println!("A list of a new one:          {:?}.", range_generator(5).collect::<Vec<_>>());
}
