//! Beyond the tutorial: the files under a folder, found while they are asked for, with errors among them.
//!
//! Look at `walk`: a folder that cannot be read or a link that leads nowhere is an item as any other, and the walk
//! goes on behind it. A link back to a folder that is being walked is told and not followed, so that the walk ends.
//! The last line asks for the first file only: of all folders behind it none is opened.
//!
//! What Rust does differently: Python's `os.walk` takes a callback for errors, since a generator that raises is at
//! its end. Here an item is a `Result`, and who walks decides with `?`, `match` or `filter_map` what an error means.
//! And frames are dropped as they end, so `Entered` knows which folders are open: its `Drop` is the `finally`.
//!
//! Run it: `cargo run --example walk_dir` or `cargo run --example walk_dir -- FOLDER`
#![feature(coroutines, yield_expr)]

#[path = "shared/arguments.rs"]
mod arguments;

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::{env, fs, io, process};

use yieldfrom::{Frame, emit, recurse, recursive};

const HELP: &str = "\
Usage: walk_dir [FOLDER]

Prints the files under FOLDER, links followed; without it, those of a small tree that it makes and removes.";

/// A file, or where something failed and how.
type Item = Result<PathBuf, (PathBuf, io::Error)>;

/// The folders that are being walked, each as the one path that leads to it without links.
type Open = RefCell<Vec<PathBuf>>;

fn walk(path: PathBuf, open: &Open) -> impl Frame<PathBuf, Item> {
    #[coroutine]
    move |_| match Entered::new(&path, open) {
        Err(error) => emit!(Err((path, error))),
        Ok(None) => emit!(Ok(path)),
        Ok(Some((_entered, children))) => {
            for child in children {
                recurse!(child);
            }
        }
    }
}

/// A folder that is being walked.
struct Entered<'a>(&'a Open);

impl<'a> Entered<'a> {
    /// Reads a folder; `None` when the path is no folder. All its names are read at once, and sorted.
    fn new(path: &Path, open: &'a Open) -> io::Result<Option<(Self, Vec<PathBuf>)>> {
        let place = path.canonicalize()?;
        if !place.is_dir() {
            return Ok(None);
        }
        if open.borrow().contains(&place) {
            return Err(io::Error::other("a link back to a folder above"));
        }
        let mut children: Vec<PathBuf> =
            fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
        children.sort();
        open.borrow_mut().push(place);
        Ok(Some((Entered(open), children)))
    }
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        self.0.borrow_mut().pop();
    }
}

fn main() -> io::Result<()> {
    let (root, _made) = match arguments::at_most_one(HELP, arguments::arguments(HELP)) {
        Some(folder) => (PathBuf::from(folder), None),
        None => {
            let made = Made::new()?;
            (made.0.clone(), Some(made))
        }
    };
    let shown = |path: &Path| match path.strip_prefix(&root) {
        Ok(below) if path != root => below.display().to_string(),
        _ => path.display().to_string(),
    };

    let open = Open::default();
    let (mut files, mut errors) = (0, 0);
    for item in recursive(|path| walk(path, &open), root.clone()) {
        match item {
            Ok(file) => {
                files += 1;
                println!("{}", shown(&file));
            }
            Err((path, error)) => {
                errors += 1;
                println!("{}: {error}", shown(&path));
            }
        }
    }
    println!("files: {files}, errors: {errors}");

    let first = recursive(|path| walk(path, &open), root.clone()).find_map(Result::ok);
    println!("the first: {}", first.as_deref().map_or("none".to_owned(), shown));
    Ok(())
}

/// A small tree of files, with a link that leads nowhere and one that leads back. It is removed in the end.
struct Made(PathBuf);

impl Made {
    fn new() -> io::Result<Made> {
        let root = env::temp_dir().join(format!("yieldfrom-walk-dir-{}", process::id()));
        fs::create_dir(&root)?;
        let made = Made(root);
        for file in ["a/b/deep.txt", "a/shallow.txt", "c/last.txt", "top.txt"] {
            let path = made.0.join(file);
            fs::create_dir_all(path.parent().expect("a file has a folder"))?;
            fs::write(path, "")?;
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("../..", made.0.join("a/b/back"))?;
            std::os::unix::fs::symlink("nowhere", made.0.join("broken"))?;
            std::os::unix::fs::symlink("c", made.0.join("twice"))?;
        }
        Ok(made)
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            eprintln!("{} is left behind: {error}", self.0.display());
        }
    }
}
