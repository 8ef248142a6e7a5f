//! Real bodies for any program: they interpret the steps, and leave the protocol to the crate. One delegates with
//! `yield_from!`, the other is a frame of the recursive driver.

use std::iter;
use std::ops::{Coroutine, Range};
use std::pin::Pin;
use std::rc::Rc;

use yieldfrom::{Answer, BoxedGenerator, Frame, Generator, emit, recurse, recursive, yield_from};

use crate::bodies::{Body, Ended, Signal, begin, note};
use crate::model::{Held, Inner, Number, Program, Raised, Step};

enum Thing {
    Generator(BoxedGenerator<'static, i32, Signal, Ended>),
    Numbers(Range<i32>),
}

pub(crate) fn interpret(
    program: Rc<Program>,
) -> Pin<Box<dyn Coroutine<Signal, Yield = i32, Return = Ended>>> {
    let hold = |held: &Held| match held {
        Held::Body(program) => Thing::Generator(Generator::new(interpret(program.clone()))),
        Held::Primed(program) => {
            let mut generator = Generator::new(interpret(program.clone()));
            generator.start().ok();
            Thing::Generator(generator)
        }
        Held::Numbers(range) => Thing::Numbers(range.clone()),
    };
    let mut held: Vec<Thing> = program.held.iter().map(hold).collect();
    Box::pin(
        #[coroutine]
        static move |_: Signal| {
            let _begun = begin(program.name);
            let (mut at, mut sum, mut received, mut caught) = (0, 0, None, None);
            loop {
                let number = |number: Number| match number {
                    Number::Is(number) => number,
                    Number::Sum => sum,
                    Number::Received => received.unwrap_or(-1),
                };
                let (step, handlers) = &program.steps[at];
                let value: Result<Option<i32>, Raised> = match step {
                    Step::Yield(yielded) => {
                        let yielded = number(*yielded);
                        (yield yielded).received()
                    }
                    Step::Delegate(Inner::Body(program)) => yield_from!(interpret(program.clone())).map(Some),
                    Step::Delegate(Inner::Numbers(range)) => yield_from!(range.clone()).map(|()| None),
                    Step::Delegate(Inner::Held(index)) => match &mut held[*index] {
                        Thing::Generator(generator) => yield_from!(iter::once(generator).next().unwrap()),
                        Thing::Numbers(range) => yield_from!(range.by_ref()).map(|()| None),
                    },
                    Step::Note(word) => {
                        note(word);
                        Ok(received)
                    }
                    Step::Add => {
                        sum += received.unwrap_or(1);
                        Ok(received)
                    }
                    Step::Goto(to) => {
                        at = *to;
                        continue;
                    }
                    Step::Return(value) => return Ok(number(*value)),
                    Step::Raise(raised) => return Err(*raised),
                    Step::Reraise => return Err(caught.expect("something was caught")),
                };
                match value {
                    Ok(value) => {
                        received = value;
                        at += 1;
                    }
                    Err(raised) => {
                        let handler = handlers.iter().find(|(catch, _)| catch.catches(raised));
                        at = handler.ok_or(raised)?.1;
                        caught = Some(raised);
                    }
                }
            }
        },
    )
}

/// For programs that hold nothing: a call has nothing that could be delegated to twice.
pub(crate) fn interpret_recursively(program: Rc<Program>) -> Generator<impl Body, Signal> {
    recursive(frame, program)
}

fn frame(program: Rc<Program>) -> impl Frame<Rc<Program>, i32, Signal, Ended> {
    #[coroutine]
    move |_: Answer<Signal, Ended>| {
        let _begun = begin(program.name);
        let (mut at, mut sum, mut received, mut caught) = (0, 0, None, None);
        loop {
            let number = |number: Number| match number {
                Number::Is(number) => number,
                Number::Sum => sum,
                Number::Received => received.unwrap_or(-1),
            };
            let value: Result<Option<i32>, Raised> = match program.steps[at].0.clone() {
                Step::Yield(yielded) => {
                    let yielded = number(yielded);
                    emit!(yielded).received()
                }
                Step::Delegate(Inner::Body(program)) => recurse!(program).map(Some),
                Step::Delegate(Inner::Numbers(range)) => {
                    let mut end = Ok(None);
                    for number in range {
                        end = emit!(number).received();
                        match end {
                            Ok(None) => continue,
                            Ok(Some(_)) => end = Err(Raised::CannotSend),
                            Err(_) => {}
                        }
                        break;
                    }
                    end
                }
                Step::Delegate(Inner::Held(_)) => unreachable!("it holds nothing"),
                Step::Note(word) => {
                    note(word);
                    Ok(received)
                }
                Step::Add => {
                    sum += received.unwrap_or(1);
                    Ok(received)
                }
                Step::Goto(to) => {
                    at = to;
                    continue;
                }
                Step::Return(value) => return Ok(number(value)),
                Step::Raise(raised) => return Err(raised),
                Step::Reraise => return Err(caught.expect("something was caught")),
            };
            match value {
                Ok(value) => {
                    received = value;
                    at += 1;
                }
                Err(raised) => {
                    let handler = program.steps[at].1.iter().find(|(catch, _)| catch.catches(raised));
                    at = handler.ok_or(raised)?.1;
                    caught = Some(raised);
                }
            }
        }
    }
}
