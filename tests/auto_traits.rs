//! What may cross threads and what may be moved: the auto traits are a promise that no signature shows, and a new
//! field would break it without a word.
#![feature(coroutine_trait)]
#![allow(dead_code, reason = "types that are only asked for their traits")]

use std::cell::Cell;
use std::error::Error;
use std::io;
use std::marker::{PhantomData, PhantomPinned};
use std::ops::{Coroutine, CoroutineState};
use std::pin::Pin;
use std::rc::Rc;

use yieldfrom::stream::{FromAsyncIter, IntoAsyncIter};
use yieldfrom::{
    Answer, BoxedFrame, BoxedGenerator, Either, FromGenawaiter, Generator, Handle, Raised, Recursive, Resume,
    Shared, State, Step, Stop, Task,
};

/// Whether a type implements a trait: the inherent constant hides the trait's where its bound holds.
macro_rules! implements {
    ($type:ty, $bound:path) => {{
        trait Otherwise {
            const YES: bool = false;
        }
        impl<T: ?Sized> Otherwise for T {}
        struct Probe<T: ?Sized>(PhantomData<T>);
        impl<T: ?Sized + $bound> Probe<T> {
            const YES: bool = true;
        }
        <Probe<$type>>::YES
    }};
}

/// Which of `Send`, `Sync` and `Unpin` a type has, as letters.
macro_rules! traits {
    ($type:ty) => {
        [
            implements!($type, Send).then_some("Send"),
            implements!($type, Sync).then_some("Sync"),
            implements!($type, Unpin).then_some("Unpin"),
        ]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ")
    };
}

/// A body that holds an `M` and returns a `T`.
struct Body<M, T>(M, PhantomData<fn() -> T>);

impl<M, T, R> Coroutine<R> for Body<M, T> {
    type Yield = ();
    type Return = T;

    fn resume(self: Pin<&mut Self>, _: R) -> CoroutineState<(), T> {
        CoroutineState::Yielded(())
    }
}

type Local = Rc<()>;
type Sendable = Cell<()>;

#[test]
fn a_generator_is_what_its_body_and_its_return_value_are() {
    assert_eq!(traits!(Generator<Body<(), ()>>), "Send Sync Unpin");
    assert_eq!(traits!(Generator<Body<Sendable, ()>>), "Send Unpin");
    assert_eq!(traits!(Generator<Body<(), Sendable>>), "Send Unpin");
    assert_eq!(traits!(Generator<Body<Local, ()>>), "Unpin");
    assert_eq!(traits!(Generator<Body<(), Local>>), "Unpin", "the return value is kept after iterating");
    assert_eq!(
        traits!(Generator<Body<(), ()>, Option<Local>>),
        "Send Sync Unpin",
        "signals only pass through"
    );
    assert_eq!(traits!(Generator<Pin<Box<Body<PhantomPinned, ()>>>>), "Send Sync Unpin");
}

#[test]
fn a_boxed_generator_stays_on_its_thread_unless_its_box_says_otherwise() {
    type AcrossThreads = Pin<Box<dyn Coroutine<Yield = u32, Return = ()> + Send>>;
    assert_eq!(traits!(BoxedGenerator<'static, u32>), "Unpin");
    assert_eq!(traits!(Generator<AcrossThreads>), "Send Unpin");
    assert_eq!(traits!(BoxedFrame<'static, u32>), "Unpin");
}

#[test]
fn a_shared_generator_stays_on_its_thread() {
    assert_eq!(traits!(Shared<'static, u32>), "Unpin");
    assert_eq!(traits!(Handle<'static, u32>), "Unpin");
}

#[test]
fn a_recursion_is_what_its_frames_are_and_can_always_be_moved() {
    type Of<M> = Recursive<fn(Local) -> Body<M, Local>, Body<M, Local>, Local, Local, Option<Local>, Local>;
    assert_eq!(traits!(Of<()>), "Send Sync Unpin", "arguments, items and values only pass through");
    assert_eq!(traits!(Of<Sendable>), "Send Unpin");
    assert_eq!(traits!(Of<Local>), "Unpin");
    assert_eq!(traits!(Of<PhantomPinned>), "Send Sync Unpin");
}

#[test]
fn a_task_is_what_its_body_and_its_future_are() {
    assert_eq!(traits!(Task<(), ()>), "Send Sync Unpin");
    assert_eq!(traits!(Task<Local, ()>), "Unpin");
    assert_eq!(traits!(Task<(), Local>), "Unpin");
    assert_eq!(traits!(Task<PhantomPinned, ()>), "Send Sync");
    assert_eq!(traits!(Task<(), PhantomPinned>), "Send Sync");
}

#[test]
fn adapters_are_what_they_adapt() {
    assert_eq!(traits!(FromGenawaiter<Sendable>), "Send Unpin");
    assert_eq!(traits!(FromAsyncIter<Sendable>), "Send Unpin");
    assert_eq!(traits!(IntoAsyncIter<PhantomPinned>), "Send Sync");
    assert_eq!(traits!(Either<(), Sendable>), "Send Unpin");
}

#[test]
fn words_are_what_they_carry_and_errors_cross_threads() {
    assert_eq!(traits!(State), "Send Sync Unpin");
    assert_eq!(traits!(Resume<(), Sendable>), "Send Unpin");
    assert_eq!(traits!(Step<Sendable, ()>), "Send Unpin");
    assert_eq!(traits!(Answer<(), Local>), "Unpin");

    fn error<E: Error + Send + Sync + 'static>() {}
    error::<Stop<u32, String>>();
    error::<Stop<Result<u32, Raised<io::Error>>, io::Error>>();
    error::<Raised<io::Error>>();
}
