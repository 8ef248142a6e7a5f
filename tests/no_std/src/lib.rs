//! A crate without std that uses yieldfrom. It brings its own panic handler, so that a std in the tree is an error:
//! "found duplicate lang item `panic_impl`".
#![no_std]
#![feature(coroutines, coroutine_trait)]

use yieldfrom::{Generator, yield_from};

/// Runs a delegating generator.
pub fn sum_to(n: u32) -> u32 {
    Generator::new(
        #[coroutine]
        move || yield_from!(0..=n),
    )
    .sum()
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}
