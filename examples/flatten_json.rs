//! Beyond the tutorial: the values of a JSON document with their paths, however deep they are nested.
//!
//! Look at `flatten`: an array or an object calls itself for each of its children, and anything else is an item. Then
//! at the second document: one number in a million arrays. Python's `json` and a recursive `def flatten` give up near
//! depth 1,000.
//!
//! What Rust does differently: the path is one list that the calls share. Each adds its own step and takes it away
//! again, so that a call costs the same at every depth; a path copied for each call would cost the square of the
//! depth. And serde_json's own code is recursive: its parser refuses more than 128 levels, and its values are dropped
//! level by level on the native stack, so `Deep` takes its one apart in a loop.
//!
//! Run it: `cargo run --example flatten_json` or `cargo run --example flatten_json -- FILE`
#![feature(coroutines, yield_expr)]

#[path = "shared/arguments.rs"]
mod arguments;

use std::cell::RefCell;
use std::fmt::{self, Write as _};
use std::{fs, mem};

use serde_json::{Value, json};
use yieldfrom::{Frame, emit, recurse, recursive};

const HELP: &str = "\
Usage: flatten_json [FILE]

Prints each value of a JSON document with its path; without FILE, those of a small document and of a deep one.";

/// One step of a path.
enum Key<'a> {
    Name(&'a str),
    Index(usize),
}

impl fmt::Display for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Key::Name(name) => write!(f, ".{name}"),
            Key::Index(index) => write!(f, "[{index}]"),
        }
    }
}

type Path<'a> = RefCell<Vec<Key<'a>>>;

/// Python: `for key, child in value.items(): yield from flatten(child, path + [key])`.
fn flatten<'a>(value: &'a Value, path: &Path<'a>) -> impl Frame<&'a Value, (String, &'a Value)> {
    #[coroutine]
    move |_| {
        let children: Box<dyn Iterator<Item = (Key<'a>, &'a Value)>> = match value {
            Value::Array(items) => Box::new(items.iter().enumerate().map(|(i, item)| (Key::Index(i), item))),
            Value::Object(members) => Box::new(members.iter().map(|(name, item)| (Key::Name(name), item))),
            _ => return emit!((rendered(path), value)),
        };
        for (key, child) in children {
            path.borrow_mut().push(key);
            recurse!(child);
            path.borrow_mut().pop();
        }
    }
}

fn rendered(path: &Path<'_>) -> String {
    path.borrow().iter().fold("$".to_owned(), |mut text, key| {
        let _ = write!(text, "{key}"); // a `String` takes everything
        text
    })
}

fn print(document: &Value) {
    let path = Path::default();
    for (path, value) in recursive(|value| flatten(value, &path), document) {
        println!("{path} = {value}");
    }
}

fn main() {
    if let Some(file) = arguments::at_most_one(HELP, arguments::arguments(HELP)) {
        let text = fs::read_to_string(&file).unwrap_or_else(|error| arguments::fail(&file, error));
        return print(&serde_json::from_str(&text).unwrap_or_else(|error| arguments::fail(&file, error)));
    }

    print(&json!({
        "name": "yieldfrom",
        "depth": { "python": 997, "here": null },
        "rungs": ["()", "Option", { "all": ["Next", "Send", "Throw", "Close"] }],
    }));

    let deep = Deep((0..1_000_000).fold(json!(42), |inner, _| Value::Array(vec![inner])));
    let path = Path::default();
    for (path, value) in recursive(|value| flatten(value, &path), &deep.0) {
        println!("{}… with {} steps = {value}", &path[..16], path.matches('[').count());
    }
}

/// A value of many levels, dropped in a loop.
struct Deep(Value);

impl Drop for Deep {
    fn drop(&mut self) {
        let mut left_to_drop = vec![self.0.take()];
        while let Some(mut value) = left_to_drop.pop() {
            match &mut value {
                Value::Array(items) => left_to_drop.append(items),
                Value::Object(members) => left_to_drop.extend(mem::take(members).into_values()),
                _ => {}
            }
        }
    }
}
