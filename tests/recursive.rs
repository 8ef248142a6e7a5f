//! Recursion at any depth: order, return values, sends, throws, closes, drops, depths, and a model.
#![feature(coroutines, coroutine_trait)]

use std::cell::{Cell, RefCell};
use std::ops::{Coroutine, CoroutineState};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::thread;

use yieldfrom::{
    Answer, BoxedFrame, Either, Frame, Raised, Recursive, Resume, State, Stop, emit, recurse, recursive,
};

/// How deep the deep tests go.
const DEEP: u32 = 1_000_000;

/// A native stack on which not even a few thousand nested calls fit.
const STACK_BYTES: usize = 256 * 1024;

fn on_a_small_stack(test: impl FnOnce() + Send + 'static) {
    thread::Builder::new().stack_size(STACK_BYTES).spawn(test).unwrap().join().unwrap();
}

/// Writes its name down when it is dropped.
struct Noted<'a>(u32, &'a RefCell<Vec<u32>>);

impl Drop for Noted<'_> {
    fn drop(&mut self) {
        self.1.borrow_mut().push(self.0);
    }
}

mod first_rung {
    use super::*;

    /// Emits on the way down and on the way up; returns how deep it went.
    fn dive(depth: u32) -> impl Frame<u32, i64, (), u32> {
        #[coroutine]
        move |_| {
            emit!(i64::from(depth));
            let below = if depth == 0 { 0 } else { 1 + recurse!(depth - 1) };
            emit!(-i64::from(depth));
            below
        }
    }

    #[test]
    fn items_come_in_the_order_of_plain_recursion() {
        let mut dive = recursive(dive, 2);
        assert_eq!(dive.state(), State::Created);
        assert_eq!(dive.by_ref().collect::<Vec<_>>(), [2, 1, 0, 0, -1, -2]);
        assert_eq!(dive.state(), State::Closed);
        assert_eq!(dive.take_return(), Some(2));
        assert_eq!(dive.next(), None);
    }

    #[test]
    fn calls_that_emit_nothing_cost_no_item() {
        fn fibonacci(n: u32) -> impl Frame<u32, (), (), u32> {
            #[coroutine]
            move |_| {
                if n < 2 {
                    return n;
                }
                recurse!(n - 1) + recurse!(n - 2)
            }
        }

        assert_eq!(recursive(fibonacci, 15).start(), Err(Stop::Returned(610)));
    }

    #[test]
    fn the_body_may_keep_state_between_calls() {
        let mut calls = 0;
        let body = |n: u32| {
            calls += 1;
            #[coroutine]
            move |_: Answer<(), ()>| {
                for child in 0..n {
                    recurse!(child);
                }
                emit!(n);
            }
        };
        assert_eq!(recursive(body, 4).count(), 16);
        assert_eq!(calls, 16);
    }

    #[test]
    fn a_bare_one_knows_its_depth_and_panics_after_its_end() {
        let mut bare = Recursive::new(dive, 1);
        let mut resume = || Pin::new(&mut bare).resume(());
        for item in [1, 0, 0, -1] {
            assert_eq!(resume(), CoroutineState::Yielded(item));
        }
        assert_eq!(resume(), CoroutineState::Complete(1));
        assert_eq!(bare.depth(), 0);
        assert_eq!(format!("{bare:?}"), "Recursive { depth: 0, .. }");
        assert!(catch_unwind(AssertUnwindSafe(|| Pin::new(&mut bare).resume(()))).is_err());
    }

    #[test]
    fn it_can_be_moved_while_suspended() {
        let mut dive = recursive(dive, 20);
        let first: Vec<_> = dive.by_ref().take(21).collect();
        let moved = Box::new(dive);
        assert_eq!(first.into_iter().chain(*moved).sum::<i64>(), 0);
    }

    #[test]
    fn a_tracked_one_can_be_delegated_to_and_sent_to_another_thread() {
        let mut dive = recursive(dive, 1);
        let items = thread::spawn(move || {
            let outer = yieldfrom::Generator::new(
                #[coroutine]
                move || {
                    yield 100;
                    yieldfrom::yield_from!(dive)
                },
            );
            outer.collect::<Vec<_>>()
        });
        assert_eq!(items.join().unwrap(), [100, 1, 0, 0, -1]);
    }
}

mod second_rung {
    use super::*;

    /// Adds up what it is sent, from the innermost call on.
    fn sum(depth: u32) -> impl Frame<u32, u32, Option<u32>, u32> {
        #[coroutine]
        move |_: Answer<Option<u32>, u32>| {
            let below = if depth == 0 { 0 } else { recurse!(depth - 1) };
            below + emit!(depth).unwrap_or(0)
        }
    }

    #[test]
    fn what_is_sent_reaches_the_innermost() {
        let mut sum = recursive(sum, 2);
        assert_eq!(sum.send(1), Err(Stop::JustCreated(1)));
        assert_eq!(sum.start(), Ok(0));
        assert_eq!(sum.send(10), Ok(1));
        assert_eq!(sum.next(), Some(2));
        assert_eq!(sum.send(30), Err(Stop::Returned(40)));
        assert_eq!(sum.send(4), Err(Stop::AlreadyClosed(4)));
    }
}

mod third_rung {
    use super::*;

    type Signal = Resume<u32, &'static str>;
    type Outcome = Result<u32, Raised<&'static str>>;

    /// What a call at some depth does with what is raised in it.
    #[derive(Clone, Copy)]
    enum Manner {
        Passes,
        Returns,
        Emits,
        RaisesAnother,
        RecursesAgain,
    }
    use Manner::*;

    type Call<'a> = (&'a [Manner], &'a RefCell<Vec<String>>);

    /// One call for each manner, the first outermost; notes what is raised at each.
    fn nest((manners, log): Call<'_>) -> impl Frame<Call<'_>, usize, Signal, Outcome> {
        #[coroutine]
        move |_: Answer<Signal, Outcome>| {
            let Some((manner, inner)) = manners.split_first() else {
                return Ok(emit!(0).received()?.unwrap_or(0));
            };
            match recurse!((inner, log)) {
                Ok(value) => Ok(value + emit!(manners.len()).received()?.unwrap_or(0)),
                Err(raised) => {
                    log.borrow_mut().push(format!("{}: {raised}", manners.len()));
                    match manner {
                        Passes => Err(raised),
                        Returns => Ok(7),
                        Emits => Ok(emit!(100 + manners.len()).received()?.unwrap_or(0)),
                        RaisesAnother => Err(Raised::Error("another")),
                        RecursesAgain => recurse!((&[], log)),
                    }
                }
            }
        }
    }

    #[test]
    fn sends_and_returns() {
        let log = RefCell::default();
        let mut nest = recursive(nest, (&[Passes, Passes][..], &log));
        assert_eq!(nest.start(), Ok(0));
        assert_eq!(nest.send(1), Ok(1));
        assert_eq!(nest.send(2), Ok(2));
        assert_eq!(nest.send(4), Err(Stop::Returned(Ok(7))));
    }

    #[test]
    fn an_error_that_nobody_catches_comes_out() {
        let log = RefCell::default();
        let mut nest = recursive(nest, (&[Passes, Passes][..], &log));
        nest.start().unwrap();
        assert_eq!(nest.throw("e"), Err(Stop::Returned(Err(Raised::Error("e")))));
        assert_eq!(*log.borrow(), ["1: e", "2: e"]);
        assert_eq!(nest.state(), State::Closed);
    }

    #[test]
    fn a_caller_catches_what_its_callee_does_not() {
        let log = RefCell::default();
        let mut caught = recursive(nest, (&[Passes, Emits, Passes][..], &log));
        caught.start().unwrap();
        assert_eq!(caught.throw("e"), Ok(102));
        assert_eq!(caught.send(5), Ok(3), "the catching call returned 5, and its caller went on");
        assert_eq!(caught.send(1), Err(Stop::Returned(Ok(6))));
        assert_eq!(*log.borrow(), ["1: e", "2: e"]);

        let mut replaced = recursive(nest, (&[Passes, RaisesAnother][..], &log));
        replaced.start().unwrap();
        assert_eq!(replaced.throw("e"), Err(Stop::Returned(Err(Raised::Error("another")))));

        let mut again = recursive(nest, (&[RecursesAgain][..], &log));
        again.start().unwrap();
        assert_eq!(again.throw("e"), Ok(0));
        assert_eq!(again.send(3), Err(Stop::Returned(Ok(3))));
    }

    #[test]
    fn closing_begins_at_the_innermost_and_reaches_all() {
        let log = RefCell::default();
        let mut nest = recursive(nest, (&[Passes, Passes][..], &log));
        nest.start().unwrap();
        assert_eq!(nest.close(), Ok(None));
        assert_eq!(
            *log.borrow(),
            ["1: the generator was told to close", "2: the generator was told to close"]
        );
        assert_eq!(nest.state(), State::Closed);
    }

    #[test]
    fn what_a_closed_callee_returns_is_dropped_and_its_caller_is_closed_too() {
        let log = RefCell::default();
        let mut inner_returns = recursive(nest, (&[Passes, Returns][..], &log));
        inner_returns.start().unwrap();
        assert_eq!(inner_returns.close(), Ok(None));
        assert_eq!(log.borrow().len(), 2);

        let mut outermost_returns = recursive(nest, (&[Returns, Passes][..], &log));
        outermost_returns.start().unwrap();
        assert_eq!(outermost_returns.close(), Ok(Some(7)));
    }

    #[test]
    fn a_callee_that_ignores_its_closing_is_dropped_and_its_caller_told() {
        let log = RefCell::default();
        let mut nest = recursive(nest, (&[Passes, Emits, Passes][..], &log));
        nest.start().unwrap();
        assert_eq!(nest.close(), Err(Raised::IgnoredExit));
        assert_eq!(nest.state(), State::Closed);
        assert_eq!(log.borrow()[2], "3: the generator ignored that it was told to close");
    }

    #[test]
    fn ignoring_it_through_a_new_callee_is_ignoring_it() {
        let log = RefCell::default();
        let mut nest = recursive(nest, (&[Returns, RecursesAgain][..], &log));
        nest.start().unwrap();
        assert_eq!(nest.close(), Ok(Some(7)));
        assert_eq!(log.borrow()[1], "2: the generator ignored that it was told to close");
    }

    #[test]
    fn the_outermost_may_ignore_it_and_go_on() {
        for manners in [[Emits, Passes], [RecursesAgain, Passes]] {
            let log = RefCell::default();
            let mut nest = recursive(nest, (&manners[..], &log));
            nest.start().unwrap();
            assert_eq!(nest.close(), Err(Raised::IgnoredExit));
            assert_eq!(nest.state(), State::Suspended);
            assert_eq!(nest.send(9), Err(Stop::Returned(Ok(9))));
        }
    }

    #[test]
    fn another_error_takes_the_place_of_the_exit() {
        let log = RefCell::default();
        let mut nest = recursive(nest, (&[Passes, RaisesAnother][..], &log));
        nest.start().unwrap();
        assert_eq!(nest.close(), Err(Raised::Error("another")));
        assert_eq!(log.borrow()[1], "2: another");
    }

    #[test]
    fn thrown_into_a_created_one_nothing_runs() {
        let log = RefCell::default();
        let mut nest = recursive(nest, (&[Returns][..], &log));
        assert_eq!(nest.throw("e"), Err(Stop::Returned(Err(Raised::Error("e")))));
        assert!(log.borrow().is_empty());
    }

    #[test]
    fn a_million_calls_are_closed_in_a_loop() {
        fn dive(depth: u32) -> impl Frame<u32, u32, Signal, Outcome> {
            #[coroutine]
            move |_: Answer<Signal, Outcome>| {
                if depth == 0 {
                    emit!(0).received()?;
                    return Ok(0);
                }
                Ok(1 + recurse!(depth - 1)?)
            }
        }

        on_a_small_stack(|| {
            let mut closed = recursive(dive, DEEP);
            closed.start().unwrap();
            assert_eq!(closed.close(), Ok(None));
            let mut thrown = recursive(dive, DEEP);
            thrown.start().unwrap();
            assert_eq!(thrown.throw("e"), Err(Stop::Returned(Err(Raised::Error("e")))));
            let mut returned = recursive(dive, DEEP);
            returned.start().unwrap();
            assert_eq!(returned.start(), Err(Stop::Returned(Ok(DEEP))));
        });
    }
}

mod several_types {
    use super::*;

    enum Call {
        Ping(u32),
        Pong(u32),
    }

    fn ping(n: u32) -> impl Frame<Call, String, (), u32> {
        #[coroutine]
        move |_| {
            emit!(format!("ping {n}"));
            if n == 0 { 0 } else { 1 + recurse!(Call::Pong(n - 1)) }
        }
    }

    fn pong(n: u32) -> impl Frame<Call, String, (), u32> {
        let label = format!("pong {n}");
        #[coroutine]
        move |_| {
            emit!(label);
            if n == 0 { 0 } else { 1 + recurse!(Call::Ping(n - 1)) }
        }
    }

    #[test]
    fn either_holds_frames_of_two_types() {
        let body = |call| match call {
            Call::Ping(n) => Either::Left(ping(n)),
            Call::Pong(n) => Either::Right(pong(n)),
        };
        let mut game = recursive(body, Call::Ping(3));
        assert!(game.by_ref().eq(["ping 3", "pong 2", "ping 1", "pong 0"]));
        assert_eq!(game.take_return(), Some(3));
    }

    fn boxed_ping<'a>(n: u32) -> BoxedFrame<'a, String, Option<u32>, u32> {
        BoxedFrame::new(
            #[coroutine]
            move |_: Answer<Option<u32>, u32>| {
                let got = emit!(format!("ping {n}")).unwrap_or(0);
                got + if n == 0 { 0 } else { recurse!(boxed_pong(n - 1)) }
            },
        )
    }

    fn boxed_pong<'a>(n: u32) -> BoxedFrame<'a, String, Option<u32>, u32> {
        BoxedFrame::new(
            #[coroutine]
            static move |_: Answer<Option<u32>, u32>| {
                let label = format!("pong {n}");
                let borrowed = label.as_str();
                let got = emit!(borrowed.to_owned()).unwrap_or(0);
                assert_eq!(borrowed, label);
                got + if n == 0 { 0 } else { recurse!(boxed_ping(n - 1)) }
            },
        )
    }

    #[test]
    fn boxes_hold_frames_of_any_type() {
        let mut game = boxed_ping(2).run();
        assert_eq!(game.start().as_deref(), Ok("ping 2"));
        assert_eq!(game.send(1).as_deref(), Ok("pong 1"));
        assert_eq!(game.send(10).as_deref(), Ok("ping 0"));
        assert_eq!(game.send(100), Err(Stop::Returned(111)));
    }

    #[test]
    fn boxed_frames_may_borrow() {
        let words = vec![vec!["to", "be"], vec![], vec!["or"]];
        fn all<'a>(words: &'a [Vec<&'a str>]) -> BoxedFrame<'a, &'a str> {
            BoxedFrame::new(
                #[coroutine]
                move |_| {
                    if let Some((first, rest)) = words.split_first() {
                        for word in first {
                            emit!(*word);
                        }
                        recurse!(all(rest));
                    }
                },
            )
        }
        assert!(all(&words).run().eq(["to", "be", "or"]));
    }

    #[test]
    fn boxes_go_a_million_deep() {
        fn dive<'a>(depth: u32) -> BoxedFrame<'a, u32, (), u32> {
            BoxedFrame::new(
                #[coroutine]
                move |_| {
                    let below = if depth == 0 { 0 } else { 1 + recurse!(dive(depth - 1)) };
                    emit!(depth);
                    below
                },
            )
        }

        on_a_small_stack(|| {
            let mut finished = dive(DEEP).run();
            assert!(finished.by_ref().eq(0..=DEEP));
            assert_eq!(finished.take_return(), Some(DEEP));

            let mut dropped = dive(DEEP).run();
            assert!(dropped.by_ref().take(DEEP as usize / 2).eq(0..DEEP / 2));
        });
    }
}

mod depth {
    use super::*;

    /// An item at every turn, down and up.
    fn dive(depth: u32) -> impl Frame<u32, u32> {
        #[coroutine]
        move |_| {
            emit!(depth);
            if depth > 0 {
                recurse!(depth - 1);
            }
            emit!(depth);
        }
    }

    #[test]
    fn a_million_calls_are_resumed_and_end() {
        on_a_small_stack(|| {
            assert!(recursive(dive, DEEP).eq((0..=DEEP).rev().chain(0..=DEEP)));
        });
    }

    thread_local! {
        static DROPPED: Cell<u32> = const { Cell::new(0) };
    }

    /// Asserts that the callee has gone before it.
    struct Counted(u32);

    impl Drop for Counted {
        fn drop(&mut self) {
            assert_eq!(DROPPED.replace(self.0 + 1), self.0);
        }
    }

    #[test]
    fn a_million_calls_are_dropped_half_way_innermost_first() {
        fn dive(depth: u32) -> impl Frame<u32, u32> {
            #[coroutine]
            move |_| {
                let _counted = Counted(depth);
                if depth > 0 {
                    recurse!(depth - 1);
                }
                emit!(depth);
            }
        }

        on_a_small_stack(|| {
            let mut dive = recursive(dive, DEEP);
            assert!(dive.by_ref().take(3).eq(0..3));
            dive.close();
            assert_eq!(DROPPED.get(), DEEP + 1);
            assert_eq!(dive.state(), State::Closed);
        });
    }

    #[test]
    fn memory_follows_the_depth() {
        const FRAME_BYTES_MAX: u64 = 32;

        let measured = allocation_counter::measure(|| {
            assert_eq!(recursive(dive, 100_000).count(), 200_002);
        });
        assert!(measured.bytes_max <= 100_000 * FRAME_BYTES_MAX * 5 / 4, "{measured:?}");

        // Down and up again and again at the edge of a chunk: 4 frames fill the first one.
        fn comb((depth, width): (u32, u32)) -> impl Frame<(u32, u32), ()> {
            #[coroutine]
            move |_| {
                if depth == 0 {
                    return emit!(());
                }
                for _ in 0..if depth == 1 { width } else { 1 } {
                    recurse!((depth - 1, width));
                }
            }
        }
        for depth in 2..10 {
            let measured = allocation_counter::measure(|| {
                assert_eq!(recursive(comb, (depth, 1000)).count(), 1000);
            });
            assert!(measured.count_total < 10, "{measured:?}");
        }
        let measured = allocation_counter::measure(|| {
            let mut back_from_the_deep = recursive(dive, 100_000);
            assert_eq!(back_from_the_deep.by_ref().take(200_000).count(), 200_000);
            std::mem::forget(back_from_the_deep);
        });
        assert!(measured.bytes_current < 64 * 1024 + 100_000, "{measured:?}");
    }
}

mod ends {
    use super::*;

    type Call<'a> = (u32, &'a RefCell<Vec<u32>>);

    /// Five calls deep, the innermost emits twice and then panics.
    fn doomed((depth, log): Call<'_>) -> impl Frame<Call<'_>, u32> {
        #[coroutine]
        move |_| {
            let _noted = Noted(depth, log);
            if depth < 5 {
                recurse!((depth + 1, log));
            }
            emit!(1);
            emit!(2);
            panic!("on purpose");
        }
    }

    #[test]
    fn dropped_half_way_the_innermost_goes_first() {
        let log = RefCell::default();
        let mut generator = recursive(doomed, (1, &log));
        assert_eq!(generator.next(), Some(1));
        assert!(log.borrow().is_empty());
        drop(generator);
        assert_eq!(*log.borrow(), [5, 4, 3, 2, 1]);
    }

    #[test]
    fn a_panic_closes_all_innermost_first_and_goes_on() {
        let log = RefCell::default();
        let mut generator = recursive(doomed, (1, &log));
        assert!(generator.by_ref().take(2).eq([1, 2]));
        let panic = catch_unwind(AssertUnwindSafe(|| generator.next())).unwrap_err();
        assert_eq!(panic.downcast_ref(), Some(&"on purpose"));
        assert_eq!(*log.borrow(), [5, 4, 3, 2, 1]);
        assert_eq!(generator.state(), State::Closed);
        assert_eq!(generator.next(), None);
    }

    #[test]
    fn a_panicking_destructor_does_not_save_the_others() {
        struct Bomb;
        impl Drop for Bomb {
            fn drop(&mut self) {
                panic!("in a destructor");
            }
        }

        for bomb_depth in 1..=9 {
            let log = RefCell::default();
            let body = |depth: u32| {
                let log = &log;
                #[coroutine]
                move |_: Answer<(), ()>| {
                    let _noted = Noted(depth, log);
                    let _bomb = (depth == bomb_depth).then(|| Bomb);
                    if depth < 9 {
                        recurse!(depth + 1);
                    }
                    emit!(());
                }
            };
            let mut generator = recursive(body, 1);
            generator.start().unwrap();
            assert!(catch_unwind(AssertUnwindSafe(|| drop(generator))).is_err());
            assert_eq!(*log.borrow(), [9, 8, 7, 6, 5, 4, 3, 2, 1], "with the bomb at {bomb_depth}");
        }
    }

    #[test]
    fn a_panic_while_a_frame_is_made_closes_all() {
        let log = RefCell::default();
        let body = |depth: u32| {
            assert!(depth < 3, "no such call");
            let log = &log;
            #[coroutine]
            move |_: Answer<(), ()>| {
                let _noted = Noted(depth, log);
                emit!(());
                recurse!(depth + 1);
            }
        };
        let mut generator = recursive(body, 1);
        assert_eq!(generator.by_ref().take(2).count(), 2);
        assert!(catch_unwind(AssertUnwindSafe(|| generator.next())).is_err());
        assert_eq!(*log.borrow(), [2, 1]);
        assert_eq!(generator.state(), State::Closed);
    }
}

mod model {
    use proptest::prelude::*;

    use super::*;

    #[derive(Debug, Clone)]
    struct Tree {
        before: Vec<u8>,
        children: Vec<Tree>,
        after: Vec<u8>,
    }

    fn trees() -> impl Strategy<Value = Tree> {
        let items = || prop::collection::vec(any::<u8>(), 0..3);
        let leaf = items().prop_map(|before| Tree { before, children: vec![], after: vec![] });
        leaf.prop_recursive(12, 120, 4, move |child| {
            (items(), prop::collection::vec(child, 0..4), items())
                .prop_map(|(before, children, after)| Tree { before, children, after })
        })
    }

    /// What the caller did with the generator: a value for each item, or none.
    type Sent = Option<u32>;

    fn add(value: u32, more: u32) -> u32 {
        value.wrapping_mul(31).wrapping_add(more)
    }

    /// Plain recursion: emits through a callback that answers; returns a value that tells the whole story.
    fn plain(tree: &Tree, emit: &mut dyn FnMut(u8) -> Sent) -> u32 {
        let mut value: u32 = 1;
        for item in &tree.before {
            value = add(value, emit(*item).unwrap_or(5));
        }
        for child in &tree.children {
            value = add(value, plain(child, emit));
        }
        for item in &tree.after {
            value = add(value, emit(*item).unwrap_or(6));
        }
        value
    }

    fn frame(tree: &Tree) -> impl Frame<&Tree, u8, Sent, u32> {
        #[coroutine]
        move |_: Answer<Sent, u32>| {
            let mut value: u32 = 1;
            for item in &tree.before {
                value = add(value, emit!(*item).unwrap_or(5));
            }
            for child in &tree.children {
                value = add(value, recurse!(child));
            }
            for item in &tree.after {
                value = add(value, emit!(*item).unwrap_or(6));
            }
            value
        }
    }

    fn boxed_frame(tree: &Tree) -> BoxedFrame<'_, u8, Sent, u32> {
        BoxedFrame::new(
            #[coroutine]
            move |_: Answer<Sent, u32>| {
                let mut value: u32 = 1;
                for item in &tree.before {
                    value = add(value, emit!(*item).unwrap_or(5));
                }
                for child in &tree.children {
                    value = add(value, recurse!(boxed_frame(child)));
                }
                for item in &tree.after {
                    value = add(value, emit!(*item).unwrap_or(6));
                }
                value
            },
        )
    }

    fn drive<C>(mut generator: yieldfrom::Generator<C, Sent>, sent: &[Sent]) -> (Vec<u8>, u32)
    where
        C: Coroutine<Sent, Yield = u8, Return = u32> + Unpin,
    {
        let mut items = vec![];
        let mut sent = sent.iter().cycle();
        let mut outcome = generator.start();
        loop {
            match outcome {
                Ok(item) => items.push(item),
                Err(stop) => return (items, stop.into_returned().unwrap()),
            }
            outcome = match *sent.next().unwrap() {
                None => generator.start(),
                Some(value) => {
                    generator.send(value).map_err(|stop| Stop::Returned(stop.into_returned().unwrap()))
                }
            };
        }
    }

    proptest! {
        #[test]
        fn every_store_does_what_plain_recursion_does(
            tree in trees(),
            sent in prop::collection::vec(any::<Sent>(), 1..50),
        ) {
            let mut items = vec![];
            let mut answers = sent.iter().cycle();
            let value = plain(&tree, &mut |item| {
                items.push(item);
                *answers.next().unwrap()
            });
            let expected = (items, value);
            prop_assert_eq!(&drive(recursive(frame, &tree), &sent), &expected);
            prop_assert_eq!(&drive(boxed_frame(&tree).run(), &sent), &expected);
        }

        /// Chunk edges: a random walk of the depth, with every live frame's own number checked as it ends.
        #[test]
        fn no_frame_is_lost_or_moved(turns in prop::collection::vec(0_u8..4, 1..400)) {
            let turns = RefCell::new(turns.into_iter());
            let live = Cell::new(0_u32);
            let body = |number: u32| {
                let (turns, live) = (&turns, &live);
                live.set(live.get() + 1);
                #[coroutine]
                move |_: Answer<(), u32>| {
                    loop {
                        let turn = turns.borrow_mut().next();
                        match turn {
                            None | Some(0) => break,
                            Some(1) => emit!(number),
                            Some(_) => assert_eq!(recurse!(number + 1), number + 1),
                        }
                    }
                    live.set(live.get() - 1);
                    number
                }
            };
            for number in recursive(body, 1) {
                prop_assert_eq!(number, live.get());
            }
            prop_assert_eq!(live.get(), 0);
        }
    }
}
