//! Beyond the tutorial: backtracking, with a result for each call.
//!
//! Look at `permutations`: it picks a letter, calls itself for the rest, and goes on with the next letter when that
//! call has ended. Each call returns how many permutations it found; the caller adds them up, and the sum of all is
//! what the generator returns. Then at the last line: 20 letters have 2,432,902,008,176,640,000 permutations, of
//! which only those are made that are asked for.
//!
//! What Rust does differently: `recurse!` takes the arguments of the call as one value, here a pair. A frame must not
//! borrow from itself across a `recurse!`, so the loop goes over places and not over `rest.iter()`. And the return
//! value waits in the generator (`take_return`) after the loop over it.
//!
//! Run it: `cargo run --example permutations` or `cargo run --example permutations -- abcd`
#![feature(coroutines, yield_expr)]

#[path = "shared/arguments.rs"]
mod arguments;

use yieldfrom::{Frame, emit, recurse, recursive};

const HELP: &str = "\
Usage: permutations [LETTERS]

Prints all orders of the letters (default: abc), and the first ones of the alphabet.";

/// What has been picked, and what is left.
type Call = (String, Vec<char>);

/// Python: `for i, c in enumerate(rest): count += yield from permutations(picked + c, rest[:i] + rest[i + 1:])`.
fn permutations((picked, rest): Call) -> impl Frame<Call, String, (), usize> {
    #[coroutine]
    move |_| {
        if rest.is_empty() {
            emit!(picked);
            return 1;
        }
        let mut count = 0;
        for place in 0..rest.len() {
            let mut others = rest.clone();
            let letter = others.remove(place);
            count += recurse!((format!("{picked}{letter}"), others));
        }
        count
    }
}

fn main() {
    let letters = arguments::at_most_one(HELP, arguments::arguments(HELP)).unwrap_or("abc".to_owned());

    let mut orders = recursive(permutations, (String::new(), letters.chars().collect()));
    for order in &mut orders {
        println!("{order}");
    }
    println!("orders of {letters}: {}", orders.take_return().unwrap_or_default());

    let of_twenty = recursive(permutations, (String::new(), ('a'..='t').collect()));
    println!("of twenty letters: {}, …", of_twenty.take(3).collect::<Vec<_>>().join(", "));
}
