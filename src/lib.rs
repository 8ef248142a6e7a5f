//! Python's whole generator protocol for Rust.
#![feature(coroutines, coroutine_trait, stmt_expr_attributes)]
#![cfg_attr(feature = "stream", feature(async_iterator))]
#![no_std]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(feature = "fetch")]
extern crate std;

#[cfg(feature = "fetch")]
pub mod fetch;
mod signal;
mod state;
mod stop;
#[cfg(feature = "stream")]
pub mod stream;
mod task;

pub use signal::{Raised, Resume, SendSignal, Signal};
pub use state::State;
pub use stop::Stop;
pub use task::Task;

// Where it stands: the words of the protocol first, then what is built of them.
