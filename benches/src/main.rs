//! `yieldfrom` against the hand-written code, std, the nightly's own generators, its peers and CPython: one command
//! prints the table.
//!
//! ```text
//! cargo run --release                    # everything, about five minutes; instructions need valgrind
//! cargo run --release -- --only chain    # one load
//! cargo run --release -- --check         # fails when yieldfrom takes more instructions than it may
//! ```
//!
//! `load.rs` says what a load and a contender are, `loads/` holds them, `measure.rs` says how they are measured and
//! why not by one of the usual harnesses.
#![feature(coroutines, coroutine_trait, gen_blocks, iter_from_coroutine, stmt_expr_attributes, yield_expr)]
// Sixteen generators, each the type parameter of the next.
#![recursion_limit = "256"]

mod limits;
mod load;
mod loads;
mod measure;
mod picture;
mod table;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};
use load::{Contender, Load, Run};
use measure::Figure;

const HELP: &str = "\
Measures yieldfrom and its peers: instructions and time an item, and bytes each.

Usage: cargo run --release -- [OPTIONS]

  --check           count yieldfrom's instructions only, and fail when they exceed the limits
  --only LOAD       measure one load: range, compute, send, pipeline, boxed, creation, delegation, tree, chain, memory
  --no-time         leave out time, which a busy machine falsifies
  --markdown FILE   write the tables for the docs
  --svg FILE        write the picture of cost over depth
  --help            print this";

/// What was measured of one contender at one depth.
pub struct Measured {
    pub load: &'static str,
    pub contender: &'static str,
    pub depth: u64,
    pub instructions: Figure,
    pub nanoseconds: Figure,
}

#[derive(Default)]
struct Options {
    check: bool,
    only: Option<String>,
    no_time: bool,
    markdown: Option<PathBuf>,
    svg: Option<PathBuf>,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if as_child(&arguments).is_some() {
        return ExitCode::SUCCESS;
    }
    let done = match options() {
        Err(error) => Err(error.to_string()),
        Ok(None) => {
            println!("{HELP}");
            Ok(())
        }
        Ok(Some(options)) if options.check => limits::check(),
        Ok(Some(options)) => compare(&options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn options() -> Result<Option<Options>, lexopt::Error> {
    use lexopt::prelude::*;
    let mut options = Options::default();
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("check") => options.check = true,
            Long("only") => options.only = Some(parser.value()?.string()?),
            Long("no-time") => options.no_time = true,
            Long("markdown") => options.markdown = Some(parser.value()?.into()),
            Long("svg") => options.svg = Some(parser.value()?.into()),
            Long("help") => return Ok(None),
            _ => return Err(argument.unexpected()),
        }
    }
    Ok(Some(options))
}

/// Does one contender's work when the harness has started itself for that: see `measure`.
fn as_child(arguments: &[String]) -> Option<()> {
    match arguments {
        [mode, name, count] if mode == "memory" => {
            let kept = loads::memory::all().into_iter().find(|kept| kept.name == name)?;
            println!("{}", kept.bytes?(count.parse().ok()?));
        }
        [mode, load, contender, n, depth] => {
            let load = loads::all().into_iter().find(|known| known.name == load)?;
            let contender = load.contenders.iter().find(|known| known.name == contender)?;
            let Run::Rust(run) = contender.run else { return None };
            let (n, depth) = (n.parse().ok()?, depth.parse().ok()?);
            match mode.strip_prefix("time=") {
                None => println!("{}", run(n, depth)),
                Some(times) => {
                    for _ in 0..times.parse().ok()? {
                        let started = Instant::now();
                        std::hint::black_box(run(n, depth));
                        println!("{}", started.elapsed().as_nanos());
                    }
                }
            }
        }
        _ => return None,
    }
    Some(())
}

fn compare(options: &Options) -> Result<(), String> {
    let wanted = |name: &str| options.only.as_deref().is_none_or(|only| only == name);
    let loads: Vec<Load> = loads::all().into_iter().filter(|load| wanted(load.name)).collect();
    let mut cases: Vec<(&Load, &Contender, u64)> = Vec::new();
    let has_python = measure::has_python();
    for load in &loads {
        for contender in
            load.contenders.iter().filter(|contender| has_python || contender.name != load::CPYTHON)
        {
            cases.extend(load.depths.iter().map(|&depth| (load, contender, depth)));
        }
    }
    if cases.is_empty() && !wanted("memory") {
        return Err(format!("there is no load named `{}`", options.only.as_deref().unwrap_or_default()));
    }

    let progress = ProgressBar::new(0).with_style(
        ProgressStyle::with_template("{prefix:>12} [{bar:30}] {pos}/{len} {wide_msg}")
            .expect("a valid template"),
    );
    let verified = each(&progress, "Verifying", &cases, |&(load, contender, depth)| {
        if depth > contender.deepest {
            return Err("not tried".to_string());
        }
        measure::verify(load, contender, depth)
    });
    if let Some(position) =
        verified.iter().position(|result| matches!(result, Err(e) if e.starts_with("WRONG")))
    {
        let (load, contender, depth) = cases[position];
        let reason = verified[position].as_ref().unwrap_err();
        return Err(format!("{} in `{}` at depth {depth}: {reason}", contender.name, load.name));
    }
    let with_proof: Vec<_> = cases.iter().zip(&verified).collect();

    let without = |reason: &str| -> Vec<Figure> { vec![Err(reason.to_string()); cases.len()] };
    let instructions = if measure::has_callgrind() {
        each(&progress, "Counting", &with_proof, |&(&(load, contender, depth), verified)| {
            verified.clone().and_then(|()| measure::instructions(load, contender, depth))
        })
    } else {
        eprintln!("valgrind is not installed: no instructions are counted");
        without("no valgrind")
    };
    let nanoseconds = if options.no_time {
        without("not timed")
    } else {
        // One after the other: they would take each other's time.
        let mut best = without("not timed");
        for _ in 0..measure::TIMED_ROUNDS {
            let round =
                one_by_one(&progress, "Timing", &with_proof, |&(&(load, contender, depth), verified)| {
                    verified.clone().and_then(|()| measure::time(load, contender, depth))
                });
            for (best, this) in best.iter_mut().zip(round) {
                match (&mut *best, this) {
                    (Ok(best), Ok(this)) => *best = best.min(this),
                    (Ok(_), Err(_)) => {}
                    (Err(_), this) => *best = this,
                }
            }
        }
        best
    };
    let measured: Vec<Measured> = cases
        .iter()
        .zip(instructions.into_iter().zip(nanoseconds))
        .map(|(&(load, contender, depth), (instructions, nanoseconds))| Measured {
            load: load.name,
            contender: contender.name,
            depth,
            instructions,
            nanoseconds,
        })
        .collect();

    let mut tables: Vec<_> = loads.iter().flat_map(|load| table::of_load(load, &measured)).collect();
    if wanted("memory") {
        let mut kept = loads::memory::all();
        kept.retain(|kept| has_python || kept.bytes.is_some());
        let bytes = one_by_one(&progress, "Weighing", &kept, measure::memory);
        tables.push(table::of_memory(&kept, &bytes));
    }
    progress.finish_and_clear();

    for table in &tables {
        println!("{}", table.as_text());
    }
    if let Some(path) = &options.markdown {
        std::fs::write(path, table::as_document(&tables))
            .map_err(|error| format!("{}: {error}", path.display()))?;
    }
    if let Some(path) = &options.svg {
        picture::draw(path, &measured).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}

/// Works on all items at once, as many at a time as there are processors; what is counted does not depend on load.
pub fn each<T: Sync, U: Send>(
    progress: &ProgressBar,
    what: &'static str,
    items: &[T],
    work: impl Fn(&T) -> U + Sync,
) -> Vec<U> {
    progress.reset();
    progress.set_length(items.len() as u64);
    progress.set_prefix(what);
    let results: Mutex<Vec<Option<U>>> = Mutex::new(items.iter().map(|_| None).collect());
    let todo = Mutex::new(items.iter().enumerate());
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let next = todo.lock().expect("no worker panics").next();
                    let Some((position, item)) = next else { break };
                    let result = work(item);
                    results.lock().expect("no worker panics")[position] = Some(result);
                    progress.inc(1);
                }
            });
        }
    });
    let results = results.into_inner().expect("no worker panics");
    results.into_iter().map(|result| result.expect("each item was worked on")).collect()
}

fn one_by_one<T, U>(
    progress: &ProgressBar,
    what: &'static str,
    items: &[T],
    mut work: impl FnMut(&T) -> U,
) -> Vec<U> {
    progress.reset();
    progress.set_length(items.len() as u64);
    progress.set_prefix(what);
    items
        .iter()
        .map(|item| {
            let result = work(item);
            progress.inc(1);
            result
        })
        .collect()
}
