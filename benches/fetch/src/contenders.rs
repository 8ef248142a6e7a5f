//! Who is compared: each fetches the same URLs in its own process, reads every body, and keeps none unless it must.
//!
//! Each is written as its users would write it, on one thread where the choice is ours, and makes its client before
//! the clock starts.

use std::future::Future;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::{self, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use futures::StreamExt;
use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use procfs::process::Process;
use rustix::time::{ClockId, clock_gettime};
use yieldfrom::fetch::{Fetched, Fetcher};

use crate::serve::BODY;
use crate::{DEADLINE, Result, line};

/// The peers first, then ours.
const NAMES: [&str; 5] =
    ["hyper, tokio", "reqwest, tokio", "reqwest, all kept", "yieldfrom stream", "yieldfrom at_once"];

const AIOHTTP: &str = include_str!("aiohttp_client.py");

pub(crate) enum Contender {
    Rust(&'static str),
    Aiohttp { python: PathBuf },
}

/// What one run cost.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    pub(crate) wall: Duration,
    /// User and system, of all threads, without the start of the process.
    pub(crate) cpu: Duration,
    /// The most resident memory, of the whole process.
    pub(crate) peak_kib: u64,
}

impl Cost {
    /// The median of each figure on its own.
    pub(crate) fn median(costs: Vec<Cost>) -> Cost {
        fn middle<T: Ord + Copy>(costs: &[Cost], figure: impl Fn(&Cost) -> T) -> T {
            let mut figures: Vec<T> = costs.iter().map(figure).collect();
            figures.sort_unstable();
            figures[figures.len() / 2]
        }
        Cost {
            wall: middle(&costs, |cost| cost.wall),
            cpu: middle(&costs, |cost| cost.cpu),
            peak_kib: middle(&costs, |cost| cost.peak_kib),
        }
    }
}

impl Contender {
    pub(crate) fn all(python: &Path) -> Vec<Self> {
        let mut all: Vec<Self> = NAMES.map(Contender::Rust).into();
        all.push(Contender::Aiohttp { python: python.to_owned() });
        all
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Contender::Rust(name) => name,
            Contender::Aiohttp { .. } => "aiohttp, Python",
        }
    }

    /// Why it cannot take part.
    pub(crate) fn missing(&self) -> Option<String> {
        let Contender::Aiohttp { python } = self else { return None };
        let tried = Command::new(python).args(["-c", "import aiohttp"]).stderr(Stdio::null()).status();
        let there = tried.is_ok_and(|status| status.success());
        (!there).then(|| format!("{} has no aiohttp (see --python)", python.display()))
    }

    /// Runs it in a process of its own.
    pub(crate) fn run(&self, url: &str, urls: usize, limit: usize) -> Result<Cost> {
        let mut command = match self {
            Contender::Rust(name) => {
                let mut command = Command::new(std::env::current_exe()?);
                command.args(["contend", name, url]);
                command
            }
            Contender::Aiohttp { python } => {
                let mut command = Command::new(python);
                command.args(["-c", AIOHTTP, url]);
                command
            }
        };
        command.args([urls.to_string(), limit.to_string()]);
        let said = line(&mut command)?;
        let figures: Vec<u64> = said.split(' ').map(str::parse).collect::<Result<_, _>>()?;
        let &[wall, cpu, peak_kib, pages] = &figures[..] else {
            return Err(format!("{} said {said:?}", self.name()).into());
        };
        if pages != urls as u64 {
            return Err(format!("{}: {pages} pages of {urls}", self.name()).into());
        }
        Ok(Cost { wall: Duration::from_micros(wall), cpu: Duration::from_micros(cpu), peak_kib })
    }
}

/// One contender, in its own process: prints microseconds of wall and CPU, KiB, and how many whole pages there were.
pub(crate) fn contend(name: &str, url: &str, urls: usize, limit: usize) -> Result<()> {
    thread::spawn(|| {
        thread::sleep(DEADLINE);
        eprintln!("it took longer than {DEADLINE:?}");
        process::exit(1);
    });
    let all = (0..urls).map(|n| format!("{url}?{n}"));
    match name {
        "hyper, tokio" => hyper(all, limit),
        "reqwest, tokio" => reqwest(all, limit),
        "reqwest, all kept" => reqwest_kept(all, limit),
        "yieldfrom stream" => stream(all, limit),
        "yieldfrom at_once" => at_once(all, limit),
        _ => Err("there is no such contender".into()),
    }
}

struct Clock {
    wall: Instant,
    cpu: Duration,
}

fn cpu() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec as u32)
}

impl Clock {
    fn start() -> Self {
        Clock { cpu: cpu(), wall: Instant::now() }
    }

    fn stop(self, pages: usize) -> Result<()> {
        let (wall, cpu) = (self.wall.elapsed(), cpu() - self.cpu);
        // Not `getrusage`: its peak includes what the parent had before `exec`.
        let peak =
            Process::myself()?.status()?.vmhwm.ok_or("the kernel does not say how much memory it was")?;
        println!("{} {} {peak} {pages}", wall.as_micros(), cpu.as_micros());
        Ok(())
    }
}

/// How many whole pages there are, with so many fetches at one time.
async fn whole<F: Future<Output = usize>>(
    all: impl Iterator<Item = String>,
    limit: usize,
    fetch: impl FnMut(String) -> F,
) -> usize {
    futures::stream::iter(all.map(fetch))
        .buffer_unordered(limit)
        .fold(0, async |pages, bytes| pages + usize::from(bytes == BODY))
        .await
}

fn hyper(all: impl Iterator<Item = String>, limit: usize) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    let client = hyper_util::client::legacy::Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .build::<_, Empty<Bytes>>(connector);
    let clock = Clock::start();
    let pages = runtime.block_on(whole(all, limit, async |url| {
        let answer = client.get(url.parse().expect("it is a URL")).await.expect("the server answers");
        answer.into_body().collect().await.expect("the body is whole").to_bytes().len()
    }));
    clock.stop(pages)
}

fn reqwest(all: impl Iterator<Item = String>, limit: usize) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let client = reqwest::Client::new();
    let clock = Clock::start();
    let pages = runtime.block_on(whole(all, limit, async |url| {
        let answer = client.get(url).send().await.expect("the server answers");
        answer.bytes().await.expect("the body is whole").len()
    }));
    clock.stop(pages)
}

/// What `at_once` does, for its memory and what that costs: all pages are handed over at the end, with their headers.
fn reqwest_kept(all: impl Iterator<Item = String>, limit: usize) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let client = reqwest::Client::new();
    let clock = Clock::start();
    let fetches = futures::stream::iter(all.map(async |url| {
        let mut answer = client.get(&url).send().await.expect("the server answers");
        let (status, headers) = (answer.status(), std::mem::take(answer.headers_mut()));
        (url, status, headers, answer.bytes().await.expect("the body is whole"))
    }));
    let pages: Vec<_> = runtime.block_on(fetches.buffer_unordered(limit).collect());
    clock.stop(pages.iter().filter(|(.., bytes)| bytes.len() == BODY).count())
}

fn is_whole(fetched: &Fetched) -> bool {
    fetched.result.as_ref().is_ok_and(|page| page.body.len() == BODY)
}

fn fetcher(limit: usize) -> Result<Fetcher> {
    Ok(Fetcher::builder().limit(NonZero::new(limit).ok_or("a limit is at least 1")?).build())
}

fn stream(all: impl Iterator<Item = String>, limit: usize) -> Result<()> {
    let fetcher = fetcher(limit)?;
    let clock = Clock::start();
    let pages = async_std::task::block_on(
        fetcher.stream(all).fold(0, async |pages, fetched| pages + usize::from(is_whole(&fetched))),
    );
    clock.stop(pages)
}

/// It hands over all pages and the report of every fetch at its end, so its memory is that of 10,000 pages.
fn at_once(all: impl Iterator<Item = String>, limit: usize) -> Result<()> {
    let fetcher = fetcher(limit)?;
    let clock = Clock::start();
    let run = fetcher.at_once(all);
    clock.stop(run.fetched.iter().filter(|fetched| is_whole(fetched)).count())
}
