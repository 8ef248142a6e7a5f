//! What a suspended generator weighs: many range generators, each resumed once, all alive at once.
//!
//! What the process grew by is divided by their number: allocator overhead and stacks are in it, and CPython is
//! measured the same way.

use std::hint::black_box;

use yieldfrom::{BoxedGenerator, Generator};

use super::range::{body, diapause_body, fauxgen_body};
use crate::load::*;

pub struct Kept {
    pub name: &'static str,
    /// Makes `count` suspended generators, and gives the growth of resident memory in bytes; `None` for CPython.
    pub bytes: Option<fn(count: usize) -> u64>,
    pub count: usize,
}

const MANY: usize = 1_000_000;
/// Each has a mapping of its own, and the kernel allows 65,530.
const STACKFUL: usize = 10_000;

pub fn all() -> Vec<Kept> {
    fn rust(name: &'static str, count: usize, bytes: fn(usize) -> u64) -> Kept {
        Kept { name, bytes: Some(bytes), count }
    }
    vec![
        rust("hand-written iterator", MANY, |count| suspended(count, || 0..END, Iterator::next)),
        rust(YIELDFROM, MANY, |count| suspended(count, || Generator::new(body(END)), Iterator::next)),
        rust("yieldfrom, boxed", MANY, |count| {
            suspended(count, || -> BoxedGenerator<'_, u64> { Generator::boxed(body(END)) }, Iterator::next)
        }),
        rust(RAW, MANY, |count| suspended(count, || std::iter::from_coroutine(body(END)), Iterator::next)),
        rust(GEN_BLOCK, MANY, |count| {
            fn counting() -> impl Iterator<Item = u64> {
                gen {
                    let (mut i, n) = (0, black_box(END));
                    while i < n {
                        yield i;
                        i += 1;
                    }
                }
            }
            suspended(count, counting, Iterator::next)
        }),
        rust(DIAPAUSE, MANY, |count| suspended(count, || diapause_body(END).into_iter(), Iterator::next)),
        rust(FAUXGEN, MANY, |count| suspended(count, || Box::pin(fauxgen_body(END)), Iterator::next)),
        rust(GENAWAITER_RC, MANY, |count| {
            suspended(
                count,
                || {
                    genawaiter::rc::Gen::new(|co| async move {
                        for i in 0..END {
                            co.yield_(i).await;
                        }
                    })
                    .into_iter()
                },
                Iterator::next,
            )
        }),
        rust(GENAWAITER_SYNC, MANY, |count| {
            suspended(
                count,
                || {
                    genawaiter::sync::Gen::new(|co| async move {
                        for i in 0..END {
                            co.yield_(i).await;
                        }
                    })
                    .into_iter()
                },
                Iterator::next,
            )
        }),
        rust(COROSENSEI, STACKFUL, |count| {
            suspended(
                count,
                || {
                    corosensei::Coroutine::new(|yielder: &corosensei::Yielder<(), u64>, ()| {
                        for i in 0..END {
                            yielder.suspend(i);
                        }
                    })
                },
                |body| body.resume(()).as_yield(),
            )
        }),
        rust(GENERATOR, STACKFUL, |count| {
            suspended(
                count,
                || {
                    generator::Gn::<()>::new_scoped(|mut scope| {
                        for i in 0..END {
                            scope.yield_(i);
                        }
                        generator::done!()
                    })
                },
                Iterator::next,
            )
        }),
        Kept { name: CPYTHON, bytes: None, count: MANY },
    ]
}

const END: u64 = 1_000;

fn suspended<G>(count: usize, create: impl Fn() -> G, first: impl Fn(&mut G) -> Option<u64>) -> u64 {
    let before = resident_bytes();
    let mut kept = Vec::with_capacity(count);
    for _ in 0..count {
        kept.push(create());
        let started = kept.last_mut().expect("just pushed");
        assert_eq!(first(started), Some(0));
    }
    let grown = resident_bytes().saturating_sub(before);
    // Nobody needs the destructors, and unwinding stacks takes a while.
    std::mem::forget(black_box(kept));
    grown
}

/// Linux tells it; elsewhere the table stays empty.
fn resident_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or(0) * 1024
}
