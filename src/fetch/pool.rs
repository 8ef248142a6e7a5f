//! Connections that wait for their next request: bounded in number and in age, whatever the number of hosts.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::connect::Origin;

/// How long a connection may wait. Servers close theirs after five seconds to two minutes.
const AGE: Duration = Duration::from_secs(30);

/// Idle things, the most recently used at the back.
#[derive(Debug)]
pub(super) struct Pool<T> {
    room: usize,
    idle: Mutex<VecDeque<(Origin, Instant, T)>>,
}

impl<T> Pool<T> {
    /// A pool with room for so many.
    pub(super) fn new(room: usize) -> Self {
        Pool { room, idle: Mutex::default() }
    }

    fn with<R>(&self, change: impl FnOnce(&mut VecDeque<(Origin, Instant, T)>) -> R) -> R {
        // Nothing in here panics half-way, so a poisoned lock guards a whole queue.
        change(&mut self.idle.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes out the one that was used last: it is the least likely to have been closed meanwhile.
    pub(super) fn take(&self, origin: &Origin) -> Option<T> {
        let now = Instant::now();
        let (found, _old) = self.with(|idle| {
            let fresh = idle.partition_point(|(_, since, _)| now.duration_since(*since) > AGE);
            let old: VecDeque<_> = if fresh == 0 { VecDeque::new() } else { idle.drain(..fresh).collect() };
            let found = idle.iter().rposition(|(theirs, ..)| theirs == origin).and_then(|at| idle.remove(at));
            (found, old)
        });
        found.map(|(.., thing)| thing)
    }

    /// Puts one back; the one that has waited longest makes room.
    pub(super) fn put(&self, origin: Origin, thing: T) {
        let _oldest = self.with(|idle| {
            let oldest = if idle.len() >= self.room { idle.pop_front() } else { None };
            idle.push_back((origin, Instant::now(), thing));
            oldest
        });
    }
}
