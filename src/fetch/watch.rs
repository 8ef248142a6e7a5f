//! How far one fetch has come, and whether its time is up: one clock for connecting, head, body, redirects and tries.

use std::future::Future;
use std::sync::atomic::{AtomicU8, AtomicU32, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use super::bell::Alarms;
use super::error::{Failure, Phase};

/// Shared by the fetch and the engine below it. Both run in one task, so nothing here needs an order.
#[derive(Debug)]
pub(super) struct Watch {
    began: Instant,
    whole: Duration,
    idle: Duration,
    phase: AtomicU8,
    /// When something arrived last, in microseconds since the beginning.
    touched: AtomicU64,
    tries: AtomicU32,
    hops: AtomicU32,
}

impl Watch {
    pub(super) fn new(whole: Duration, idle: Duration) -> Self {
        Watch {
            began: Instant::now(),
            whole,
            idle,
            phase: AtomicU8::new(Phase::Connect as u8),
            touched: AtomicU64::new(0),
            tries: AtomicU32::new(0),
            hops: AtomicU32::new(0),
        }
    }

    pub(super) fn began(&self) -> Instant {
        self.began
    }

    /// Something arrived, so the idle deadline begins anew.
    pub(super) fn touch(&self) {
        self.touched.store(self.began.elapsed().as_micros() as u64, Relaxed);
    }

    /// From now on this is waited for.
    pub(super) fn enter(&self, phase: Phase) {
        self.phase.store(phase as u8, Relaxed);
        self.touch();
    }

    fn phase(&self) -> Phase {
        const PHASES: [Phase; 4] = [Phase::Connect, Phase::Head, Phase::Body, Phase::Retry];
        PHASES[usize::from(self.phase.load(Relaxed))]
    }

    pub(super) fn count_try(&self) -> u32 {
        self.tries.fetch_add(1, Relaxed) + 1
    }

    pub(super) fn count_hop(&self) -> u32 {
        self.hops.fetch_add(1, Relaxed) + 1
    }

    pub(super) fn tries(&self) -> u32 {
        self.tries.load(Relaxed)
    }

    pub(super) fn hops(&self) -> u32 {
        self.hops.load(Relaxed)
    }

    /// What is left of the time for the whole.
    pub(super) fn left(&self) -> Duration {
        self.whole.saturating_sub(self.began.elapsed())
    }

    /// How long until the next deadline can have passed, or the one that has.
    fn check(&self) -> Result<Duration, Failure> {
        let (phase, elapsed) = (self.phase(), self.began.elapsed());
        let late = |limit| Failure::Timeout { phase, limit };
        let whole = self.whole.checked_sub(elapsed).filter(|left| !left.is_zero()).ok_or(late(self.whole))?;
        if matches!(phase, Phase::Connect | Phase::Retry) {
            return Ok(whole.min(self.idle));
        }
        let quiet = elapsed.saturating_sub(Duration::from_micros(self.touched.load(Relaxed)));
        let idle = self.idle.checked_sub(quiet).filter(|left| !left.is_zero()).ok_or(late(self.idle))?;
        Ok(whole.min(idle))
    }

    /// Runs the future until it is done or a deadline has passed.
    pub(super) fn over<F: Future + Unpin>(
        &self,
        alarms: &Alarms,
        future: F,
    ) -> impl Future<Output = Result<F::Output, Failure>> {
        alarms.over(|| self.check(), future)
    }
}
