//! The README holds: its transcript is what the example prints, its crate compiles as another crate would compile
//! it, and its links lead somewhere.

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
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
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

#[test]
fn links_to_files_lead_to_files() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let targets = README.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    for target in targets.filter(|target| !target.starts_with("http")) {
        assert!(root.join(target).exists(), "{target} is linked but not there");
    }
}
