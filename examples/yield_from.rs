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

fn letters_and_numbers() -> impl Coroutine<Yield = String, Return = ()> {
    #[coroutine]
    || {
        yield_from!("AB".chars().map(String::from));
        yield_from!((1..3).map(|number| number.to_string()));
    }
}

/// The inner coroutine: it asks two questions, and returns how many were answered.
fn asker() -> impl Coroutine<Option<&'static str>, Yield = &'static str, Return = u32> {
    #[coroutine]
    |_: Option<&'static str>| {
        let mut answered = 0;
        for question in ["Who?", "Where?"] {
            let answer = yield question;
            println!("    the inner one hears {answer:?}");
            answered += u32::from(answer.is_some());
        }
        answered
    }
}

fn main() {
    println!("The values: {}\n", Generator::new(letters_and_numbers()).collect::<Vec<_>>().join(", "));

    let mut outer = Generator::new(
        #[coroutine]
        |_: Option<&'static str>| {
            let answered = yield_from!(asker());
            println!("    the outer one gets {answered} back");
            answered
        },
    );
    println!("outer.start()\n  => {:?}", outer.start());
    for answer in ["Ada", "London"] {
        println!("outer.send({answer:?})");
        println!("  => {:?}", outer.send(answer));
    }
}
