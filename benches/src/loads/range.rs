//! `for i in range(n): yield i`: the cheapest item there is, so what shows is the cost of the generator itself.

use std::iter::from_fn;
use std::ops::Coroutine;
use std::pin::pin;

use yieldfrom::Generator;

use crate::load::*;

pub fn load() -> Load {
    Load {
        name: "range",
        title: "Range",
        what: "one number of a range that is yielded as it is",
        depths: &[0],
        items_per_round: |_| 1,
        items_counted: 20_000,
        contenders: vec![
            rust(LOOP, |n, _| {
                let mut sum = 0;
                let mut i = 0;
                while i < n {
                    sum = mix(sum, i);
                    i += 1;
                }
                sum
            }),
            rust(STD, |n, _| checksum!(0..n)),
            rust("closure (from_fn)", |n, _| {
                let mut i = 0;
                checksum!(from_fn(move || {
                    i += 1;
                    (i <= n).then(|| i - 1)
                }))
            }),
            rust(YIELDFROM, |n, _| checksum!(Generator::new(body(n)))),
            rust(RAW, |n, _| checksum_resumed(body(n))),
            rust(GEN_BLOCK, |n, _| {
                checksum!(gen move {
                    let mut i = 0;
                    while i < n {
                        yield i;
                        i += 1;
                    }
                })
            }),
            rust(DIAPAUSE, |n, _| checksum!(diapause_body(n).into_iter())),
            rust(ASYNC_STREAM, |n, _| {
                checksum_polled(async_stream::stream! {
                    let mut i = 0;
                    while i < n {
                        yield i;
                        i += 1;
                    }
                })
            }),
            rust(COROSENSEI, |n, _| {
                checksum_stackful(corosensei::Coroutine::new(
                    move |yielder: &corosensei::Yielder<(), u64>, ()| {
                        let mut i = 0;
                        while i < n {
                            yielder.suspend(i);
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
                        let mut i = 0;
                        while i < n {
                            co.yield_(i).await;
                            i += 1;
                        }
                    })
                    .into_iter(),
                )
            }),
            rust(GENAWAITER_SYNC, |n, _| {
                checksum!(
                    genawaiter::sync::Gen::new(|co| async move {
                        let mut i = 0;
                        while i < n {
                            co.yield_(i).await;
                            i += 1;
                        }
                    })
                    .into_iter(),
                )
            }),
            rust(GENERATOR, |n, _| {
                checksum!(generator::Gn::new_scoped(move |mut scope| {
                    let mut i = 0;
                    while i < n {
                        scope.yield_(i);
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

pub fn body(n: u64) -> impl Coroutine<Yield = u64, Return = ()> + Unpin {
    #[coroutine]
    move || {
        let mut i = 0;
        while i < n {
            yield i;
            i += 1;
        }
    }
}

#[diapause::coroutine(yield = u64)]
pub fn diapause_body(n: u64) {
    let mut i = 0u64;
    while i < n {
        yield_!(i);
        i += 1;
    }
}

#[next_gen::generator(yield(u64))]
pub fn next_gen_body(n: u64) {
    let mut i = 0;
    while i < n {
        yield_!(i);
        i += 1;
    }
}

#[fauxgen::generator(yield = u64)]
pub fn fauxgen_body(n: u64) {
    let mut i = 0;
    while i < n {
        r#yield!(i);
        i += 1;
    }
}
