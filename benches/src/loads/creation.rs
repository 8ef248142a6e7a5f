//! Creating a generator, taking its first item, and dropping it.

use std::hint::black_box;
use std::pin::pin;

use yieldfrom::{BoxedGenerator, Generator};

use super::range::{body, diapause_body, fauxgen_body, next_gen_body};
use crate::load::*;

/// What each generator would count to if it were not dropped.
const END: u64 = 1_000;

pub fn load() -> Load {
    Load {
        name: "creation",
        title: "Creation",
        what: "one generator created, resumed once and dropped half-way",
        depths: &[0],
        items_per_round: |_| 1,
        items_counted: 500,
        contenders: vec![
            rust("hand-written iterator", |n, _| firsts(n, || (0..black_box(END)).next())),
            rust(YIELDFROM, |n, _| firsts(n, || black_box(Generator::new(body(END))).next())),
            rust("yieldfrom, boxed", |n, _| {
                firsts(n, || {
                    let mut boxed: BoxedGenerator<'_, u64> = black_box(Generator::boxed(body(END)));
                    boxed.next()
                })
            }),
            rust(DIAPAUSE, |n, _| firsts(n, || black_box(diapause_body(END)).into_iter().next())),
            rust(NEXT_GEN, |n, _| {
                firsts(n, || {
                    next_gen::mk_gen!(let mut body = next_gen_body(black_box(END)));
                    body.next()
                })
            }),
            rust(FAUXGEN, |n, _| firsts(n, || pin!(fauxgen_body(black_box(END))).next())),
            rust(GENAWAITER_RC, |n, _| {
                firsts(n, || {
                    let body = genawaiter::rc::Gen::new(|co| async move {
                        for i in 0..END {
                            co.yield_(i).await;
                        }
                    });
                    black_box(body).into_iter().next()
                })
            }),
            rust(GENAWAITER_SYNC, |n, _| {
                firsts(n, || {
                    let body = genawaiter::sync::Gen::new(|co| async move {
                        for i in 0..END {
                            co.yield_(i).await;
                        }
                    });
                    black_box(body).into_iter().next()
                })
            }),
            rust(COROSENSEI, |n, _| {
                firsts(n, || {
                    let mut body =
                        corosensei::Coroutine::new(|yielder: &corosensei::Yielder<(), u64>, ()| {
                            for i in 0..END {
                                yielder.suspend(i);
                            }
                        });
                    body.resume(()).as_yield()
                })
            }),
            rust(GENERATOR, |n, _| {
                firsts(n, || {
                    let mut body = generator::Gn::<()>::new_scoped(|mut scope| {
                        for i in 0..END {
                            scope.yield_(i);
                        }
                        generator::done!()
                    });
                    body.next()
                })
            }),
            python(),
        ],
    }
}

#[inline(always)]
fn firsts(n: u64, mut first: impl FnMut() -> Option<u64>) -> u64 {
    let mut sum = 0;
    for i in 0..n {
        sum = mix(sum, i ^ first().unwrap_or(u64::MAX));
    }
    sum
}
