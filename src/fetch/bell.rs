//! Wakers that remember, so that what has nothing to say is not asked again and again.
//!
//! async-std's sockets ask the system at every poll, and its timers wake the reactor whenever one is set. A task
//! with a connection is polled several times for one answer; without this file seven of eight reads found nothing,
//! and every fetch set a timer that nearly never rang.

use std::boxed::Box;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker, ready};
use std::time::Duration;
use std::vec::Vec;

use futures::task::AtomicWaker;

use super::{lock, runtime};

/// What the system rings.
#[derive(Debug)]
pub(super) struct Bell {
    /// [`RUNG`], [`FOR_EVER`] or both.
    rung: AtomicU8,
    task: AtomicWaker,
}

/// There may be an answer.
const RUNG: u8 = 1;

/// There will be an answer whenever somebody asks.
const FOR_EVER: u8 = 2;

impl Bell {
    /// Tells whoever asks next that there may be an answer; nobody is woken to ask.
    pub(super) fn note(&self) {
        self.rung.fetch_or(RUNG, Ordering::AcqRel);
    }

    /// Rings, for good when what it stands for has ended.
    pub(super) fn ring(&self, for_ever: bool) {
        // First the flag, then the task: it must find what it was woken for.
        self.rung.fetch_or(if for_ever { RUNG | FOR_EVER } else { RUNG }, Ordering::AcqRel);
        self.task.wake();
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.ring(false);
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
        let bell = Arc::new(Bell { rung: AtomicU8::new(RUNG), task: AtomicWaker::new() });
        Doorman { waker: Waker::from(Arc::clone(&bell)), bell }
    }

    /// Whoever rings this wakes the task that polled last.
    pub(super) fn bell(&self) -> &Arc<Bell> {
        &self.bell
    }

    /// Asks, unless it said before that it has no answer and has not rung since. The task may be another each time.
    ///
    /// With the answer comes whether there may be another one at once.
    pub(super) fn poll<T>(
        &self,
        cx: &mut Context<'_>,
        ask: impl FnOnce(&mut Context<'_>) -> Poll<(T, bool)>,
    ) -> Poll<T> {
        // First the task, then the flag: what rings in between is not missed.
        self.bell.task.register(cx.waker());
        if self.bell.rung.fetch_and(!RUNG, Ordering::AcqRel) == 0 {
            return Poll::Pending;
        }
        ask(&mut Context::from_waker(&self.waker)).map(|(answer, more)| {
            if more {
                self.bell.note();
            }
            answer
        })
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
        doorman.poll(cx, |cx| sleep.as_mut().poll(cx).map(|()| ((), true)))
    }
}

impl Alarms {
    fn with<R>(&self, change: impl FnOnce(&mut Vec<Alarm>) -> R) -> R {
        change(&mut lock(&self.0))
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
