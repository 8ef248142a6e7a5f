//! The protocol by chance: random sequences of operations over real bodies and over a model of Python's rules, which
//! must agree at every step on the outcome, the state, what the bodies did and in which order, and the depth.
//!
//! `cargo test` runs some thousands of sequences. More: `YIELDFROM_SEQUENCES=100000 cargo test --release --test model`.
//! The number is of those over the real bodies; random bodies, which cost more to make, get a quarter of it each.

#![feature(coroutine_trait, coroutines, stmt_expr_attributes, yield_expr)]

mod bodies;
mod interpreted;
mod model;

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::mem::{Discriminant, discriminant};
use std::rc::Rc;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;
use proptest::test_runner::{TestCaseError, TestRunner};
use yieldfrom::Generator;

use bodies::{CASES, Subject, depth, take_log};
use interpreted::{interpret, interpret_recursively};
use model::{Catch, Held, Inner, Model, Number, Operation, Outcome, Program, Raised, Rung, Step};

fn sequences() -> u32 {
    match std::env::var("YIELDFROM_SEQUENCES") {
        Ok(count) => count.parse().expect("YIELDFROM_SEQUENCES is a number"),
        Err(_) => 4_000,
    }
}

/// A failure shrinks and prints the sequence, which is all that is needed to repeat it: no file is left behind.
fn runner(sequences: u32) -> TestRunner {
    TestRunner::new(ProptestConfig {
        cases: sequences,
        failure_persistence: None,
        ..ProptestConfig::default()
    })
}

fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        4 => Just(Operation::Next),
        1 => Just(Operation::Iterate),
        3 => (-3..9).prop_map(Operation::Send),
        3 => select(&["spark", "fire"]).prop_map(Operation::Throw),
        1 => Just(Operation::ThrowExit),
        2 => Just(Operation::Close),
    ]
}

/// What the sequences have come by, so that a run that tests nothing is noticed.
#[derive(Default)]
struct Seen {
    outcomes: RefCell<HashSet<Discriminant<Outcome>>>,
    raised: RefCell<HashSet<Discriminant<Raised>>>,
    depth_max: Cell<usize>,
}

/// Does the same to both, and compares after each step and after the drop at the end.
fn agree(
    mut real: Box<dyn Subject>,
    program: &Rc<Program>,
    operations: &[Operation],
    seen: &Seen,
) -> Result<(), TestCaseError> {
    let mut log = Vec::new();
    let mut model = Model::new(program.clone(), &mut log);
    prop_assert_eq!(take_log(), log, "made");
    for (index, operation) in operations.iter().enumerate() {
        let mut log = Vec::new();
        let outcome = model.operate(*operation, &mut log);
        prop_assert_eq!(real.operate(*operation), outcome, "{}: {:?}", index, operation);
        prop_assert_eq!(real.state(), model.state(), "{}: {:?}", index, operation);
        prop_assert_eq!(take_log(), log, "{}: {:?}", index, operation);
        prop_assert_eq!(depth(), model.depth(), "{}: {:?}", index, operation);

        seen.outcomes.borrow_mut().insert(discriminant(&outcome));
        if let Outcome::Raised(raised) = outcome {
            seen.raised.borrow_mut().insert(discriminant(&raised));
        }
        seen.depth_max.set(seen.depth_max.get().max(depth()));
    }
    let mut log = Vec::new();
    model.end(&mut log);
    drop(real);
    prop_assert_eq!(take_log(), log, "dropped");
    prop_assert_eq!(depth(), 0);
    Ok(())
}

#[test]
fn real_bodies_do_what_python_does() {
    let seen = Seen::default();
    let strategy = (0..CASES.len(), vec(operation(), 0..16));
    let result = runner(sequences()).run(&strategy, |(index, operations)| {
        let (name, make) = CASES[index];
        let (real, program) = make();
        agree(real, &program, &operations, &seen)
            .map_err(|error| TestCaseError::fail(format!("{name}: {error}")))
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    if sequences() >= 4_000 {
        assert_eq!(seen.outcomes.borrow().len(), 6, "each kind of outcome");
        assert_eq!(seen.raised.borrow().len(), 4, "each that can be raised without a shared handle");
        assert!(seen.depth_max.get() >= 5);
    }
}

/// Programs of the third rung. They only go forward, hence they end. Some hold what they delegate to, unless told not
/// to.
fn program(holding: bool) -> impl Strategy<Value = Rc<Program>> {
    steps(inner_of(None, holding))
        .prop_recursive(4, 24, 3, move |inner| steps(inner_of(Some(inner.boxed()), holding)))
}

fn inner_of(body: Option<BoxedStrategy<Rc<Program>>>, holding: bool) -> BoxedStrategy<(Step, Option<Held>)> {
    let held = |held| (Step::Delegate(Inner::Held(0)), Some(held));
    let numbers = (0..5).prop_map(|end| 0..end).boxed();
    let mut all =
        vec![(2, numbers.clone().prop_map(|of| (Step::Delegate(Inner::Numbers(of)), None)).boxed())];
    if holding {
        all.push((1, numbers.prop_map(move |of| held(Held::Numbers(of))).boxed()));
    }
    if let Some(body) = body {
        all.push((6, body.clone().prop_map(|of| (Step::Delegate(Inner::Body(of)), None)).boxed()));
        if holding {
            all.push((2, body.clone().prop_map(move |of| held(Held::Body(of))).boxed()));
            all.push((2, body.prop_map(move |of| held(Held::Primed(of))).boxed()));
        }
    }
    Union::new_weighted(all).boxed()
}

fn steps(delegation: BoxedStrategy<(Step, Option<Held>)>) -> BoxedStrategy<Rc<Program>> {
    let number =
        || prop_oneof![(0..100).prop_map(Number::Is), Just(Number::Sum), Just(Number::Received)].boxed();
    let raised = prop_oneof![Just(Raised::Error("own")), Just(Raised::Exit)];
    let step = prop_oneof![
        8 => number().prop_map(|number| (Step::Yield(number), None)),
        6 => delegation,
        1 => Just((Step::Note("by the way"), None)),
        1 => Just((Step::Add, None)),
        1 => number().prop_map(|number| (Step::Return(number), None)),
        1 => raised.prop_map(|raised| (Step::Raise(raised), None)),
    ];
    let catch = prop_oneof![
        2 => Just(Catch::AnyError),
        1 => Just(Catch::Only(Raised::Error("spark"))),
        1 => Just(Catch::Only(Raised::Exit)),
        1 => Just(Catch::Only(Raised::IgnoredExit)),
        1 => Just(Catch::Only(Raised::CannotSend)),
        1 => Just(Catch::Anything),
    ];
    let handled = (step, vec((catch, 1..4_usize), 0..3));
    (select(&["p", "q", "r", "s"]), vec(handled, 1..7), number())
        .prop_map(|(name, handled, last)| {
            let end = handled.len();
            let mut held = vec![];
            let mut steps = vec![];
            for (index, ((mut step, holds), handlers)) in handled.into_iter().enumerate() {
                if let (Step::Delegate(Inner::Held(of)), Some(holds)) = (&mut step, holds) {
                    // Half of the time, the one that is held already is delegated to again.
                    if held.is_empty() || index % 2 == 0 {
                        held.push(holds);
                    }
                    *of = held.len() - 1;
                }
                let handlers =
                    handlers.into_iter().map(|(catch, ahead)| (catch, (index + ahead).min(end))).collect();
                steps.push((step, handlers));
            }
            steps.push((Step::Return(last), vec![]));
            Rc::new(Program { name, rung: Rung::Full, steps, held })
        })
        .boxed()
}

#[test]
fn random_bodies_do_what_python_does() {
    random_bodies(true, |program| Box::new(Generator::new(interpret(program))));
}

#[test]
fn random_recursive_bodies_do_what_python_does() {
    random_bodies(false, |program| Box::new(interpret_recursively(program)));
}

fn random_bodies(holding: bool, make: fn(Rc<Program>) -> Box<dyn Subject>) {
    let seen = Seen::default();
    let strategy = (program(holding), vec(operation(), 0..16));
    let result = runner(sequences() / 4)
        .run(&strategy, |(program, operations)| agree(make(program.clone()), &program, &operations, &seen));
    result.unwrap_or_else(|error| panic!("{error}"));
    if sequences() >= 4_000 {
        assert_eq!(seen.raised.borrow().len(), 4, "each that can be raised without a shared handle");
        assert!(seen.depth_max.get() >= 3);
    }
}
