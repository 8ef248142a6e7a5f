//! The fetch layer against its peers: wall time, CPU time and peak memory, side by side in one run.
//!
//! `cargo run --release` starts a server on loopback in a process of its own, and each contender in a process of its
//! own, one after the other, interleaved over the rounds. The server counts: a contender that made fewer requests,
//! or had fewer or more in flight than it was allowed, is a failure and not a figure. Linux only.

mod contenders;
mod serve;
mod table;

use std::env;
use std::error::Error;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use contenders::{Contender, Cost};
use serve::Counts;
use table::Row;

/// What fails here is shown and ends the run.
type Result<T, E = Box<dyn Error>> = std::result::Result<T, E>;

/// No contender takes longer; one that does is ended, and the run with it.
const DEADLINE: Duration = Duration::from_secs(120);

/// What is too long for `--quick`.
const LONG: Duration = Duration::from_secs(5);

const HELP: &str = "\
The fetch layer of yieldfrom against hyper, reqwest and aiohttp, on loopback.

Usage: cargo run --release [-- OPTIONS]

Options:
  --quick            leave out what takes more than 5 s a time
  --rounds N         how often each is measured; the median counts (default: 3,
                     and fifteen times as often without a delay)
  --only NAME        only contenders whose name contains NAME
  --markdown FILE    write the document with the table to FILE
  --python PATH      a Python that has aiohttp (default: python3)
  -h, --help         this text
";

/// So many URLs, so many at one time, each answered after so many milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Case {
    pub(crate) urls: usize,
    pub(crate) limit: usize,
    pub(crate) delay_ms: u64,
}

impl Case {
    /// How long it takes when nothing but the delays takes time.
    pub(crate) fn ideal(self) -> Duration {
        Duration::from_millis(self.delay_ms) * self.urls.div_ceil(self.limit) as u32
    }

    /// How often it is measured. Without a delay, all depends on what else the machine does at the moment.
    fn rounds(self, rounds: usize) -> usize {
        if self.delay_ms == 0 { rounds * OFTENER } else { rounds }
    }
}

/// What no delay steadies is measured so many times as often.
const OFTENER: usize = 15;

fn cases(quick: bool) -> Vec<Case> {
    let mut cases = Vec::new();
    for urls in [100, 1_000, 10_000] {
        for limit in [5, 64, 256] {
            cases.push(Case { urls, limit, delay_ms: 50 });
        }
    }
    // 10,000 at 5 would be 100 s, and tell nothing that 1,000 at 5 does not.
    cases.retain(|case| case.ideal() < if quick { LONG } else { Duration::from_secs(60) });
    cases.push(Case { urls: 10_000, limit: 64, delay_ms: 0 });
    cases
}

struct Options {
    quick: bool,
    rounds: usize,
    only: String,
    markdown: Option<PathBuf>,
    python: PathBuf,
}

fn options(mut parser: lexopt::Parser) -> Result<Option<Options>> {
    use lexopt::prelude::*;
    let mut options = Options {
        quick: false,
        rounds: 3,
        only: String::new(),
        markdown: None,
        python: PathBuf::from("python3"),
    };
    while let Some(argument) = parser.next()? {
        match argument {
            Long("quick") => options.quick = true,
            Long("rounds") => options.rounds = parser.value()?.parse::<usize>()?.clamp(1, 99),
            Long("only") => options.only = parser.value()?.string()?,
            Long("markdown") => options.markdown = Some(parser.value()?.into()),
            Long("python") => options.python = parser.value()?.into(),
            Short('h') | Long("help") => return Ok(None),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Some(options))
}

fn main() -> Result<()> {
    let words: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["serve"] => return Ok(serve::serve()?),
        ["contend", name, url, urls, limit] => {
            return contenders::contend(name, url, urls.parse()?, limit.parse()?);
        }
        _ => {}
    }
    match options(lexopt::Parser::from_env())? {
        Some(options) => compare(&options),
        None => {
            print!("{HELP}");
            Ok(())
        }
    }
}

fn compare(options: &Options) -> Result<()> {
    let server = Server::start()?;
    let mut contenders = Contender::all(&options.python);
    contenders.retain(|contender| contender.name().contains(&options.only));
    contenders.retain(|contender| match contender.missing() {
        Some(why) => {
            println!("{} is left out: {why}", contender.name());
            false
        }
        None => true,
    });
    let cases = cases(options.quick);
    let load = table::load()?;

    let bar = ProgressBar::new(
        cases.iter().map(|case| case.rounds(options.rounds) * contenders.len()).sum::<usize>() as u64,
    );
    bar.set_style(ProgressStyle::with_template("{bar:40} {pos}/{len} {eta} left  {msg}")?);
    let mut rows = Vec::new();
    for &case in &cases {
        let mut costs = vec![Vec::new(); contenders.len()];
        for round in 0..case.rounds(options.rounds) {
            for turn in 0..contenders.len() {
                // Whoever comes first in one round does not in the next, and comes after others.
                let turn = if round % 2 == 0 { turn } else { contenders.len() - 1 - turn };
                let which = (turn + round) % contenders.len();
                bar.set_message(format!(
                    "{} URLs at {}: {}",
                    case.urls,
                    case.limit,
                    contenders[which].name()
                ));
                costs[which].push(measure(&server, &contenders[which], case)?);
                bar.inc(1);
            }
        }
        let medians = costs.into_iter().map(Cost::median);
        rows.extend(contenders.iter().zip(medians).map(|(contender, cost)| Row {
            case,
            name: contender.name(),
            cost,
        }));
    }
    bar.finish_and_clear();
    let (machine, table) = (table::machine(load)?, table::draw(&rows));
    println!("{machine}\n\n{table}");
    if let Some(path) = &options.markdown {
        fs::write(path, table::document(&machine, options.rounds, options.rounds * OFTENER, &table))?;
    }
    Ok(())
}

/// Runs one contender once, and believes the server rather than the contender.
fn measure(server: &Server, contender: &Contender, case: Case) -> Result<Cost> {
    server.counts()?;
    let cost = contender.run(&server.url(case.delay_ms), case.urls, case.limit)?;
    let counts = server.counts()?;
    let most = case.limit.min(case.urls);
    // Without a delay, an answer may be there before the next request is.
    let bounded = counts.most_in_flight <= most && (case.delay_ms == 0 || counts.most_in_flight == most);
    if counts.requests != case.urls || !bounded {
        return Err(format!("{}: the server counted {counts:?} for {case:?}", contender.name()).into());
    }
    Ok(cost)
}

/// The server's process; it ends with this handle.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start() -> Result<Self> {
        let mut child = Command::new(env::current_exe()?)
            .arg("serve")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut address = String::new();
        let output = child.stdout.take().ok_or("the server has no output")?;
        BufReader::new(output).read_line(&mut address)?;
        Ok(Server { child, address: address.trim().to_owned() })
    }

    fn url(&self, delay_ms: u64) -> String {
        format!("http://{}/{delay_ms}", self.address)
    }

    /// What it counted since it was asked last.
    fn counts(&self) -> Result<Counts> {
        serve::ask(&self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The end of its input ends it, also when this process is killed.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// Runs a program of ours and gives the one line that it prints.
fn line(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        let name = Path::new(command.get_program()).display();
        return Err(format!("{name} ended with {}", output.status).into());
    }
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}
