//! Stage 2 of 11: the `for` loop over a generator, beside what the loop expands to.
//!
//! Look at the first two lines: the two loops do the same. In Rust as in Python, `for` asks for an iterator
//! (`into_iter`, `iter`), then calls `next` until the end (`None`, StopIteration).
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
    print!("the for loop:       ");
    for n in range_generator(5) {
        print!(" {n}");
    }

    print!("\nwhat it expands to: ");
    let mut it = IntoIterator::into_iter(range_generator(5));
    #[expect(clippy::while_let_loop, reason = "`while let` would hide a part of the expansion again")]
    loop {
        match it.next() {
            Some(n) => print!(" {n}"),
            None => break,
        }
    }

    print!("\na loop that breaks: ");
    let mut numbers = range_generator(5);
    for n in &mut numbers {
        print!(" {n}");
        if n == 1 {
            break;
        }
    }
    print!("        and the generator is {}", numbers.state());

    print!("\nthe next goes on:       ");
    for n in &mut numbers {
        print!(" {n}");
    }
    println!("  and the generator is {}", numbers.state());
}
