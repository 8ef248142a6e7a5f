//! A task whose body awaits another coroutine with `yield_from!`, as before `await`.
//!
//! Everything else about tasks is tested in their own file; the macro is tested as other crates see it.
#![feature(coroutines, coroutine_trait, yield_expr)]

use std::ops::Coroutine;

use futures::FutureExt;
use futures::channel::oneshot::{Canceled, Receiver, channel};
use yieldfrom::{Task, yield_from};

type Answer = Result<u32, Canceled>;

fn ask(
    question: Receiver<u32>,
) -> impl Coroutine<Option<Answer>, Yield = Receiver<u32>, Return = u32> + Unpin {
    #[coroutine]
    move |_: Option<Answer>| (yield question).unwrap().unwrap()
}

#[test]
fn the_inner_futures_reach_the_loop_and_their_outputs_the_inner_body() {
    let ((answer_a, a), (answer_b, b)) = (channel(), channel());
    let mut task = Task::new(
        #[coroutine]
        |_: Option<Answer>| 10 * yield_from!(ask(a)) + yield_from!(ask(b)),
    );
    assert_eq!((&mut task).now_or_never(), None);
    answer_a.send(4).unwrap();
    assert_eq!((&mut task).now_or_never(), None);
    answer_b.send(2).unwrap();
    assert_eq!((&mut task).now_or_never(), Some(42));
}
