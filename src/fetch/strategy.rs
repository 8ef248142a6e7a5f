//! Many URLs: as a stream, gathered, and by three strategies with one report.

use std::boxed::Box;
use std::fmt;
use std::format;
use std::future::{Future, poll_fn};
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::string::{String, ToString};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::thread::{self, ThreadId};
use std::time::Instant;
use std::vec::Vec;

use futures::stream::Stream;

use super::client::Method;
use super::connect::Origin;
use super::flight::{self, Flight};
use super::one;
use super::runtime;
use super::schedule::{Job, Next, Schedule};
use super::watch::Watch;
use super::{Event, FetchError, Fetched, Fetcher, Inner, Report, lock};

/// What a strategy did: every outcome in the order of the input, and the report that tells when.
#[derive(Clone, Debug)]
pub struct Run {
    /// One for every URL, in the order of the input.
    pub fetched: Vec<Fetched>,
    /// When each was under way, how many at one time, on how many threads.
    pub report: Report,
}

/// Counts what goes on during one run.
#[derive(Default)]
struct Tally {
    now: AtomicUsize,
    most: AtomicUsize,
    threads: Mutex<Vec<ThreadId>>,
}

impl Tally {
    fn enter(&self) {
        self.most.fetch_max(self.now.fetch_add(1, Relaxed) + 1, Relaxed);
        self.note_thread();
    }

    fn leave(&self) {
        self.now.fetch_sub(1, Relaxed);
        self.note_thread();
    }

    fn note_thread(&self) {
        let (mut threads, this) = (lock(&self.threads), thread::current().id());
        if !threads.contains(&this) {
            threads.push(this);
        }
    }

    fn report(&self, strategy: String, began: Instant, mut fetched: Vec<Fetched>) -> Run {
        let total = began.elapsed();
        fetched.sort_unstable_by_key(|fetched| fetched.index);
        let report = Report {
            strategy,
            spans: fetched.iter().map(|fetched| fetched.span(began)).collect(),
            total,
            in_flight_max: self.most.load(Relaxed),
            threads: lock(&self.threads).len(),
        };
        Run { fetched, report }
    }
}

/// An outcome, and the host whose room it took.
type Done = (Option<Origin>, Fetched);

/// Runs one job to its outcome.
async fn run(inner: Arc<Inner>, tally: Option<Arc<Tally>>, job: Job) -> Done {
    let Job { index, text, url, host } = job;
    let watch = Arc::new(Watch::new(inner.rules.whole, inner.rules.idle));
    if let Some(tally) = &tally {
        tally.enter();
    }
    let result = one::caught(async {
        inner.observe(Event::Started { index, url: &text });
        let retrying = |tries, wait| inner.observe(Event::Retrying { index, url: &text, tries, wait });
        one::fetch(&inner.client, &inner.rules, Method::Get, url, &watch, retrying).await
    })
    .await;
    if let Some(tally) = &tally {
        tally.leave();
    }
    let result = result.map_err(|failure| FetchError::new(text.clone(), failure));
    let (started, ended) = (watch.began(), Instant::now());
    let mut fetched =
        Fetched { url: text, index, started, ended, tries: watch.tries(), hops: watch.hops(), result };
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| inner.observe(Event::Done(&fetched)))) {
        fetched.result = Err(FetchError::new(fetched.url.clone(), one::panicked(&*panic)));
    }
    (host, fetched)
}

/// Fetches all within the caller's own task, and hands over each as it is done.
async fn together<I: Iterator<Item: Into<String>>>(
    inner: &Arc<Inner>,
    urls: I,
    limit: NonZeroUsize,
    tally: Option<&Arc<Tally>>,
    mut each: impl FnMut(Fetched),
) {
    let mut schedule = Schedule::new(urls, limit, inner.per_host);
    let mut flight = Flight::new();
    loop {
        match schedule.next() {
            Next::Start(job) => flight.push(Box::pin(run(Arc::clone(inner), tally.cloned(), job))),
            Next::Over => return,
            Next::Full => {
                let (host, fetched) = poll_fn(|cx| flight.poll_next(cx)).await;
                schedule.done(host);
                each(fetched);
            }
        }
    }
}

impl Fetcher {
    /// The outcomes as they come.
    ///
    /// A URL is pulled when there is room for it within the [limit](super::Builder::limit) and, when one is set,
    /// for its host; a result that nobody has taken yet counts as well. So the URLs may be endless, and memory is
    /// bounded by the limit. Those under way are polled with the stream, in the task of its consumer. A consumer who
    /// takes its time with one outcome stalls none of the others: after 5 ms (250 ms when it gave up waiting for one) a
    /// task of the runtime stands in for it. Nothing starts before the first poll; dropping the stream cancels what is
    /// under way and closes its connections.
    ///
    /// ```
    /// # #![feature(coroutines, coroutine_trait, stmt_expr_attributes)]
    /// use futures::StreamExt;
    /// use yieldfrom::fetch::{DemoServer, Fetcher};
    ///
    /// let server = DemoServer::start()?;
    /// let endless = (1..).map(|size| server.url(&format!("/bytes/{size}")));
    /// async_std::task::block_on(async {
    ///     let mut pages = Fetcher::new().stream(endless);
    ///     for _ in 0..5 {
    ///         let fetched = pages.next().await.expect("it is endless");
    ///         assert_eq!(fetched.result.unwrap().body.len(), fetched.index + 1);
    ///     }
    /// });
    /// # std::io::Result::Ok(())
    /// ```
    pub fn stream<I: IntoIterator<Item: Into<String>>>(&self, urls: I) -> Fetches<I::IntoIter> {
        let inner = Arc::clone(&self.0);
        Fetches {
            schedule: Schedule::new(urls.into_iter(), inner.limit, inner.per_host),
            inner,
            flight: Flight::shared(),
        }
    }

    /// All outcomes in the order of the input, once the last is there: Python's `asyncio.gather`.
    ///
    /// The fetches run within the task that awaits. It holds all pages, so the URLs must end.
    ///
    /// ```
    /// use yieldfrom::fetch::{DemoServer, Fetcher};
    ///
    /// let server = DemoServer::start()?;
    /// let urls = ["/delay/40", "/delay/20", "/status/404"].map(|path| server.url(path));
    /// let all = async_std::task::block_on(Fetcher::new().gather(urls));
    /// let status: Vec<u16> = all.into_iter().map(|fetched| fetched.result.unwrap().status).collect();
    /// assert_eq!(status, [200, 200, 404]);
    /// # std::io::Result::Ok(())
    /// ```
    pub fn gather<I: IntoIterator<Item: Into<String>>>(
        &self,
        urls: I,
    ) -> impl Future<Output = Vec<Fetched>> + use<I> {
        let inner = Arc::clone(&self.0);
        async move {
            let mut all = Vec::new();
            together(&inner, urls.into_iter(), inner.limit, None, |fetched| all.push(fetched)).await;
            all.sort_unstable_by_key(|fetched| fetched.index);
            all
        }
    }

    /// One after the other, on this thread: the first of three strategies.
    ///
    /// # Panics
    ///
    /// When called from within a future: it waits, and must not keep an event loop waiting.
    pub fn one_after_another<I: IntoIterator<Item: Into<String>>>(&self, urls: I) -> Run {
        self.blocking("one after the other".to_string(), urls, NonZeroUsize::MIN)
    }

    /// As many threads as said, each fetching one URL after the other: the second of three strategies.
    ///
    /// The URLs are pulled by whichever thread is free. The [limit](super::Builder::limit) in all is the number of
    /// threads; the limit per host holds as ever.
    ///
    /// ```
    /// use std::num::NonZero;
    /// use yieldfrom::fetch::{DemoServer, Fetcher};
    ///
    /// let server = DemoServer::start()?;
    /// let urls = (0..6).map(|n| server.url(&format!("/together/3?{n}")));
    /// let run = Fetcher::new().on_threads(NonZero::new(3).unwrap(), urls);
    /// assert_eq!(run.report.spans.len(), 6);
    /// assert_eq!(run.report.in_flight_max, 3);
    /// assert_eq!(server.counts().most_in_flight, 3);
    /// # std::io::Result::Ok(())
    /// ```
    ///
    /// # Panics
    ///
    /// When the iterator panics, or the system has no more threads to give.
    pub fn on_threads<I>(&self, threads: NonZeroUsize, urls: I) -> Run
    where
        I: IntoIterator<Item: Into<String>, IntoIter: Send>,
    {
        let began = Instant::now();
        let tally = Arc::new(Tally::default());
        let schedule = Mutex::new(Schedule::new(urls.into_iter(), threads, self.0.per_host));
        let (changed, all) = (Condvar::new(), Mutex::new(Vec::new()));
        thread::scope(|scope| {
            for _ in 0..threads.get() {
                scope.spawn(|| {
                    while let Some(job) = pull(&schedule, &changed) {
                        let work = run(Arc::clone(&self.0), Some(Arc::clone(&tally)), job);
                        let (host, fetched) = runtime::block_on(work);
                        lock(&all).push(fetched);
                        let Ok(mut schedule) = schedule.lock() else { return };
                        schedule.done(host);
                        changed.notify_all();
                    }
                });
            }
        });
        let all = all.into_inner().unwrap_or_else(PoisonError::into_inner);
        tally.report(format!("on {threads} threads"), began, all)
    }

    /// All at once on this thread, as many in flight as the [limit](super::Builder::limit) allows: the third of
    /// three strategies.
    ///
    /// ```
    /// use yieldfrom::fetch::{DemoServer, Fetcher};
    ///
    /// let server = DemoServer::start()?;
    /// let urls = (0..20).map(|n| server.url(&format!("/delay/50?{n}")));
    /// let run = Fetcher::new().at_once(urls);
    /// assert_eq!((run.report.threads, run.report.in_flight_max), (1, 20));
    /// # std::io::Result::Ok(())
    /// ```
    pub fn at_once<I: IntoIterator<Item: Into<String>>>(&self, urls: I) -> Run {
        self.blocking("at once".to_string(), urls, self.0.limit)
    }

    fn blocking<I: IntoIterator<Item: Into<String>>>(
        &self,
        strategy: String,
        urls: I,
        limit: NonZeroUsize,
    ) -> Run {
        let (began, tally, mut all) = (Instant::now(), Arc::new(Tally::default()), Vec::new());
        let urls = urls.into_iter();
        runtime::block_on(together(&self.0, urls, limit, Some(&tally), |fetched| all.push(fetched)));
        tally.report(strategy, began, all)
    }
}

/// The next job for a thread, once there is one.
fn pull<I: Iterator<Item: Into<String>>>(schedule: &Mutex<Schedule<I>>, changed: &Condvar) -> Option<Job> {
    /// Wakes the others whatever happens: when the iterator panics, they must not wait for ever.
    struct Wake<'a>(&'a Condvar);
    impl Drop for Wake<'_> {
        fn drop(&mut self) {
            self.0.notify_all();
        }
    }

    let wake = Wake(changed);
    let mut schedule = schedule.lock().ok()?;
    loop {
        match schedule.next() {
            Next::Start(job) => {
                std::mem::forget(wake);
                return Some(job);
            }
            Next::Full => schedule = changed.wait(schedule).ok()?,
            Next::Over => return None,
        }
    }
}

/// Outcomes as they come: see [`Fetcher::stream`].
///
/// It yields exactly one [`Fetched`] for every URL pulled, and ends when the URLs have ended and all is taken.
#[must_use = "streams do nothing unless polled"]
pub struct Fetches<I> {
    schedule: Schedule<I>,
    inner: Arc<Inner>,
    flight: Arc<flight::Shared<Done>>,
}

// The iterator is never pinned.
impl<I> Unpin for Fetches<I> {}

impl<I: Iterator<Item: Into<String>>> Stream for Fetches<I> {
    type Item = Fetched;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Fetched>> {
        let Fetches { schedule, inner, flight } = self.get_mut();
        let mut taken = None;
        loop {
            // The URLs may take their time. What is under way goes on.
            let next = schedule.next();
            let mut flight = lock(flight);
            match next {
                Next::Start(job) => flight.start(Box::pin(run(Arc::clone(inner), None, job))),
                // When one was taken, others were started. While the caller looks at it, they are under way.
                _ if taken.is_some() => return Poll::Ready(taken),
                Next::Over => return Poll::Ready(None),
                Next::Full => {
                    let (host, fetched) = ready!(flight.poll_next(cx));
                    schedule.done(host);
                    taken = Some(fetched);
                }
            }
        }
    }
}

impl<I> fmt::Debug for Fetches<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fetches").finish_non_exhaustive()
    }
}
