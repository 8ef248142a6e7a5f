//! Stage 6 of 11: passing on the values of another generator, one by one, with a loop around `yield`.
//!
//! Look at the second half: the loop passes values *out*, and that is all. What the caller sends stops at the
//! loop's own `yield`; the inner coroutine never hears it, and what it returns is lost. Then run `yield_from`: the
//! same program without the loops. Only the values are the same.
//!
//! What Rust does differently: a generator yields values of one type. Python can yield letters and then numbers;
//! here both are made texts first.
//!
//! Run it: `cargo run --example yield_values`
#![feature(coroutines, coroutine_trait, yield_expr)]

use std::ops::Coroutine;

use yieldfrom::Generator;

type Text = &'static str;

fn letters_and_numbers() -> Generator<impl Coroutine<Yield = String, Return = ()>> {
    Generator::new(
        #[coroutine]
        || {
            for letter in "AB".chars() {
                yield letter.to_string();
            }
            for number in 1..3 {
                yield number.to_string();
            }
        },
    )
}

/// The inner coroutine: it asks two questions, and returns how many were answered.
fn asker() -> impl Coroutine<Option<Text>, Yield = Text, Return = u32> {
    #[coroutine]
    |_: Option<Text>| {
        let mut answered = 0;
        for question in ["Who?", "Where?"] {
            let answer = yield question;
            println!("    the inner one hears {answer:?}");
            answered += u32::from(answer.is_some());
        }
        answered
    }
}

/// Python: `for question in asker(): lost = yield question`
fn outer() -> Generator<impl Coroutine<Option<Text>, Yield = Text, Return = ()>, Option<Text>> {
    Generator::new(
        #[coroutine]
        |_: Option<Text>| {
            for question in Generator::new(asker()) {
                let lost = yield question;
                println!("    the loop gets {lost:?}, and keeps it");
            }
        },
    )
}

fn main() {
    println!("The values: {}", letters_and_numbers().collect::<Vec<_>>().join(", "));
    println!();

    let mut outer = outer();
    println!("outer.start()");
    println!("  => {:?}", outer.start());
    for answer in ["Ada", "London"] {
        println!("outer.send({answer:?})");
        println!("  => {:?}", outer.send(answer));
    }
}
