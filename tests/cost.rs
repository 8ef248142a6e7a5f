//! What generators weigh: their size, the size of nested delegation, and that nothing is allocated.
//!
//! Instructions an item are counted in `benches/`.
#![feature(coroutines, coroutine_trait, stmt_expr_attributes, yield_expr)]

use std::mem::size_of_val;
use std::ops::Coroutine;

use yieldfrom::{Generator, Resume, Stop, Through, yield_from};

fn range(number: u32) -> impl Coroutine<(), Yield = u32, Return = ()> + Unpin {
    #[coroutine]
    move || {
        let mut n = 0;
        while n < number {
            yield n;
            n += 1;
        }
    }
}

const WORD: usize = size_of::<usize>();

#[test]
fn tracking_adds_at_most_a_word() {
    fn assert_small<C: Coroutine<R> + Unpin, R>(body: C) {
        let bare = size_of_val(&body);
        let tracked = size_of_val(&Generator::<C, R>::new(body));
        assert!(tracked <= bare + WORD, "{tracked} bytes for a body of {bare}");
    }

    assert_small(range(5));
    assert_small(
        #[coroutine]
        || yield 1_u8,
    );
    assert_small(
        #[coroutine]
        |_: Option<f64>| (yield 1.0).is_some(),
    );
    assert_small(
        #[coroutine]
        |_: Resume<String, String>| (yield 1).received().map(|_| ()),
    );
    assert_small(Box::pin(range(5)));
    let big = [0_u64; 100];
    assert_small(
        #[coroutine]
        move || {
            for n in big {
                yield n;
            }
        },
    );
}

/// `$body`, delegated to by one body around it for each `+`. The inner one is captured and resumed where it stands.
macro_rules! nest {
    ($body:expr;) => { $body };
    ($body:expr; + $($rest:tt)*) => {
        nest!({
            let mut inner = $body;
            #[coroutine]
            move || yield_from!(inner)
        }; $($rest)*)
    };
}

/// As `nest`, but each inner one is made inside the body around it.
macro_rules! nest_inside {
    ($body:expr;) => { $body };
    ($body:expr; + $($rest:tt)*) => {
        nest_inside!(
            #[coroutine]
            || yield_from!($body);
            $($rest)*
        )
    };
}

#[test]
fn delegation_adds_at_most_a_word_a_level() {
    let flat = size_of_val(&range(5));
    for (levels, nested) in [
        (1, size_of_val(&nest!(range(5); +))),
        (2, size_of_val(&nest!(range(5); + +))),
        (4, size_of_val(&nest!(range(5); + + + +))),
        (8, size_of_val(&nest!(range(5); + + + + + + + +))),
        (16, size_of_val(&nest!(range(5); + + + + + + + + + + + + + + + +))),
        (1, size_of_val(&nest_inside!(range(5); +))),
        (8, size_of_val(&nest_inside!(range(5); + + + + + + + +))),
        (16, size_of_val(&nest_inside!(range(5); + + + + + + + + + + + + + + + +))),
    ] {
        assert!(nested <= flat + levels * WORD, "{nested} bytes for {flat} nested {levels} deep");
    }
    assert!(Generator::new(nest!(range(5); + + + +)).eq(0..5));
    assert!(Generator::new(nest_inside!(range(5); + + + +)).eq(0..5));
}

#[test]
fn nothing_is_allocated() {
    let allocations = allocation_counter::measure(|| {
        let mut numbers = Generator::new(range(3));
        assert_eq!(numbers.start(), Ok(0));
        assert!(numbers.by_ref().eq([1, 2]));
        assert_eq!(numbers.take_return(), Some(()));

        let mut inner = range(100);
        let double = |input| {
            Generator::new(
                #[coroutine]
                move || {
                    for n in input {
                        yield 2 * n;
                    }
                },
            )
        };
        let outer = Generator::new(
            #[coroutine]
            move || {
                yield_from!(inner);
                yield_from!(range(100));
            },
        );
        assert_eq!(outer.through(double).sum::<u32>(), 2 * 2 * 4950);

        let mut echo = Generator::new(
            #[coroutine]
            |_: Resume<u32, &'static str>| {
                let sent = (yield 0).received()?;
                (yield sent.unwrap_or(0)).received()
            },
        );
        assert_eq!(echo.send(1), Err(Stop::JustCreated(1)));
        assert_eq!(echo.start(), Ok(0));
        assert_eq!(echo.send(7), Ok(7));
        assert!(echo.throw("enough").is_err());
    });
    assert_eq!(allocations.count_total, 0);
}
