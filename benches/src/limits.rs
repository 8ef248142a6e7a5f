//! The instructions an item that yieldfrom may take. Plain release profile, x86-64, the nightly that the README names.

use indicatif::ProgressBar;

use crate::load::YIELDFROM;
use crate::loads::recursion::{ANY_TYPE, ONE_TYPE, TWO_TYPES};
use crate::loads::send::{YIELDFROM_OPTION, YIELDFROM_RESUME};
use crate::{each, loads, measure};

/// Load, contender, depth, and the most instructions an item.
const LIMITS: &[(&str, &str, u64, f64)] = &[
    // The hand-written loops.
    ("range", YIELDFROM, 0, 3.26),
    ("compute", YIELDFROM, 0, 6.5),
    ("send", YIELDFROM_OPTION, 0, 7.5),
    ("send", YIELDFROM_RESUME, 0, 7.5),
    ("pipeline", YIELDFROM, 0, 10.5),
    ("boxed", "yieldfrom, BoxedGenerator", 0, 34.0),
    // Delegation known when compiling: nothing a level.
    ("delegation", YIELDFROM, 0, 6.5),
    ("delegation", YIELDFROM, 1, 6.5),
    ("delegation", YIELDFROM, 2, 6.5),
    ("delegation", YIELDFROM, 4, 6.5),
    ("delegation", YIELDFROM, 8, 6.5),
    ("delegation", YIELDFROM, 16, 6.5),
    // Recursion: the same at every depth, but for what walking much memory costs nobody counts here.
    ("tree", ONE_TYPE, 12, 60.0),
    ("chain", ONE_TYPE, 1_000, 65.0),
    ("chain", ONE_TYPE, 1_000_000, 65.0),
    ("tree", TWO_TYPES, 12, 125.0),
    ("chain", TWO_TYPES, 1_000_000, 125.0),
    // A box a frame: half of it is the allocator's.
    ("tree", ANY_TYPE, 12, 340.0),
];

/// A run's own instructions vary by a few in all, whatever it does.
const TOLERANCE: f64 = 0.01;

pub fn check() -> Result<(), String> {
    if !measure::has_callgrind() {
        return Err("counting instructions needs valgrind: `apt-get install valgrind`".into());
    }
    let loads = loads::all();
    let counted = each(&ProgressBar::new(0), "Counting", LIMITS, |&(load, contender, depth, _)| {
        let load = loads.iter().find(|known| known.name == load).expect("a known load");
        let contender =
            load.contenders.iter().find(|known| known.name == contender).expect("a known contender");
        measure::verify(load, contender, depth)?;
        measure::instructions(load, contender, depth)
    });
    let mut over = 0;
    println!("{:<12} {:<34} {:>9} {:>9} {:>9}", "load", "", "depth", "measured", "limit");
    for (&(load, contender, depth, limit), counted) in LIMITS.iter().zip(counted) {
        let measured =
            counted.map_err(|error| format!("{contender} in `{load}` at depth {depth}: {error}"))?;
        let verdict = if measured <= limit + TOLERANCE { "" } else { "  TOO MANY" };
        over += usize::from(!verdict.is_empty());
        println!("{load:<12} {contender:<34} {depth:>9} {measured:>9.2} {limit:>9.2}{verdict}");
    }
    if over > 0 { Err(format!("{over} of {} limits are exceeded", LIMITS.len())) } else { Ok(()) }
}
