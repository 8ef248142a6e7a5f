//! Beyond the tutorial: errors thrown *into* a generator, and closing it. The rest of Python's protocol.
//!
//! Look at the body of `worker`: what comes in at its `yield` is a `Result`. A hiccup it catches, and works on; any
//! other error it passes on, and ends. To its closing it answers in one of three ways. Then look at what the caller
//! gets, in Rust and in Python.
//!
//! What Rust does differently: an error arrives as a value, not as a jump, so the body says what it does with it, and
//! `?` is the short way to pass it on. `finally` is `Drop`: the desk is tidied on every way out. And a generator that
//! is only dropped is not told to close (Python's would be): its locals go, which is what `Drop` needs.
//!
//! Run it: `cargo run --example throw_and_close`
#![feature(coroutines, coroutine_trait)]

use std::ops::Coroutine;

use yieldfrom::{Generator, Raised, Resume};

type Signal = Resume<u32, &'static str>;
type Ended = Result<u32, Raised<&'static str>>;

/// What a worker does when it is told to close.
enum OnClose {
    PassOn,
    Report,
    Ignore,
}

struct Desk;

impl Drop for Desk {
    fn drop(&mut self) {
        println!("    the desk is tidied");
    }
}

/// Counts the jobs that it is sent.
fn worker(on_close: OnClose) -> Generator<impl Coroutine<Signal, Yield = u32, Return = Ended>, Signal> {
    Generator::new(
        #[coroutine]
        move |_: Signal| {
            let _desk = Desk;
            let mut done = 0;
            loop {
                match (yield done).received() {
                    Ok(jobs) => done += jobs.unwrap_or(1),
                    Err(Raised::Error("hiccup")) => println!("    a hiccup: caught"),
                    Err(Raised::Exit) => match on_close {
                        OnClose::PassOn => return Err(Raised::Exit),
                        OnClose::Report => return Ok(done),
                        OnClose::Ignore => println!("    told to close: not now"),
                    },
                    Err(other) => return Err(other),
                }
            }
        },
    )
}

/// Prints a call, makes it, and prints what came back, the state, and what Python does.
macro_rules! show {
    ($generator:ident.$call:ident($($argument:expr)?), $python:literal) => {
        println!("{}.{}({})", stringify!($generator), stringify!($call), stringify!($($argument)?));
        let answer = format!("{:?}", $generator.$call($($argument)?));
        println!("  => {answer:38}  {:9}  |  {}", $generator.state(), $python);
    };
}

fn main() {
    println!("Errors                                                 |  in Python");
    let mut one = worker(OnClose::PassOn);
    show!(one.start(), "0");
    show!(one.send(2), "2");
    show!(one.throw("hiccup"), "2, it was caught");
    show!(one.throw("fire"), "raises fire");
    show!(one.throw("ashes"), "raises ashes");

    println!("\nAn error before the start: the body never runs         |  in Python");
    let mut two = worker(OnClose::PassOn);
    show!(two.throw("hiccup"), "raises hiccup");

    println!("\nClosed, and the exit passed on                         |  in Python");
    let mut three = worker(OnClose::PassOn);
    show!(three.start(), "0");
    show!(three.close(), "None");

    println!("\nClosed, and answered with a value                      |  in Python");
    let mut four = worker(OnClose::Report);
    show!(four.start(), "0");
    show!(four.send(5), "5");
    show!(four.close(), "5, from 3.13 on");
    show!(four.close(), "None");

    println!("\nThrown the exit: an error like any other               |  in Python");
    let mut five = worker(OnClose::PassOn);
    show!(five.start(), "0");
    show!(five.throw_exit(), "raises GeneratorExit");

    println!("\nClosed, and ignored: it goes on until dropped          |  in Python");
    let mut six = worker(OnClose::Ignore);
    show!(six.start(), "0");
    show!(six.close(), "raises RuntimeError");
    show!(six.send(3), "3");
    println!("drop(six)");
    drop(six);
}
