// The front door. What the crate is stands in the README, which is also the first page of the docs; below it the words
// of the protocol come first, then the generator, then what is built on it. Arrows run one way: nothing in the core
// knows the fetch layer.
#![doc = include_str!("../README.md")]
#![feature(coroutines, coroutine_trait, stmt_expr_attributes)]
#![cfg_attr(feature = "stream", feature(async_iterator))]
#![no_std]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(feature = "fetch")]
extern crate std;

mod delegate;
#[cfg(feature = "fetch")]
pub mod fetch;
#[cfg(feature = "genawaiter")]
mod genawaiter;
mod generator;
mod hint;
mod pipeline;
#[cfg(feature = "alloc")]
mod shared;
mod signal;
mod state;
mod stop;
#[cfg(feature = "stream")]
pub mod stream;
mod task;

#[cfg(feature = "genawaiter")]
pub use self::genawaiter::FromGenawaiter;
#[doc(hidden)]
pub use delegate::__delegate;
#[cfg(feature = "alloc")]
pub use generator::BoxedGenerator;
pub use generator::Generator;
pub use pipeline::{Sink, Through, broadcast};
#[cfg(feature = "alloc")]
pub use shared::{Handle, Shared};
pub use signal::{Raised, Resume, SendSignal, Signal};
pub use state::State;
pub use stop::Stop;
pub use task::Task;
