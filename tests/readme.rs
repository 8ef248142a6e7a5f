//! The README holds: its transcript is what the example prints, its crate compiles as another crate would compile
//! it, and its links lead somewhere, in the repository and in the docs. And every file here is a test that runs.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

const README: &str = include_str!("../README.md");

/// The body of the first code block after `marker`.
fn block_after(marker: &str) -> &'static str {
    let after = README.split_once(marker).unwrap_or_else(|| panic!("the README has {marker:?}")).1;
    let fenced = after.split("```").nth(1).expect("a code block follows");
    fenced.split_once('\n').expect("a block has a first line").1
}

#[test]
fn the_transcript_is_what_the_example_prints() {
    let transcript = include_str!("../examples/coroutine_state.txt");
    assert_eq!(block_after("<!-- transcript of coroutine_state -->").trim_end(), transcript.trim_end());
}

#[test]
fn the_crate_shown_compiles_and_runs_with_the_default_features() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let crate_dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("another_crate");
    fs::create_dir_all(crate_dir.join("src")).unwrap();

    let published = "yieldfrom = \"0.1\"\n";
    let manifest = block_after("`Cargo.toml`:");
    assert!(manifest.contains(published), "the README's manifest asks for the published crate");
    let local = format!("yieldfrom = {{ path = {root:?} }}\n\n[workspace]\n");
    fs::write(crate_dir.join("Cargo.toml"), manifest.replace(published, &local)).unwrap();
    fs::write(crate_dir.join("src/main.rs"), block_after("`src/main.rs`:")).unwrap();
    // The versions that this crate was built with are at hand, so that no network is needed.
    fs::copy(root.join("Cargo.lock"), crate_dir.join("Cargo.lock")).unwrap();

    let cargo = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO"))
            .args(arguments)
            .args(["--offline", "--target-dir", "target"])
            .env("RUSTFLAGS", "-Dwarnings")
            .current_dir(&crate_dir)
            .output()
            .expect("cargo runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(cargo(&["run", "--quiet"]), "2\n2\n3\n5\n7\n5 factors\n");

    let lock = fs::read_to_string(crate_dir.join("Cargo.lock")).unwrap();
    for package in ["pin-project", "yieldfrom"] {
        assert!(lock.contains(&format!("name = {package:?}")), "{package} is in the lock file");
    }
    for package in ["futures", "surf", "async-std", "genawaiter"] {
        assert!(!lock.contains(&format!("name = {package:?}")), "the default features pull in {package}");
    }
}

/// What a page of ours calls a heading in a link.
fn anchor(heading: &str) -> String {
    let kept = heading.trim_start_matches('#').trim().to_lowercase();
    kept.chars().filter(|c| c.is_alphanumeric() || " -".contains(*c)).collect::<String>().replace(' ', "-")
}

/// Each link that the README defines, with its target.
fn definitions() -> impl Iterator<Item = (&'static str, &'static str)> {
    README.lines().filter_map(|line| line.strip_prefix('[')?.split_once("]: "))
}

#[test]
fn links_lead_somewhere_here_and_in_the_docs() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    for (name, target) in definitions() {
        assert!(root.join(target).exists(), "{target} is linked but not there");
        let own = format!("[{name}]: ");
        let docs = [include_str!("../src/lib.rs"), include_str!("../docs/pictures.md")];
        assert!(docs.iter().any(|text| text.contains(&own)), "the docs cannot show {target}");
    }
    let inline = README.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    for target in inline {
        let there = match target.strip_prefix('#') {
            Some(name) => README.lines().any(|line| line.starts_with('#') && anchor(line) == name),
            None => target.starts_with("https://"),
        };
        assert!(there, "{target} would lead nowhere in the docs: define it below");
    }
}

/// docs.rs cannot show a file of the repository: there the pictures stand in the page. `SNAPSHOTS=overwrite cargo test
/// --test readme` brings the copies up to date.
#[test]
fn the_pictures_in_the_docs_are_the_pictures() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let mut wanted = String::new();
    for (name, target) in definitions().filter(|(_, target)| target.ends_with(".svg")) {
        write!(wanted, "[{name}]: data:image/svg+xml,").unwrap();
        for byte in fs::read(root.join(target)).unwrap() {
            if byte.is_ascii_alphanumeric() || b"-._~:/,;=".contains(&byte) {
                wanted.push(char::from(byte));
            } else {
                write!(wanted, "%{byte:02X}").unwrap();
            }
        }
        wanted.push('\n');
    }
    let copy = root.join("docs/pictures.md");
    if env::var("SNAPSHOTS").is_ok_and(|action| action == "overwrite") {
        fs::write(&copy, &wanted).unwrap();
    }
    assert!(fs::read_to_string(copy).unwrap() == wanted, "docs/pictures.md is not what the pictures are");
}

#[test]
fn every_test_stands_in_the_manifest() {
    let manifest = include_str!("Cargo.toml");
    for entry in fs::read_dir(env!("CARGO_MANIFEST_DIR")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let file = if path.is_dir() { format!("{name}/main.rs") } else { format!("{name}.rs") };
        if Path::new(env!("CARGO_MANIFEST_DIR")).join(&file).exists() {
            assert!(manifest.contains(&format!("path = {file:?}")), "{file} is not in tests/Cargo.toml");
        }
    }
}
