//! What is measured: loads, and the contenders that carry them.

/// One way to do the work.
pub struct Contender {
    pub name: &'static str,
    pub run: Run,
    /// Deeper than this it is not tried: it would take minutes, or memory without end.
    pub deepest: u64,
}

pub enum Run {
    /// Does the work `n` times at a depth, and gives the checksum of all items.
    Rust(fn(n: u64, depth: u64) -> u64),
    /// The same in `contenders.py`, under the load's name.
    Python,
}

/// One kind of work, done by each contender with the same items in the same order.
pub struct Load {
    pub name: &'static str,
    /// For the reader of the table.
    pub title: &'static str,
    /// What one item is.
    pub what: &'static str,
    pub depths: &'static [u64],
    /// How many items `n` rounds give at a depth.
    pub items_per_round: fn(depth: u64) -> u64,
    /// Enough items for the start-up to vanish in the difference of two runs.
    pub items_counted: u64,
    /// The first one is the hand-written code that the others are compared to.
    pub contenders: Vec<Contender>,
}

pub const fn rust(name: &'static str, run: fn(u64, u64) -> u64) -> Contender {
    Contender { name, run: Run::Rust(run), deepest: u64::MAX }
}

pub const fn python() -> Contender {
    Contender { name: CPYTHON, run: Run::Python, deepest: u64::MAX }
}

impl Contender {
    pub const fn up_to(mut self, deepest: u64) -> Self {
        self.deepest = deepest;
        self
    }
}

/// The names under which a contender stands in every table.
pub const LOOP: &str = "hand-written loop";
pub const STD: &str = "std's iterators";
pub const YIELDFROM: &str = "yieldfrom";
pub const RAW: &str = "raw coroutine";
pub const GEN_BLOCK: &str = "gen block";
pub const GENAWAITER_RC: &str = "genawaiter (rc)";
pub const GENAWAITER_SYNC: &str = "genawaiter (sync)";
pub const FAUXGEN: &str = "fauxgen";
pub const NEXT_GEN: &str = "next-gen";
pub const DIAPAUSE: &str = "diapause";
pub const ASYNC_STREAM: &str = "async-stream";
pub const COROSENSEI: &str = "corosensei";
pub const GENERATOR: &str = "generator";
pub const CPYTHON: &str = "CPython";

/// The order of the items counts, and no loop over it has a closed form.
#[inline(always)]
pub fn mix(sum: u64, item: u64) -> u64 {
    (sum ^ item).rotate_left(5)
}

/// The checksum of what an iterator gives, taken by the `for` loop that a user writes. A macro, since not even a
/// function that is always inlined leaves the optimiser the same loop.
macro_rules! checksum {
    ($items:expr $(,)?) => {{
        let mut sum = 0;
        for item in $items {
            sum = $crate::load::mix(sum, item);
        }
        sum
    }};
}
pub(crate) use checksum;

/// The same as a function.
#[inline(always)]
pub fn checksum_of(items: impl IntoIterator<Item = u64>) -> u64 {
    checksum!(items)
}

/// The checksum of a coroutine resumed by hand.
#[inline(always)]
pub fn checksum_resumed(mut body: impl std::ops::Coroutine<Yield = u64> + Unpin) -> u64 {
    let mut sum = 0;
    while let std::ops::CoroutineState::Yielded(item) = std::pin::Pin::new(&mut body).resume(()) {
        sum = mix(sum, item);
    }
    sum
}

/// The checksum of a stream that is always ready, polled by hand: what an executor adds is not measured.
#[inline(always)]
pub fn checksum_polled(stream: impl futures_core::Stream<Item = u64>) -> u64 {
    let mut stream = std::pin::pin!(stream);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let mut sum = 0;
    while let std::task::Poll::Ready(Some(item)) = stream.as_mut().poll_next(&mut context) {
        sum = mix(sum, item);
    }
    sum
}

/// The checksum of a coroutine on a stack of its own.
#[inline(always)]
pub fn checksum_stackful(mut body: corosensei::Coroutine<(), u64, ()>) -> u64 {
    let mut sum = 0;
    while let corosensei::CoroutineResult::Yield(item) = body.resume(()) {
        sum = mix(sum, item);
    }
    sum
}
