//! Every example prints what the transcript beside it says, and stands where a reader looks for it.
//!
//! A new example needs no line here: whatever lies in `examples/` is built, run without arguments or a terminal, and
//! compared with `examples/NAME.txt`. There `[..]` stands for anything within a line, and `...` alone on a line for
//! any lines. One command writes the transcripts anew; read what it changed:
//!
//! ```console
//! $ SNAPSHOTS=overwrite cargo test --test examples
//! ```

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;
use std::{env, fs};

use escargot::format::Message;
use escargot::format::diagnostic::DiagnosticLevel;
use snapbox::Data;
use snapbox::cmd::{Command, OutputAssert};
use snapbox::data::DataFormat;

/// The longest that one example may run: it hangs, if it is still there then.
const DEADLINE: Duration = Duration::from_secs(60);

static ROOT: LazyLock<&Path> = LazyLock::new(|| Path::new(env!("CARGO_MANIFEST_DIR")));

/// Name and program of each example.
static PROGRAMS: LazyLock<BTreeMap<String, PathBuf>> = LazyLock::new(build);

/// Asks cargo for the programs. After `cargo test` has built them, this compiles nothing.
fn build() -> BTreeMap<String, PathBuf> {
    let mut cargo =
        escargot::CargoBuild::new().manifest_path(ROOT.join("Cargo.toml")).examples().current_release();
    // What cargo tells tests about their package would reach the build scripts of the dependencies, and one that
    // watches these variables (ring's) would run and compile again, here and then in the next `cargo test`.
    for (name, _) in env::vars_os() {
        if ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|set| name.to_string_lossy().starts_with(set)) {
            cargo = cargo.env_remove(name);
        }
    }

    let mut programs = BTreeMap::new();
    for message in cargo.exec().expect("cargo runs") {
        let message = message.expect("cargo builds the examples");
        match message.decode().expect("a message of cargo's") {
            Message::CompilerArtifact(artifact) if artifact.target.kind == ["example"] => {
                let program = artifact.executable.expect("an example is a program");
                programs.insert(artifact.target.name.into_owned(), program.into_owned());
            }
            Message::CompilerMessage(error) if error.message.level == DiagnosticLevel::Error => {
                panic!("{}", error.message.rendered.unwrap_or(error.message.message));
            }
            _ => {}
        }
    }
    programs
}

fn run(program: &Path, arguments: &[&str]) -> OutputAssert {
    Command::new(program)
        .args(arguments)
        .current_dir(*ROOT)
        .env("NO_COLOR", "1")
        .env_remove("CLICOLOR_FORCE")
        .env_remove("RUST_BACKTRACE")
        .stdin("")
        .timeout(DEADLINE)
        .assert()
        .success()
}

/// Checks all of them, then fails with the names of those that failed; what was wrong has been printed before.
fn for_each(names: impl IntoIterator<Item = String>, check: impl Fn(&str)) {
    let failed: Vec<String> =
        names.into_iter().filter(|name| catch_unwind(AssertUnwindSafe(|| check(name))).is_err()).collect();
    assert!(failed.is_empty(), "wrong: {}", failed.join(", "));
}

/// The names of the files in `examples/` with this extension.
fn names(extension: &str) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(ROOT.join("examples"))
        .expect("the folder is there")
        .map(|entry| entry.expect("an entry can be read").path())
        .filter(|path| path.extension().is_some_and(|e| e == extension))
        .map(|path| path.file_stem().expect("a file has a name").to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

fn path(name: &str, extension: &str) -> PathBuf {
    ROOT.join("examples").join(name).with_extension(extension)
}

fn source(name: &str) -> String {
    fs::read_to_string(path(name, "rs")).expect("the source can be read")
}

#[test]
fn every_example_prints_its_transcript() {
    for_each(PROGRAMS.keys().cloned(), |name| {
        let transcript = Data::read_from(&path(name, "txt"), Some(DataFormat::Text));
        run(&PROGRAMS[name], &[]).stdout_eq(transcript).stderr_eq("");
    });
    assert_eq!(names("txt"), names("rs"), "the transcripts, and the examples");
}

#[test]
fn every_example_with_arguments_explains_them() {
    let with_arguments = names("rs").into_iter().filter(|name| source(name).contains("lexopt"));
    for_each(with_arguments, |name| {
        let help = run(&PROGRAMS[name], &["--help"]);
        let help = String::from_utf8_lossy(&help.get_output().stdout).to_lowercase();
        assert!(help.contains("usage:"), "`{name} --help` prints {help:?}");
    });
}

#[test]
fn every_example_is_built_and_names_its_stage() {
    assert!(PROGRAMS.keys().eq(&names("rs")), "cargo builds {:?}", PROGRAMS.keys());
    for_each(names("rs"), |name| {
        let source = source(name);
        let first_line = source.lines().next().unwrap_or_default();
        let names_it = (1..=11)
            .map(|stage| format!("//! Stage {stage} of 11: "))
            .chain(["//! Beyond the tutorial: ".to_string()])
            .any(|head| first_line.starts_with(&head));
        assert!(names_it, "{name}.rs must begin with its stage, not with {first_line:?}");
    });
}

#[test]
fn every_example_stands_in_a_table_of_the_readme() {
    let readme = fs::read_to_string(ROOT.join("README.md")).expect("the README can be read");
    for_each(names("rs"), |name| {
        let cell = format!("| `{name}` |");
        assert!(readme.lines().any(|line| line.ends_with(&cell)), "the README's tables have no {cell}");
    });
}
