//! Stage 5 of 11: a coroutine that is sent values, and every state on its way.
//!
//! Look at each block: the call, what the body prints, and what comes back, with the state after it as Rust and as
//! Python name it. The 7 *does* arrive: the body binds it, and then has no `yield` left to answer with.
//!
//! What Rust does differently: `yield` gives an `Option`, and the `else` says what to do where Python would fail at
//! `3 + None`. Where Python raises, an `Err` comes back, with the refused value in it; and `Drop` is the `finally`.
#![feature(coroutines, coroutine_trait, yield_expr)]

use std::ops::Coroutine;
use yieldfrom::Generator;

/// Python: `def coroutine_object(number): ...`, with `b = yield number` and so on.
fn coroutine_object(number: i32) -> impl Coroutine<Option<i32>, Yield = i32, Return = ()> {
    #[coroutine]
    move |_: Option<i32>| {
        println!("    Started: a: {number}");
        let Some(b) = yield number else { return };
        println!("    Received: b: {number}\n    Calculation: a + b");
        let Some(c) = yield number + b else { return };
        println!("    Received: c: {number}");
        let _seven = yield number * c;
        println!("    Cannot Receive {number}. It's over");
    }
}

struct Guard;
impl Drop for Guard {
    fn drop(&mut self) {
        println!("    the guard is dropped");
    }
}

macro_rules! show {
    ($co:ident.$($call:tt)*) => {
        println!("\n{}", stringify!($co.$($call)*));
        println!("  => {:24}{:11}{}", format!("{:?}", $co.$($call)*), $co.state(), $co.state().python_name());
    };
}

fn main() {
    let mut co = Generator::new(coroutine_object(3));
    println!("{:29}{:11}{}", "co = coroutine_object(3)", co.state(), co.state().python_name());
    show!(co.start());
    show!(co.send(5));
    show!(co.send(10));
    show!(co.send(7));
    show!(co.send(1));
    println!("\n\nA new one: its first send is refused, without harm; then it is closed half-way:");
    let mut co = Generator::new(
        #[coroutine]
        |_: Option<i32>| {
            let _guard = Guard;
            yield "half-way";
        },
    );
    show!(co.send(5));
    show!(co.start());
    show!(co.close());
}
