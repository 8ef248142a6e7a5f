//! Stage 5 of 11: the smallest useful coroutine. Send it numbers, and each time it answers with their mean.
//!
//! Look at the body: `yield mean` hands the mean out *and* waits for the next number. It keeps its two variables
//! from one call to the next, where otherwise a struct with a method would stand.
//!
//! | | Rust | Python |
//! |---|---|---|
//! | start it | `mean.start()` | `next(mean)` |
//! | send a number | `mean.send(10.0)` | `mean.send(10.0)` |
//! | end it | `mean.start()` again: `next` sends no number | `mean.send(None)` |
//! | get the total | `Err(Stop::Returned(total))` | `except StopIteration as stop: stop.value` |
//!
//! What Rust does differently: what can be sent is part of the type, here `Option<f64>`, with `None` for `next`;
//! sending a text does not compile. So is what comes back at the end: `Total`.
//!
//! Run it: `cargo run --example averager`
#![feature(coroutines, coroutine_trait, yield_expr)]

use std::ops::Coroutine;

use yieldfrom::{Generator, Stop};

#[derive(Debug, PartialEq)]
struct Total {
    count: u32,
    sum: f64,
}

fn averager() -> Generator<impl Coroutine<Option<f64>, Yield = f64, Return = Total>, Option<f64>> {
    Generator::new(
        #[coroutine]
        |_: Option<f64>| {
            let (mut count, mut sum) = (0, 0.0);
            let mut mean = 0.0;
            while let Some(number) = (yield mean) {
                count += 1;
                sum += number;
                mean = sum / f64::from(count);
            }
            Total { count, sum }
        },
    )
}

fn main() -> Result<(), Stop<Total, f64>> {
    let mut mean = averager();
    mean.start().expect("it waits for the first number");
    for number in [10.0, 30.0, 5.0, 27.0] {
        println!("send {number:4.1}, and the mean is {:4.1}", mean.send(number)?);
    }

    let Err(Stop::Returned(Total { count, sum })) = mean.start() else { unreachable!("no number, no mean") };
    println!("end it: {count} numbers, {sum:.1} in all; the coroutine is {}", mean.state());
    Ok(())
}
