//! The one place that names async-std's runtime: sockets, clock, threads. Replacing it means replacing this file, and
//! [`board`](super::board) where there is one.

use std::future::Future;
use std::io;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use async_std::task::{self, JoinHandle};
use futures::FutureExt;
use std::net::SocketAddr;
use std::vec::Vec;

pub(super) use async_std::net::{TcpListener, TcpStream};

/// Runs a future on this thread until it is done: Python's `run_until_complete`.
pub(super) fn block_on<F: Future>(future: F) -> F::Output {
    task::block_on(future)
}

/// Waits.
pub(super) async fn sleep(time: Duration) {
    task::sleep(time).await;
}

/// Lets others go first.
pub(super) async fn yield_now() {
    task::yield_now().await;
}

/// A task that ends with its handle. A bare `JoinHandle` of async-std detaches when it is dropped.
#[derive(Debug)]
pub(super) struct Running(Option<JoinHandle<()>>);

impl Running {
    pub(super) fn is_finished(&mut self) -> bool {
        if self.0.as_mut().is_some_and(|handle| handle.now_or_never().is_some()) {
            // It must not be polled once more.
            self.0 = None;
        }
        self.0.is_none()
    }

    /// Lets the task go its own way.
    pub(super) fn detach(mut self) {
        // async-std's own handle detaches when it is dropped.
        self.0 = None;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(handle) = self.0.take() {
            // Cancelling happens on the first poll; what is left to wait for is that the task is gone.
            let _ = handle.cancel().now_or_never();
        }
    }
}

/// Runs a future on the runtime's threads until it is done or its handle is dropped.
///
/// A panic ends it, and goes no further than to the panic hook: it must not come up again in the handle's `drop`.
pub(super) fn spawn(future: impl Future<Output = ()> + Send + 'static) -> Running {
    let future = AssertUnwindSafe(future).catch_unwind();
    Running(Some(task::spawn(async {
        let _ = future.await;
    })))
}

/// The value of the future, or `None` when the time was over first.
pub(super) async fn timeout<F: Future>(time: Duration, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut alarm = pin!(sleep(time));
    std::future::poll_fn(|cx| match future.as_mut().poll(cx) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending => alarm.as_mut().poll(cx).map(|()| None),
    })
    .await
}

/// The addresses of a host name. The lookup runs on a thread of its own, as the system offers no other way.
pub(super) async fn resolve(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    use async_std::net::ToSocketAddrs;
    Ok((host, port).to_socket_addrs().await?.collect())
}

/// A connection to the first of the addresses that takes one. The time is shared out among them, so that a dead one
/// does not use it up.
pub(super) async fn connect(addresses: &[SocketAddr], time: Duration) -> io::Result<TcpStream> {
    let began = Instant::now();
    let mut last = io::Error::new(io::ErrorKind::AddrNotAvailable, "the name has no address");
    for (tried, address) in addresses.iter().enumerate() {
        let share = time.saturating_sub(began.elapsed()) / (addresses.len() - tried) as u32;
        match timeout(share, TcpStream::connect(address)).await {
            Some(Ok(stream)) => {
                stream.set_nodelay(true)?;
                return Ok(stream);
            }
            Some(Err(error)) => last = error,
            None => last = io::ErrorKind::TimedOut.into(),
        }
    }
    Err(last)
}
