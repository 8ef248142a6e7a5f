//! Three stages: count, square, keep those whose third bit is clear.

use std::pin::pin;

use yieldfrom::{Generator, Through};

use super::range::{diapause_body, fauxgen_body, next_gen_body};
use crate::load::*;

pub fn load() -> Load {
    Load {
        name: "pipeline",
        title: "A pipeline of three stages",
        what: "one number that enters the first stage (half of them are dropped by the third)",
        depths: &[0],
        items_per_round: |_| 1,
        items_counted: 20_000,
        contenders: vec![
            rust(LOOP, |n, _| {
                let mut sum = 0;
                let mut i = 0;
                while i < n {
                    let item = square(i);
                    if keep(item) {
                        sum = mix(sum, item);
                    }
                    i += 1;
                }
                sum
            }),
            rust(STD, |n, _| checksum!((0..n).map(square).filter(|&item| keep(item)))),
            rust("std's, with fold", |n, _| (0..n).map(square).filter(|&item| keep(item)).fold(0, mix)),
            rust(YIELDFROM, |n, _| {
                let kept = Generator::new(super::range::body(n))
                    .through(|items| {
                        Generator::new(
                            #[coroutine]
                            move || {
                                for i in items {
                                    yield square(i);
                                }
                            },
                        )
                    })
                    .through(|items| {
                        Generator::new(
                            #[coroutine]
                            move || {
                                for item in items {
                                    if keep(item) {
                                        yield item;
                                    }
                                }
                            },
                        )
                    });
                checksum!(kept)
            }),
            rust("raw (iter::from_coroutine)", |n, _| {
                let counted = std::iter::from_coroutine(super::range::body(n));
                let squared = std::iter::from_coroutine(
                    #[coroutine]
                    move || {
                        for i in counted {
                            yield square(i);
                        }
                    },
                );
                checksum!(std::iter::from_coroutine(
                    #[coroutine]
                    move || {
                        for item in squared {
                            if keep(item) {
                                yield item;
                            }
                        }
                    },
                ))
            }),
            rust(GEN_BLOCK, |n, _| {
                let counted = gen move {
                    let mut i = 0;
                    while i < n {
                        yield i;
                        i += 1;
                    }
                };
                let squared = gen move {
                    for i in counted {
                        yield square(i);
                    }
                };
                checksum!(gen move {
                    for item in squared {
                        if keep(item) {
                            yield item;
                        }
                    }
                })
            }),
            rust(DIAPAUSE, |n, _| {
                checksum!(
                    diapause_keep(diapause_square(diapause_body(n).into_iter()).into_iter()).into_iter()
                )
            }),
            rust(ASYNC_STREAM, |n, _| {
                let counted = async_stream::stream! {
                    let mut i = 0;
                    while i < n {
                        yield i;
                        i += 1;
                    }
                };
                let squared = async_stream::stream! {
                    for await i in counted {
                        yield square(i);
                    }
                };
                checksum_polled(async_stream::stream! {
                    for await item in squared {
                        if keep(item) {
                            yield item;
                        }
                    }
                })
            }),
            rust(COROSENSEI, |n, _| {
                use corosensei::{Coroutine, CoroutineResult::Yield, Yielder};
                let mut counted = Coroutine::new(move |yielder: &Yielder<(), u64>, ()| {
                    let mut i = 0;
                    while i < n {
                        yielder.suspend(i);
                        i += 1;
                    }
                });
                let mut squared = Coroutine::new(move |yielder: &Yielder<(), u64>, ()| {
                    while let Yield(i) = counted.resume(()) {
                        yielder.suspend(square(i));
                    }
                });
                checksum_stackful(Coroutine::new(move |yielder: &Yielder<(), u64>, ()| {
                    while let Yield(item) = squared.resume(()) {
                        if keep(item) {
                            yielder.suspend(item);
                        }
                    }
                }))
            }),
            rust(NEXT_GEN, |n, _| {
                next_gen::mk_gen!(let counted = next_gen_body(n));
                next_gen::mk_gen!(let squared = next_gen_square(counted));
                next_gen::mk_gen!(let kept = next_gen_keep(squared));
                checksum!(kept)
            }),
            rust(GENAWAITER_RC, |n, _| {
                use genawaiter::rc::Gen;
                let counted = Gen::new(|co| async move {
                    let mut i = 0;
                    while i < n {
                        co.yield_(i).await;
                        i += 1;
                    }
                });
                let squared = Gen::new(|co| async move {
                    for i in counted {
                        co.yield_(square(i)).await;
                    }
                });
                checksum!(
                    Gen::new(|co| async move {
                        for item in squared {
                            if keep(item) {
                                co.yield_(item).await;
                            }
                        }
                    })
                    .into_iter(),
                )
            }),
            rust(GENAWAITER_SYNC, |n, _| {
                use genawaiter::sync::Gen;
                let counted = Gen::new(|co| async move {
                    let mut i = 0;
                    while i < n {
                        co.yield_(i).await;
                        i += 1;
                    }
                });
                let squared = Gen::new(|co| async move {
                    for i in counted {
                        co.yield_(square(i)).await;
                    }
                });
                checksum!(
                    Gen::new(|co| async move {
                        for item in squared {
                            if keep(item) {
                                co.yield_(item).await;
                            }
                        }
                    })
                    .into_iter(),
                )
            }),
            rust(GENERATOR, |n, _| {
                use generator::{Gn, done};
                let counted = Gn::new_scoped(move |mut scope| {
                    let mut i = 0;
                    while i < n {
                        scope.yield_(i);
                        i += 1;
                    }
                    done!()
                });
                let squared = Gn::new_scoped(move |mut scope| {
                    for i in counted {
                        scope.yield_(square(i));
                    }
                    done!()
                });
                checksum!(Gn::new_scoped(move |mut scope| {
                    for item in squared {
                        if keep(item) {
                            scope.yield_(item);
                        }
                    }
                    done!()
                }))
            }),
            rust(FAUXGEN, |n, _| {
                let counted = Box::pin(fauxgen_body(n));
                let squared = Box::pin(fauxgen_square(counted));
                checksum!(pin!(fauxgen_keep(squared)))
            }),
            python(),
        ],
    }
}

fn square(i: u64) -> u64 {
    i.wrapping_mul(i)
}

fn keep(item: u64) -> bool {
    item & 4 == 0
}

#[diapause::coroutine(yield = u64)]
fn diapause_square<I: Iterator<Item = u64>>(items: I) {
    for i in items {
        yield_!(square(i));
    }
}

#[diapause::coroutine(yield = u64)]
fn diapause_keep<I: Iterator<Item = u64>>(items: I) {
    for item in items {
        if keep(item) {
            yield_!(item);
        }
    }
}

#[next_gen::generator(yield(u64))]
fn next_gen_square<I: Iterator<Item = u64>>(items: I) {
    for i in items {
        yield_!(square(i));
    }
}

#[next_gen::generator(yield(u64))]
fn next_gen_keep<I: Iterator<Item = u64>>(items: I) {
    for item in items {
        if keep(item) {
            yield_!(item);
        }
    }
}

#[fauxgen::generator(yield = u64)]
fn fauxgen_square(items: impl Iterator<Item = u64>) {
    for i in items {
        r#yield!(square(i));
    }
}

#[fauxgen::generator(yield = u64)]
fn fauxgen_keep(items: impl Iterator<Item = u64>) {
    for item in items {
        if keep(item) {
            r#yield!(item);
        }
    }
}
