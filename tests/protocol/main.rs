//! Python's generator protocol, rule by rule: the rows of the table in docs/protocol.md, one test or more for each
//! that has a meaning in Rust. The number in a test's name is the row's.
//!
//! Random sequences over larger bodies are in tests/model.

#![feature(async_iterator, coroutine_trait, coroutines, gen_blocks, stmt_expr_attributes, yield_expr)]

mod asynchronous;
mod close;
mod completeness;
mod delegation;
mod genawaiter;
mod iteration;
mod lifecycle;
mod reentrancy;
mod send;
mod throw;

use std::cell::RefCell;
use std::ops::Coroutine;
use std::rc::Rc;

use yieldfrom::{Generator, Resume, Stop};

/// The resume type of most bodies here: numbers are sent, and errors are words.
type Signal = Resume<i32, &'static str>;
type Raised = yieldfrom::Raised<&'static str>;
type Ended = Result<i32, Raised>;

/// A stop with what the body raised.
fn raised<T, V>(raised: impl Into<Raised>) -> Stop<Result<T, Raised>, V> {
    Stop::Returned(Err(raised.into()))
}

/// A stop with what the body returned.
fn returned<T, V>(value: T) -> Stop<Result<T, Raised>, V> {
    Stop::Returned(Ok(value))
}

/// A log that several bodies and their guards write to.
#[derive(Clone, Default)]
struct Log(Rc<RefCell<Vec<&'static str>>>);

impl Log {
    fn note(&self, word: &'static str) {
        self.0.borrow_mut().push(word);
    }

    /// A guard that notes its drop: what `finally` is in Python.
    fn at_drop(&self, word: &'static str) -> NoteAtDrop {
        NoteAtDrop(self.clone(), word)
    }

    /// What was noted since the last time.
    fn take(&self) -> Vec<&'static str> {
        self.0.take()
    }
}

struct NoteAtDrop(Log, &'static str);

impl Drop for NoteAtDrop {
    fn drop(&mut self) {
        self.0.note(self.1);
    }
}

/// Yields 1, 2 and returns 3; catches nothing; notes its start and its end.
fn one_two(
    log: &Log,
) -> Generator<impl Coroutine<Signal, Yield = i32, Return = Ended> + Unpin + use<>, Signal> {
    Generator::new(one_two_body(log))
}

fn one_two_body(log: &Log) -> impl Coroutine<Signal, Yield = i32, Return = Ended> + Unpin + use<> {
    let log = log.clone();
    #[coroutine]
    move |_: Signal| {
        let _finally = log.at_drop("finally");
        log.note("begin");
        (yield 1).received()?;
        (yield 2).received()?;
        Ok(3)
    }
}
