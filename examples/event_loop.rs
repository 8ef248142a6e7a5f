//! Stage 10 of 11: the event loop itself, written by hand.
//!
//! Look at `run_until_complete`: it runs whatever is ready, and when nothing is, waits for the next timer. A task is
//! a generator-based coroutine; at each `yield` it stands still and leaves the thread to the others, and is sent the
//! result when there is one. The clock here jumps instead of waiting, so that the program prints the same each time.
//!
//! What Rust does differently: Python hides this loop in asyncio; Rust has none of its own, so that a program takes the
//! one that suits it. A future says through its `Waker` that its task is ready again, and asks for nothing else.
//!
//! Run it: `cargo run --example event_loop`, or `cargo run --example event_loop -- 30 10 20`
#![feature(coroutines)]

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

use futures::future::{FutureExt, RemoteHandle};
use yieldfrom::Task;

#[path = "shared/arguments.rs"]
mod arguments;

const HELP: &str = "
Runs a coroutine for each delay on an event loop written by hand, with a clock that jumps.

Usage: event_loop [MILLISECONDS]...    (by default 500 400 300 200 100)";

fn main() {
    let given = arguments::arguments(HELP);
    let mut delays: Vec<u32> = given.iter().map(|text| arguments::number(HELP, text)).collect();
    if delays.is_empty() {
        delays = vec![500, 400, 300, 200, 100];
    }
    let event_loop = Rc::new(EventLoop::default());
    let bytes = event_loop.run_until_complete(fetch_all(Rc::clone(&event_loop), delays));
    println!("=> {bytes} bytes, duration = {} ms", event_loop.now_ms.get());
}

// Python: @asyncio.coroutine
fn fetch(event_loop: Rc<EventLoop>, delay_ms: u32) -> impl Future<Output = u64> {
    Task::new(
        #[coroutine]
        move |_: Option<()>| {
            event_loop.say(&format!("Start /{delay_ms}"));
            yield event_loop.sleep(delay_ms); // Python: yield from asyncio.sleep(delay)
            event_loop.say(&format!("Done /{delay_ms}"));
            u64::from(delay_ms) * 10 // the size of its page, so to speak
        },
    )
}

// Python: yield from gather(*[Task(fetch(delay)) for delay in delays])
fn fetch_all(event_loop: Rc<EventLoop>, delays: Vec<u32>) -> impl Future<Output = u64> {
    Task::new(
        #[coroutine]
        move |_: Option<u64>| {
            let spawn = |delay_ms| event_loop.spawn(fetch(Rc::clone(&event_loop), delay_ms));
            let fetches: Vec<_> = delays.into_iter().map(spawn).collect();
            let mut bytes = 0;
            for fetch in fetches {
                bytes += (yield fetch).unwrap(); // only the results come in turn: the fetches all run meanwhile
            }
            bytes
        },
    )
}

/// A queue of what is ready, a list of what waits for the clock, and the tasks.
#[derive(Default)]
struct EventLoop {
    now_ms: Cell<u64>,
    ready: Arc<Mutex<VecDeque<usize>>>,
    timers: RefCell<BTreeMap<u64, Vec<Waker>>>,
    tasks: RefCell<Vec<Option<Boxed>>>,
}

type Boxed = Pin<Box<dyn Future<Output = ()>>>;

impl EventLoop {
    fn run_until_complete(&self, future: impl Future<Output = u64> + 'static) -> u64 {
        let mut main = self.spawn(future);
        loop {
            while let Some(id) = self.next_ready() {
                // Out of the list while it runs, since it may spawn others.
                let Some(mut task) = self.tasks.borrow_mut()[id].take() else { continue };
                let waker = Waker::from(Arc::new(Ready { id, queue: Arc::clone(&self.ready) }));
                if task.as_mut().poll(&mut Context::from_waker(&waker)).is_pending() {
                    self.tasks.borrow_mut()[id] = Some(task);
                }
            }
            if let Some(result) = (&mut main).now_or_never() {
                return result;
            }
            let timer = self.timers.borrow_mut().pop_first();
            let (at_ms, wakers) = timer.expect("what is not ready waits for the clock");
            self.say(&format!("  (nothing is ready: on to {at_ms} ms)"));
            self.now_ms.set(at_ms);
            wakers.into_iter().for_each(Waker::wake);
        }
    }

    /// Python: `asyncio.Task(coroutine)`. It runs from the loop's next turn on, whoever waits for the handle.
    fn spawn(&self, future: impl Future<Output = u64> + 'static) -> RemoteHandle<u64> {
        let (task, handle) = future.remote_handle();
        let mut tasks = self.tasks.borrow_mut();
        tasks.push(Some(Box::pin(task)));
        self.ready.lock().unwrap().push_back(tasks.len() - 1);
        handle
    }

    /// A future that leaves its waker with the clock when it is asked too early.
    fn sleep(self: &Rc<Self>, delay_ms: u32) -> impl Future<Output = ()> + use<> {
        let (event_loop, until_ms) = (Rc::clone(self), self.now_ms.get() + u64::from(delay_ms));
        poll_fn(move |cx| {
            if event_loop.now_ms.get() >= until_ms {
                return Poll::Ready(());
            }
            event_loop.timers.borrow_mut().entry(until_ms).or_default().push(cx.waker().clone());
            Poll::Pending
        })
    }

    fn next_ready(&self) -> Option<usize> {
        self.ready.lock().unwrap().pop_front()
    }

    fn say(&self, what: &str) {
        println!("{:>4} ms  {what}", self.now_ms.get());
    }
}

/// All that a waker has to do: it puts its task back into the queue.
struct Ready {
    id: usize,
    queue: Arc<Mutex<VecDeque<usize>>>,
}

impl Wake for Ready {
    fn wake(self: Arc<Self>) {
        self.queue.lock().unwrap().push_back(self.id);
    }
}
