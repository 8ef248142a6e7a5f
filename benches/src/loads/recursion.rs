//! Walking a binary tree in order, one generator a node: the item of a node comes out through all nodes above it.

use std::pin::Pin;

use futures_core::Stream;
use yieldfrom::{BoxedFrame, BoxedGenerator, Either, Frame, Generator, emit, recurse, recursive, yield_from};

use crate::load::*;

pub fn balanced() -> Load {
    Load {
        name: "tree",
        title: "Recursion: a balanced tree",
        what: "one node of a tree of 4,095 nodes, 12 deep",
        depths: &[12],
        items_per_round: |depth| (1 << depth) - 1,
        items_counted: 4_095,
        contenders: contenders!(balanced_tree),
    }
}

pub fn chain() -> Load {
    Load {
        name: "chain",
        title: "Recursion: a tree degenerated to a chain",
        what: "one node of a chain as long as it is deep",
        depths: &[10, 100, 1_000, 10_000, 100_000, 1_000_000],
        items_per_round: |depth| depth,
        items_counted: 4_000,
        contenders: contenders!(chain_tree),
    }
}

pub const ONE_TYPE: &str = "yieldfrom, frames of one type";
pub const TWO_TYPES: &str = "yieldfrom, frames of two types";
pub const ANY_TYPE: &str = "yieldfrom, boxed frames";

macro_rules! contenders {
    ($tree:ident) => {
        vec![
            rust("hand-written stack", |n, depth| {
                walks(n, $tree(depth), |tree| checksum!(InOrder { above: Vec::new(), next: Some(tree) }))
            }),
            rust("callbacks", |n, depth| {
                walks(n, $tree(depth), |tree| {
                    let mut sum = 0;
                    visit(tree, &mut |item| sum = mix(sum, item));
                    sum
                })
            }),
            rust(ONE_TYPE, |n, depth| walks(n, $tree(depth), |tree| checksum!(recursive(one_type, tree)))),
            rust(TWO_TYPES, |n, depth| {
                walks(n, $tree(depth), |tree| checksum!(recursive(two_types, Call::Even(tree))))
            }),
            rust(ANY_TYPE, |n, depth| walks(n, $tree(depth), |tree| checksum!(any_type(tree).run()))),
            rust("yieldfrom, boxed level by level", |n, depth| {
                walks(n, $tree(depth), |tree| checksum!(boxed(tree)))
            })
            .up_to(10_000),
            rust("corosensei, one native stack", |n, depth| {
                walks(n, $tree(depth), |tree| {
                    let stack = corosensei::stack::DefaultStack::new(65_536 + 256 * depth as usize);
                    let body = corosensei::ScopedCoroutine::with_stack(
                        stack.expect("address space for the stack"),
                        |yielder: &corosensei::Yielder<(), u64>, ()| {
                            visit(tree, &mut |item| yielder.suspend(item));
                        },
                    );
                    body.scope(|mut body| {
                        let mut sum = 0;
                        while let corosensei::CoroutineResult::Yield(item) = body.as_mut().resume(()) {
                            sum = mix(sum, item);
                        }
                        sum
                    })
                })
            }),
            rust(DIAPAUSE, |n, depth| walks(n, $tree(depth), |tree| checksum_of(diapause_walk(tree))))
                .up_to(1_000),
            rust(GENAWAITER_RC, |n, depth| walks(n, $tree(depth), |tree| checksum!(awaited(tree))))
                .up_to(1_000),
            rust(ASYNC_STREAM, |n, depth| walks(n, $tree(depth), |tree| checksum_polled(streamed(tree))))
                .up_to(1_000),
            python(),
        ]
    };
}
use contenders;

/// A node; its item is its number. The nodes are leaked: their process does nothing else.
struct Node {
    item: u64,
    left: Option<Tree>,
    right: Option<Tree>,
}

type Tree = &'static Node;

fn balanced_tree(depth: u64) -> Tree {
    fn below(item: u64, depth: u64) -> Option<Tree> {
        let child = |item| if depth > 1 { below(item, depth - 1) } else { None };
        Some(Box::leak(Box::new(Node { item, left: child(2 * item + 1), right: child(2 * item + 2) })))
    }
    below(0, depth).expect("depth is at least one")
}

/// Each node is the left child of the one above, so that the deepest item comes out first.
fn chain_tree(depth: u64) -> Tree {
    let mut below: Option<Tree> = None;
    for item in (0..depth).rev() {
        below = Some(Box::leak(Box::new(Node { item, left: below, right: None })));
    }
    below.expect("depth is at least one")
}

/// The tree is built once and walked `n` times: what building costs vanishes in the difference of two runs.
#[inline(always)]
fn walks(n: u64, tree: Tree, mut walk: impl FnMut(Tree) -> u64) -> u64 {
    (0..n).fold(0, |sum, _| mix(sum, walk(std::hint::black_box(tree))))
}

struct InOrder {
    above: Vec<Tree>,
    next: Option<Tree>,
}

impl Iterator for InOrder {
    type Item = u64;

    #[inline]
    fn next(&mut self) -> Option<u64> {
        while let Some(node) = self.next {
            self.above.push(node);
            self.next = node.left;
        }
        let node = self.above.pop()?;
        self.next = node.right;
        Some(node.item)
    }
}

fn visit(node: Tree, see: &mut impl FnMut(u64)) {
    if let Some(left) = node.left {
        visit(left, see);
    }
    see(node.item);
    if let Some(right) = node.right {
        visit(right, see);
    }
}

fn one_type(node: Tree) -> impl Frame<Tree, u64> {
    #[coroutine]
    move |_| {
        if let Some(left) = node.left {
            recurse!(left);
        }
        emit!(node.item);
        if let Some(right) = node.right {
            recurse!(right);
        }
    }
}

/// Two functions that call each other: nodes of even and of odd depth.
fn two_types(call: Call) -> impl Frame<Call, u64> {
    match call {
        Call::Even(node) => Either::Left(even(node)),
        Call::Odd(node) => Either::Right(odd(node)),
    }
}

enum Call {
    Even(Tree),
    Odd(Tree),
}

fn even(node: Tree) -> impl Frame<Call, u64> {
    #[coroutine]
    move |_| {
        if let Some(left) = node.left {
            recurse!(Call::Odd(left));
        }
        emit!(node.item);
        if let Some(right) = node.right {
            recurse!(Call::Odd(right));
        }
    }
}

fn odd(node: Tree) -> impl Frame<Call, u64> {
    #[coroutine]
    move |_| {
        if let Some(left) = node.left {
            recurse!(Call::Even(left));
        }
        emit!(node.item);
        if let Some(right) = node.right {
            recurse!(Call::Even(right));
        }
    }
}

fn any_type(node: Tree) -> BoxedFrame<'static, u64> {
    BoxedFrame::new(
        #[coroutine]
        move |_| {
            if let Some(left) = node.left {
                recurse!(any_type(left));
            }
            emit!(node.item);
            if let Some(right) = node.right {
                recurse!(any_type(right));
            }
        },
    )
}

fn boxed(node: Tree) -> BoxedGenerator<'static, u64> {
    Generator::boxed(
        #[coroutine]
        move || {
            if let Some(left) = node.left {
                yield_from!(boxed(left));
            }
            yield node.item;
            if let Some(right) = node.right {
                yield_from!(boxed(right));
            }
        },
    )
}

#[diapause::coroutine(yield = u64)]
fn diapause_walk(node: Tree) {
    if let Some(left) = node.left {
        let walk: diapause_walk::State = diapause_walk(left);
        yield_all!(box walk);
    }
    yield_!(node.item);
    if let Some(right) = node.right {
        let walk: diapause_walk::State = diapause_walk(right);
        yield_all!(box walk);
    }
}

fn awaited(node: Tree) -> Box<dyn Iterator<Item = u64>> {
    Box::new(
        genawaiter::rc::Gen::new(move |co| async move {
            if let Some(left) = node.left {
                for item in awaited(left) {
                    co.yield_(item).await;
                }
            }
            co.yield_(node.item).await;
            if let Some(right) = node.right {
                for item in awaited(right) {
                    co.yield_(item).await;
                }
            }
        })
        .into_iter(),
    )
}

fn streamed(node: Tree) -> Pin<Box<dyn Stream<Item = u64>>> {
    Box::pin(async_stream::stream! {
        if let Some(left) = node.left {
            for await item in streamed(left) {
                yield item;
            }
        }
        yield node.item;
        if let Some(right) = node.right {
            for await item in streamed(right) {
                yield item;
            }
        }
    })
}
