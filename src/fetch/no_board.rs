//! What stands for the board on systems without epoll: there is none, and sockets wait with the reactor.

use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::bell::Bell;
use super::runtime::TcpStream;

/// None can be made.
#[derive(Debug)]
pub(super) struct Board(Infallible);

impl Board {
    pub(super) fn new() -> Option<Arc<Self>> {
        None
    }

    pub(super) fn current() -> Option<Arc<Self>> {
        None
    }

    pub(super) fn within<R>(_: Option<Arc<Self>>, work: impl FnOnce() -> R) -> R {
        work()
    }

    pub(super) fn poll_ready(&self, _: &mut Context<'_>) -> Poll<()> {
        match self.0 {}
    }

    pub(super) fn ring(&self) -> bool {
        match self.0 {}
    }

    pub(super) fn seat(self: &Arc<Self>, _: &TcpStream, _: &Arc<Bell>) -> Option<Seat> {
        match self.0 {}
    }
}

/// None can be taken.
#[derive(Debug)]
pub(super) struct Seat(Infallible);

impl Seat {
    pub(super) fn board(&self) -> *const Board {
        match self.0 {}
    }
}
