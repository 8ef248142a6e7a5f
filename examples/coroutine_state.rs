//! Stage 5 of 11: a coroutine that is sent values, and every state on its way.
//!
//! Look at each block: the call, what the body prints while it runs, and what comes back with the state after it,
//! in Rust and in Python. The 7 *does* arrive: the body binds it, and then has no `yield` left to answer with.
//!
//! What Rust does differently: `yield` gives an `Option`, `None` when the caller asked with `next` and sent
//! nothing. Python fails at `None + 3` then; here the `else` says what to do. A value that cannot be received
//! comes back inside the error. And closing drops the body where it stands, so `Drop` is the `finally`.
//!
//! Run it: `cargo run --example coroutine_state`
#![feature(coroutines, coroutine_trait, yield_expr)]

use std::fmt::Debug;
use std::ops::Coroutine;

use yieldfrom::{Generator, State, Stop};

/// Python: `def coroutine_object(number): ...`, with `b = yield number` and so on.
fn coroutine_object(
    number: i32,
) -> Generator<impl Coroutine<Option<i32>, Yield = i32, Return = ()>, Option<i32>> {
    Generator::new(
        #[coroutine]
        move |_: Option<i32>| {
            println!("    Started: a: {number}");
            let Some(b) = yield number else { return };

            println!("    Received: b: {number}");
            println!("    Calculation: a + b");
            let Some(c) = yield number + b else { return };

            println!("    Received: c: {number}");
            let _seven = yield number * c;

            println!("    Cannot Receive {number}. It's over");
        },
    )
}

/// Something that has to be put back in order, whatever happens.
struct Guard(&'static str);

impl Drop for Guard {
    fn drop(&mut self) {
        println!("    {} is put back", self.0);
    }
}

fn guarded() -> Generator<impl Coroutine<Option<i32>, Yield = i32, Return = ()>, Option<i32>> {
    Generator::new(
        #[coroutine]
        |_: Option<i32>| {
            let _first = Guard("the first guard");
            let _second = Guard("the second guard");
            println!("    both guards are up");
            yield 1;
            println!("    this line never runs");
        },
    )
}

/// What came back from a call, and the state after it.
fn show_answer<V: Debug>(answer: Result<i32, Stop<(), V>>, state: State) {
    let python = match &answer {
        Ok(value) => value.to_string(),
        Err(Stop::Returned(()) | Stop::AlreadyClosed(_)) => "StopIteration".to_string(),
        Err(Stop::JustCreated(_)) => "TypeError".to_string(),
        Err(Stop::AlreadyRunning(_)) => "ValueError".to_string(),
    };
    show_row(&format!("=> {answer:?}"), state, &python);
}

fn show_row(rust: &str, state: State, python: &str) {
    println!("  {rust:24}  {state:9}  |  {python:13}  {}", state.python_name());
}

/// Prints a call, makes it, and prints what came back.
macro_rules! show {
    ($co:ident.$($call:tt)*) => {
        println!();
        println!("{}", stringify!($co.$($call)*));
        show_answer($co.$($call)*, $co.state());
    };
}

fn heading(title: &str) {
    println!("{title:39}|  in Python");
    println!("{:-<39}+{:-<29}", "", "");
}

fn main() {
    heading("From created over suspended to closed");
    println!("co = coroutine_object(3)");
    let mut co = coroutine_object(3);
    show_row("(nothing has run)", co.state(), "");
    show!(co.start());
    show!(co.send(5));
    show!(co.send(10));
    show!(co.send(7));
    show!(co.send(1));

    println!();
    heading("A first send is refused, without harm");
    println!("co = coroutine_object(3)");
    let mut co = coroutine_object(3);
    show!(co.send(5));
    show!(co.start());

    println!();
    heading("Closed half-way, it tidies up");
    println!("co = guarded()");
    let mut co = guarded();
    show!(co.start());
    println!();
    println!("co.close()");
    co.close();
    show_row("=> ()", co.state(), "None");
}
