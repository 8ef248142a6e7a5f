//! The protocol as a model: Python's rules over little programs, with no coroutine in sight.
//!
//! A [`Program`] is a list of steps; a [`Model`] runs it and keeps the rules. `operate` is PEP 342, `delegate` is
//! PEP 380; the rest interprets.

use std::ops::Range;
use std::rc::Rc;

use yieldfrom::State;

pub(crate) type Error = &'static str;
pub(crate) type Raised = yieldfrom::Raised<Error>;

/// What is done to a generator. Dropping it is the end of every sequence.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Operation {
    Next,
    /// `next` as an iterator's; the return value asked for afterwards.
    Iterate,
    Send(i32),
    Throw(Error),
    ThrowExit,
    Close,
}

/// What comes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Outcome {
    Yielded(i32),
    Returned(i32),
    Raised(Raised),
    /// `close` went well, with the value that the body returned in answer.
    Closed(Option<i32>),
    /// Nothing ran: it is created, or it was closed before.
    Refused(State),
    /// The body's rung has no such operation: it would not compile.
    Impossible,
}

/// What bodies do beside yielding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    Begin(&'static str),
    Note(&'static str),
    /// The body's guard is dropped.
    End(&'static str),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rung {
    Plain,
    Sends,
    Full,
}

#[derive(Debug)]
pub(crate) struct Program {
    pub name: &'static str,
    pub rung: Rung,
    /// Each step with what it catches, and where the program then goes on.
    pub steps: Vec<(Step, Vec<(Catch, usize)>)>,
    /// What it captured: it can be delegated to several times.
    pub held: Vec<Held>,
}

#[derive(Clone, Debug)]
pub(crate) enum Step {
    Note(&'static str),
    Yield(Number),
    Delegate(Inner),
    /// Adds what was received, or 1, to the sum.
    Add,
    Goto(usize),
    Return(Number),
    Raise(Raised),
    /// Passes on what was caught last.
    Reraise,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Number {
    Is(i32),
    Sum,
    /// The value of the last expression, or -1.
    Received,
}

#[derive(Clone, Debug)]
pub(crate) enum Inner {
    /// Made where it is delegated to, and dropped where that ends.
    Body(Rc<Program>),
    Numbers(Range<i32>),
    Held(usize),
}

#[derive(Clone, Debug)]
pub(crate) enum Held {
    Body(Rc<Program>),
    /// Started before the outer body is.
    Primed(Rc<Program>),
    Numbers(Range<i32>),
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Catch {
    AnyError,
    Only(Raised),
    Anything,
}

impl Catch {
    pub(crate) fn catches(self, raised: Raised) -> bool {
        match self {
            Catch::AnyError => matches!(raised, Raised::Error(_)),
            Catch::Only(this) => raised == this,
            Catch::Anything => true,
        }
    }
}

/// What a `yield` or `yield from` expression becomes.
type Value = Result<Option<i32>, Raised>;

pub(crate) struct Model {
    program: Rc<Program>,
    state: State,
    at: usize,
    sum: i32,
    received: Option<i32>,
    caught: Option<Raised>,
    temporary: Option<Box<Thing>>,
    held: Vec<Thing>,
}

/// What can be delegated to.
enum Thing {
    Generator(Model),
    Numbers(Range<i32>),
}

impl Model {
    pub(crate) fn new(program: Rc<Program>, log: &mut Vec<Event>) -> Self {
        let mut hold = |held: &Held| match held {
            Held::Body(program) => Thing::Generator(Model::new(program.clone(), log)),
            Held::Primed(program) => {
                let mut model = Model::new(program.clone(), log);
                model.operate(Operation::Next, log);
                Thing::Generator(model)
            }
            Held::Numbers(range) => Thing::Numbers(range.clone()),
        };
        let held = program.held.iter().map(&mut hold).collect();
        Model {
            program,
            state: State::Created,
            at: 0,
            sum: 0,
            received: None,
            caught: None,
            temporary: None,
            held,
        }
    }

    pub(crate) fn state(&self) -> State {
        self.state
    }

    /// How many bodies have begun and not ended.
    pub(crate) fn depth(&self) -> usize {
        let inner = self.temporary.iter().map(|thing| &**thing).chain(&self.held).map(|thing| match thing {
            Thing::Generator(model) => model.depth(),
            Thing::Numbers(_) => 0,
        });
        usize::from(self.state == State::Suspended) + inner.sum::<usize>()
    }

    pub(crate) fn operate(&mut self, operation: Operation, log: &mut Vec<Event>) -> Outcome {
        use Operation::*;
        match (operation, self.state) {
            (Send(_), _) if self.program.rung < Rung::Sends => Outcome::Impossible,
            (Throw(_) | ThrowExit, _) if self.program.rung < Rung::Full => Outcome::Impossible,

            (Close, State::Suspended) if self.program.rung == Rung::Full => {
                match self.run(Err(Raised::Exit), log) {
                    Outcome::Yielded(_) => Outcome::Raised(Raised::IgnoredExit),
                    Outcome::Returned(value) => Outcome::Closed(Some(value)),
                    Outcome::Raised(Raised::Exit) => Outcome::Closed(None),
                    other => other,
                }
            }
            (Close, _) => self.end_with(Outcome::Closed(None), log),
            (_, State::Closed) => Outcome::Refused(State::Closed),

            (Send(_), State::Created) => Outcome::Refused(State::Created),
            (Throw(error), State::Created) => self.end_with(Outcome::Raised(Raised::Error(error)), log),
            (ThrowExit, State::Created) => self.end_with(Outcome::Raised(Raised::Exit), log),

            (Next | Iterate, _) => self.run(Ok(None), log),
            (Send(number), _) => self.run(Ok(Some(number)), log),
            (Throw(error), _) => self.run(Err(Raised::Error(error)), log),
            (ThrowExit, _) => self.run(Err(Raised::Exit), log),
        }
    }

    /// Drops what is left of the body: the innermost first, and what it captured last.
    pub(crate) fn end(&mut self, log: &mut Vec<Event>) {
        self.end_temporary(log);
        if self.state == State::Suspended {
            log.push(Event::End(self.program.name));
        }
        self.state = State::Closed;
        for thing in &mut self.held {
            if let Thing::Generator(model) = thing {
                model.end(log);
            }
        }
    }

    fn end_with(&mut self, outcome: Outcome, log: &mut Vec<Event>) -> Outcome {
        self.end(log);
        outcome
    }

    fn end_temporary(&mut self, log: &mut Vec<Event>) {
        if let Some(Thing::Generator(model)) = self.temporary.take().as_deref_mut() {
            model.end(log);
        }
    }

    /// Runs on, after a signal came in where the body stands, to where it stands or ends next.
    fn run(&mut self, signal: Value, log: &mut Vec<Event>) -> Outcome {
        let outcome = self.interpret(signal, log);
        if !matches!(outcome, Outcome::Yielded(_)) {
            self.end(log);
        }
        outcome
    }

    fn interpret(&mut self, signal: Value, log: &mut Vec<Event>) -> Outcome {
        let program = self.program.clone();
        let mut value = None;
        if self.state == State::Created {
            self.state = State::Suspended;
            log.push(Event::Begin(program.name));
        } else if let Step::Delegate(inner) = &program.steps[self.at].0 {
            match self.delegate(inner, signal, log) {
                Ok(number) => return Outcome::Yielded(number),
                Err(end) => value = Some(end),
            }
        } else {
            value = Some(signal);
        }
        loop {
            match value.take() {
                None => {}
                Some(Ok(received)) => {
                    self.received = received;
                    self.at += 1;
                }
                Some(Err(raised)) => {
                    let handlers = &program.steps[self.at].1;
                    let Some((_, to)) = handlers.iter().find(|(catch, _)| catch.catches(raised)) else {
                        return Outcome::Raised(raised);
                    };
                    self.caught = Some(raised);
                    self.at = *to;
                }
            }
            match &program.steps[self.at].0 {
                Step::Yield(number) => return Outcome::Yielded(self.number(*number)),
                Step::Delegate(inner) => {
                    match inner {
                        Inner::Body(program) => {
                            self.temporary =
                                Some(Box::new(Thing::Generator(Model::new(program.clone(), log))));
                        }
                        Inner::Numbers(range) => {
                            self.temporary = Some(Box::new(Thing::Numbers(range.clone())))
                        }
                        Inner::Held(_) => {}
                    }
                    match self.delegate(inner, Ok(None), log) {
                        Ok(number) => return Outcome::Yielded(number),
                        Err(end) => value = Some(end),
                    }
                }
                Step::Note(word) => {
                    log.push(Event::Note(word));
                    self.at += 1;
                }
                Step::Add => {
                    self.sum += self.received.unwrap_or(1);
                    self.at += 1;
                }
                Step::Goto(to) => self.at = *to,
                Step::Return(number) => return Outcome::Returned(self.number(*number)),
                Step::Raise(raised) => return Outcome::Raised(*raised),
                Step::Reraise => return Outcome::Raised(self.caught.expect("something was caught")),
            }
        }
    }

    fn number(&self, number: Number) -> i32 {
        match number {
            Number::Is(number) => number,
            Number::Sum => self.sum,
            Number::Received => self.received.unwrap_or(-1),
        }
    }

    /// Passes a signal on: what is yielded, or what the expression becomes.
    fn delegate(&mut self, inner: &Inner, signal: Value, log: &mut Vec<Event>) -> Result<i32, Value> {
        let thing = match inner {
            Inner::Held(index) => &mut self.held[*index],
            Inner::Body(_) | Inner::Numbers(_) => self.temporary.as_mut().expect("it was made"),
        };
        let outcome = match (thing, signal) {
            (Thing::Numbers(range), Ok(None)) => range.next().map(Outcome::Yielded),
            (Thing::Numbers(_), Ok(Some(_))) => Some(Outcome::Raised(Raised::CannotSend)),
            (Thing::Numbers(_), Err(raised)) => Some(Outcome::Raised(raised)),

            (Thing::Generator(model), signal) => Some(match (signal, model.program.rung) {
                (Ok(None), _) => model.operate(Operation::Next, log),
                (Ok(Some(_)), Rung::Plain) => Outcome::Raised(Raised::CannotSend),
                (Ok(Some(number)), _) => model.operate(Operation::Send(number), log),
                (Err(Raised::Error(error)), Rung::Full) => model.operate(Operation::Throw(error), log),
                (Err(raised), _) => match model.operate(Operation::Close, log) {
                    Outcome::Closed(_) => Outcome::Raised(raised),
                    instead => instead,
                },
            }),
        };
        let end = match outcome {
            Some(Outcome::Yielded(number)) => return Ok(number),
            Some(Outcome::Returned(value)) => Ok(Some(value)),
            Some(Outcome::Raised(raised)) => Err(raised),
            _ => Ok(None),
        };
        self.end_temporary(log);
        Err(end)
    }
}
