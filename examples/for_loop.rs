//! Stage 2 of 11: the `for` loop over a generator, beside what the loop expands to.
//!
//! Look at the two loops: they do the same. In Rust as in Python, `for` asks for an iterator, then calls `next`
//! until the end.
//!
//! | | Rust | Python |
//! |---|---|---|
//! | asks for the iterator | `IntoIterator::into_iter(numbers)` | `it = iter(numbers)` |
//! | asks for each item | `it.next()` | `next(it)` |
//! | knows the end by | `None` | `except StopIteration: break` |
//!
//! What Rust does differently: `for n in numbers` takes the generator, and it is dropped after the loop;
//! `for n in &mut numbers` borrows it, and a loop that breaks can go on later where it stood. Python's
//! loop always borrows.
//!
//! Run it: `cargo run --example for_loop`
#![feature(coroutines, coroutine_trait, yield_expr)]

use std::ops::Coroutine;

use yieldfrom::Generator;

fn range_generator(end: u32) -> Generator<impl Coroutine<Yield = u32, Return = ()>> {
    Generator::new(
        #[coroutine]
        move || {
            for n in 0..end {
                yield n
            }
        },
    )
}

fn main() {
    println!("The for loop:");
    for n in range_generator(5) {
        println!("  {n}");
    }

    println!("What it expands to:");
    let mut it = IntoIterator::into_iter(range_generator(5));
    #[expect(clippy::while_let_loop, reason = "`while let` would hide a part of the expansion again")]
    loop {
        match it.next() {
            Some(n) => println!("  {n}"),
            None => break,
        }
    }

    println!("A loop that is left, and one that goes on where the first stood:");
    let mut numbers = range_generator(5);
    for n in &mut numbers {
        println!("  {n}");
        if n == 1 {
            println!("  (break; the generator is {})", numbers.state());
            break;
        }
    }
    for n in &mut numbers {
        println!("  {n}");
    }
    println!("  (the end; the generator is {})", numbers.state());
}
