//! What examples do with their command lines.
#![allow(dead_code)] // each example takes what it needs

use std::fmt::Display;
use std::panic;
use std::process::exit;
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, Ordering};

use lexopt::ValueExt as _;

/// The free arguments of an example without options.
pub(crate) fn arguments(help: &str) -> Vec<String> {
    parse(help, []).1
}

/// The values of the options that are named, and the free arguments. `--help` prints `help` and ends the program.
pub(crate) fn parse<const N: usize>(help: &str, names: [&str; N]) -> ([Option<String>; N], Vec<String>) {
    end_quietly_when_nobody_reads();
    let (mut values, mut free) = ([const { None }; N], Vec::new());
    let mut parser = lexopt::Parser::from_env();
    let mut all = || -> Result<(), lexopt::Error> {
        while let Some(argument) = parser.next()? {
            match argument {
                lexopt::Arg::Short('h') | lexopt::Arg::Long("help") => {
                    println!("{}", help.trim());
                    exit(0);
                }
                lexopt::Arg::Long(name)
                    if let Some(place) = names.iter().position(|known| *known == name) =>
                {
                    values[place] = Some(parser.value()?.string()?);
                }
                lexopt::Arg::Value(value) => free.push(value.string()?),
                unknown => return Err(unknown.unexpected()),
            }
        }
        Ok(())
    };
    all().unwrap_or_else(|error| refuse(help, error));
    (values, free)
}

/// The free argument of an example that takes one, or none.
pub(crate) fn at_most_one(help: &str, free: Vec<String>) -> Option<String> {
    let mut free = free.into_iter();
    let first = free.next();
    if let Some(second) = free.next() {
        refuse(help, format!("one argument is enough, and {second:?} is another"));
    }
    first
}

/// An argument that is to be a number.
pub(crate) fn number<N: FromStr<Err: Display>>(help: &str, text: &str) -> N {
    text.parse().unwrap_or_else(|error| refuse(help, format!("{text:?} cannot stand here: {error}")))
}

/// Ends the program because of a wrong argument.
pub(crate) fn refuse(help: &str, error: impl Display) -> ! {
    eprintln!("error: {error}\n\n{}", help.trim());
    exit(2);
}

/// Ends the program because what it needs is not to be had: `what` is named, and the error says why.
pub(crate) fn fail(what: &str, error: impl Display) -> ! {
    eprintln!("error: {what}: {error}");
    exit(1);
}

/// `println!` panics when its reader has gone, as `head` does once it has enough. That is nothing to tell anyone.
fn end_quietly_when_nobody_reads() {
    let (tell, gone) = (panic::take_hook(), AtomicBool::new(false));
    panic::set_hook(Box::new(move |panic| {
        let message = panic.payload_as_str().unwrap_or_default();
        if message.starts_with("failed printing to stdout: Broken pipe") {
            gone.store(true, Ordering::Relaxed);
        }
        if !gone.load(Ordering::Relaxed) {
            tell(panic);
        }
    }));
}
