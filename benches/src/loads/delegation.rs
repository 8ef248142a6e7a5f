//! A generator that delegates to a generator that delegates …, each level a type of its own, known when compiling.

use std::ops::{Coroutine, CoroutineState};
use std::pin::Pin;

use futures_core::Stream;
use yieldfrom::{BoxedGenerator, Generator, yield_from};

use super::compute;
use crate::load::*;

pub fn load() -> Load {
    Load {
        name: "delegation",
        title: "Delegation, nested",
        what: "one computed number that comes out of the innermost generator",
        depths: &[0, 1, 2, 4, 8, 16],
        items_per_round: |_| 1,
        items_counted: 20_000,
        contenders: vec![
            rust(LOOP, |n, _| checksum!(by_hand::<0>(n))),
            rust("std's (chain)", |n, depth| at_depth!(depth, chain, by_hand(n), checksum_of)),
            rust(YIELDFROM, |n, depth| {
                at_depth!(depth, delegate, body(n), |body| checksum!(Generator::new(body)))
            }),
            rust("yieldfrom, boxed", |n, depth| {
                let innermost: BoxedGenerator<'_, u64> = Generator::boxed(compute::body(n));
                checksum!((0..depth).fold(innermost, |inner, _| delegate_boxed(inner)))
            }),
            rust("raw, resumed in a loop", |n, depth| at_depth!(depth, forward, body(n), checksum_resumed)),
            // Their frames double at each level: at sixteen they are larger than the stack.
            rust(GEN_BLOCK, |n, depth| at_depth!(depth, gen_block, by_hand(n), checksum_of)).up_to(8),
            rust(ASYNC_STREAM, |n, depth| {
                at_depth!(depth, async_stream, async_stream_body(n), checksum_polled)
            })
            .up_to(8),
            rust(DIAPAUSE, |n, depth| at_depth!(depth, diapause_level, diapause_body(n), checksum_of)),
            rust(COROSENSEI, |n, depth| {
                let innermost =
                    corosensei::Coroutine::new(move |yielder: &corosensei::Yielder<(), u64>, ()| {
                        for item in by_hand::<0>(n) {
                            yielder.suspend(item);
                        }
                    });
                checksum_stackful((0..depth).fold(innermost, |inner, _| stackful(inner)))
            }),
            rust(GENAWAITER_RC, |n, depth| at_depth!(depth, genawaiter_rc, by_hand(n), checksum_of)),
            rust(GENERATOR, |n, depth| {
                let innermost = generator::Gn::new_scoped(move |mut scope| {
                    for item in by_hand::<0>(n) {
                        scope.yield_(item);
                    }
                    generator::done!()
                });
                checksum!((0..depth).fold(innermost, |inner, _| {
                    generator::Gn::new_scoped(move |mut scope| {
                        scope.yield_from(inner);
                        generator::done!()
                    })
                }))
            }),
            python(),
        ],
    }
}

/// Each depth has types of its own, as in a program that nests its generators once: what many callers share is
/// inlined into none.
macro_rules! at_depth {
    ($depth:expr, $level:ident, $innermost:ident($n:expr), $checksum:expr) => {
        match $depth {
            0 => $checksum($innermost::<0>($n)),
            1 => $checksum($level::<1, _>($innermost::<1>($n))),
            2 => $checksum(at_depth!(two $level, 2, $innermost::<2>($n))),
            4 => $checksum(at_depth!(four $level, 4, $innermost::<4>($n))),
            8 => $checksum(at_depth!(eight $level, 8, $innermost::<8>($n))),
            16 => $checksum(at_depth!(eight $level, 16, at_depth!(eight $level, 16, $innermost::<16>($n)))),
            _ => unreachable!("not among the depths of this load"),
        }
    };
    (eight $level:ident, $depth:literal, $inner:expr) => {
        at_depth!(four $level, $depth, at_depth!(four $level, $depth, $inner))
    };
    (four $level:ident, $depth:literal, $inner:expr) => {
        at_depth!(two $level, $depth, at_depth!(two $level, $depth, $inner))
    };
    (two $level:ident, $depth:literal, $inner:expr) => {
        $level::<$depth, _>($level::<$depth, _>($inner))
    };
}
use at_depth;

fn by_hand<const DEPTH: u8>(n: u64) -> impl Iterator<Item = u64> {
    let mut x = 1;
    (0..n).map(move |_| {
        x = compute::step(x);
        compute::item(x)
    })
}

fn body<const DEPTH: u8>(n: u64) -> impl Coroutine<Yield = u64, Return = ()> + Unpin {
    #[coroutine]
    move || {
        let (mut x, mut i) = (1, 0);
        while i < n {
            x = compute::step(x);
            yield compute::item(x);
            i += 1;
        }
    }
}

fn chain<const DEPTH: u8, I: Iterator<Item = u64>>(inner: I) -> impl Iterator<Item = u64> {
    std::iter::empty().chain(inner)
}

fn delegate<const DEPTH: u8, C: Coroutine<Yield = u64, Return = ()> + Unpin>(
    mut inner: C,
) -> impl Coroutine<Yield = u64, Return = ()> + Unpin {
    #[coroutine]
    move || yield_from!(inner)
}

fn delegate_boxed<'a>(mut inner: BoxedGenerator<'a, u64>) -> BoxedGenerator<'a, u64> {
    Generator::boxed(
        #[coroutine]
        move || {
            yield_from!(inner);
        },
    )
}

fn forward<const DEPTH: u8, C: Coroutine<Yield = u64, Return = ()> + Unpin>(
    mut inner: C,
) -> impl Coroutine<Yield = u64, Return = ()> + Unpin {
    #[coroutine]
    move || {
        while let CoroutineState::Yielded(item) = Pin::new(&mut inner).resume(()) {
            yield item;
        }
    }
}

fn gen_block<const DEPTH: u8, I: Iterator<Item = u64>>(inner: I) -> impl Iterator<Item = u64> {
    gen move {
        for item in inner {
            yield item;
        }
    }
}

fn async_stream_body<const DEPTH: u8>(n: u64) -> impl Stream<Item = u64> {
    async_stream::stream! {
        for item in by_hand::<DEPTH>(n) {
            yield item;
        }
    }
}

fn async_stream<const DEPTH: u8, S: Stream<Item = u64>>(inner: S) -> impl Stream<Item = u64> {
    async_stream::stream! {
        for await item in inner {
            yield item;
        }
    }
}

fn diapause_body<const DEPTH: u8>(n: u64) -> diapause_innermost::State {
    diapause_innermost(n)
}

fn diapause_level<const DEPTH: u8, C>(inner: C) -> diapause_forward::State<C>
where
    C: diapause::Coroutine<(), Yield = u64, Return = ()>,
{
    diapause_forward(inner)
}

#[diapause::coroutine(yield = u64)]
fn diapause_innermost(n: u64) {
    let mut x = 1u64;
    let mut i = 0u64;
    while i < n {
        x = compute::step(x);
        yield_!(compute::item(x));
        i += 1;
    }
}

#[diapause::coroutine(yield = u64)]
fn diapause_forward<C: diapause::Coroutine<(), Yield = u64, Return = ()>>(inner: C) {
    yield_all!(inner);
}

fn stackful(mut inner: corosensei::Coroutine<(), u64, ()>) -> corosensei::Coroutine<(), u64, ()> {
    corosensei::Coroutine::new(move |yielder: &corosensei::Yielder<(), u64>, ()| {
        while let corosensei::CoroutineResult::Yield(item) = inner.resume(()) {
            yielder.suspend(item);
        }
    })
}

fn genawaiter_rc<const DEPTH: u8, I: Iterator<Item = u64>>(inner: I) -> impl Iterator<Item = u64> {
    genawaiter::rc::Gen::new(|co| async move {
        for item in inner {
            co.yield_(item).await;
        }
    })
    .into_iter()
}
