//! Stage 6 of 11: the same values with `yield_from!`, and why it is another thing: the open channel (stage 7).
//!
//! Look at the second half beside that of `yield_values`: the values are the same, but now what the caller sends
//! reaches the inner coroutine, and what that one returns is the value of the `yield_from!` expression.
//!
//! What Rust does differently: sending a value into a plain iterator, such as `"AB".chars()`, is an
//! AttributeError in Python when it happens; here `yield_from!` on an iterator does not compile in a body that
//! can be sent values. And the channel is a loop in the outer body, with nothing to look up at run time.
//!
//! Run it: `cargo run --example yield_from`
#![feature(coroutines, coroutine_trait, yield_expr)]

use std::ops::Coroutine;

use yieldfrom::{Generator, yield_from};

type Text = &'static str;

fn letters_and_numbers() -> Generator<impl Coroutine<Yield = String, Return = ()>> {
    Generator::new(
        #[coroutine]
        || {
            yield_from!("AB".chars().map(String::from));
            yield_from!((1..3).map(|number| number.to_string()));
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

/// Python: `return (yield from asker())`
fn outer() -> Generator<impl Coroutine<Option<Text>, Yield = Text, Return = u32>, Option<Text>> {
    Generator::new(
        #[coroutine]
        |_: Option<Text>| yield_from!(asker()),
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
