//! A server with the network before it: what it does with each request, and what it saw.
use crate::{
    random::Random,
    shape::{LimitShape, Outage, ServerShape},
    who,
};
use sigflow_core::{Error, ErrorKind, Message, Phase, Request, Result, Usage};
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::time::{Instant, sleep};

/// As the clients of this crate: a stream that says nothing for so long is given up.
pub(crate) const SILENT: Duration = Duration::from_secs(30);
pub(crate) const IDLE: Duration = Duration::from_secs(10);
const MINUTE: Duration = Duration::from_mins(1);

/// What all servers share.
#[derive(Debug, Default)]
pub(crate) struct World {
    visits: AtomicU64,
    /// Requests under way, by the call that they are for.
    open: Mutex<BTreeMap<u64, u32>>,
    /// The most calls that were at servers at once.
    pub(crate) most_open: AtomicUsize,
    /// From now on nothing fails.
    pub(crate) calm: AtomicBool,
}

impl World {
    fn calls(&self) -> MutexGuard<'_, BTreeMap<u64, u32>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// Requests under way.
    pub(crate) fn open(&self) -> u32 {
        self.calls().values().sum()
    }
    fn opens(&self, call: u64) {
        let mut calls = self.calls();
        *calls.entry(call).or_default() += 1;
        self.most_open.fetch_max(calls.len(), Relaxed);
    }
    fn closes(&self, call: u64) {
        let mut calls = self.calls();
        if let Some(open) = calls.get_mut(&call) {
            *open -= 1;
            if *open == 0 {
                calls.remove(&call);
            }
        }
    }
}

#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) shape: ServerShape,
    world: Arc<World>,
    pub(crate) random: Random,
    began: Instant,
    seen: Mutex<Seen>,
}

/// What a server saw.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) visits: Vec<Visit>,
    /// Sent away because the limit was reached.
    pub(crate) refused: u64,
    /// Came while a refusal that was heard still told to stay away.
    pub(crate) too_soon: u64,
    closed_until: Option<Instant>,
    /// Of the visits, the first that the last minute has.
    recent: usize,
    /// What the last minute has.
    requests: u64,
    tokens: u64,
}

/// One request at a server.
#[derive(Clone, Debug)]
pub(crate) struct Visit {
    pub(crate) call: u64,
    /// Different for each of the world: what was answered is known by it.
    pub(crate) number: u64,
    pub(crate) at: Instant,
    /// What the limit counts of it.
    tokens: u64,
    /// 0 where nobody listened.
    requests: u64,
    /// The first word was handed over.
    pub(crate) spoke: Option<Instant>,
    pub(crate) ended: Option<Instant>,
    pub(crate) end: VisitEnd,
    /// Tokens of the reply.
    pub(crate) words: u64,
    /// Tokens that are on the bill, whether or not the client heard of them.
    pub(crate) billed: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum VisitEnd {
    UnderWay,
    /// All of the reply was handed over.
    Answered,
    Failed(ErrorKind),
    /// The client went away.
    Left,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Fate {
    Answers,
    Refused(u64),
    Crowded(u64),
    Gone,
    Busy,
    Silent,
    Broken,
    Reset,
    CutOff,
    Stalls,
    Wrong,
}

impl Fate {
    /// Whether the server writes something, however far that comes.
    fn is_billed(self) -> bool {
        matches!(
            self,
            Fate::Answers | Fate::Silent | Fate::Reset | Fate::CutOff | Fate::Stalls
        )
    }
}

impl Server {
    pub(crate) fn new(shape: ServerShape, seed: u64, world: &Arc<World>) -> Arc<Self> {
        Arc::new(Server {
            random: Random::of(seed, &shape.name),
            shape,
            world: world.clone(),
            began: Instant::now(),
            seen: Mutex::default(),
        })
    }

    pub(crate) fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a minute may have of requests and of tokens, when nothing is refused.
    pub(crate) fn allowed(limit: &LimitShape) -> (u64, u64) {
        let with_burst = |a_minute: u64, largest: u64| {
            let burst = a_minute as f64 * limit.burst.as_secs_f64() / 60.0;
            a_minute + (burst.ceil() as u64).max(largest) + 1
        };
        (
            with_burst(limit.requests, 1),
            with_burst(limit.tokens, LARGEST),
        )
    }

    fn is_calm(&self) -> bool {
        self.world.calm.load(Relaxed)
    }

    /// A request comes in: it is counted, and its fate is drawn.
    pub(crate) fn arrives(self: &Arc<Self>, request: &Request) -> (Inside, Fate) {
        let now = Instant::now();
        let text: usize = request
            .messages()
            .map(|(_, text)| text.as_str().len())
            .sum();
        let prompt = (text as u64).div_ceil(4);
        let longest = u64::from(request.settings.max_tokens.unwrap_or(0));
        let (call, question) = (who::asks(), question_of(request));
        let number = self.world.visits.fetch_add(1, Relaxed);
        let fate = self.fate(now);
        let mut seen = self.seen();
        let is_known = self
            .shape
            .limit
            .as_ref()
            .is_some_and(|limit| limit.is_known);
        if is_known && seen.closed_until.is_some_and(|until| now < until) {
            seen.too_soon += 1;
        }
        let fate = seen.counted(&self.shape, now, prompt + longest, self.is_calm(), fate);
        let place = seen.visits.len();
        let is_heard = u64::from(fate != Fate::Gone);
        let tokens = (prompt + longest) * is_heard;
        let words = self.random.between(1, longest.max(1));
        // what we reckon is a little more than what the server reads
        let read = (prompt - prompt * self.random.between(0, 30) / 100) * is_heard;
        seen.visits.push(Visit {
            call,
            number,
            at: now,
            tokens,
            requests: is_heard,
            spoke: None,
            ended: None,
            end: VisitEnd::UnderWay,
            words,
            // whoever hangs up does not keep it from writing on
            billed: if fate.is_billed() { read + words } else { 0 },
        });
        seen.requests += is_heard;
        seen.tokens += tokens;
        drop(seen);
        self.world.opens(call);
        let inside = Inside {
            server: self.clone(),
            place,
            call,
            question,
            number,
            prompt: read,
            words,
            is_over: false,
        };
        (inside, fate)
    }

    fn fate(&self, now: Instant) -> Fate {
        let random = &self.random;
        // drawn in any case, so that the calm does not shift what comes
        let (first, second, hint) = (random.unit(), random.unit(), random.between(1, 20));
        if self.is_calm() {
            return Fate::Answers;
        }
        let since = now - self.began;
        let down = self
            .shape
            .outages
            .iter()
            .find(|(from, to, _)| (*from..*to).contains(&since));
        match down {
            Some((_, _, Outage::Gone)) => return Fate::Gone,
            Some((_, _, Outage::Busy)) => return Fate::Busy,
            Some((_, _, Outage::Silent)) => return Fate::Silent,
            None => {}
        }
        if first < self.shape.crowded {
            return Fate::Crowded(hint);
        }
        if first < self.shape.crowded + self.shape.faults {
            let all = [
                Fate::Busy,
                Fate::Broken,
                Fate::Reset,
                Fate::CutOff,
                Fate::Stalls,
                Fate::Wrong,
            ];
            return all[(second * all.len() as f64) as usize];
        }
        Fate::Answers
    }
}

/// The most tokens that a call of the simulation takes: prompt and reply.
pub(crate) const LARGEST: u64 = 2_200;
/// The most bytes that one holds while it is under way, with what [`FRAMING`] adds to its words.
pub(crate) const WORTH: usize = 4_000;
/// On the wire a word comes in an event, which is so many times as long.
pub(crate) const FRAMING: usize = 20;

impl Seen {
    /// Drops what is older than a minute, and says whether there is room for one more.
    fn counted(
        &mut self,
        shape: &ServerShape,
        now: Instant,
        tokens: u64,
        calm: bool,
        fate: Fate,
    ) -> Fate {
        while let Some(old) = self.visits.get(self.recent)
            && now - old.at >= MINUTE
        {
            (self.requests, self.tokens) = (self.requests - old.requests, self.tokens - old.tokens);
            self.recent += 1;
        }
        let Some(limit) = &shape.limit else {
            return fate;
        };
        // nobody listens: nobody counts
        if matches!(fate, Fate::Gone) || (calm && !limit.is_known) {
            return fate;
        }
        let (requests, all) = Server::allowed(limit);
        if self.requests < requests && self.tokens + tokens <= all {
            return fate;
        }
        self.refused += 1;
        Fate::Refused(2)
    }
}

/// A request that is at the server. Dropped, its client went away.
pub(crate) struct Inside {
    pub(crate) server: Arc<Server>,
    place: usize,
    call: u64,
    question: u64,
    pub(crate) number: u64,
    prompt: u64,
    words: u64,
    is_over: bool,
}

impl Inside {
    /// What the server answers.
    pub(crate) fn text(&self) -> String {
        answer(self.question, self.number)
    }
    /// A word was handed over.
    pub(crate) fn speaks(&self) {
        let spoke = &mut self.server.seen().visits[self.place].spoke;
        *spoke = spoke.or_else(|| Some(Instant::now()));
    }
    pub(crate) fn usage(&self) -> Usage {
        Usage::new(self.prompt, self.words)
    }
    pub(crate) fn ends(&mut self, end: VisitEnd) {
        self.is_over = true;
        self.server.world.closes(self.call);
        let mut seen = self.server.seen();
        let place = self.place;
        let used = match end {
            VisitEnd::Answered => self.prompt + self.words,
            // a refusal costs no tokens, and of what was left the prompt was read
            VisitEnd::Failed(_) => 0,
            _ => self.prompt,
        };
        let before = seen.visits[place].tokens;
        seen.visits[place].tokens = used;
        seen.visits[place].end = end;
        seen.visits[place].ended = Some(Instant::now());
        if place >= seen.recent {
            seen.tokens = seen.tokens - before + used;
        }
    }
    pub(crate) fn fails(mut self, error: Error) -> Error {
        self.ends(VisitEnd::Failed(error.kind()));
        if error.kind() == ErrorKind::RateLimited
            && let Some(span) = error.retry_after()
        {
            let until = Instant::now() + span;
            let mut seen = self.server.seen();
            seen.closed_until = seen.closed_until.max(Some(until));
        }
        error
    }
    /// A failure before the first word.
    pub(crate) async fn before_it_begins(self, fate: Fate) -> Result<Self> {
        let random = &self.server.random;
        let (short, first) = (random.span(1, 50), random.about(self.server.shape.first));
        let error = match fate {
            Fate::Answers | Fate::CutOff | Fate::Stalls => {
                sleep(first.min(SILENT / 2)).await;
                return Ok(self);
            }
            Fate::Refused(seconds) | Fate::Crowded(seconds) => {
                sleep(short).await;
                Error::new(ErrorKind::RateLimited, "too many requests")
                    .with_status(429)
                    .with_retry_after(Duration::from_secs(seconds))
            }
            Fate::Gone => {
                Error::new(ErrorKind::Timeout, "no connection").with_phase(Phase::Connect)
            }
            Fate::Busy => {
                sleep(short).await;
                Error::new(ErrorKind::Server, "busy").with_status(503)
            }
            Fate::Broken => {
                sleep(first).await;
                Error::new(ErrorKind::Server, "it broke").with_status(500)
            }
            Fate::Reset => {
                sleep(first).await;
                Error::new(ErrorKind::Transport, "connection reset")
            }
            Fate::Wrong => {
                sleep(short).await;
                Error::new(ErrorKind::BadRequest, "it is wrong").with_status(400)
            }
            Fate::Silent => {
                sleep(SILENT).await;
                Error::new(ErrorKind::Timeout, "no first word").with_phase(Phase::FirstToken)
            }
        };
        Err(self.fails(error))
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        if !self.is_over {
            self.ends(VisitEnd::Left);
        }
    }
}

/// The answer to a question by one visit: nobody else's.
pub(crate) fn answer(question: u64, number: u64) -> String {
    format!("the answer to question {question} of visit {number} and no other")
}

/// Question and visit of an answer.
pub(crate) fn answered(text: &str) -> Option<(u64, u64)> {
    let mut numbers = text.split(' ').filter_map(|word| word.parse().ok());
    let (question, number) = (numbers.next()?, numbers.next()?);
    (answer(question, number) == text).then_some((question, number))
}

/// The question of a request; it stands at the beginning of its last message.
fn question_of(request: &Request) -> u64 {
    let text = request.turns.last().map_or("", Message::text);
    let number = text
        .split_whitespace()
        .nth(1)
        .and_then(|word| word.parse().ok());
    number.expect("the simulation's requests begin with `question N`")
}
