//! Stage 3 of 11: what a generator saves, in bytes.
//!
//! Look at the columns: the list grows with n, the generator does not, since it holds the one number at which it
//! stands, and the end. An allocator that counts measures the heap while the numbers are being added up; the size
//! of the generator itself is `size_of_val`.
//!
//! What Rust does differently: a Python generator is an object on the heap, with a frame and boxed numbers. This
//! one is a plain value of a few bytes on the stack, its size known when it is compiled, and it allocates nothing.
//!
//! Run it: `cargo run --example memory_footprint`
#![feature(coroutines, coroutine_trait, yield_expr)]

use std::ops::Coroutine;

use allocation_counter::measure;
use yieldfrom::Generator;

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

/// Python: `f"{number:,}"`
fn grouped(number: u64) -> String {
    let digits = number.to_string().into_bytes();
    let groups: Vec<_> = digits.rchunks(3).rev().map(String::from_utf8_lossy).collect();
    groups.join(",")
}

fn main() {
    println!("Bytes that it takes to add up the numbers below n:");
    println!();
    println!("         n | Vec<u32>, on the heap | generator, on the heap | generator itself, suspended");
    println!("-----------|-----------------------|------------------------|----------------------------");
    for n in (1..=7).map(|digits| 10_u32.pow(digits)) {
        let (mut list_sum, mut sum) = (0, 0);
        let list = measure(|| list_sum = (0..n).collect::<Vec<_>>().into_iter().map(u64::from).sum());
        let heap = measure(|| sum = range_generator(n).map(u64::from).sum());
        assert_eq!(list_sum, sum);

        let mut half_way = range_generator(n);
        half_way.nth(n as usize / 2);
        let itself = size_of_val(&half_way);
        let (n, list) = (grouped(n.into()), grouped(list.bytes_max));
        println!("{n:>10} | {list:>21} | {:>22} | {itself:>27}", heap.bytes_max);
    }
}
