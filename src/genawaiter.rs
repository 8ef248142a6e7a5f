//! genawaiter's generators as [`core::ops::Coroutine`], so that everything in this crate takes them.
//!
//! Only its `rc` and `sync` generators: the published `stack` variant is unsound.

use core::ops::{Coroutine, CoroutineState};
use core::pin::Pin;

use ::genawaiter::GeneratorState;

/// A genawaiter generator as a coroutine body.
///
/// genawaiter loses the first sent value without a word, because no `yield` waits for it yet. Inside a
/// [`Generator`](crate::Generator) that cannot happen: the value comes back in
/// [`Stop::JustCreated`](crate::Stop::JustCreated).
///
/// ```
/// use genawaiter::rc::Gen;
/// use yieldfrom::{FromGenawaiter, Generator, Stop};
///
/// let mut greeter = Generator::new(FromGenawaiter(Gen::new(|co| async move {
///     let name: Option<&str> = co.yield_("who?").await;
///     format!("hello {}", name.unwrap_or("nobody"))
/// })));
/// assert_eq!(greeter.send("Ada"), Err(Stop::JustCreated("Ada")));
/// assert_eq!(greeter.start(), Ok("who?"));
/// assert_eq!(greeter.send("Ada"), Err(Stop::Returned("hello Ada".to_string())));
/// ```
///
/// # Cost
///
/// genawaiter's own: a boxed future and a shared cell for each generator.
#[derive(Debug)]
pub struct FromGenawaiter<G>(pub G);

impl<G> Coroutine<G::Resume> for FromGenawaiter<G>
where
    G: ::genawaiter::Coroutine + Unpin,
{
    type Yield = G::Yield;
    type Return = G::Return;

    fn resume(mut self: Pin<&mut Self>, signal: G::Resume) -> CoroutineState<G::Yield, G::Return> {
        match Pin::new(&mut self.0).resume_with(signal) {
            GeneratorState::Yielded(value) => CoroutineState::Yielded(value),
            GeneratorState::Complete(value) => CoroutineState::Complete(value),
        }
    }
}
