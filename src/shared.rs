//! A generator that several places hold, its own body among them: the one way to see [`State::Running`].
//!
//! A [`Generator`] is borrowed while it is resumed, so the compiler already rules out what Python answers with
//! "generator already executing". Shared, it can happen, and is an error that harms nobody.

use alloc::rc::{Rc, Weak};
use core::cell::RefCell;
use core::convert::Infallible;
use core::fmt;
use core::ops::{Coroutine, CoroutineState};
use core::pin::Pin;

use crate::{BoxedGenerator, Generator, Raised, Resume, SendSignal, Signal, State, Stop};

/// A shared handle to a generator. Cloning it gives another handle to the same one.
///
/// `Y`, `R` and `T` are those of [`BoxedGenerator`]. The operations are those of [`Generator`], through `&self`;
/// on a running generator each is refused with [`Stop::AlreadyRunning`] (and [`Raised::AlreadyRunning`] from `close`
/// on the third rung).
///
/// ```
/// # #![feature(coroutines, coroutine_trait, stmt_expr_attributes)]
/// use yieldfrom::{Shared, State, Stop};
///
/// let shared = Shared::new(|me| {
///     let me = me.clone();
///     #[coroutine]
///     move || {
///         yield me.state();
///         // Resuming itself: refused, and nothing happens to it.
///         assert_eq!(me.upgrade().unwrap().start(), Err(Stop::AlreadyRunning(())));
///         yield me.state();
///     }
/// });
/// assert_eq!(shared.state(), State::Created);
/// assert_eq!(shared.start(), Ok(State::Running)); // seen from inside
/// assert_eq!(shared.state(), State::Suspended); // seen from outside
/// assert_eq!(shared.start(), Ok(State::Running));
/// assert_eq!(shared.start(), Err(Stop::Returned(())));
/// ```
///
/// In a body of the third rung it can be delegated to; its return value is then an `Option`, as for a
/// [`Generator`]. Two bodies may delegate to one, and closing one of them closes it for both.
///
/// # Cost
///
/// Two allocations for each generator, and a borrow flag and an indirect call at each resumption.
#[must_use = "a generator does nothing until it is resumed"]
pub struct Shared<'a, Y, R = (), T = ()> {
    generator: Rc<RefCell<BoxedGenerator<'a, Y, R, T>>>,
}

/// The handle that a shared generator's own body holds. It does not keep the generator alive: a body that owned
/// itself would never be dropped.
pub struct Handle<'a, Y, R = (), T = ()> {
    generator: Weak<RefCell<BoxedGenerator<'a, Y, R, T>>>,
}

impl<'a, Y, R, T> Shared<'a, Y, R, T> {
    /// Makes the body, which may keep a clone of the handle to itself, and boxes it; none of it runs.
    pub fn new<C>(make_body: impl FnOnce(&Handle<'a, Y, R, T>) -> C) -> Self
    where
        C: Coroutine<R, Yield = Y, Return = T> + 'a,
    {
        let make = |itself: &Weak<_>| {
            let handle = Handle { generator: itself.clone() };
            RefCell::new(Generator::boxed(make_body(&handle)))
        };
        Shared { generator: Rc::new_cyclic(make) }
    }

    /// Where the generator stands; [`State::Running`] while its body is on the way, which only the body and what it
    /// calls can see. A body that delegates is running while the inner one runs.
    pub fn state(&self) -> State {
        self.generator.try_borrow().map_or(State::Running, |generator| generator.state())
    }

    /// [`Generator::start`].
    ///
    /// # Errors
    ///
    /// Also [`Stop::AlreadyRunning`].
    pub fn start(&self) -> Result<Y, Stop<T>>
    where
        R: Signal,
    {
        match self.generator.try_borrow_mut() {
            Ok(mut generator) => generator.start(),
            Err(_) => Err(Stop::AlreadyRunning(())),
        }
    }

    /// [`Generator::send`].
    ///
    /// # Errors
    ///
    /// Also [`Stop::AlreadyRunning`] with the value.
    pub fn send(&self, value: R::Sent) -> Result<Y, Stop<T, R::Sent>>
    where
        R: SendSignal,
    {
        match self.generator.try_borrow_mut() {
            Ok(mut generator) => generator.send(value),
            Err(_) => Err(Stop::AlreadyRunning(value)),
        }
    }
}

impl<Y, T> Shared<'_, Y, (), T> {
    /// Drops the body where it stands, for every handle.
    ///
    /// # Errors
    ///
    /// [`Stop::AlreadyRunning`].
    pub fn close(&self) -> Result<(), Stop<Infallible>> {
        let mut generator = self.generator.try_borrow_mut().map_err(|_| Stop::AlreadyRunning(()))?;
        generator.close();
        Ok(())
    }
}

impl<Y, S, T> Shared<'_, Y, Option<S>, T> {
    /// Drops the body where it stands, for every handle.
    ///
    /// # Errors
    ///
    /// [`Stop::AlreadyRunning`].
    pub fn close(&self) -> Result<(), Stop<Infallible>> {
        let mut generator = self.generator.try_borrow_mut().map_err(|_| Stop::AlreadyRunning(()))?;
        generator.close();
        Ok(())
    }
}

impl<Y, S, E, T> Shared<'_, Y, Resume<S, E>, Result<T, Raised<E>>> {
    /// [`Generator::throw`].
    ///
    /// # Errors
    ///
    /// Also [`Stop::AlreadyRunning`] with the error.
    pub fn throw(&self, error: E) -> Result<Y, Stop<Result<T, Raised<E>>, E>> {
        match self.generator.try_borrow_mut() {
            Ok(mut generator) => generator.throw(error),
            Err(_) => Err(Stop::AlreadyRunning(error)),
        }
    }

    /// [`Generator::throw_exit`].
    ///
    /// # Errors
    ///
    /// Also [`Stop::AlreadyRunning`].
    pub fn throw_exit(&self) -> Result<Y, Stop<Result<T, Raised<E>>>> {
        match self.generator.try_borrow_mut() {
            Ok(mut generator) => generator.throw_exit(),
            Err(_) => Err(Stop::AlreadyRunning(())),
        }
    }

    /// [`Generator::close`](Generator#method.close-2).
    ///
    /// # Errors
    ///
    /// Also [`Raised::AlreadyRunning`].
    pub fn close(&self) -> Result<Option<T>, Raised<E>> {
        match self.generator.try_borrow_mut() {
            Ok(mut generator) => generator.close(),
            Err(_) => Err(Raised::AlreadyRunning),
        }
    }
}

/// So that `yield_from!` takes it in a body of the third rung.
impl<Y, S, E, T> Coroutine<Resume<S, E>> for Shared<'_, Y, Resume<S, E>, Result<T, Raised<E>>> {
    type Yield = Y;
    type Return = Result<Option<T>, Raised<E>>;

    fn resume(self: Pin<&mut Self>, signal: Resume<S, E>) -> CoroutineState<Y, Self::Return> {
        let Ok(mut generator) = self.generator.try_borrow_mut() else {
            return CoroutineState::Complete(Err(Raised::AlreadyRunning));
        };
        if generator.state() == State::Closed {
            return CoroutineState::Complete(signal.received().map(|_| None));
        }
        match Pin::new(&mut *generator).resume(signal) {
            CoroutineState::Yielded(value) => CoroutineState::Yielded(value),
            CoroutineState::Complete(value) => CoroutineState::Complete(value.transpose()),
        }
    }
}

impl<'a, Y, R, T> Handle<'a, Y, R, T> {
    /// The generator, unless it is gone. From inside its body it is always there.
    pub fn upgrade(&self) -> Option<Shared<'a, Y, R, T>> {
        self.generator.upgrade().map(|generator| Shared { generator })
    }

    /// [`Shared::state`]; [`State::Closed`] when the generator is gone.
    pub fn state(&self) -> State {
        self.upgrade().map_or(State::Closed, |shared| shared.state())
    }
}

impl<Y, R, T> Clone for Shared<'_, Y, R, T> {
    fn clone(&self) -> Self {
        Shared { generator: Rc::clone(&self.generator) }
    }
}

impl<Y, R, T> Clone for Handle<'_, Y, R, T> {
    fn clone(&self) -> Self {
        Handle { generator: Weak::clone(&self.generator) }
    }
}

impl<Y, R, T> fmt::Debug for Shared<'_, Y, R, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("state", &self.state()).finish_non_exhaustive()
    }
}

impl<Y, R, T> fmt::Debug for Handle<'_, Y, R, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle").field("state", &self.state()).finish_non_exhaustive()
    }
}
