//! What the examples of the second half do with their command lines.

use lexopt::ValueExt as _;

/// The free arguments; `--help` prints `help` and ends the program, and so does what it does not know, as an error.
pub fn arguments(help: &str) -> Vec<String> {
    options(help, &[]).1
}

/// The value of each option that is named, and the free arguments.
pub fn options(help: &str, names: &[&str]) -> (Vec<Option<String>>, Vec<String>) {
    let (mut values, mut free) = (vec![None; names.len()], Vec::new());
    let mut parser = lexopt::Parser::from_env();
    let mut parse = || -> Result<(), lexopt::Error> {
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
    if let Err(error) = parse() {
        eprintln!("error: {error}\n\n{}", help.trim());
        std::process::exit(2);
    }
    (values, free)
}
