//! Wakers that remember, so that what has nothing to say is not asked again and again.
//!
//! async-std's sockets ask the system at every poll, and its timers wake the reactor whenever one is set. A task
//! with a connection is polled several times for one answer; without this file seven of eight reads found nothing,
//! and every fetch set a timer that nearly never rang.

use std::boxed::Box;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker, ready};
use std::time::Duration;
use std::vec::Vec;

use futures::task::AtomicWaker;

use super::runtime;

/// What the system rings.
#[derive(Debug)]
struct Bell {
    rung: AtomicBool,
    task: AtomicWaker,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        // First the flag, then the task: it must find what it was woken for.
        self.rung.store(true, Ordering::Release);
        self.task.wake();
    }
}

/// Stands between a task and something that is slow to ask: asks only when there may be an answer.
#[derive(Debug)]
pub(super) struct Doorman {
    bell: Arc<Bell>,
    waker: Waker,
}

impl Doorman {
    pub(super) fn new() -> Self {
        // Nobody has asked yet, so there may be an answer.
        let bell = Arc::new(Bell { rung: AtomicBool::new(true), task: AtomicWaker::new() });
        Doorman { waker: Waker::from(Arc::clone(&bell)), bell }
    }

    /// Asks, unless it said before that it has no answer and has not rung since. The task may be another each time.
    pub(super) fn poll<T>(
        &self,
        cx: &mut Context<'_>,
        ask: impl FnOnce(&mut Context<'_>) -> Poll<T>,
    ) -> Poll<T> {
        // First the task, then the flag: what rings in between is not missed.
        self.bell.task.register(cx.waker());
        if !self.bell.rung.swap(false, Ordering::AcqRel) {
            return Poll::Pending;
        }
        let answer = ask(&mut Context::from_waker(&self.waker));
        if answer.is_ready() {
            self.bell.rung.store(true, Ordering::Release);
        }
        answer
    }
}

/// Timers that are used again: one that was set for an earlier fetch rings no later than this one needs, and then is
/// set anew. So a timer is set a few times a minute rather than with every fetch.
#[derive(Default)]
pub(super) struct Alarms(Mutex<Vec<Alarm>>);

/// So many are kept.
const ALARMS: usize = 256;

struct Alarm {
    sleep: Pin<Box<dyn Future<Output = ()> + Send>>,
    doorman: Doorman,
}

impl fmt::Debug for Alarms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Alarms").finish_non_exhaustive()
    }
}

impl Alarm {
    fn new(time: Duration) -> Self {
        Alarm { sleep: Box::pin(runtime::sleep(time)), doorman: Doorman::new() }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Alarm { sleep, doorman } = self;
        doorman.poll(cx, |cx| sleep.as_mut().poll(cx))
    }
}

impl Alarms {
    fn with<R>(&self, change: impl FnOnce(&mut Vec<Alarm>) -> R) -> R {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Runs the future until it is done, or until `left` says that its time is over. `left` is asked now and when the
    /// time that it named has passed, or before. All who share these alarms must begin with the same time.
    ///
    /// The future comes pinned: one that is handed over by value would be in this one's frame twice.
    pub(super) async fn over<F: Future + Unpin, E>(
        &self,
        left: impl Fn() -> Result<Duration, E>,
        mut future: F,
    ) -> Result<F::Output, E> {
        let time = left()?;
        let mut alarm = self.with(Vec::pop).unwrap_or_else(|| Alarm::new(time));
        let outcome = poll_fn(|cx| {
            if let Poll::Ready(value) = Pin::new(&mut future).poll(cx) {
                return Poll::Ready(Ok(value));
            }
            loop {
                ready!(alarm.poll(cx));
                match left() {
                    Ok(time) => alarm = Alarm::new(time),
                    Err(late) => return Poll::Ready(Err(late)),
                }
            }
        })
        .await;
        if outcome.is_ok() {
            self.with(|alarms| {
                if alarms.len() < ALARMS {
                    alarms.push(alarm);
                }
            });
        }
        outcome
    }
}
