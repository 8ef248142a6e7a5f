//! Resuming a body so that the optimiser sees through it.
//!
//! A coroutine that computes something before its `yield` costs about three times the hand-written loop: the
//! compiler merges all exits of the body into one tagged result, the optimiser does not look through the merge,
//! and so the body's state switch and the test of the result's tag stay in the loop. Once the body's own
//! discriminant, a plain integer, is tested before the result is matched on, both are threaded away: an item of a
//! linear congruential generator takes 6.5 instructions instead of 21, and a pipeline of three stages 10 instead
//! of 57 (`benches/`).
//!
//! The discriminant is a hint and nothing more: both answers lead to the same results, so a wrong one costs time
//! and never correctness. It is wrong when a later compiler numbers the states of coroutines differently (a test
//! below notices), and it says nothing about types that the compiler did not make: a hand-written enum answers
//! with a number of its own, while boxes, references and other structs answer a constant, which costs nothing and
//! gains nothing.
//!
//! It gains nothing either when the body returns something that the optimiser cannot tell from a yield (an opaque
//! `String`: the tag of the result hides in its capacity), and nothing for a body behind a `Pin`.

use core::hash::{Hash, Hasher};
use core::mem;
use core::ops::{Coroutine, CoroutineState};
use core::pin::Pin;

/// The number that the compiler gives to the state of a coroutine that has returned.
const RETURNED: i64 = 1;

/// `Pin::new(body).resume(signal)`, at the speed of a loop.
#[inline(always)]
pub(crate) fn resume<C, R>(body: &mut C, signal: R) -> CoroutineState<C::Yield, C::Return>
where
    C: Coroutine<R> + Unpin,
{
    let outcome = Pin::new(&mut *body).resume(signal);
    if state_number(body) == RETURNED {
        match outcome {
            CoroutineState::Complete(value) => CoroutineState::Complete(value),
            CoroutineState::Yielded(value) => CoroutineState::Yielded(misread(value)),
        }
    } else {
        #[expect(
            clippy::needless_match,
            reason = "behind a box 5 instructions cheaper than `outcome` as it is"
        )]
        match outcome {
            CoroutineState::Yielded(value) => CoroutineState::Yielded(value),
            CoroutineState::Complete(value) => CoroutineState::Complete(value),
        }
    }
}

/// Keeps the two branches of [`resume`] apart: the optimiser would merge them before the caller can profit.
#[cold]
#[inline(never)]
fn misread<Y>(value: Y) -> Y {
    value
}

/// The discriminant as an integer. `Discriminant` keeps it to itself, but hands it to any `Hasher`.
#[inline(always)]
fn state_number<C>(body: &C) -> i64 {
    let mut number = Number(-1);
    mem::discriminant(body).hash(&mut number);
    number.0
}

/// A "hasher" whose hash is the last integer that was written.
struct Number(i64);

macro_rules! keep {
    ($($write:ident($integer:ty)),*) => {$(
        #[inline(always)]
        fn $write(&mut self, integer: $integer) {
            self.0 = integer as i64;
        }
    )*};
}

impl Hasher for Number {
    keep!(write_u8(u8), write_u16(u16), write_u32(u32), write_u64(u64), write_usize(usize));
    keep!(write_i8(i8), write_i16(i16), write_i32(i32), write_i64(i64), write_isize(isize));

    #[inline(always)]
    fn write(&mut self, _: &[u8]) {}

    #[inline(always)]
    fn finish(&self) -> u64 {
        self.0 as u64
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::boxed::Box;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    /// When this fails, the compiler numbers the states differently: put the new number into `RETURNED`. Until
    /// then everything works, at the speed of a bare coroutine.
    #[test]
    fn the_compiler_numbers_states_as_expected() {
        let mut body = #[coroutine]
        |panics: bool| {
            let panics = panics | (yield 'a');
            assert!(!panics, "as told");
            yield 'b';
        };
        assert_eq!(state_number(&body), 0, "created");
        assert_eq!(resume(&mut body, false), CoroutineState::Yielded('a'));
        assert_eq!(state_number(&body), 3, "at the first yield");
        assert_eq!(resume(&mut body, false), CoroutineState::Yielded('b'));
        assert_eq!(state_number(&body), 4, "at the second yield");
        assert_eq!(resume(&mut body, false), CoroutineState::Complete(()));
        assert_eq!(state_number(&body), RETURNED);

        let mut body = #[coroutine]
        |()| {
            yield;
            panic!("on purpose");
        };
        assert_eq!(resume(&mut body, ()), CoroutineState::Yielded(()));
        let unwound = catch_unwind(AssertUnwindSafe(|| resume(&mut body, ())));
        assert!(unwound.is_err());
        assert_eq!(state_number(&body), 2, "panicked");
    }

    /// Its discriminants mean the opposite of what the compiler's mean.
    #[derive(PartialEq, Debug)]
    #[repr(i8)]
    enum Contrary {
        Returned = -1,
        Two = 3,
        One = 1,
    }

    impl Coroutine for Contrary {
        type Yield = u8;
        type Return = ();

        fn resume(mut self: Pin<&mut Self>, (): ()) -> CoroutineState<u8, ()> {
            *self = match *self {
                Contrary::Two => Contrary::One,
                Contrary::One => Contrary::Returned,
                Contrary::Returned => panic!("resumed after its end"),
            };
            if *self == Contrary::Returned {
                CoroutineState::Complete(())
            } else {
                CoroutineState::Yielded(1)
            }
        }
    }

    #[test]
    fn a_misleading_discriminant_changes_nothing() {
        let mut body = Contrary::Two;
        assert_eq!(resume(&mut body, ()), CoroutineState::Yielded(1));
        assert_eq!(state_number(&body), RETURNED, "it looks returned, and is not");
        assert_eq!(resume(&mut body, ()), CoroutineState::Complete(()));
        assert_eq!(state_number(&body), -1);
    }

    #[test]
    fn what_is_not_an_enum_never_looks_returned() {
        let mut body = Contrary::One;
        assert_eq!(state_number(&body), RETURNED);
        assert_ne!(state_number(&&body), RETURNED);
        assert_ne!(state_number(&Pin::new(&mut body)), RETURNED);
        assert_ne!(state_number(&Box::new(body)), RETURNED);
        assert_ne!(state_number(&[1_u8, 1]), RETURNED);
    }
}
