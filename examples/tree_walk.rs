//! Beyond the tutorial: a tree in order by recursion, also when the tree is a million deep.
//!
//! Look at `in_order`: it reads like its Python, line by line. Then at the second tree, which is only a long list:
//! its first item lies a million calls deep, and costs as little as any other one. CPython stops at call 997
//! (`RecursionError`), and up to there takes each item through all the calls above it.
//!
//! What Rust does differently: a coroutine is a value of fixed size and cannot hold another one of its own type. So a
//! frame yields the *arguments* of the call, and the driver keeps the frames side by side on the heap and resumes
//! the innermost. The tree itself needs care too: dropping nested boxes is a recursion that the compiler writes.
//!
//! Run it: `cargo run --example tree_walk`
#![feature(coroutines)]

use yieldfrom::{Frame, emit, recurse, recursive};

struct Node {
    left: Option<Box<Node>>,
    value: u32,
    right: Option<Box<Node>>,
}

type Tree<'a> = Option<&'a Node>;

/// Python: `def in_order(node): if node: yield from in_order(node.left); yield node.value; …`.
fn in_order(tree: Tree<'_>) -> impl Frame<Tree<'_>, u32> {
    #[coroutine]
    move |_| {
        let Some(node) = tree else { return };
        recurse!(node.left.as_deref());
        emit!(node.value);
        recurse!(node.right.as_deref());
    }
}

/// A tree of the numbers in a range, each half as deep as it can be.
fn balanced(from: u32, end: u32) -> Option<Box<Node>> {
    let value = from.midpoint(end);
    (from < end)
        .then(|| Box::new(Node { left: balanced(from, value), value, right: balanced(value + 1, end) }))
}

/// The same numbers, each in the left child of the next.
fn degenerate(end: u32) -> Option<Box<Node>> {
    (0..end).fold(None, |left, value| Some(Box::new(Node { left, value, right: None })))
}

fn main() {
    let tree = balanced(0, 15);
    println!("15, balanced:   {:?}", recursive(in_order, tree.as_deref()).collect::<Vec<_>>());

    let list = degenerate(1_000_000);
    let mut numbers = recursive(in_order, list.as_deref());
    println!("1,000,000 deep: {:?}, first of all", numbers.by_ref().take(5).collect::<Vec<_>>());
    println!("half of them:   the next is {:?}", numbers.nth(499_995));
    drop(numbers); // half a million suspended calls, innermost first, in a loop
    let all = recursive(in_order, list.as_deref());
    println!("all of them:    {}", if all.eq(0..1_000_000) { "in order" } else { "out of order" });
}

impl Drop for Node {
    /// In a loop: the compiler's own code would call itself for each level, and overflow the stack.
    fn drop(&mut self) {
        let mut left_to_drop = vec![self.left.take(), self.right.take()];
        while let Some(subtree) = left_to_drop.pop() {
            if let Some(mut node) = subtree {
                left_to_drop.extend([node.left.take(), node.right.take()]);
            }
        }
    }
}
