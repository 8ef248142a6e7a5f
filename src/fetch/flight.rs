//! What is under way in one run, and who polls it: the caller as long as it comes back, a stand-in when it stays away.
//!
//! Futures that are polled together in the caller's own task cost no thread a wake. But a caller that looks at one
//! result for a second would stall all the others for as long. So a task of the runtime stands in for it: not at
//! once, since threads that wake each other for every answer cost more than the answers, but after a time of
//! [grace](GRACE).

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, TryLockError, Weak};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use futures::future::{BoxFuture, FutureExt};
use futures::stream::{FuturesUnordered, StreamExt};
use futures::task::AtomicWaker;

use super::board::Board;
use super::{lock, runtime};

/// How long the caller may be away.
const GRACE: Duration = Duration::from_millis(5);

/// How long a caller who waited may take to come when it is woken: it may have given up, for a timeout or for something
/// else that was first. This is longer, as nearly all do come, and the end of each time set for them costs more than
/// an answer.
const PATIENCE: Duration = Duration::from_millis(250);

/// How often in a row something new may be found to do before the task gives way.
const ROUNDS: usize = 16;

/// Futures that are polled together.
pub(super) struct Flight<T> {
    running: FuturesUnordered<BoxFuture<'static, T>>,
    /// Whether some of them were never polled.
    pushed: bool,
    /// The values that nobody has taken yet.
    done: VecDeque<T>,
    board: Option<Arc<Board>>,
    switch: Arc<Switch<T>>,
    waker: Waker,
}

/// A flight that the caller and the stand-in poll in turn.
pub(super) type Shared<T> = Mutex<Flight<T>>;

impl<T: Send + 'static> Flight<T> {
    /// Without a stand-in: for a caller that does nothing but wait for what comes next.
    pub(super) fn new() -> Self {
        Self::with(Weak::new())
    }

    /// With a stand-in.
    pub(super) fn shared() -> Arc<Shared<T>> {
        Arc::new_cyclic(|flight| Mutex::new(Self::with(Weak::clone(flight))))
    }

    fn with(shared: Weak<Shared<T>>) -> Self {
        let switch = Arc::new(Switch {
            state: AtomicU8::new(AWAY),
            caller: AtomicWaker::new(),
            visits: AtomicUsize::new(0),
            shared,
            grace: Mutex::default(),
        });
        Flight {
            running: FuturesUnordered::new(),
            pushed: false,
            done: VecDeque::new(),
            board: Board::new(),
            waker: Waker::from(Arc::clone(&switch)),
            switch,
        }
    }

    /// Adds one, to be set going with the next value that is asked for.
    pub(super) fn push(&mut self, future: BoxFuture<'static, T>) {
        self.running.push(future);
        self.pushed = true;
    }

    /// Adds one and sets it going.
    pub(super) fn start(&mut self, future: BoxFuture<'static, T>) {
        self.running.push(future);
        self.visit(AWAY);
    }

    /// The next value, of those that were pushed or started and not taken. Once there is one, the caller counts as
    /// away until it asks for another.
    ///
    /// # Panics
    ///
    /// When there are none, which is so when a future panicked while another polled it.
    pub(super) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<T> {
        if self.done.is_empty() || self.pushed {
            self.pushed = false;
            self.switch.caller.register(cx.waker());
            self.visit(WAITING);
            assert!(
                !self.running.is_empty() || !self.done.is_empty(),
                "what was to give the next value panicked"
            );
        }
        self.done.pop_front().map_or(Poll::Pending, Poll::Ready)
    }

    /// Polls, by the caller. Only this is a visit: one who takes what is done sets nothing going.
    fn visit(&mut self, state: u8) {
        self.switch.visits.fetch_add(1, SeqCst);
        if !self.poll(state) {
            self.switch.wake_by_ref();
        }
    }

    /// Polls until there is nothing to do, and leaves this state behind. A caller who has something to take does not
    /// wait. It is false when there was no end of it: then somebody must be woken for the rest.
    #[must_use]
    fn poll(&mut self, state: u8) -> bool {
        let Flight { running, done, board, switch, waker, .. } = self;
        let cx = &mut Context::from_waker(waker);
        let rest = |done: &VecDeque<T>| if state == WAITING && !done.is_empty() { AWAY } else { state };
        for _ in 0..ROUNDS {
            switch.state.store(BUSY, SeqCst);
            Board::within(board.clone(), || {
                while let Poll::Ready(Some(value)) = running.poll_next_unpin(cx) {
                    done.push_back(value);
                }
            });
            let state = rest(done);
            let news = board.as_ref().is_some_and(|board| match state {
                // The caller will come, or the time of grace will be over.
                AWAY if !switch.wants_to_know() => false,
                AWAY => board.poll_ready(cx).map(|()| board.ring()).is_ready(),
                // To ask the board is cheaper than to be woken by it.
                _ => board.ring() || board.poll_ready(cx).is_ready(),
            });
            if !news && switch.state.compare_exchange(BUSY, state, SeqCst, SeqCst).is_ok() {
                return true;
            }
        }
        switch.state.store(rest(done), SeqCst);
        false
    }
}

/// The caller waits, and is to be woken.
const WAITING: u8 = 0;
/// The caller is away, and there is nothing to do.
const AWAY: u8 = 1;
/// The caller has been away for long, and there is nothing to do: should there be, the stand-in is called at once.
const STOOD_IN: u8 = 2;
/// The caller is away, and there is something to do: for the stand-in if it has been called, else after the time of
/// grace.
const CALLED: u8 = 3;
/// Somebody polls.
const BUSY: u8 = 4;
/// Somebody polls, and will poll once more.
const AGAIN: u8 = 5;

/// The waker of all futures of a flight: it knows whom to wake.
struct Switch<T> {
    state: AtomicU8,
    caller: AtomicWaker,
    /// How often the caller has come.
    visits: AtomicUsize,
    /// What the stand-in polls; dangling when there is none.
    shared: Weak<Shared<T>>,
    /// While it lasts.
    grace: Mutex<Option<Grace>>,
}

/// The time of grace.
struct Grace {
    time: Duration,
    /// How often the caller had come when it began.
    visits: usize,
    /// Wakes [`Over`].
    _end: BoxFuture<'static, ()>,
}

impl<T: Send + 'static> Wake for Switch<T> {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let change = |state| match state {
            WAITING | AWAY | STOOD_IN => Some(CALLED),
            BUSY => Some(AGAIN),
            _ => None,
        };
        let Ok(state) = self.state.fetch_update(SeqCst, SeqCst, change) else { return };
        match state {
            WAITING => {
                self.caller.wake();
                self.begin(PATIENCE);
            }
            AWAY => self.begin(GRACE),
            STOOD_IN => self.stand_in(),
            _ => {}
        }
    }
}

impl<T: Send + 'static> Switch<T> {
    fn has_stand_in(&self) -> bool {
        self.shared.strong_count() > 0
    }

    /// Whether the time of grace begins with the next news. While it lasts, its end is soon enough.
    fn wants_to_know(&self) -> bool {
        self.has_stand_in() && lock(&self.grace).as_ref().is_none_or(|grace| grace.time > GRACE)
    }

    /// Begins a time of grace, unless one lasts that is no longer.
    fn begin(self: &Arc<Self>, time: Duration) {
        if self.has_stand_in() {
            let mut grace = lock(&self.grace);
            if grace.as_ref().is_none_or(|grace| grace.time > time) {
                *grace = Some(self.grace(time));
            }
        }
    }

    fn grace(self: &Arc<Self>, time: Duration) -> Grace {
        let over = Waker::from(Arc::new(Over(Arc::downgrade(self))));
        loop {
            let mut end = runtime::sleep(time).boxed();
            // A timer whose time is over when it is first polled wakes nobody.
            if end.poll_unpin(&mut Context::from_waker(&over)).is_pending() {
                return Grace { time, visits: self.visits.load(SeqCst), _end: end };
            }
        }
    }

    /// Polls on one of the runtime's threads.
    fn stand_in(self: &Arc<Self>) {
        let switch = Arc::clone(self);
        runtime::spawn(async move {
            // Else the caller has come and polled.
            while switch.state.load(SeqCst) == CALLED {
                if let Some(ended) = switch.try_poll() {
                    // Not while it holds the flight: else one stand-in could hand it to the next when nobody else
                    // wants it.
                    if !ended {
                        switch.wake_by_ref();
                    }
                    return;
                }
                // It is held by a caller who may do no more than take a value.
                runtime::yield_now().await;
            }
        })
        .detach();
    }

    /// What [`Flight::poll`] says, or `None` when somebody holds the flight: a thread of the runtime must not wait
    /// for one who may be waiting for the runtime.
    fn try_poll(&self) -> Option<bool> {
        let Some(flight) = self.shared.upgrade() else { return Some(true) };
        let mut flight = match flight.try_lock() {
            Ok(flight) => flight,
            Err(TryLockError::Poisoned(flight)) => flight.into_inner(),
            Err(TryLockError::WouldBlock) => return None,
        };
        Some(self.state.load(SeqCst) != CALLED || flight.poll(STOOD_IN))
    }
}

/// Woken when the time of grace is over.
struct Over<T>(Weak<Switch<T>>);

impl<T: Send + 'static> Wake for Over<T> {
    fn wake(self: Arc<Self>) {
        let Some(switch) = self.0.upgrade() else { return };
        let mut grace = lock(&switch.grace);
        let Some(Grace { visits, .. }) = grace.take() else { return };
        let is_long = switch.visits.load(SeqCst) == visits;
        let change = |state| matches!(state, AWAY | CALLED).then_some(CALLED);
        if is_long && switch.state.fetch_update(SeqCst, SeqCst, change).is_ok() {
            switch.stand_in();
        } else if !matches!(switch.state.load(SeqCst), WAITING | STOOD_IN) {
            // It came meanwhile, and may be away again.
            *grace = Some(switch.grace(GRACE));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::boxed::Box;
    use std::sync::mpsc;
    use std::thread;
    use std::time::Instant;
    use std::vec::Vec;

    use futures::channel::oneshot;
    use futures::executor::block_on;

    use super::*;

    /// Nothing here takes nearly so long.
    const LONG: Duration = Duration::from_secs(20);

    /// A future that ends when it is told to, and says on which thread.
    fn told() -> (oneshot::Sender<u32>, mpsc::Receiver<thread::ThreadId>, BoxFuture<'static, u32>) {
        let (tell, told) = oneshot::channel();
        let (say, said) = mpsc::channel();
        let future = Box::pin(async move {
            let value = told.await.unwrap();
            say.send(thread::current().id()).unwrap();
            value
        });
        (tell, said, future)
    }

    fn until(holds: impl Fn() -> bool) {
        let long = Instant::now() + LONG;
        while !holds() {
            assert!(Instant::now() < long, "it never holds");
            thread::yield_now();
        }
    }

    /// Gives way once.
    async fn yield_once() {
        let mut polled = false;
        std::future::poll_fn(|cx| {
            if std::mem::replace(&mut polled, true) {
                return Poll::Ready(());
            }
            cx.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }

    fn next<T: Send + 'static>(flight: &Shared<T>) -> T {
        block_on(std::future::poll_fn(|cx| lock(flight).poll_next(cx)))
    }

    #[test]
    fn a_caller_who_waits_is_woken_and_polls_itself() {
        let flight = Flight::shared();
        let (tell, said, future) = told();
        lock(&flight).start(future);
        let switch = Arc::clone(&lock(&flight).switch);
        let other = thread::spawn(move || {
            while switch.state.load(SeqCst) != WAITING {
                thread::yield_now();
            }
            tell.send(7)
        });
        assert_eq!(next(&flight), 7);
        assert_eq!(said.recv().unwrap(), thread::current().id());
        other.join().unwrap().unwrap();
    }

    #[test]
    fn for_a_caller_who_is_away_another_polls_and_keeps_the_values_in_order() {
        let flight = Flight::shared();
        let all = [(); 3].map(|()| told());
        let mut rest = Vec::new();
        for (number, (tell, said, future)) in (0..).zip(all) {
            lock(&flight).start(future);
            rest.push((number, tell, said));
        }
        // The caller does nothing but look on: what is told is polled all the same, the first after the time of
        // grace, the others as soon as they are told.
        for (number, tell, said) in rest {
            tell.send(number).unwrap();
            let thread = said.recv_timeout(LONG).expect("somebody stands in");
            assert_ne!(thread, thread::current().id());
        }
        assert_eq!([next(&flight), next(&flight), next(&flight)], [0, 1, 2]);
    }

    #[test]
    fn a_caller_who_comes_back_takes_over_again() {
        let flight = Flight::shared();
        for round in 0..3 {
            let (tell, said, future) = told();
            lock(&flight).start(future);
            tell.send(round).unwrap();
            said.recv_timeout(LONG).expect("somebody stands in");
            assert_eq!(next(&flight), round);

            let (tell, said, future) = told();
            lock(&flight).start(future);
            tell.send(round + 10).unwrap();
            assert_eq!(next(&flight), round + 10);
            let _either = said.recv_timeout(LONG).unwrap();
        }
    }

    #[test]
    fn what_is_under_way_is_dropped_with_the_flight_also_after_somebody_stood_in() {
        let flight = Flight::shared();
        let (tell, said, first) = told();
        let (open, _said, second) = told();
        lock(&flight).start(first);
        lock(&flight).start(second);
        tell.send(1).unwrap();
        said.recv_timeout(LONG).expect("somebody stands in");
        drop(flight);
        // The stand-in may still be at the end of its turn.
        until(|| open.is_canceled());
    }

    #[test]
    fn for_a_caller_who_gave_up_waiting_another_polls() {
        let flight = Flight::shared();
        let (tell, said, future) = told();
        lock(&flight).start(future);
        assert!(lock(&flight).poll_next(&mut Context::from_waker(Waker::noop())).is_pending());
        tell.send(1).unwrap();
        assert_ne!(said.recv_timeout(LONG).expect("somebody stands in"), thread::current().id());
        assert_eq!(next(&flight), 1);
    }

    #[test]
    fn a_panic_while_another_polls_comes_to_the_caller() {
        let flight = Flight::<u32>::shared();
        let (tell, told) = oneshot::channel::<()>();
        let (open, closed) = mpsc::channel::<()>();
        lock(&flight).start(Box::pin(async move {
            let _open = open;
            let _ = told.await;
            std::panic::resume_unwind(Box::new("on purpose"))
        }));
        tell.send(()).unwrap();
        // It is dropped by its panic.
        assert_eq!(closed.recv_timeout(LONG), Err(mpsc::RecvTimeoutError::Disconnected));
        let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| next(&flight))).unwrap_err();
        assert!(panic.downcast_ref::<&str>().is_some_and(|text| text.contains("panicked")));
    }

    #[test]
    fn one_who_takes_what_is_done_keeps_nobody_from_standing_in() {
        let flight = Flight::shared();
        let (tell_first, first, future) = told();
        lock(&flight).start(future);
        let (tell_second, second, future) = told();
        lock(&flight).start(future);
        let switch = Arc::clone(&lock(&flight).switch);
        tell_first.send(1).unwrap();
        first.recv_timeout(LONG).expect("somebody stands in");
        until(|| switch.state.load(SeqCst) == STOOD_IN);
        // The stand-in is called while the caller is there; who has something to take, and polls nothing.
        let mut here = lock(&flight);
        tell_second.send(2).unwrap();
        thread::sleep(GRACE * 4);
        assert_eq!(here.poll_next(&mut Context::from_waker(Waker::noop())), Poll::Ready(1));
        drop(here);
        second.recv_timeout(LONG).expect("somebody stands in");
        assert_eq!(next(&flight), 2);
    }

    #[test]
    fn a_future_that_never_rests_is_polled_for_ever_and_no_longer_than_somebody_wants_it() {
        let polls = Arc::new(AtomicUsize::new(0));
        for busy in [true, false] {
            // With all threads of the runtime awake, a stand-in that calls the next one meets it at once.
            let others = Arc::new(());
            for _ in 0..if busy { 4 } else { 0 } {
                let until_over = Arc::downgrade(&others);
                runtime::spawn(async move {
                    while until_over.upgrade().is_some() {
                        yield_once().await;
                    }
                })
                .detach();
            }
            let flight = Flight::<()>::shared();
            let count = Arc::clone(&polls);
            lock(&flight).start(Box::pin(std::future::poll_fn(move |cx| {
                count.fetch_add(1, SeqCst);
                cx.waker().wake_by_ref();
                Poll::Pending
            })));
            let before = polls.load(SeqCst);
            until(|| polls.load(SeqCst) > before + 1_000 * ROUNDS);
            drop(flight);
            until(|| Arc::strong_count(&polls) == 1);
        }
    }

    /// Wakes come from other threads at any moment: while the caller polls, waits, is away for a short time or for
    /// long, while the stand-in polls. If one were lost, the test would not end.
    #[test]
    fn no_wake_is_lost() {
        const VALUES: u64 = 3_000;
        let (send, jobs) = mpsc::channel::<oneshot::Sender<u64>>();
        let teller = thread::spawn(move || {
            for (number, job) in (0..).zip(jobs) {
                if number % 97 == 0 {
                    thread::sleep(GRACE / 8);
                }
                let _ = job.send(number);
            }
        });
        let (done, ended) = mpsc::channel();
        thread::spawn(move || {
            let flight = Flight::shared();
            let start = || {
                let (tell, told) = oneshot::channel();
                lock(&flight).start(Box::pin(async move {
                    // Three wakes each: one from the other thread, two from within.
                    let value = told.await.unwrap();
                    yield_once().await;
                    yield_once().await;
                    value
                }));
                send.send(tell).unwrap();
            };
            (0..8).for_each(|_| start());
            let mut sum = 0;
            for taken in 1..=VALUES {
                sum += next(&flight);
                if taken + 8 <= VALUES {
                    start();
                }
                match taken % 151 {
                    0 => thread::sleep(GRACE * 3),
                    1..20 => thread::yield_now(),
                    _ => {}
                }
            }
            done.send(sum).unwrap();
        });
        assert_eq!(ended.recv_timeout(LONG * 3), Ok(VALUES * (VALUES - 1) / 2));
        teller.join().unwrap();
    }
}
