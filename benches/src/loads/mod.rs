//! One module a load: the same work written for each contender, side by side.

mod boxed;
mod compute;
mod creation;
mod delegation;
pub mod memory;
mod pipeline;
mod range;
pub mod recursion;
pub mod send;

use crate::load::Load;

pub fn all() -> Vec<Load> {
    vec![
        range::load(),
        compute::load(),
        send::load(),
        pipeline::load(),
        boxed::load(),
        creation::load(),
        delegation::load(),
        recursion::balanced(),
        recursion::chain(),
    ]
}
