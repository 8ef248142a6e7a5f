//! Stage 3 of 11: what a generator saves, in bytes.
//!
//! Look at the columns: the list grows with n, the generator does not, since it holds the one number at which it
//! stands, and the end. The heap is measured by an allocator that counts, while each sum is being worked out; the
//! size of the generator itself is `size_of_val`.
//!
//! What Rust does differently: a Python generator is an object on the heap, with a frame and boxed numbers. This
//! one is a plain value of a few bytes on the stack, its size known when it is compiled, and it allocates nothing.
//!
//! Run it: `cargo run --example memory_footprint`
#![feature(coroutines, coroutine_trait, yield_expr)]

use std::ops::Coroutine;

use yieldfrom::{Generator, State};

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

/// Adds the numbers up, and measures how many bytes of the heap were in use at once meanwhile.
fn sum_and_heap_bytes(numbers: impl FnOnce() -> u64) -> (u64, u64) {
    let mut sum = 0;
    let heap = allocation_counter::measure(|| sum = numbers());
    (sum, heap.bytes_max)
}

/// Python: `f"{number:,}"`
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|g| std::str::from_utf8(g).unwrap()).collect();
    groups.join(",")
}

fn main() {
    println!("Bytes that it takes to add up the numbers below n:");
    println!();
    println!("         n | Vec<u32>, on the heap | generator, on the heap | generator itself, suspended");
    println!("-----------|-----------------------|------------------------|----------------------------");
    for n in (1..=7).map(|digits| 10_u32.pow(digits)) {
        let (list_sum, list_heap) =
            sum_and_heap_bytes(|| (0..n).collect::<Vec<u32>>().iter().copied().map(u64::from).sum());
        let (sum, heap) = sum_and_heap_bytes(|| range_generator(n).map(u64::from).sum());
        assert_eq!(list_sum, sum);

        let mut half_way = range_generator(n);
        half_way.nth(n as usize / 2);
        assert_eq!(half_way.state(), State::Suspended);
        println!(
            "{:>10} | {:>21} | {heap:>22} | {:>27}",
            grouped(n.into()),
            grouped(list_heap),
            size_of_val(&half_way)
        );
    }
}
