//! A running sum: each item is sent in, and the sum so far comes out.

use std::hint::black_box;
use std::ops::{Coroutine, CoroutineState};
use std::pin::{Pin, pin};

use yieldfrom::{Generator, Resume, SendSignal};

use crate::load::*;

pub fn load() -> Load {
    Load {
        name: "send",
        title: "Sent values",
        what: "one number sent to a running sum, which answers",
        depths: &[0],
        items_per_round: |_| 1,
        items_counted: 20_000,
        contenders: vec![
            rust(LOOP, |n, _| {
                let mut total = 0u64;
                answers(n, |sent| {
                    total = total.wrapping_add(sent);
                    total
                })
            }),
            rust(YIELDFROM_OPTION, |n, _| {
                drain(
                    n,
                    #[coroutine]
                    |_: Option<u64>| {
                        let mut total = 0u64;
                        while let Some(sent) = (yield total) {
                            total = total.wrapping_add(sent);
                        }
                    },
                )
            }),
            rust(YIELDFROM_RESUME, |n, _| {
                drain(
                    n,
                    #[coroutine]
                    |_: Resume<u64, String>| {
                        let mut total = 0u64;
                        while let Ok(Some(sent)) = (yield total).received() {
                            total = total.wrapping_add(sent);
                        }
                    },
                )
            }),
            rust(RAW, |n, _| {
                let mut body = #[coroutine]
                |_: u64| {
                    let mut total = 0u64;
                    loop {
                        total = total.wrapping_add(yield total);
                    }
                };
                let _ = Pin::new(&mut body).resume(0);
                answers(n, |sent| match Pin::new(&mut body).resume(sent) {
                    CoroutineState::Yielded(total) => total,
                })
            }),
            rust(DIAPAUSE, |n, _| {
                use diapause::{Coroutine, CoroutineState};
                let mut body = diapause_body();
                let _ = body.start();
                answers(n, |sent| match body.resume(sent) {
                    CoroutineState::Yielded(total) => total,
                    CoroutineState::Complete(()) => unreachable!(),
                })
            }),
            rust(COROSENSEI, |n, _| {
                let mut body =
                    corosensei::Coroutine::new(|yielder: &corosensei::Yielder<u64, u64>, _: u64| {
                        let mut total = 0u64;
                        while total != u64::MAX {
                            total = total.wrapping_add(yielder.suspend(total));
                        }
                    });
                body.resume(0);
                let sum = answers(n, |sent| body.resume(sent).as_yield().unwrap());
                let total = body.resume(0).as_yield().unwrap();
                body.resume(u64::MAX - total);
                sum
            }),
            rust(NEXT_GEN, |n, _| {
                use next_gen::prelude::*;
                mk_gen!(let mut body = next_gen_body());
                let _ = body.as_mut().resume(0);
                answers(n, |sent| match body.as_mut().resume(sent) {
                    GeneratorState::Yielded(total) => total,
                    GeneratorState::Returned(()) => unreachable!(),
                })
            }),
            rust(GENAWAITER_RC, |n, _| {
                let mut body = genawaiter::rc::Gen::new(|co| async move {
                    let mut total = 0u64;
                    loop {
                        let sent: u64 = co.yield_(total).await;
                        total = total.wrapping_add(sent);
                    }
                });
                body.resume_with(0);
                answers(n, |sent| match body.resume_with(sent) {
                    genawaiter::GeneratorState::Yielded(total) => total,
                    genawaiter::GeneratorState::Complete(()) => unreachable!(),
                })
            }),
            rust(GENAWAITER_SYNC, |n, _| {
                let mut body = genawaiter::sync::Gen::new(|co| async move {
                    let mut total = 0u64;
                    loop {
                        let sent: u64 = co.yield_(total).await;
                        total = total.wrapping_add(sent);
                    }
                });
                body.resume_with(0);
                answers(n, |sent| match body.resume_with(sent) {
                    genawaiter::GeneratorState::Yielded(total) => total,
                    genawaiter::GeneratorState::Complete(()) => unreachable!(),
                })
            }),
            rust(GENERATOR, |n, _| {
                let mut body = generator::Gn::new_scoped(|mut scope| {
                    let mut total = 0u64;
                    while let Some(sent) = scope.yield_(total) {
                        total = total.wrapping_add(sent);
                    }
                    generator::done!()
                });
                body.raw_send(None);
                answers(n, |sent| body.send(sent))
            }),
            rust(FAUXGEN, |n, _| {
                use fauxgen::{Generator, GeneratorState};
                let mut body = pin!(fauxgen_body());
                let _ = body.as_mut().resume(0);
                answers(n, |sent| match body.as_mut().resume(sent) {
                    GeneratorState::Yielded(total) => total,
                    GeneratorState::Complete(()) => unreachable!(),
                })
            }),
            python(),
        ],
    }
}

pub const YIELDFROM_OPTION: &str = "yieldfrom (Option)";
pub const YIELDFROM_RESUME: &str = "yieldfrom (Resume)";

/// Sends `0..n` and takes the checksum of the answers. The values are opaque, or the sums had a closed form.
#[inline(always)]
fn answers(n: u64, mut send: impl FnMut(u64) -> u64) -> u64 {
    let mut sum = 0;
    for i in 0..n {
        sum = mix(sum, send(black_box(i)));
    }
    sum
}

#[inline(always)]
fn drain<C, R>(n: u64, body: C) -> u64
where
    C: Coroutine<R, Yield = u64, Return = ()> + Unpin,
    R: SendSignal<Sent = u64>,
{
    let mut body = Generator::new(body);
    assert_eq!(body.start(), Ok(0));
    answers(n, |sent| body.send(sent).unwrap_or(0))
}

#[diapause::coroutine(yield = u64, resume = u64)]
fn diapause_body() {
    let mut total = 0u64;
    loop {
        let sent: u64 = yield_!(total);
        total = total.wrapping_add(sent);
    }
}

#[next_gen::generator(yield(u64), resume(u64))]
fn next_gen_body() {
    let mut total = 0u64;
    loop {
        let sent: u64 = yield_!(total);
        total = total.wrapping_add(sent);
    }
}

#[fauxgen::generator(yield = u64, arg = u64)]
fn fauxgen_body() {
    let mut total = 0u64;
    loop {
        total = total.wrapping_add(r#yield!(total));
    }
}
