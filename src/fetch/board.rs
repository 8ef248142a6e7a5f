//! A board of bells: the sockets of one run are registered once, and the reactor waits for the board alone.
//!
//! async-std's reactor takes a socket on anew for every wait, and each of its waits takes five system calls. That was
//! half of the time of a run. A board is an epoll of its own, on which a socket is registered once for all that it
//! will ever have to say; and it is the board that async-std's reactor waits for. One wait is for whatever has come
//! meanwhile, on any socket. Where there is no epoll there is no board, and the sockets are left to the reactor.
//!
//! Whoever polls a run makes its board the current one of the thread, and each socket that is polled takes a seat.

use std::cell::RefCell;
use std::collections::HashMap;
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, MutexGuard, Weak};
use std::task::{Context, Poll};
use std::thread_local;

use async_io::Async;
use rustix::event::Timespec;
use rustix::event::epoll::{self, EventFlags};

use super::bell::Bell;
use super::lock;
use super::runtime::TcpStream;

/// So many are rung at one time, and then the others.
const EVENTS: usize = 256;

/// The bells of the sockets of one run.
#[derive(Debug)]
pub(super) struct Board {
    epoll: Async<OwnedFd>,
    bells: Mutex<Bells>,
}

#[derive(Debug, Default)]
struct Bells {
    next: u64,
    seated: HashMap<u64, Arc<Bell>>,
}

thread_local! {
    static CURRENT: RefCell<Option<Arc<Board>>> = const { RefCell::new(None) };
}

impl Board {
    /// A board, if the system has one to give.
    pub(super) fn new() -> Option<Arc<Self>> {
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC).ok()?;
        Some(Arc::new(Board { epoll: Async::new_nonblocking(epoll).ok()?, bells: Mutex::default() }))
    }

    /// The board of whoever polls.
    pub(super) fn current() -> Option<Arc<Self>> {
        CURRENT.with_borrow(Clone::clone)
    }

    /// Does something with this board as the current one, or with none.
    pub(super) fn within<R>(board: Option<Arc<Self>>, work: impl FnOnce() -> R) -> R {
        struct Before(Option<Arc<Board>>);
        impl Drop for Before {
            fn drop(&mut self) {
                CURRENT.set(self.0.take());
            }
        }
        let _before = Before(CURRENT.replace(board));
        work()
    }

    /// Whether there may be something to [ring](Self::ring) for; if not, the task is woken when there is.
    pub(super) fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<()> {
        // An error would be the reactor's. Then it is better to look than to wait.
        self.epoll.poll_readable(cx).map(drop)
    }

    /// Rings for the sockets that have something to say, and tells whether there were any.
    pub(super) fn ring(&self) -> bool {
        let mut room = [const { MaybeUninit::uninit() }; EVENTS];
        // It does not wait, so nothing interrupts it, and the descriptor is ours.
        let Ok((events, _)) = epoll::wait(self.epoll.get_ref(), &mut room[..], Some(&Timespec::default()))
        else {
            return false;
        };
        let bells = self.bells();
        for event in &*events {
            let (flags, key) = (event.flags, event.data.u64());
            // There is none when the socket has just left.
            if let Some(bell) = bells.seated.get(&key) {
                bell.ring(flags.intersects(EventFlags::RDHUP | EventFlags::HUP | EventFlags::ERR));
            }
        }
        !events.is_empty()
    }

    /// A seat for this socket, if the system has room for one more. From now on the bell rings for whatever comes new.
    pub(super) fn seat(self: &Arc<Self>, stream: &TcpStream, bell: &Arc<Bell>) -> Option<Seat> {
        let mut bells = self.bells();
        let key = bells.next;
        let flags = EventFlags::IN | EventFlags::RDHUP | EventFlags::ET;
        epoll::add(self.epoll.get_ref(), stream, epoll::EventData::new_u64(key), flags).ok()?;
        bells.next += 1;
        bells.seated.insert(key, Arc::clone(bell));
        Some(Seat { board: Arc::downgrade(self), key, stream: stream.clone() })
    }

    fn bells(&self) -> MutexGuard<'_, Bells> {
        lock(&self.bells)
    }
}

/// A socket's place on a board, until it is dropped.
#[derive(Debug)]
pub(super) struct Seat {
    board: Weak<Board>,
    key: u64,
    stream: TcpStream,
}

impl Seat {
    /// Which board it is on.
    pub(super) fn board(&self) -> *const Board {
        self.board.as_ptr()
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        if let Some(board) = self.board.upgrade() {
            // It was there.
            let _ = epoll::delete(board.epoll.get_ref(), &self.stream);
            board.bells().seated.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::boxed::Box;
    use std::io::Write;
    use std::net::{Ipv4Addr, Shutdown};
    use std::sync::mpsc;
    use std::task::{Wake, Waker};
    use std::time::Duration;
    use std::vec::Vec;
    use std::{net, thread};

    use futures::io::AsyncReadExt;

    use super::*;
    use crate::fetch::bell::Doorman;

    fn pair() -> (TcpStream, net::TcpStream) {
        let listener = net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let theirs = net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        (listener.accept().unwrap().0.into(), theirs)
    }

    struct Tell(mpsc::Sender<()>);

    impl Wake for Tell {
        fn wake(self: Arc<Self>) {
            let _ = self.0.send(());
        }
    }

    /// Waits, as a task would, until something was rung for.
    fn wait(board: &Board) {
        let (tell, told) = mpsc::channel();
        let waker = Waker::from(Arc::new(Tell(tell)));
        while !board.ring() {
            if board.poll_ready(&mut Context::from_waker(&waker)).is_pending() {
                told.recv_timeout(Duration::from_secs(20))
                    .expect("the board says so when something has come");
            }
        }
    }

    /// Whether the doorman lets anybody through; how often it may be asked in a row tells whether it rings for ever.
    fn lets_through(doorman: &Doorman) -> bool {
        doorman.poll(&mut Context::from_waker(Waker::noop()), |_| Poll::Ready(((), false))).is_ready()
    }

    #[test]
    fn a_bell_rings_once_for_what_comes_new_and_for_ever_at_the_end() {
        let board = Board::new().unwrap();
        let (ours, mut theirs) = pair();
        let doorman = Doorman::new();
        assert!(lets_through(&doorman), "nobody has asked yet");
        let seat = board.seat(&ours, doorman.bell()).unwrap();
        assert_eq!(seat.board(), Arc::as_ptr(&board));
        assert!(!lets_through(&doorman));

        theirs.write_all(b"one").unwrap();
        wait(&board);
        assert!(lets_through(&doorman));
        assert!(!lets_through(&doorman), "it was told already, read or not");
        theirs.write_all(b"two").unwrap();
        wait(&board);
        assert!(lets_through(&doorman));
        assert!(!lets_through(&doorman));

        theirs.shutdown(Shutdown::Write).unwrap();
        wait(&board);
        assert!(lets_through(&doorman) && lets_through(&doorman));
        let mut all = Vec::new();
        futures::executor::block_on((&ours).read_to_end(&mut all)).unwrap();
        assert_eq!(all, b"onetwo");
    }

    #[test]
    fn who_has_left_is_rung_for_no_more() {
        let (first, second) = (Board::new().unwrap(), Board::new().unwrap());
        let (ours, mut theirs) = pair();
        let doorman = Doorman::new();
        drop(first.seat(&ours, doorman.bell()).unwrap());
        let _seat = second.seat(&ours, doorman.bell()).unwrap();
        theirs.write_all(b"x").unwrap();
        wait(&second);
        assert!(!first.ring());
        assert!(first.bells().seated.is_empty());
        // A seat may outlive its board.
        drop(second);
    }

    #[test]
    fn the_current_board_is_that_of_the_innermost_run_also_after_a_panic() {
        let (outer, inner) = (Board::new().unwrap(), Board::new().unwrap());
        let current = || Board::current().map(|board| Arc::as_ptr(&board));
        Board::within(Some(Arc::clone(&outer)), || {
            let inside = Board::within(Some(Arc::clone(&inner)), current);
            assert_eq!(inside, Some(Arc::as_ptr(&inner)));
            assert_eq!(Board::within(None, current), None);
            let panicked =
                std::panic::catch_unwind(|| Board::within(None, || std::panic::resume_unwind(Box::new(()))));
            assert!(panicked.is_err());
            assert_eq!(current(), Some(Arc::as_ptr(&outer)));
            assert_eq!(thread::spawn(|| Board::current().is_none()).join().ok(), Some(true));
        });
        assert_eq!(current(), None);
    }
}
