//! Connections that wait for their next request: bounded in number and in age, whatever the number of hosts.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::connect::Origin;
use super::lock;

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
        change(&mut lock(&self.idle))
    }

    /// Takes out the one that was used last: it is the least likely to have been closed meanwhile.
    pub(super) fn take(&self, origin: &Origin) -> Option<T> {
        let (found, _old) = self.with(|idle| {
            let old = drain_old(idle);
            (remove(idle, origin), old)
        });
        found
    }

    /// The one that was used last, for several to use at one time: it stays, as long as it is open, and counts as used
    /// now. It is never missing in between, so that nobody opens another one meanwhile.
    pub(super) fn share(&self, origin: &Origin, is_open: impl FnOnce(&T) -> bool) -> Option<T>
    where
        T: Clone,
    {
        let (found, _closed, _old) = self.with(|idle| {
            let old = drain_old(idle);
            match remove(idle, origin) {
                Some(thing) if is_open(&thing) => {
                    idle.push_back((origin.clone(), Instant::now(), thing.clone()));
                    (Some(thing), None, old)
                }
                closed => (None, closed, old),
            }
        });
        found
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

/// Those that have waited too long. They are dropped when the lock is no longer held.
fn drain_old<T>(idle: &mut VecDeque<(Origin, Instant, T)>) -> VecDeque<(Origin, Instant, T)> {
    let now = Instant::now();
    let fresh = idle.partition_point(|(_, since, _)| now.duration_since(*since) > AGE);
    if fresh == 0 { VecDeque::new() } else { idle.drain(..fresh).collect() }
}

fn remove<T>(idle: &mut VecDeque<(Origin, Instant, T)>, origin: &Origin) -> Option<T> {
    let at = idle.iter().rposition(|(theirs, ..)| theirs == origin)?;
    idle.remove(at).map(|(.., thing)| thing)
}
