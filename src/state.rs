//! The four states of a generator, as Python's `inspect.getgeneratorstate` names them.

use core::fmt;

/// Where a generator stands.
///
/// ```
/// use yieldfrom::State;
///
/// assert_eq!(format!("[{:10}]", State::Suspended), "[Suspended ]");
/// assert_eq!(State::Suspended.python_name(), "GEN_SUSPENDED");
/// ```
///
/// Source: [`inspect.getgeneratorstate`](https://docs.python.org/3/library/inspect.html#inspect.getgeneratorstate).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Nothing of the body has run.
    Created,
    /// The body is running right now: only the body itself, and what it calls, can see this.
    Running,
    /// The body stands at a `yield`.
    Suspended,
    /// The body has returned, raised, panicked or been closed. It is gone, and nothing will run again.
    Closed,
}

impl State {
    /// The name that Python gives this state.
    pub const fn python_name(self) -> &'static str {
        match self {
            State::Created => "GEN_CREATED",
            State::Running => "GEN_RUNNING",
            State::Suspended => "GEN_SUSPENDED",
            State::Closed => "GEN_CLOSED",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            State::Created => "Created",
            State::Running => "Running",
            State::Suspended => "Suspended",
            State::Closed => "Closed",
        })
    }
}
