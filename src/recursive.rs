//! Recursion at any depth: delegation to frames that the driver keeps on a stack of its own.
//!
//! It stands on the [`Generator`], as delegation does: [`Recursive`] is one more coroutine that a generator can own.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;
use core::mem;
use core::ops::{Coroutine, CoroutineState};
use core::pin::Pin;

use crate::{Generator, Raised, Resume, Signal, hint};

/// A generator that calls itself: `yield from` at any depth, at a cost that does not depend on the depth.
///
/// `body` makes the frame of one call from its arguments, and `arguments` are those of the outermost call. A frame is
/// a coroutine that says [`emit!`](crate::emit) where Python says `yield`, and [`recurse!`](crate::recurse) where
/// Python says `yield from` and calls itself:
///
/// ```
/// # #![feature(coroutines, coroutine_trait, stmt_expr_attributes)]
/// use yieldfrom::{Frame, emit, recurse, recursive};
///
/// struct Node {
///     left: Option<Box<Node>>,
///     value: char,
///     right: Option<Box<Node>>,
/// }
///
/// type Tree<'a> = Option<&'a Node>;
///
/// fn in_order(tree: Tree<'_>) -> impl Frame<Tree<'_>, char> {
///     #[coroutine]
///     move |_| {
///         let Some(node) = tree else { return };
///         recurse!(node.left.as_deref());
///         emit!(node.value);
///         recurse!(node.right.as_deref());
///     }
/// }
///
/// let leaf = |value| Some(Box::new(Node { left: None, value, right: None }));
/// let root = Node { left: leaf('a'), value: 'b', right: leaf('c') };
/// assert!(recursive(in_order, Some(&root)).eq(['a', 'b', 'c']));
/// ```
///
/// What comes back is a [`Generator`], with its states, its `send`, `throw` and `close`, and an iterator.
///
/// - What a call returns is the value of `recurse!` in its caller; what the outermost call returns is the return
///   value of the generator.
/// - What is sent or thrown reaches the innermost call, where `emit!` gives it (see [`Answer`] for how to say what
///   that is). An error that a call does not catch is the `Err` that it returns: `recurse!(…)?` passes it on, and a
///   `match` catches it.
/// - `close` closes the innermost first. In the third rung each caller is then told to close at its `recurse!`,
///   whatever its callee returned; a callee that emits instead of ending is dropped, and its caller is told
///   [`Raised::IgnoredExit`]. If the outermost call itself emits, the generator goes on, as Python's does.
/// - When a frame panics, all are dropped, innermost first, and the panic goes on.
///
/// # Frames of several types
///
/// Functions that call each other give frames of several types. When there are few of them, name the calls in an
/// enum, and let the body choose with [`Either`]: nothing is boxed. When they are not known beforehand, put each
/// frame into a [`BoxedFrame`].
///
/// # Cost
///
/// An item costs the same at every depth. In instructions, in a tree with a frame for each item
/// (`docs/benchmarks.md` has the whole table, and how to run it again):
///
/// | | balanced, 4,095 items | chain, 1,000 deep | chain, 1,000,000 deep |
/// |---|---|---|---|
/// | a stack by hand | 22 | 24 | 25 |
/// | `recursive` | 58 | 61 | 58 |
/// | with [`Either`] | 64 | 69 | 66 |
/// | with [`BoxedFrame`] | 320 | 541 | 560 |
/// | boxed generators, each inside the next | 575 | 16,289 | not tried: it grows with the depth |
/// | Python's `yield from` | 3,888 | `RecursionError` | `RecursionError` |
///
/// A boxed frame's instructions are mostly the allocator's.
///
/// Memory is what the live frames take and at most as much again, with one chunk to spare, and is given back as the
/// frames end. Frames lie in chunks that double in size up to 32 KiB (or 4 frames), and are never moved. Neither
/// resuming nor dropping needs the native stack: a million frames are dropped in a loop, innermost first.
///
/// Source: [PEP 380](https://peps.python.org/pep-0380/) for the meaning, and
/// [P2502](https://wg21.link/p2502) (C++23's `std::generator` with `elements_of`) for resuming the innermost at once.
pub fn recursive<F, B, A, I, R, T>(body: F, arguments: A) -> Generator<Recursive<F, B, A, I, R, T>, R>
where
    F: FnMut(A) -> B,
    B: Frame<A, I, R, T>,
    R: CloseSignal<T>,
{
    Generator::new(Recursive::new(body, arguments))
}

/// What [`recursive`] drives: the frames of a recursion as one coroutine.
///
/// Use [`recursive`], which wraps it into a [`Generator`], unless the coroutine itself is wanted: to give it to
/// something else that resumes coroutines, or to see its [`depth`](Self::depth).
///
/// It can be moved at any time; its frames stay where they are.
#[must_use = "a coroutine does nothing until it is resumed"]
pub struct Recursive<F, B, A, I, R = (), T = ()> {
    body: F,
    frames: Frames<B>,
    signature: PhantomData<Signature<A, I, R, T>>,
}

type Signature<A, I, R, T> = fn(A, R) -> (I, T);

// A pinned one pins nothing inside: frames are `Unpin` and owned by their chunks, and the body is only called.
impl<F, B, A, I, R, T> Unpin for Recursive<F, B, A, I, R, T> {}

impl<F, B, A, I, R, T> Recursive<F, B, A, I, R, T>
where
    F: FnMut(A) -> B,
    B: Frame<A, I, R, T>,
    R: CloseSignal<T>,
{
    /// Makes the outermost frame; none of it runs.
    pub fn new(mut body: F, arguments: A) -> Self {
        let mut frames = Frames::new();
        frames.push(body(arguments));
        Recursive { body, frames, signature: PhantomData }
    }

    /// How many calls have begun and not ended: 1 before the outermost runs, 0 when it has returned.
    ///
    /// ```
    /// # #![feature(coroutines, coroutine_trait, stmt_expr_attributes)]
    /// # use std::{ops::Coroutine, pin::Pin};
    /// use yieldfrom::{Frame, Recursive, emit, recurse};
    ///
    /// fn dive(depth: u32) -> impl Frame<u32, u32> {
    ///     #[coroutine]
    ///     move |_| {
    ///         if depth < 10 {
    ///             recurse!(depth + 1);
    ///         }
    ///         emit!(depth);
    ///     }
    /// }
    ///
    /// let mut diver = Recursive::new(dive, 1);
    /// assert_eq!(diver.depth(), 1);
    /// Pin::new(&mut diver).resume(());
    /// assert_eq!(diver.depth(), 10);
    /// ```
    pub fn depth(&self) -> usize {
        self.frames.depth()
    }
}

/// # Panics
///
/// When resumed after its end, or after a frame has panicked, as any bare coroutine. A [`Generator`] around it does
/// not.
impl<F, B, A, I, R, T> Coroutine<R> for Recursive<F, B, A, I, R, T>
where
    F: FnMut(A) -> B,
    B: Frame<A, I, R, T>,
    R: CloseSignal<T>,
{
    type Yield = I;
    type Return = T;

    // Inlined even into several callers: only so do the frames' own code and this loop become one.
    #[inline(always)]
    fn resume(self: Pin<&mut Self>, signal: R) -> CoroutineState<I, T> {
        let Recursive { body, frames, .. } = self.get_mut();
        let mut closing = signal.is_close().then(|| frames.depth());
        let mut answer = Answer::Signal(signal);
        let mut frame = frames.innermost();
        loop {
            match hint::resume(frame, answer) {
                CoroutineState::Yielded(Step::Item(item)) => match closing {
                    // The outermost answers for itself, and so does every frame that is not being closed.
                    None | Some(0 | 1) => return CoroutineState::Yielded(item),
                    Some(depth) => {
                        drop(item);
                        frames.truncate(depth - 1);
                        closing = Some(depth - 1);
                        answer = Answer::Returned(R::raise(CoroutineState::Yielded(())));
                        frame = frames.innermost();
                    }
                },
                CoroutineState::Yielded(Step::Call(arguments)) => {
                    frame = frames.push(body(arguments));
                    answer = Answer::Signal(R::NEXT);
                }
                CoroutineState::Complete(mut value) => {
                    let ended = closing.is_some().then(|| frames.depth());
                    if !frames.pop() {
                        return CoroutineState::Complete(value);
                    }
                    if let Some(depth) = ended
                        && ended == closing
                    {
                        closing = Some(depth - 1);
                        value = R::raise(CoroutineState::Complete(value));
                    }
                    answer = Answer::Returned(value);
                    frame = frames.innermost();
                }
            }
        }
    }
}

impl<F, B, A, I, R, T> fmt::Debug for Recursive<F, B, A, I, R, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recursive").field("depth", &self.frames.depth()).finish_non_exhaustive()
    }
}

/// One call of a recursive generator: a coroutine that emits items of type `I` and calls with arguments `A`.
///
/// It is the return type of the function that makes frames, as `impl Future` is that of an asynchronous one. `R` is
/// the resume type of the generator and `T` what a call returns. It is implemented by every movable coroutine of that
/// shape; see [`recursive`].
///
/// As in every movable coroutine, nothing that lives in the frame itself may be borrowed across an `emit!` or a
/// `recurse!`. A loop over what the frame owns goes by index, or takes it apart (`for x in list`); what the arguments
/// borrow can be borrowed on; and a `static` body fits into a [`BoxedFrame`]:
///
/// ```compile_fail,E0626
/// # #![feature(coroutines)]
/// use yieldfrom::{Frame, emit};
///
/// fn lengths(words: Vec<String>) -> impl Frame<Vec<String>, usize> {
///     #[coroutine]
///     move |_| {
///         for word in &words {
///             emit!(word.len());
///         }
///     }
/// }
/// ```
pub trait Frame<A, I, R = (), T = ()>:
    Coroutine<Answer<R, T>, Yield = Step<I, A>, Return = T> + Unpin
{
}

impl<B, A, I, R, T> Frame<A, I, R, T> for B where
    B: Coroutine<Answer<R, T>, Yield = Step<I, A>, Return = T> + Unpin
{
}

/// What a frame yields to its driver: [`emit!`](crate::emit) and [`recurse!`](crate::recurse) make it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step<I, A> {
    /// An item for whoever resumes the generator.
    Item(I),
    /// A call with these arguments.
    Call(A),
}

/// What a frame receives from its driver: [`emit!`](crate::emit) and [`recurse!`](crate::recurse) open it.
///
/// It is the type of a frame's parameter. In the first rung it can be left out (`move |_| …`); a body that does
/// something with what it is sent has to say what that is, as every coroutine:
///
/// ```
/// # #![feature(coroutines, coroutine_trait, stmt_expr_attributes)]
/// use yieldfrom::{Answer, Frame, Stop, emit, recurse, recursive};
///
/// /// Counts down, and returns the sum of what it was sent.
/// fn collect(n: u32) -> impl Frame<u32, u32, Option<f64>, f64> {
///     #[coroutine]
///     move |_: Answer<Option<f64>, f64>| {
///         if n == 0 {
///             return 0.0;
///         }
///         let sent = emit!(n).unwrap_or(0.0);
///         sent + recurse!(n - 1)
///     }
/// }
///
/// let mut sum = recursive(collect, 2);
/// assert_eq!(sum.start(), Ok(2));
/// assert_eq!(sum.send(0.5), Ok(1));
/// assert_eq!(sum.send(0.25), Err(Stop::Returned(0.75)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer<R, T> {
    /// To an item: what the generator was resumed with.
    Signal(R),
    /// To a call: what it returned.
    Returned(T),
}

impl<R: Signal, T> Answer<R, T> {
    /// What the generator was resumed with.
    #[doc(hidden)]
    #[inline(always)]
    pub fn signal(self) -> R {
        match self {
            Answer::Signal(signal) => signal,
            // No driver answers an item so. "Next" costs less than a panic, and nothing at all in the first rung.
            Answer::Returned(_) => R::NEXT,
        }
    }

    /// What the call returned.
    #[doc(hidden)]
    #[inline(always)]
    pub fn returned(self) -> T {
        match self {
            Answer::Returned(value) => value,
            Answer::Signal(_) => T::without_call(),
        }
    }
}

/// What a call returned that was never made, since no driver answers a call with a signal.
///
/// A frame that returns nothing gets its nothing, and the test for it disappears: 5 of 64 instructions an item.
trait WithoutCall {
    fn without_call() -> Self;
}

impl<T> WithoutCall for T {
    default fn without_call() -> T {
        driven_by_hand()
    }
}

impl WithoutCall for () {
    #[inline(always)]
    fn without_call() {}
}

#[cold]
#[inline(never)]
fn driven_by_hand() -> ! {
    panic!("a call was answered with a signal: give frames to `recursive`, which resumes them")
}

/// Yields an item from a frame of a [`recursive`] generator: Python's `yield item`.
///
/// Its value is what the generator was then resumed with: `()`, an `Option`, or a [`Resume`].
///
/// Frames yield [`Step`]s, so a plain `yield` or [`yield_from!`](crate::yield_from) does not fit into them; an
/// iterator is passed on by `for item in iterator { emit!(item); }`.
///
/// ```
/// # #![feature(coroutines, coroutine_trait, stmt_expr_attributes)]
/// use yieldfrom::{Frame, emit, recurse, recursive};
///
/// /// The moves of the Towers of Hanoi.
/// fn hanoi((height, from, to, via): (u32, u8, u8, u8)) -> impl Frame<(u32, u8, u8, u8), (u8, u8)> {
///     #[coroutine]
///     move |_| {
///         if height > 0 {
///             recurse!((height - 1, from, via, to));
///             emit!((from, to));
///             recurse!((height - 1, via, to, from));
///         }
///     }
/// }
///
/// assert!(recursive(hanoi, (2, 1, 3, 2)).eq([(1, 2), (1, 3), (2, 3)]));
/// assert_eq!(recursive(hanoi, (10, 1, 3, 2)).count(), 1023);
/// ```
#[macro_export]
macro_rules! emit {
    ($item:expr) => {
        $crate::Answer::signal(yield $crate::Step::Item($item))
    };
}

/// Calls the body of a [`recursive`] generator from one of its frames: Python's `yield from` on itself.
///
/// Its value is what the call returned. See [`recursive`] for what happens in between.
///
/// ```
/// # #![feature(coroutines, coroutine_trait, stmt_expr_attributes)]
/// use yieldfrom::{Frame, emit, recurse, recursive};
///
/// /// The prime factors of `n`, none below `from`; returns how many there are.
/// fn factors((n, from): (u64, u64)) -> impl Frame<(u64, u64), u64, (), usize> {
///     #[coroutine]
///     move |_| {
///         match (from..=n).find(|factor| n % factor == 0) {
///             Some(factor) => {
///                 emit!(factor);
///                 1 + recurse!((n / factor, factor))
///             }
///             None => 0,
///         }
///     }
/// }
///
/// let mut generator = recursive(factors, (360, 2));
/// assert!(generator.by_ref().eq([2, 2, 2, 3, 3, 5]));
/// assert_eq!(generator.take_return(), Some(6));
/// ```
#[macro_export]
macro_rules! recurse {
    ($arguments:expr) => {
        $crate::Answer::returned(yield $crate::Step::Call($arguments))
    };
}

/// One of two coroutines: frames of two types in one recursion, or of more when it is nested.
///
/// The calls are named in an enum, which the steps carry, and the body says which function each belongs to. This is
/// recursion among several functions without a box:
///
/// ```
/// # #![feature(coroutines, coroutine_trait, stmt_expr_attributes)]
/// use yieldfrom::{Either, Frame, emit, recurse, recursive};
///
/// enum Call {
///     Even(u32),
///     Odd(u32),
/// }
///
/// fn even(n: u32) -> impl Frame<Call, String> {
///     #[coroutine]
///     move |_| {
///         emit!(format!("{n} is even"));
///         if n > 0 {
///             recurse!(Call::Odd(n - 1));
///         }
///     }
/// }
///
/// fn odd(n: u32) -> impl Frame<Call, String> {
///     #[coroutine]
///     move |_| {
///         emit!(format!("{n} is odd"));
///         recurse!(Call::Even(n - 1));
///     }
/// }
///
/// let body = |call| match call {
///     Call::Even(n) => Either::Left(even(n)),
///     Call::Odd(n) => Either::Right(odd(n)),
/// };
/// assert!(recursive(body, Call::Even(2)).eq(["2 is even", "1 is odd", "0 is even"]));
/// ```
///
/// # Cost
///
/// A frame takes the room of the larger of the two, and one more test each time it is resumed.
#[derive(Clone, Copy, Debug)]
pub enum Either<A, B> {
    /// The first.
    Left(A),
    /// The second.
    Right(B),
}

impl<R, A, B> Coroutine<R> for Either<A, B>
where
    A: Coroutine<R> + Unpin,
    B: Coroutine<R, Yield = A::Yield, Return = A::Return> + Unpin,
{
    type Yield = A::Yield;
    type Return = A::Return;

    #[inline(always)]
    fn resume(self: Pin<&mut Self>, signal: R) -> CoroutineState<A::Yield, A::Return> {
        match self.get_mut() {
            Either::Left(coroutine) => Pin::new(coroutine).resume(signal),
            Either::Right(coroutine) => Pin::new(coroutine).resume(signal),
        }
    }
}

/// A frame in a box: frames of any types, not known beforehand, in one recursion.
///
/// A step then carries the frame itself. It may borrow across its `yield`s (`static` bodies).
///
/// ```
/// # #![feature(coroutines, coroutine_trait, stmt_expr_attributes)]
/// use yieldfrom::{BoxedFrame, Frame, emit, recurse};
///
/// trait Shape {
///     fn outline(&self) -> BoxedFrame<'_, String>;
/// }
///
/// struct Square(u32);
/// struct Group(&'static str, Vec<Box<dyn Shape>>);
///
/// impl Shape for Square {
///     fn outline(&self) -> BoxedFrame<'_, String> {
///         BoxedFrame::new(#[coroutine] move |_| {
///             emit!(format!("square of {}", self.0));
///         })
///     }
/// }
///
/// impl Shape for Group {
///     fn outline(&self) -> BoxedFrame<'_, String> {
///         BoxedFrame::new(#[coroutine] move |_| {
///             emit!(format!("{}:", self.0));
///             for shape in &self.1 {
///                 recurse!(shape.outline());
///             }
///         })
///     }
/// }
///
/// let house = Group("house", vec![Box::new(Group("roof", vec![])), Box::new(Square(3))]);
/// assert!(house.outline().run().eq(["house:", "roof:", "square of 3"]));
/// ```
///
/// # Cost
///
/// One allocation a frame, and an indirect call each time it is resumed: see [`recursive`].
#[must_use = "a frame does nothing until it is run or called"]
pub struct BoxedFrame<'a, I, R = (), T = ()>(Pin<Box<AnyFrame<'a, I, R, T>>>);

type AnyFrame<'a, I, R, T> =
    dyn Coroutine<Answer<R, T>, Yield = Step<I, BoxedFrame<'a, I, R, T>>, Return = T> + 'a;

/// The generator that [`BoxedFrame::run`] gives: its type can be named.
pub type BoxedRecursive<'a, I, R = (), T = ()> = Generator<
    Recursive<
        fn(BoxedFrame<'a, I, R, T>) -> BoxedFrame<'a, I, R, T>,
        BoxedFrame<'a, I, R, T>,
        BoxedFrame<'a, I, R, T>,
        I,
        R,
        T,
    >,
    R,
>;

impl<'a, I, R, T> BoxedFrame<'a, I, R, T> {
    /// Boxes a frame.
    #[inline]
    pub fn new(frame: impl Coroutine<Answer<R, T>, Yield = Step<I, Self>, Return = T> + 'a) -> Self {
        BoxedFrame(Box::pin(frame))
    }

    /// The recursion of which this is the outermost call.
    pub fn run(self) -> BoxedRecursive<'a, I, R, T>
    where
        R: CloseSignal<T>,
    {
        recursive(core::convert::identity, self)
    }
}

impl<I, R, T> Coroutine<Answer<R, T>> for BoxedFrame<'_, I, R, T> {
    type Yield = Step<I, Self>;
    type Return = T;

    #[inline]
    fn resume(mut self: Pin<&mut Self>, answer: Answer<R, T>) -> CoroutineState<Step<I, Self>, T> {
        self.0.as_mut().resume(answer)
    }
}

impl<I, R, T> fmt::Debug for BoxedFrame<'_, I, R, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BoxedFrame").finish_non_exhaustive()
    }
}

/// A resume type that can close frames of a recursion which return `T`. Every resume type can.
///
/// In the third rung calls return `Result<_, Raised<_>>`.
#[diagnostic::on_unimplemented(
    message = "frames with resume type `{Self}` cannot return `{T}`",
    note = "resume types are `()`, `Option<S>` and `Resume<S, E>`; \
            a frame with `Resume<S, E>` returns `Result<_, Raised<E>>`, as what it does not catch is its `Err`"
)]
pub trait CloseSignal<T>: Signal {
    /// Whether this tells a frame to close. Only the third rung can.
    #[doc(hidden)]
    #[inline(always)]
    fn is_close(&self) -> bool {
        false
    }

    /// What is raised in the caller of a frame that was told to close: the exit, or what the frame raised in its
    /// place, or that it yielded instead of ending.
    #[doc(hidden)]
    fn raise(end: CoroutineState<(), T>) -> T {
        match end {
            CoroutineState::Complete(value) => value,
            CoroutineState::Yielded(()) => unreachable!("this rung is never told to close"),
        }
    }
}

impl<T> CloseSignal<T> for () {}

impl<S, T> CloseSignal<T> for Option<S> {}

impl<S, E, T> CloseSignal<Result<T, Raised<E>>> for Resume<S, E> {
    #[inline(always)]
    fn is_close(&self) -> bool {
        matches!(self, Resume::Close)
    }

    fn raise(end: CoroutineState<(), Result<T, Raised<E>>>) -> Result<T, Raised<E>> {
        Err(match end {
            CoroutineState::Complete(Ok(_)) => Raised::Exit,
            CoroutineState::Complete(Err(raised)) => raised,
            CoroutineState::Yielded(()) => Raised::IgnoredExit,
        })
    }
}

/// A stack whose elements never move, in chunks that never grow.
///
/// All chunks but the newest are full. One emptied chunk is kept, so that a recursion that goes up and down at the
/// edge of a chunk does not allocate each time.
struct Frames<B> {
    newest: Vec<B>,
    full: Vec<Vec<B>>,
    spare: Vec<B>,
    /// How many frames the full chunks hold.
    full_count: usize,
}

impl<B> Frames<B> {
    const fn new() -> Self {
        Frames { newest: Vec::new(), full: Vec::new(), spare: Vec::new(), full_count: 0 }
    }

    fn depth(&self) -> usize {
        self.full_count + self.newest.len()
    }

    #[inline(always)]
    fn innermost(&mut self) -> &mut B {
        match self.newest.last_mut() {
            Some(frame) => frame,
            None => resumed_after_end(),
        }
    }

    #[inline(always)]
    fn push(&mut self, frame: B) -> &mut B {
        if self.newest.len() == self.newest.capacity() {
            self.add_chunk();
        }
        self.newest.push_mut(frame)
    }

    /// Drops the innermost in place; false when it was the last.
    #[inline(always)]
    fn pop(&mut self) -> bool {
        let count = self.newest.len();
        if count < 2 {
            return self.pop_chunk();
        }
        self.newest.truncate(count - 1);
        true
    }

    fn truncate(&mut self, depth: usize) {
        while self.depth() > depth {
            self.pop();
        }
    }

    #[cold]
    #[inline(never)]
    fn add_chunk(&mut self) {
        const CHUNK_BYTES_MAX: usize = 32 * 1024;

        let mut chunk = mem::take(&mut self.spare);
        if chunk.capacity() == 0 {
            let count_max = (CHUNK_BYTES_MAX / size_of::<B>().max(1)).max(4);
            chunk = Vec::with_capacity((2 * self.newest.capacity()).clamp(4, count_max));
        }
        let filled = mem::replace(&mut self.newest, chunk);
        if !filled.is_empty() {
            self.full_count += filled.len();
            self.full.push(filled);
        }
    }

    /// Drops the last frame of the newest chunk.
    #[cold]
    #[inline(never)]
    fn pop_chunk(&mut self) -> bool {
        self.newest.clear();
        let Some(chunk) = self.full.pop() else { return false };
        self.full_count -= chunk.len();
        self.spare = mem::replace(&mut self.newest, chunk);
        true
    }
}

#[cold]
#[inline(never)]
fn resumed_after_end() -> ! {
    panic!("a recursion was resumed after its end")
}

impl<B> Drop for Frames<B> {
    fn drop(&mut self) {
        /// Goes on with the others when a destructor panics.
        struct Rest<'a, B>(&'a mut Frames<B>);

        impl<B> Drop for Rest<'_, B> {
            fn drop(&mut self) {
                while self.0.pop() {}
            }
        }

        let rest = Rest(self);
        while rest.0.pop() {}
    }
}
