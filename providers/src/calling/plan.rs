//! The loop of every call: pick a route, wait, ask, judge, note. It does no input and output of its own; whole
//! replies and streams drive it.
use super::{
    Admission, Ended, Took, attempts, clock,
    engine::{Engine, Going, Held},
};
use crate::{retry::Verdict, telemetry::layers::Recovery};
use sigflow_core::{Attempt, Effort, Error, ErrorKind, Handling, Phase, Request};
use std::time::{Duration, Instant};

/// One call.
pub(crate) struct Plan {
    held: Held,
    is_stream: bool,
    /// How much the model is told to think.
    effort: Option<Effort>,
    handling: Handling,
    /// The routes that may still be asked, the best first.
    open: Vec<Candidate>,
    /// The route that is asked after a wait.
    next: Option<Next>,
    deadline: Option<Instant>,
    attempts: Vec<Attempt>,
    /// The error that comes out if nothing better does.
    telling: Option<Error>,
    /// What retries took of the budget.
    taken: u32,
    /// The route that was asked last or refused, and how that failed.
    last: Option<(usize, Option<ErrorKind>)>,
}

#[derive(Clone, Copy)]
struct Candidate {
    index: usize,
    /// How often it was asked in this call.
    asked: u32,
}

struct Next {
    index: usize,
    is_last: bool,
    since: Instant,
    at: Instant,
}

/// What to do next.
pub(crate) enum Step {
    /// Nothing, until then.
    Wait(Instant),
    /// Ask.
    Try(Going),
    /// Give up.
    End(Error),
}

impl Plan {
    pub(crate) fn new(held: Held, request: &Request, is_stream: bool) -> Self {
        let engine = held.engine();
        let ranked = engine.order.ranked(engine, request, is_stream);
        let candidate = |index| Candidate { index, asked: 0 };
        let now = clock::now();
        let deadline = request.deadline.map(|deadline| {
            let left = deadline.saturating_duration_since(now);
            deadline
                .checked_sub(clock::MARGIN.min(left / 8))
                .unwrap_or(deadline)
        });
        Plan {
            is_stream,
            effort: request.settings.reasoning_effort,
            handling: request.handling,
            open: ranked.into_iter().map(candidate).collect(),
            next: None,
            deadline,
            attempts: Vec::new(),
            telling: None,
            taken: 0,
            last: None,
            held,
        }
    }

    /// The caller's request as an attempt gets it: with what is left of the time.
    pub(crate) fn request(&self, request: &Request) -> Request {
        let mut request = request.clone();
        request.deadline = self.deadline;
        request
    }

    /// When the call ends, whatever happens.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// What to do next: at the beginning, after a wait, after a failure.
    pub(crate) fn step(&mut self) -> Step {
        let held = self.held.clone();
        let engine = held.engine();
        if let Some(next) = &self.next {
            if next.at > clock::now() {
                return Step::Wait(next.at);
            }
            let (index, is_last, since) = (next.index, next.is_last, next.since);
            self.next = None;
            if self.has_time(engine, index) {
                match self.admit(engine, index, is_last) {
                    Ok(mut going) => {
                        going.waited = going.began.saturating_duration_since(since);
                        return Step::Try(going);
                    }
                    Err(Some(at)) if is_last => self.later(engine, index, at, since),
                    // others found out meanwhile that it is down: it waits behind the other routes
                    Err(_) => {}
                }
            } else {
                self.leave(index);
            }
        }
        self.pick(engine)
    }

    /// A route that may be asked now, else the one that may be asked first.
    fn pick(&mut self, engine: &Engine) -> Step {
        loop {
            if let Some(next) = &self.next {
                return Step::Wait(next.at);
            }
            let mut soonest: Option<(Instant, usize)> = None;
            let is_last = self.open.len() == 1;
            let mut position = 0;
            while let Some(Candidate { index, .. }) = self.open.get(position).copied() {
                if !self.has_time(engine, index) {
                    self.leave(index);
                    continue;
                }
                match self.admit(engine, index, is_last) {
                    Ok(going) => return Step::Try(going),
                    Err(Some(at)) => {
                        let sooner = soonest.is_none_or(|(known, _)| at < known);
                        soonest = if sooner { Some((at, index)) } else { soonest };
                        position += 1;
                    }
                    // it was left
                    Err(None) => {}
                }
            }
            let Some((at, index)) = soonest else {
                return Step::End(self.end());
            };
            // a route that cools down is better than none
            let admitted = if is_last {
                Err(Some(at))
            } else {
                self.admit(engine, index, true)
            };
            match admitted {
                Ok(going) => return Step::Try(going),
                Err(Some(at)) => self.later(engine, index, at, clock::now()),
                Err(None) => {}
            }
        }
    }

    /// Begins an attempt, or says when it could; a route that refused is left.
    fn admit(
        &mut self,
        engine: &Engine,
        index: usize,
        is_last: bool,
    ) -> Result<Going, Option<Instant>> {
        let asked = self.open.iter().find(|known| known.index == index);
        let asked = asked.map_or(0, |known| known.asked);
        let (kept, admission) = engine.admit(index, asked, is_last);
        let is_probe = match admission {
            Admission::Go => false,
            Admission::Probe => true,
            Admission::Later(at) => return Err(Some(at)),
            Admission::Refused(error) => {
                let route = &engine.places[index].route.name;
                self.attempts
                    .push(attempts::failed(route, &error, Duration::ZERO));
                self.last = Some((index, Some(error.kind())));
                self.keep(error);
                self.leave(index);
                return Err(None);
            }
        };
        if let Some((from, after)) = self.last.replace((index, None))
            && from != index
        {
            engine.recovers(Recovery::Fallback {
                from: &engine.places[from].route.name,
                to: &engine.places[index].route.name,
                after: after.unwrap_or(ErrorKind::RateLimited),
            });
        }
        let mut going = Going::begin(&self.held, kept, index, asked, is_last, is_probe);
        if let Some(known) = self.open.iter_mut().find(|known| known.index == index) {
            known.asked += 1;
        }
        // who thinks before the first word is as silent as who writes a whole reply
        let effort = self.effort.or(going.lm().settings().reasoning_effort);
        let thinks = effort.is_some_and(is_much);
        let patience = match (self.is_stream, thinks) {
            (true, false) => engine.first_token,
            (true, true) => engine.first_token.max(engine.whole),
            (false, _) => engine.whole,
        };
        if patience.is_some() && self.has_another(engine, index) {
            going.patience = patience.map(|patience| clock::after(going.began, patience));
        }
        Ok(going)
    }

    /// Waits until a route is free, if that is not too long.
    fn later(&mut self, engine: &Engine, index: usize, at: Instant, since: Instant) {
        // one that has no time to name is asked a hundred times a second
        let at = at.max(clock::now() + Duration::from_millis(10));
        let wait = at.saturating_duration_since(clock::now());
        // nor for ever, one short time after the other
        let in_all = at.saturating_duration_since(since);
        if in_all <= engine.rule_of(index).longest() && self.can_wait(engine, index, wait) {
            self.next = Some(Next {
                index,
                is_last: true,
                since,
                at,
            });
            return;
        }
        let route = &engine.places[index].route.name;
        let message = format!(
            "route `{route}` may be asked again in {wait:.1?} only, which is longer than this call can wait; nothing was sent"
        );
        let error = Error::new(ErrorKind::RateLimited, message).with_phase(Phase::Pool);
        let error = error.with_retry_after(wait);
        self.attempts
            .push(attempts::failed(route, &error, Duration::ZERO));
        self.keep(error);
        self.leave(index);
    }

    /// An attempt failed. `delivered`: the caller has seen a piece of its reply.
    pub(crate) fn failed(&mut self, going: Going, error: Error, delivered: bool) {
        let held = self.held.clone();
        let engine = held.engine();
        let index = going.index;
        let duration = going.elapsed();
        let place = going.place();
        self.last = Some((index, Some(error.kind())));
        attempts::note(
            &mut self.attempts,
            &place.route.name,
            &error,
            duration,
            going.waited,
        );
        let is_late = |deadline| clock::now() + clock::MARGIN >= deadline;
        let is_over = error.is_timeout() && self.deadline.is_some_and(is_late);
        if error.is_timeout() && !is_over {
            place.latency.silent(duration, self.is_stream);
        }
        let rule = engine.rule_of(index);
        let mut verdict = rule.verdict(&error);
        if delivered && !engine.restarts {
            verdict = Verdict::Stop;
        }
        let mut gives_up = true;
        match verdict {
            Verdict::Again => {
                let most = self.handling.retries.unwrap_or(rule.most_retries());
                let may = !going.is_probe && going.retry < most;
                let limited = error.kind() == ErrorKind::RateLimited;
                let wait = may
                    .then(|| rule.wait(going.retry, error.retry_after(), &engine.random))
                    .flatten()
                    .filter(|wait| self.can_wait(engine, index, *wait));
                match wait.and_then(|wait| Some((wait, engine.budget.take(limited)?))) {
                    Some((wait, taken)) => {
                        self.taken += taken;
                        gives_up = false;
                        engine.recovers(Recovery::Retry {
                            route: &place.route.name,
                            after: error.kind(),
                            retry: going.retry + 1,
                            wait,
                        });
                        let since = clock::now();
                        self.next = Some(Next {
                            index,
                            is_last: self.open.len() == 1,
                            since,
                            at: clock::after(since, wait),
                        });
                    }
                    None => self.leave(index),
                }
            }
            Verdict::Elsewhere => self.leave(index),
            Verdict::Larger => {
                let window = place.route.window;
                self.open.retain(|known| {
                    engine.places[known.index].route.window > window && window.is_some()
                });
            }
            Verdict::Stop => self.open.clear(),
        }
        going.end(&if is_over {
            Ended::Left
        } else {
            Ended::Failed {
                error: &error,
                gives_up,
            }
        });
        self.keep(error);
    }

    /// An attempt answered: all attempts, this one the last.
    pub(crate) fn answered(
        &mut self,
        going: Going,
        took: Took,
        inner: Vec<Attempt>,
    ) -> Vec<Attempt> {
        let duration = going.elapsed();
        if !self.is_stream {
            going.place().latency.whole(duration);
        }
        going.budget().succeeded(self.taken);
        attempts::answered(
            &mut self.attempts,
            &going.place().route.name,
            took,
            duration,
            going.waited,
            inner,
        );
        going.end(&Ended::Answered { duration });
        std::mem::take(&mut self.attempts)
    }

    fn leave(&mut self, index: usize) {
        self.open.retain(|known| known.index != index);
    }

    fn has_another(&self, engine: &Engine, index: usize) -> bool {
        let mut others = self.open.iter().map(|known| known.index);
        others.any(|other| other != index && engine.is_open(other))
    }

    /// Whether the call can wait so long for a route, and still ask it.
    fn can_wait(&self, engine: &Engine, index: usize, wait: Duration) -> bool {
        if wait.is_zero() {
            return true;
        }
        let fits = |deadline| {
            let needed = wait.saturating_add(self.needed(engine, index));
            clock::after(clock::now(), needed) <= deadline
        };
        clock::has_timers()
            && self.deadline.is_none_or(fits)
            && (wait <= engine.longest_wait || !self.has_another(engine, index))
    }

    /// Whether another attempt is worth its beginning.
    fn has_time(&self, engine: &Engine, index: usize) -> bool {
        let Some(deadline) = self.deadline else {
            return true;
        };
        // the first is the caller's wish, however short the time
        let needed = if self.attempts.is_empty() {
            Duration::ZERO
        } else {
            self.needed(engine, index)
        };
        let now = clock::now();
        now < deadline && clock::after(now, needed) <= deadline
    }

    fn needed(&self, engine: &Engine, index: usize) -> Duration {
        let usual = engine.places[index].latency.usual(self.is_stream);
        engine.least_left.max(usual.unwrap_or_default())
    }

    /// Keeps the most telling error: the first, but one of which nothing was sent says less than a server's.
    fn keep(&mut self, error: Error) {
        let says_little = |error: &Error| {
            matches!(
                error.kind(),
                ErrorKind::CircuitOpen | ErrorKind::PoolTimeout
            )
        };
        let better = match &self.telling {
            None => true,
            Some(known) => says_little(known) && !says_little(&error),
        };
        if better {
            self.telling = Some(error);
        }
    }

    #[cold]
    fn end(&mut self) -> Error {
        let attempts = std::mem::take(&mut self.attempts);
        match self.telling.take() {
            Some(error) => error.with_attempts(attempts),
            None if self.held.engine().places.is_empty() => Error::new(
                ErrorKind::Configuration,
                "there is no route to ask; give the router at least one",
            ),
            None => Error::new(
                ErrorKind::Timeout,
                "the deadline had passed before the call began; nothing was sent",
            )
            .with_phase(Phase::Deadline),
        }
    }
}

fn is_much(effort: Effort) -> bool {
    !matches!(effort, Effort::None | Effort::Minimal | Effort::Low)
}

/// The error of an attempt that took too long.
#[cold]
pub(crate) fn too_long(going: &Going, plan: &Plan, phase: Phase) -> Error {
    let after = going.elapsed();
    let is_over = plan
        .deadline
        .is_some_and(|deadline| clock::now() >= deadline);
    let (phase, message) = match phase {
        _ if is_over => (
            Phase::Deadline,
            format!("the deadline of the call came after {after:.1?} of waiting"),
        ),
        Phase::FirstToken => (
            phase,
            format!("no first token within {after:.1?}, and another route is open"),
        ),
        _ => (
            phase,
            format!("no reply within {after:.1?}, and another route is open"),
        ),
    };
    Error::new(ErrorKind::Timeout, message).with_phase(phase)
}
