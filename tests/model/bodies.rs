//! Real bodies, each beside the program that says the same to the model.

use std::cell::{Cell, RefCell};
use std::convert::identity;
use std::ops::{Coroutine, Range};
use std::pin::Pin;
use std::rc::Rc;

use genawaiter::{rc, sync};
use yieldfrom::{FromGenawaiter, Generator, Resume, Shared, State, Stop, yield_from};

use crate::model::Catch::{AnyError, Anything, Only};
use crate::model::Number::{Is, Received, Sum};
use crate::model::Step::{Add, Delegate, Goto, Note, Raise, Reraise, Return, Yield};
use crate::model::{Error, Event, Held, Inner, Operation, Outcome, Program, Raised, Rung};

pub(crate) type Signal = Resume<i32, Error>;
pub(crate) type Ended = Result<i32, Raised>;

/// A body of the third rung.
pub(crate) trait Body: Coroutine<Signal, Yield = i32, Return = Ended> + Unpin + 'static {}
impl<B: Coroutine<Signal, Yield = i32, Return = Ended> + Unpin + 'static> Body for B {}

// What bodies do beside yielding.

thread_local! {
    static LOG: RefCell<Vec<Event>> = const { RefCell::new(Vec::new()) };
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

pub(crate) fn take_log() -> Vec<Event> {
    LOG.take()
}

/// How many bodies have begun and not ended.
pub(crate) fn depth() -> usize {
    DEPTH.get()
}

pub(crate) fn note(word: &'static str) {
    LOG.with_borrow_mut(|log| log.push(Event::Note(word)));
}

/// Every body begins with one, and it is dropped with the body's locals.
pub(crate) fn begin(name: &'static str) -> Begun {
    LOG.with_borrow_mut(|log| log.push(Event::Begin(name)));
    DEPTH.set(DEPTH.get() + 1);
    Begun(name)
}

pub(crate) struct Begun(&'static str);

impl Drop for Begun {
    fn drop(&mut self) {
        LOG.with_borrow_mut(|log| log.push(Event::End(self.0)));
        DEPTH.set(DEPTH.get() - 1);
    }
}

// A generator of any rung, as the sequences see it.

pub(crate) trait Subject {
    fn operate(&mut self, operation: Operation) -> Outcome;
    fn state(&self) -> State;
}

fn ended<V: PartialEq + std::fmt::Debug>(stop: Stop<Ended, V>, refused: V) -> Outcome {
    let state = stop.state();
    match stop {
        Stop::Returned(Ok(value)) => Outcome::Returned(value),
        Stop::Returned(Err(raised)) => Outcome::Raised(raised),
        Stop::JustCreated(back) | Stop::AlreadyRunning(back) | Stop::AlreadyClosed(back) => {
            assert_eq!(back, refused, "what was refused comes back");
            Outcome::Refused(state)
        }
    }
}

fn iterated(next: Option<i32>, take_return: impl FnOnce() -> Option<Ended>) -> Outcome {
    match next {
        Some(number) => Outcome::Yielded(number),
        None => match take_return() {
            Some(end) => ended(Stop::Returned(end), ()),
            None => Outcome::Refused(State::Closed),
        },
    }
}

impl<B: Body> Subject for Generator<B, Signal> {
    fn operate(&mut self, operation: Operation) -> Outcome {
        let result = match operation {
            Operation::Next => self.start().map_err(|stop| ended(stop, ())),
            Operation::Iterate => return iterated(self.next(), || self.take_return()),
            Operation::Send(number) => self.send(number).map_err(|stop| ended(stop, number)),
            Operation::Throw(error) => self.throw(error).map_err(|stop| ended(stop, error)),
            Operation::ThrowExit => self.throw_exit().map_err(|stop| ended(stop, ())),
            Operation::Close => return self.close().map_or_else(Outcome::Raised, Outcome::Closed),
        };
        result.map_or_else(|outcome| outcome, Outcome::Yielded)
    }

    fn state(&self) -> State {
        Generator::state(self)
    }
}

fn infallible<V>(stop: Stop<i32, V>) -> Stop<Ended, V> {
    match stop {
        Stop::Returned(value) => Stop::Returned(Ok(value)),
        Stop::JustCreated(value) => Stop::JustCreated(value),
        Stop::AlreadyRunning(value) => Stop::AlreadyRunning(value),
        Stop::AlreadyClosed(value) => Stop::AlreadyClosed(value),
    }
}

impl<B: Coroutine<Option<i32>, Yield = i32, Return = i32> + Unpin> Subject for Generator<B, Option<i32>> {
    fn operate(&mut self, operation: Operation) -> Outcome {
        let result = match operation {
            Operation::Next => self.start().map_err(|stop| ended(infallible(stop), ())),
            Operation::Iterate => return iterated(self.next(), || self.take_return().map(Ok)),
            Operation::Send(number) => self.send(number).map_err(|stop| ended(infallible(stop), number)),
            Operation::Throw(_) | Operation::ThrowExit => Err(Outcome::Impossible),
            Operation::Close => {
                self.close();
                Err(Outcome::Closed(None))
            }
        };
        result.map_or_else(|outcome| outcome, Outcome::Yielded)
    }

    fn state(&self) -> State {
        Generator::state(self)
    }
}

impl<B: Coroutine<(), Yield = i32, Return = i32> + Unpin> Subject for Generator<B> {
    fn operate(&mut self, operation: Operation) -> Outcome {
        match operation {
            Operation::Next => self.start().map_or_else(|stop| ended(infallible(stop), ()), Outcome::Yielded),
            Operation::Iterate => iterated(self.next(), || self.take_return().map(Ok)),
            Operation::Send(_) | Operation::Throw(_) | Operation::ThrowExit => Outcome::Impossible,
            Operation::Close => {
                self.close();
                Outcome::Closed(None)
            }
        }
    }

    fn state(&self) -> State {
        Generator::state(self)
    }
}

// Bodies that delegate to nothing.

/// A body and the program that says the same.
pub(crate) struct Pair<B> {
    real: B,
    model: Program,
}

fn full(name: &'static str, steps: Vec<(crate::model::Step, Vec<(crate::model::Catch, usize)>)>) -> Program {
    Program { name, rung: Rung::Full, steps, held: vec![] }
}

/// Yields 1 to 3, and catches nothing.
fn plain(name: &'static str) -> Pair<impl Body> {
    Pair {
        real: #[coroutine]
        move |_: Signal| {
            let _begun = begin(name);
            for number in 1..=3 {
                (yield number).received()?;
            }
            Ok(10)
        },
        model: full(
            name,
            vec![
                (Yield(Is(1)), vec![]),
                (Yield(Is(2)), vec![]),
                (Yield(Is(3)), vec![]),
                (Return(Is(10)), vec![]),
            ],
        ),
    }
}

fn summing_program(name: &'static str) -> Program {
    full(
        name,
        vec![
            (Yield(Sum), vec![(AnyError, 3)]),
            (Add, vec![]),
            (Goto(0), vec![]),
            (Note("caught"), vec![]),
            (Goto(0), vec![]),
        ],
    )
}

/// Catches every error and goes on, for ever.
fn summing(name: &'static str) -> Pair<impl Body> {
    Pair {
        real: #[coroutine]
        move |_: Signal| {
            let _begun = begin(name);
            let mut sum = 0;
            loop {
                match (yield sum).received() {
                    Ok(number) => sum += number.unwrap_or(1),
                    Err(Raised::Error(_)) => note("caught"),
                    Err(other) => return Err(other),
                }
            }
        },
        model: summing_program(name),
    }
}

/// The same over genawaiter.
macro_rules! summing_with {
    ($backend:ident, $name:expr) => {{
        let name = $name;
        Pair {
            real: FromGenawaiter($backend::Gen::new(async move |co: $backend::Co<i32, Signal>| -> Ended {
                let _begun = begin(name);
                let mut sum = 0;
                loop {
                    match co.yield_(sum).await.received() {
                        Ok(number) => sum += number.unwrap_or(1),
                        Err(Raised::Error(_)) => note("caught"),
                        Err(other) => return Err(other),
                    }
                }
            })),
            model: summing_program(name),
        }
    }};
}

/// Turns every error into its own.
fn converting(name: &'static str) -> Pair<impl Body> {
    Pair {
        real: #[coroutine]
        move |_: Signal| {
            let _begun = begin(name);
            for number in 1..=2 {
                match (yield number).received() {
                    Err(Raised::Error(_)) => Err("converted")?,
                    other => other?,
                };
            }
            Ok(11)
        },
        model: full(
            name,
            vec![
                (Yield(Is(1)), vec![(AnyError, 3)]),
                (Yield(Is(2)), vec![(AnyError, 3)]),
                (Return(Is(11)), vec![]),
                (Raise(Raised::Error("converted")), vec![]),
            ],
        ),
    }
}

/// Yields on whatever comes, for ever.
fn ignoring(name: &'static str) -> Pair<impl Body> {
    Pair {
        real: #[coroutine]
        move |_: Signal| {
            let _begun = begin(name);
            loop {
                if (yield 7).received().is_err() {
                    note("ignored");
                }
            }
        },
        model: full(
            name,
            vec![
                (Yield(Is(7)), vec![(Anything, 2)]),
                (Goto(0), vec![]),
                (Note("ignored"), vec![]),
                (Goto(0), vec![]),
            ],
        ),
    }
}

/// Ignores one exit, and obeys the next.
fn stubborn(name: &'static str) -> Pair<impl Body> {
    Pair {
        real: #[coroutine]
        move |_: Signal| {
            let _begun = begin(name);
            while (yield 8).received() != Err(Raised::Exit) {}
            (yield 9).received()?;
            Ok(12)
        },
        model: full(
            name,
            vec![
                (Yield(Is(8)), vec![(Only(Raised::Exit), 2), (Anything, 0)]),
                (Goto(0), vec![]),
                (Yield(Is(9)), vec![]),
                (Return(Is(12)), vec![]),
            ],
        ),
    }
}

/// Returns in answer to an error and to an exit.
fn answering(name: &'static str) -> Pair<impl Body> {
    Pair {
        real: #[coroutine]
        move |_: Signal| {
            let _begun = begin(name);
            let mut sum = 0;
            loop {
                match (yield sum).received() {
                    Ok(number) => sum += number.unwrap_or(1),
                    Err(Raised::Error(_)) => return Ok(-7),
                    Err(_) => return Ok(sum),
                }
            }
        },
        model: full(
            name,
            vec![
                (Yield(Sum), vec![(AnyError, 3), (Anything, 4)]),
                (Add, vec![]),
                (Goto(0), vec![]),
                (Return(Is(-7)), vec![]),
                (Return(Sum), vec![]),
            ],
        ),
    }
}

/// Yields once more before it passes on what was raised: Python's `yield` in a `finally`.
fn lingering(name: &'static str) -> Pair<impl Body> {
    Pair {
        real: #[coroutine]
        move |_: Signal| {
            let _begun = begin(name);
            if let Err(pending) = (yield 1).received() {
                note("cleaning up");
                (yield 99).received()?;
                return Err(pending);
            }
            Ok(13)
        },
        model: full(
            name,
            vec![
                (Yield(Is(1)), vec![(Anything, 2)]),
                (Return(Is(13)), vec![]),
                (Note("cleaning up"), vec![]),
                // Anything raised here replaces what is pending; else that goes on.
                (Yield(Is(99)), vec![]),
                (Reraise, vec![]),
            ],
        ),
    }
}

/// Raises an error of its own.
fn failing(name: &'static str) -> Pair<impl Body> {
    Pair {
        real: #[coroutine]
        move |_: Signal| {
            let _begun = begin(name);
            (yield 1).received()?;
            Err("own")?
        },
        model: full(name, vec![(Yield(Is(1)), vec![]), (Raise(Raised::Error("own")), vec![])]),
    }
}

/// Raises an exit that nobody asked for.
fn exiting(name: &'static str) -> Pair<impl Body> {
    Pair {
        real: #[coroutine]
        move |_: Signal| {
            let _begun = begin(name);
            (yield 1).received()?;
            Err(Raised::Exit)
        },
        model: full(name, vec![(Yield(Is(1)), vec![]), (Raise(Raised::Exit), vec![])]),
    }
}

/// Returns before it ever yields.
fn early(name: &'static str) -> Pair<impl Body> {
    Pair {
        real: #[coroutine]
        move |_: Signal| {
            let _begun = begin(name);
            if name.is_empty() {
                yield 0;
            }
            Ok(14)
        },
        model: full(name, vec![(Return(Is(14)), vec![])]),
    }
}

/// Raises another error when it is told to close.
fn failing_to_close(name: &'static str) -> Pair<impl Body> {
    Pair {
        real: #[coroutine]
        move |_: Signal| {
            let _begun = begin(name);
            loop {
                match (yield 2).received() {
                    Err(Raised::Exit) => Err("no disk")?,
                    other => other?,
                };
            }
        },
        model: full(
            name,
            vec![
                (Yield(Is(2)), vec![(Only(Raised::Exit), 2)]),
                (Goto(0), vec![]),
                (Raise(Raised::Error("no disk")), vec![]),
            ],
        ),
    }
}

/// Catches one error and no other; borrows from itself across a `yield`, hence boxed.
fn selective(name: &'static str) -> Pair<impl Body> {
    Pair {
        real: Box::pin(
            #[coroutine]
            static move |_: Signal| {
                let _begun = begin(name);
                let numbers = [3, 4];
                for number in &numbers {
                    match (yield *number).received() {
                        Err(Raised::Error("spark")) => note("caught a spark"),
                        other => drop(other?),
                    }
                }
                Ok(15)
            },
        ),
        model: full(
            name,
            vec![
                (Yield(Is(3)), vec![(Only(Raised::Error("spark")), 3)]),
                (Yield(Is(4)), vec![(Only(Raised::Error("spark")), 5)]),
                (Return(Is(15)), vec![]),
                (Note("caught a spark"), vec![]),
                (Goto(1), vec![]),
                (Note("caught a spark"), vec![]),
                (Goto(2), vec![]),
            ],
        ),
    }
}

// The lower rungs.

fn counting(name: &'static str) -> Pair<impl Coroutine<(), Yield = i32, Return = i32> + Unpin> {
    Pair {
        real: #[coroutine]
        move || {
            let _begun = begin(name);
            yield 1;
            yield 2;
            16
        },
        model: Program {
            name,
            rung: Rung::Plain,
            steps: vec![(Yield(Is(1)), vec![]), (Yield(Is(2)), vec![]), (Return(Is(16)), vec![])],
            held: vec![],
        },
    }
}

fn receiving(name: &'static str) -> Pair<impl Coroutine<Option<i32>, Yield = i32, Return = i32> + Unpin> {
    Pair {
        real: #[coroutine]
        move |_: Option<i32>| {
            let _begun = begin(name);
            let mut sum = 0;
            for _ in 0..3 {
                sum += (yield sum).unwrap_or(1);
            }
            sum
        },
        model: Program {
            name,
            rung: Rung::Sends,
            steps: vec![
                (Yield(Sum), vec![]),
                (Add, vec![]),
                (Yield(Sum), vec![]),
                (Add, vec![]),
                (Yield(Sum), vec![]),
                (Add, vec![]),
                (Return(Sum), vec![]),
            ],
            held: vec![],
        },
    }
}

// Bodies that delegate.

fn inner(program: Program) -> crate::model::Step {
    Delegate(Inner::Body(Rc::new(program)))
}

/// Delegates, yields the value and returns.
fn through(name: &'static str, Pair { real, model }: Pair<impl Body>) -> Pair<impl Body> {
    Pair {
        real: #[coroutine]
        move |_: Signal| {
            let _begun = begin(name);
            let value = yield_from!(identity(real))?;
            (yield value).received()?;
            Ok(20)
        },
        model: full(name, vec![(inner(model), vec![]), (Yield(Received), vec![]), (Return(Is(20)), vec![])]),
    }
}

/// Goes on after an error of the inner one.
fn guarding(name: &'static str, Pair { real, model }: Pair<impl Body>) -> Pair<impl Body> {
    Pair {
        real: #[coroutine]
        move |_: Signal| {
            let _begun = begin(name);
            match yield_from!(identity(real)) {
                Err(Raised::Error(_)) => {
                    note("rescued");
                    (yield 50).received()?;
                    Ok(21)
                }
                other => other,
            }
        },
        model: full(
            name,
            vec![
                (inner(model), vec![(AnyError, 2)]),
                (Return(Received), vec![]),
                (Note("rescued"), vec![]),
                (Yield(Is(50)), vec![]),
                (Return(Is(21)), vec![]),
            ],
        ),
    }
}

/// Goes on whatever the inner one raises, its ignored exit included.
fn unshaken(name: &'static str, Pair { real, model }: Pair<impl Body>) -> Pair<impl Body> {
    Pair {
        real: #[coroutine]
        move |_: Signal| {
            let _begun = begin(name);
            if yield_from!(identity(real)).is_err() {
                note("unshaken");
                (yield 60).received()?;
                return Ok(22);
            }
            Ok(23)
        },
        model: full(
            name,
            vec![
                (inner(model), vec![(Anything, 2)]),
                (Return(Is(23)), vec![]),
                (Note("unshaken"), vec![]),
                (Yield(Is(60)), vec![]),
                (Return(Is(22)), vec![]),
            ],
        ),
    }
}

/// Returns when the inner one raises.
fn swallowing(name: &'static str, Pair { real, model }: Pair<impl Body>) -> Pair<impl Body> {
    Pair {
        real: #[coroutine]
        move |_: Signal| {
            let _begun = begin(name);
            Ok(yield_from!(identity(real)).unwrap_or(24))
        },
        model: full(
            name,
            vec![(inner(model), vec![(Anything, 2)]), (Return(Received), vec![]), (Return(Is(24)), vec![])],
        ),
    }
}

/// Delegates to one after the other.
fn in_turn(name: &'static str, first: Pair<impl Body>, second: Pair<impl Body>) -> Pair<impl Body> {
    Pair {
        real: #[coroutine]
        move |_: Signal| {
            let _begun = begin(name);
            yield_from!(identity(first.real))?;
            yield_from!(identity(second.real))
        },
        model: full(
            name,
            vec![(inner(first.model), vec![]), (inner(second.model), vec![]), (Return(Received), vec![])],
        ),
    }
}

/// Delegates twice to the one that it holds, whatever came of the first time.
macro_rules! persistent_body {
    ($name:ident, $held:ident) => {
        #[coroutine]
        move |_: Signal| {
            let _begun = begin($name);
            if yield_from!($held).is_err() {
                note("once more");
            }
            Ok(yield_from!($held)?.unwrap_or(-1))
        }
    };
}

fn persistent_program(name: &'static str, held: Held) -> Program {
    Program {
        name,
        rung: Rung::Full,
        steps: vec![
            (Delegate(Inner::Held(0)), vec![(Anything, 2)]),
            (Goto(3), vec![]),
            (Note("once more"), vec![]),
            (Delegate(Inner::Held(0)), vec![]),
            (Return(Received), vec![]),
        ],
        held: vec![held],
    }
}

fn persistent(name: &'static str, Pair { real, model }: Pair<impl Body>) -> Pair<impl Body> {
    let mut held = Generator::new(real);
    Pair { real: persistent_body!(name, held), model: persistent_program(name, Held::Body(Rc::new(model))) }
}

/// Over one that has been started before.
fn persistent_primed(name: &'static str, Pair { real, model }: Pair<impl Body>) -> Pair<impl Body> {
    let mut held = Generator::new(real);
    held.start().ok();
    Pair { real: persistent_body!(name, held), model: persistent_program(name, Held::Primed(Rc::new(model))) }
}

fn persistent_shared(name: &'static str, Pair { real, model }: Pair<impl Body>) -> Pair<impl Body> {
    let mut held = Shared::new(|_| real);
    Pair { real: persistent_body!(name, held), model: persistent_program(name, Held::Body(Rc::new(model))) }
}

/// Over one of a lower rung, which an error ends.
fn persistent_lower(name: &'static str) -> Pair<impl Body> {
    let Pair { real, model } = receiving("receiving");
    let mut held = Generator::new(real);
    Pair { real: persistent_body!(name, held), model: persistent_program(name, Held::Body(Rc::new(model))) }
}

/// Delegates to an iterator again after whatever was raised.
fn over_numbers(name: &'static str, mut numbers: Range<i32>) -> Pair<impl Body> {
    let model = Program {
        name,
        rung: Rung::Full,
        steps: vec![
            (Delegate(Inner::Held(0)), vec![(Only(Raised::CannotSend), 0), (AnyError, 2)]),
            (Return(Is(25)), vec![]),
            (Note("numbers"), vec![]),
            (Delegate(Inner::Numbers(70..72)), vec![]),
            (Goto(0), vec![]),
        ],
        held: vec![Held::Numbers(numbers.clone())],
    };
    Pair {
        real: #[coroutine]
        move |_: Signal| {
            let _begun = begin(name);
            loop {
                match yield_from!(numbers) {
                    Ok(()) => return Ok(25),
                    Err(Raised::CannotSend) => {}
                    Err(Raised::Error(_)) => {
                        note("numbers");
                        yield_from!(70..72)?;
                    }
                    Err(other) => return Err(other),
                }
            }
        },
        model,
    }
}

/// Delegates to the lower rungs.
fn over_lower_rungs(name: &'static str) -> Pair<impl Body> {
    let (counts, receives) = (counting("counting"), receiving("receiving"));
    Pair {
        real: #[coroutine]
        move |_: Signal| {
            let _begun = begin(name);
            if yield_from!(identity(counts.real)).is_err() {
                note("on to the next");
            }
            let mut tracked = Generator::new(receives.real);
            Ok(yield_from!(tracked)?.unwrap())
        },
        model: full(
            name,
            vec![
                (inner(counts.model), vec![(Anything, 2)]),
                (Goto(3), vec![]),
                (Note("on to the next"), vec![]),
                (inner(receives.model), vec![]),
                (Return(Received), vec![]),
            ],
        ),
    }
}

/// The same body, tracked where it is delegated to, and boxed.
fn tracked(name: &'static str, Pair { real, model }: Pair<impl Body>) -> Pair<impl Body> {
    Pair {
        real: #[coroutine]
        move |_: Signal| {
            let _begun = begin(name);
            Ok(yield_from!(Generator::boxed(real))?.unwrap_or(-1))
        },
        model: full(name, vec![(inner(model), vec![]), (Return(Received), vec![])]),
    }
}

type DynBody = Pin<Box<dyn Coroutine<Signal, Yield = i32, Return = Ended>>>;

/// The same body behind a pointer that has forgotten its type.
fn erased(Pair { real, model }: Pair<impl Body>) -> Pair<DynBody> {
    Pair { real: Box::pin(real), model }
}

// The list.

/// A body under test: its name, and how to make it and its program.
pub(crate) type Case = (&'static str, fn() -> (Box<dyn Subject>, Rc<Program>));

macro_rules! cases {
    ($($pair:expr;)*) => {
        &[$((stringify!($pair), || {
            let Pair { real, model } = $pair;
            (Box::new(Generator::new(real)), Rc::new(model))
        })),*]
    };
}

pub(crate) const CASES: &[Case] = cases! {
    counting("a");
    receiving("a");
    plain("a");
    summing("a");
    converting("a");
    ignoring("a");
    stubborn("a");
    answering("a");
    lingering("a");
    failing("a");
    exiting("a");
    early("a");
    failing_to_close("a");
    selective("a");
    erased(answering("a"));
    summing_with!(rc, "a");
    summing_with!(sync, "a");
    over_numbers("a", 1..6);
    over_lower_rungs("a");
    through("a", plain("b"));
    through("a", answering("b"));
    through("a", lingering("b"));
    guarding("a", converting("b"));
    guarding("a", failing_to_close("b"));
    unshaken("a", ignoring("b"));
    unshaken("a", exiting("b"));
    swallowing("a", stubborn("b"));
    in_turn("a", summing_with!(rc, "b"), early("c"));
    in_turn("a", early("b"), summing_with!(sync, "c"));
    in_turn("a", selective("b"), plain("c"));
    tracked("a", answering("b"));
    persistent("a", stubborn("b"));
    persistent_primed("a", answering("b"));
    persistent_primed("a", early("b"));
    persistent("a", persistent_primed("b", ignoring("c")));
    persistent_shared("a", lingering("b"));
    persistent_shared("a", persistent_shared("b", stubborn("c")));
    persistent_lower("a");
    through("a", guarding("b", over_numbers("c", 1..4)));
    unshaken("a", through("b", over_lower_rungs("c")));
    guarding("a", through("b", swallowing("c", lingering("d"))));
    erased(through("a", erased(unshaken("b", erased(through("c", failing_to_close("d")))))));
    through("a", tracked("b", guarding("c", in_turn("d", failing("e"), plain("f")))));
    through("a", unshaken("b", persistent("c", through("d", stubborn("e")))));
    guarding("a", tracked("b", in_turn("c", selective("d"), swallowing("e", ignoring("f")))));
    in_turn("a", unshaken("b", through("c", answering("d"))), guarding("e", through("f", converting("g"))));
};
