//! Generators of different bodies in one collection: behind a box and an indirect call.

use std::hint::black_box;
use std::iter::from_fn;

use yieldfrom::{BoxedGenerator, Generator};

use super::compute::{body, item, step};
use crate::load::*;

pub fn load() -> Load {
    Load {
        name: "boxed",
        title: "Behind a box",
        what: "one computed number through a trait object",
        depths: &[0],
        items_per_round: |_| 1,
        items_counted: 20_000,
        contenders: vec![
            rust("hand-written Box<dyn Iterator>", |n, _| {
                let (mut x, mut i) = (1, 0);
                from_box(Box::new(from_fn(move || {
                    if i == n {
                        return None;
                    }
                    i += 1;
                    x = step(x);
                    Some(item(x))
                })))
            }),
            rust("yieldfrom, BoxedGenerator", |n, _| {
                let boxed: BoxedGenerator<'_, u64> = black_box(Generator::boxed(body(n)));
                checksum!(boxed)
            }),
            rust("yieldfrom, Box<dyn Iterator>", |n, _| from_box(Box::new(Generator::new(body(n))))),
            rust("raw, Box<dyn Coroutine>", |n, _| {
                let boxed: Box<dyn std::ops::Coroutine<Yield = u64, Return = ()> + Unpin> =
                    black_box(Box::new(body(n)));
                checksum_resumed(boxed)
            }),
            rust("gen block, Box<dyn Iterator>", |n, _| {
                from_box(Box::new(gen move {
                    let (mut x, mut i) = (1, 0);
                    while i < n {
                        x = step(x);
                        yield item(x);
                        i += 1;
                    }
                }))
            }),
            rust("genawaiter (rc), Box<dyn Iterator>", |n, _| {
                from_box(Box::new(
                    genawaiter::rc::Gen::new(|co| async move {
                        let (mut x, mut i) = (1, 0);
                        while i < n {
                            x = step(x);
                            co.yield_(item(x)).await;
                            i += 1;
                        }
                    })
                    .into_iter(),
                ))
            }),
        ],
    }
}

/// The optimiser must not see what is in the box.
#[inline(always)]
fn from_box(items: Box<dyn Iterator<Item = u64>>) -> u64 {
    checksum!(black_box(items))
}
