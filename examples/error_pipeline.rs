//! Beyond the tutorial: a pipeline that survives errors, each one handled by the innermost stage that can.
//!
//! A sensor is read through three generators, each delegating to the next: `session` opens a `connection` and, when
//! that is lost, another one; the connection reads through a `sensor`, which replaces a garbled reading. The caller
//! talks to the outermost only, and throws into it what the wire reports. Look at who answers: the innermost is asked
//! first, and an error that it does not handle goes outwards until somebody does. What a generator had open is closed
//! before the next one outwards hears of the error.
//!
//! What Rust does differently: an unhandled error leaves through `?`, which is visible, and what can be thrown is a
//! type, so that a `match` on it is checked.
//!
//! Run it: `cargo run --example error_pipeline`
#![feature(coroutines, coroutine_trait, yield_expr)]

use std::ops::Coroutine;

use yieldfrom::{Generator, Raised, Resume, Stop, yield_from};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    Garbled,
    LineLost,
    PowerCut,
}

type Signal = Resume<i32, Fault>;
type Ended = Result<usize, Raised<Fault>>;

struct Open(String);

impl Open {
    fn new(what: String) -> Self {
        println!("    {what}: opened");
        Open(what)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        println!("    {}: closed", self.0);
    }
}

/// Yields each reading that it is sent; a garbled one it replaces by the last. Returns how many were good.
fn sensor() -> impl Coroutine<Signal, Yield = i32, Return = Ended> {
    #[coroutine]
    |_: Signal| {
        let (mut last, mut good) = (0, 0);
        loop {
            match (yield last).received() {
                Ok(Some(reading)) => (last, good) = (reading, good + 1),
                Ok(None) => return Ok(good),
                Err(Raised::Error(Fault::Garbled)) => println!("    sensor: garbled, {last} again"),
                Err(other) => return Err(other),
            }
        }
    }
}

/// Holds the line open while the sensor is read. It handles nothing, and tidies up.
fn connection(number: u32) -> impl Coroutine<Signal, Yield = i32, Return = Ended> {
    #[coroutine]
    move |_: Signal| {
        let _line = Open::new(format!("line {number}"));
        yield_from!(sensor())
    }
}

/// Opens a new connection when one is lost, twice at most.
fn session() -> Generator<impl Coroutine<Signal, Yield = i32, Return = Ended>, Signal> {
    Generator::new(
        #[coroutine]
        |_: Signal| {
            let _session = Open::new("session".to_string());
            for number in 1..=2 {
                match yield_from!(connection(number)) {
                    Err(Raised::Error(Fault::LineLost)) => println!("    session: line lost"),
                    other => return other,
                }
            }
            Err(Fault::LineLost)?
        },
    )
}

fn show<V>(answer: Result<i32, Stop<Ended, V>>) {
    match answer.map_err(Stop::into_returned) {
        Ok(reading) => println!("  => {reading}"),
        Err(Some(end)) => println!("  => the end: {end:?}"),
        Err(None) => println!("  => it had ended"),
    }
}

/// Sends readings and throws faults, as they come over the wire, and prints the answers.
fn run(wire: &[Result<i32, Fault>]) {
    let mut session = session();
    println!("start");
    show(session.start());
    for event in wire {
        match *event {
            Ok(reading) => {
                println!("send {reading}");
                show(session.send(reading));
            }
            Err(fault) => {
                println!("throw {fault:?}");
                show(session.throw(fault));
            }
        }
    }
    println!("close");
    println!("  => {:?}", session.close());
}

fn main() {
    println!("Two faults, each handled by the innermost that can:");
    run(&[Ok(20), Ok(21), Err(Fault::Garbled), Err(Fault::LineLost), Ok(22)]);
    println!("\nOne that nobody handles:");
    run(&[Ok(20), Err(Fault::PowerCut)]);
}
