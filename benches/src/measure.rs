//! Measuring one contender in processes of its own.
//!
//! The harness runs itself again for each figure, because one table is to hold what no harness for a single library
//! needs: contenders that overflow the stack or run for minutes (the figure is then missing, with the reason), one
//! in another language, instructions beside time, and memory. Criterion and divan measure time alone, in one
//! process; gungraun counts instructions, and needs a runner installed beside it.
//!
//! - **Instructions** are counted by callgrind for `n` and for `2 n` rounds; the difference is what the second `n`
//!   cost, without start-up and without markers in the code. They repeat to the instruction.
//! - **Time** is the best of several runs, each long enough for the clock, in several rounds over all contenders.
//! - Each contender's **checksum** is compared to that of the hand-written code before anything is measured.

use std::io::Read as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::load::{Contender, Load, Run};

/// A figure, or why there is none.
pub type Figure = Result<f64, String>;

const DEADLINE: Duration = Duration::from_secs(300);
/// A run shorter than this says little about time.
const TIMED_MIN: Duration = Duration::from_millis(10);
const TIMED_RUNS: u32 = 5;
/// Each contender's runs are spread over so many rounds, so that a busy minute of the machine does not hit all of them.
pub const TIMED_ROUNDS: u32 = 3;

/// Compares the checksum with that of the hand-written code, which leads the load's list.
pub fn verify(load: &Load, contender: &Contender, depth: u64) -> Result<(), String> {
    let n = rounds(load, depth);
    let theirs = last_line(&child(load, contender, "run", n, depth)?);
    let ours = last_line(&child(load, &load.contenders[0], "run", n, depth)?);
    if theirs == ours { Ok(()) } else { Err(format!("WRONG: {theirs}, not {ours}")) }
}

/// Instructions an item.
pub fn instructions(load: &Load, contender: &Contender, depth: u64) -> Figure {
    let n = rounds(load, depth);
    let count = |n| -> Result<f64, String> {
        let report = finish(callgrind(&command(load, contender, "count", n, depth)))?.stderr;
        let collected = report.lines().find_map(|line| line.split_once("Collected : "));
        let (_, count) = collected.ok_or_else(|| "callgrind reports no count".to_string())?;
        count.trim().parse().map_err(|_| format!("callgrind reports `{count}`"))
    };
    Ok((count(2 * n)? - count(n)?) / (n * (load.items_per_round)(depth)) as f64)
}

/// Nanoseconds an item.
pub fn time(load: &Load, contender: &Contender, depth: u64) -> Figure {
    let mut n = rounds(load, depth);
    loop {
        let once = best(&child(load, contender, "time=2", n, depth)?)?;
        if once >= TIMED_MIN {
            break;
        }
        let short_by = TIMED_MIN.as_secs_f64() / once.as_secs_f64().max(1e-6);
        n = (n as f64 * (1.2 * short_by).clamp(2.0, 100.0)) as u64;
    }
    let best = best(&child(load, contender, &format!("time={TIMED_RUNS}"), n, depth)?)?;
    Ok(best.as_nanos() as f64 / (n * (load.items_per_round)(depth)) as f64)
}

/// Bytes each of `count` suspended generators.
pub fn memory(kept: &crate::loads::memory::Kept) -> Figure {
    let mut command = match kept.bytes {
        Some(_) => this_harness(),
        None => python_script(),
    };
    command.args(["memory", kept.name, &kept.count.to_string()]);
    let bytes: f64 = last_line(&finish(command)?.stdout).parse().map_err(|_| "no figure".to_string())?;
    if bytes == 0.0 { Err("unknown here".into()) } else { Ok(bytes / kept.count as f64) }
}

pub fn has_callgrind() -> bool {
    runs(Command::new("valgrind").args(["--tool=callgrind", "--version"]))
}

pub fn has_python() -> bool {
    runs(python().arg("--version").env_remove("PYTHONPATH"))
}

/// How many rounds give the load's number of items.
fn rounds(load: &Load, depth: u64) -> u64 {
    load.items_counted.div_ceil((load.items_per_round)(depth))
}

fn this_harness() -> Command {
    Command::new(std::env::current_exe().expect("the harness can find itself"))
}

fn python() -> Command {
    let mut command = Command::new(python_path());
    command.env("PYTHONHASHSEED", "0");
    command
}

fn python_script() -> Command {
    let mut command = python();
    command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/src/contenders.py"));
    command
}

/// The interpreter itself: what is found first may be a script that looks for it, and would be measured too.
fn python_path() -> &'static str {
    static PATH: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    PATH.get_or_init(|| {
        let asked = Command::new("python3").args(["-c", "import sys; print(sys.executable)"]).output();
        let path = asked.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_string());
        path.ok().filter(|path| !path.is_empty()).unwrap_or_else(|| "python3".into())
    })
}

fn command(load: &Load, contender: &Contender, mode: &str, n: u64, depth: u64) -> Command {
    let mut command = match contender.run {
        Run::Rust(_) => {
            let mut command = this_harness();
            command.args([mode, load.name, contender.name]);
            command
        }
        Run::Python => {
            let mut command = python_script();
            command.args([mode, load.name]);
            command
        }
    };
    command.args([n.to_string(), depth.to_string()]);
    command
}

fn callgrind(command: &Command) -> Command {
    let mut under = Command::new("valgrind");
    under.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    under.arg(command.get_program()).args(command.get_args());
    under.env("PYTHONHASHSEED", "0");
    under
}

fn child(load: &Load, contender: &Contender, mode: &str, n: u64, depth: u64) -> Result<String, String> {
    Ok(finish(command(load, contender, mode, n, depth))?.stdout)
}

struct Finished {
    stdout: String,
    stderr: String,
}

/// Runs a child to its end or to the deadline. What it prints is small, and fits in the pipes.
fn finish(mut command: Command) -> Result<Finished, String> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| error.to_string())?;
    let started = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            break status;
        }
        if started.elapsed() > DEADLINE {
            child.kill().and_then(|()| child.wait()).map_err(|error| error.to_string())?;
            return Err("too long".into());
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let (mut stdout, mut stderr) = (String::new(), String::new());
    let _ = child.stdout.take().map(|mut pipe| pipe.read_to_string(&mut stdout));
    let _ = child.stderr.take().map(|mut pipe| pipe.read_to_string(&mut stderr));
    if status.success() {
        return Ok(Finished { stdout, stderr });
    }
    let killed_by_signal = status.code().is_none() || stderr.contains("overflowed its stack");
    Err(if killed_by_signal { "overflow".into() } else { last_line(&stderr) })
}

fn runs(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

fn best(nanoseconds: &str) -> Result<Duration, String> {
    let best = nanoseconds.lines().filter_map(|line| line.parse().ok()).min();
    best.map(Duration::from_nanos).ok_or_else(|| "no figure".into())
}

fn last_line(text: &str) -> String {
    text.lines().last().unwrap_or_default().trim().to_string()
}
