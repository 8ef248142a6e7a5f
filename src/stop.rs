//! Why a resumption gave no value: Python's `StopIteration`, and what was refused.

use core::error::Error;
use core::fmt;

use crate::State;

/// Why a generator gave no value when it was resumed.
///
/// `T` is what the body returns, `V` what was sent or thrown: a refused value comes back to its owner.
///
/// ```
/// # #![feature(coroutines, coroutine_trait, stmt_expr_attributes)]
/// use yieldfrom::{Generator, Stop};
///
/// let mut echo = Generator::new(#[coroutine] |_: Option<&str>| (yield 1).unwrap_or("nothing"));
/// assert_eq!(echo.send("too early"), Err(Stop::JustCreated("too early")));
/// assert_eq!(echo.start(), Ok(1));
/// assert_eq!(echo.send("hello"), Err(Stop::Returned("hello")));
/// assert_eq!(echo.send("too late"), Err(Stop::AlreadyClosed("too late")));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stop<T, V = ()> {
    /// The body returned this value: Python's `StopIteration(value)`. A body of the third rung that raises
    /// returns an `Err`.
    Returned(T),
    /// Nothing of the body has run yet, so no `yield` waits for a value. Python: `TypeError: can't send non-None
    /// value to a just-started generator`. It is unharmed: [start](crate::Generator::start) it first.
    JustCreated(V),
    /// The body is running. Python: `ValueError: generator already executing`. It is unharmed.
    AlreadyRunning(V),
    /// The generator was closed before. Python: `StopIteration` once more.
    AlreadyClosed(V),
}

impl<T, V> Stop<T, V> {
    /// What the body returned, if it did so just now.
    ///
    /// ```
    /// # #![feature(coroutines, coroutine_trait, stmt_expr_attributes)]
    /// use yieldfrom::Generator;
    ///
    /// let mut two = Generator::new(#[coroutine] || {
    ///     yield 1;
    ///     "the end"
    /// });
    /// let mut yielded = 0;
    /// let stop = loop {
    ///     match two.start() {
    ///         Ok(number) => yielded += number,
    ///         Err(stop) => break stop,
    ///     }
    /// };
    /// assert_eq!((yielded, stop.into_returned()), (1, Some("the end")));
    /// ```
    pub fn into_returned(self) -> Option<T> {
        match self {
            Stop::Returned(value) => Some(value),
            Stop::JustCreated(_) | Stop::AlreadyRunning(_) | Stop::AlreadyClosed(_) => None,
        }
    }

    /// The value that was refused, if it was.
    ///
    /// ```
    /// # #![feature(coroutines, coroutine_trait, stmt_expr_attributes)]
    /// use yieldfrom::Generator;
    ///
    /// let mut sink = Generator::new(#[coroutine] |_: Option<String>| { yield; });
    /// let stop = sink.send("too early".to_string()).unwrap_err();
    /// assert_eq!(stop.into_refused().unwrap(), "too early");
    /// ```
    pub fn into_refused(self) -> Option<V> {
        match self {
            Stop::Returned(_) => None,
            Stop::JustCreated(value) | Stop::AlreadyRunning(value) | Stop::AlreadyClosed(value) => {
                Some(value)
            }
        }
    }

    /// The state of the generator after this.
    ///
    /// ```
    /// use yieldfrom::{State, Stop};
    ///
    /// assert_eq!(Stop::<(), i32>::JustCreated(5).state(), State::Created);
    /// assert_eq!(Stop::<&str>::Returned("the end").state(), State::Closed);
    /// ```
    pub const fn state(&self) -> State {
        match self {
            Stop::JustCreated(_) => State::Created,
            Stop::AlreadyRunning(_) => State::Running,
            Stop::Returned(_) | Stop::AlreadyClosed(_) => State::Closed,
        }
    }
}

impl<T, V> fmt::Display for Stop<T, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Stop::Returned(_) => "the generator returned",
            Stop::JustCreated(_) => "no value can be sent to a generator that has not been started",
            Stop::AlreadyRunning(_) => "the generator is already running",
            Stop::AlreadyClosed(_) => "the generator is closed",
        })
    }
}

impl<T: fmt::Debug, V: fmt::Debug> Error for Stop<T, V> {}
