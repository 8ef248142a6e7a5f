//! A linear congruential generator: one multiplication before each `yield`, and a bare coroutine takes three times
//! the loop's instructions.

use std::iter::successors;
use std::ops::Coroutine;
use std::pin::pin;

use yieldfrom::Generator;

use crate::load::*;

pub fn load() -> Load {
    Load {
        name: "compute",
        title: "Computed values",
        what: "one number of a linear congruential generator",
        depths: &[0],
        items_per_round: |_| 1,
        items_counted: 20_000,
        contenders: vec![
            rust(LOOP, |n, _| {
                let mut sum = 0;
                let (mut x, mut i) = (1, 0);
                while i < n {
                    x = step(x);
                    sum = mix(sum, item(x));
                    i += 1;
                }
                sum
            }),
            rust(STD, |n, _| {
                checksum!(successors(Some(step(1)), |&x| Some(step(x))).take(n as usize).map(item))
            }),
            rust(YIELDFROM, |n, _| checksum!(Generator::new(body(n)))),
            rust(RAW, |n, _| checksum_resumed(body(n))),
            rust(GEN_BLOCK, |n, _| {
                checksum!(gen move {
                    let (mut x, mut i) = (1, 0);
                    while i < n {
                        x = step(x);
                        yield item(x);
                        i += 1;
                    }
                })
            }),
            rust(DIAPAUSE, |n, _| checksum!(diapause_body(n).into_iter())),
            rust(ASYNC_STREAM, |n, _| {
                checksum_polled(async_stream::stream! {
                    let (mut x, mut i) = (1, 0);
                    while i < n {
                        x = step(x);
                        yield item(x);
                        i += 1;
                    }
                })
            }),
            rust(COROSENSEI, |n, _| {
                checksum_stackful(corosensei::Coroutine::new(
                    move |yielder: &corosensei::Yielder<(), u64>, ()| {
                        let (mut x, mut i) = (1, 0);
                        while i < n {
                            x = step(x);
                            yielder.suspend(item(x));
                            i += 1;
                        }
                    },
                ))
            }),
            rust(NEXT_GEN, |n, _| {
                next_gen::mk_gen!(let body = next_gen_body(n));
                checksum!(body)
            }),
            rust(GENAWAITER_RC, |n, _| {
                checksum!(
                    genawaiter::rc::Gen::new(|co| async move {
                        let (mut x, mut i) = (1, 0);
                        while i < n {
                            x = step(x);
                            co.yield_(item(x)).await;
                            i += 1;
                        }
                    })
                    .into_iter(),
                )
            }),
            rust(GENAWAITER_SYNC, |n, _| {
                checksum!(
                    genawaiter::sync::Gen::new(|co| async move {
                        let (mut x, mut i) = (1, 0);
                        while i < n {
                            x = step(x);
                            co.yield_(item(x)).await;
                            i += 1;
                        }
                    })
                    .into_iter(),
                )
            }),
            rust(GENERATOR, |n, _| {
                checksum!(generator::Gn::new_scoped(move |mut scope| {
                    let (mut x, mut i) = (1, 0);
                    while i < n {
                        x = step(x);
                        scope.yield_(item(x));
                        i += 1;
                    }
                    generator::done!()
                }))
            }),
            rust(FAUXGEN, |n, _| checksum!(pin!(fauxgen_body(n)))),
            python(),
        ],
    }
}

/// Knuth's multiplier.
pub fn step(x: u64) -> u64 {
    x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1)
}

/// The better half of the bits.
pub fn item(x: u64) -> u64 {
    x >> 33
}

pub fn body(n: u64) -> impl Coroutine<Yield = u64, Return = ()> + Unpin {
    #[coroutine]
    move || {
        let (mut x, mut i) = (1, 0);
        while i < n {
            x = step(x);
            yield item(x);
            i += 1;
        }
    }
}

#[diapause::coroutine(yield = u64)]
fn diapause_body(n: u64) {
    let mut x = 1u64;
    let mut i = 0u64;
    while i < n {
        x = step(x);
        yield_!(item(x));
        i += 1;
    }
}

#[next_gen::generator(yield(u64))]
fn next_gen_body(n: u64) {
    let (mut x, mut i) = (1, 0);
    while i < n {
        x = step(x);
        yield_!(item(x));
        i += 1;
    }
}

#[fauxgen::generator(yield = u64)]
fn fauxgen_body(n: u64) {
    let (mut x, mut i) = (1, 0);
    while i < n {
        x = step(x);
        r#yield!(item(x));
        i += 1;
    }
}
