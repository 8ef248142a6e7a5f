//! Rows 35 and 36: resuming what is running. `&mut self` rules it out for a `Generator`; through a shared handle it
//! is an error that harms nobody.

use std::cell::RefCell;
use std::rc::Rc;

use yieldfrom::{Handle, Raised, Resume, Shared, State, Stop, yield_from};

use crate::{Ended, Signal, raised, returned};

#[test]
fn row_35_every_operation_on_a_running_generator_is_refused_and_harms_nothing() {
    let g = Shared::new(|me| {
        let me = me.clone();
        #[coroutine]
        move |_: Signal| -> Ended {
            let me = move || me.upgrade().expect("it is running");
            assert_eq!(me().start(), Err(Stop::AlreadyRunning(())));
            assert_eq!(me().send(5), Err(Stop::AlreadyRunning(5)));
            assert_eq!(me().throw("lost in Python"), Err(Stop::AlreadyRunning("lost in Python")));
            assert_eq!(me().throw_exit(), Err(Stop::AlreadyRunning(())));
            assert_eq!(me().close(), Err(Raised::AlreadyRunning));
            let sent = (yield 1).received()?;
            assert_eq!(me().send(6), Err(Stop::AlreadyRunning(6)));
            Ok(sent.unwrap_or(0))
        }
    });
    assert_eq!(g.start(), Ok(1));
    assert_eq!(g.send(7), Err(returned(7)), "unharmed");
}

#[test]
fn row_35_a_body_that_passes_the_refusal_on_ends_with_it() {
    let g = Shared::new(|me: &Handle<'_, i32, Signal, Ended>| {
        let me = me.clone();
        #[coroutine]
        move |_: Signal| -> Ended {
            me.upgrade().unwrap().close()?;
            yield 1;
            Ok(0)
        }
    });
    assert_eq!(g.start(), Err(raised(Raised::AlreadyRunning)));
    assert_eq!(g.state(), State::Closed);
}

#[test]
fn row_36_an_outer_one_runs_while_its_inner_one_runs() {
    let outer = Shared::new(|me| {
        let outer = me.clone();
        #[coroutine]
        move |_: Signal| -> Ended {
            let mut inner = {
                let outer = outer.clone();
                Shared::new(|me| {
                    let me = me.clone();
                    #[coroutine]
                    move |_: Signal| -> Ended {
                        assert_eq!([outer.state(), me.state()], [State::Running; 2]);
                        assert_eq!(outer.upgrade().unwrap().send(5), Err(Stop::AlreadyRunning(5)));
                        (yield 1).received()?;
                        assert_eq!(outer.upgrade().unwrap().start(), Err(Stop::AlreadyRunning(())));
                        Ok(2)
                    }
                })
            };
            let value = yield_from!(inner)?;
            assert_eq!([outer.state(), inner.state()], [State::Running, State::Closed]);
            Ok(value.unwrap_or(0))
        }
    });
    assert_eq!(outer.start(), Ok(1));
    assert_eq!(outer.state(), State::Suspended);
    assert_eq!(outer.start(), Err(returned(2)));
}

#[test]
fn row_36_a_cycle_of_delegation_is_refused_where_it_closes() {
    let cycle = Shared::new(|me| {
        let me = me.clone();
        #[coroutine]
        move |_: Resume<i32, &'static str>| -> Ended {
            let mut itself = me.upgrade().unwrap();
            let refused: Result<Option<i32>, _> = yield_from!(itself);
            assert_eq!(refused, Err(Raised::AlreadyRunning));
            drop(itself);
            (yield 1).received()?;
            Ok(2)
        }
    });
    assert_eq!(cycle.start(), Ok(1));
    assert_eq!(cycle.start(), Err(returned(2)));
}

#[test]
fn row_36_a_cycle_through_another_generator_is_refused_too() {
    type Member = Shared<'static, i32, Signal, Ended>;
    let next_of_first: Rc<RefCell<Option<Member>>> = Rc::default();
    let next = next_of_first.clone();
    let first = Shared::new(|_| {
        #[coroutine]
        move |_: Signal| -> Ended {
            let mut second = next.take().unwrap();
            Ok(yield_from!(second)?.unwrap_or(0))
        }
    });
    let mut inner = first.clone();
    let second = Shared::new(|_| {
        #[coroutine]
        move |_: Signal| -> Ended { Ok(yield_from!(inner)?.unwrap_or(0)) }
    });
    next_of_first.replace(Some(second.clone()));
    assert_eq!(first.start(), Err(raised(Raised::AlreadyRunning)));
    assert_eq!([first.state(), second.state()], [State::Closed; 2]);
}
