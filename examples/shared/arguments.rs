//! What examples do with their command lines.
#![allow(dead_code)] // each example takes what it needs

use std::fmt::Display;
use std::str::FromStr;

use lexopt::ValueExt as _;

/// The free arguments of an example without options.
pub(crate) fn arguments(help: &str) -> Vec<String> {
    parse(help, []).1
}

/// The values of the options that are named, and the free arguments. `--help` prints `help` and ends the program.
pub(crate) fn parse<const N: usize>(help: &str, names: [&str; N]) -> ([Option<String>; N], Vec<String>) {
    let (mut values, mut free) = ([const { None }; N], Vec::new());
    let mut parser = lexopt::Parser::from_env();
    let mut all = || -> Result<(), lexopt::Error> {
        while let Some(argument) = parser.next()? {
            match argument {
                lexopt::Arg::Short('h') | lexopt::Arg::Long("help") => {
                    println!("{}", help.trim());
                    std::process::exit(0);
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

/// Ends the program because of a wrong argument.
pub(crate) fn refuse(help: &str, error: impl Display) -> ! {
    eprintln!("error: {error}\n\n{}", help.trim());
    std::process::exit(2);
}

/// An argument that is to be a number.
pub(crate) fn number<N: FromStr<Err: Display>>(help: &str, text: &str) -> N {
    text.parse().unwrap_or_else(|error| refuse(help, format!("{text:?}: {error}")))
}
