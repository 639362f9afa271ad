//! Exchanges with a server, recorded once and played back in tests.
//!
//! A [`Cassette`] that [records](Cassette::recording) writes down what a client sends and what comes back, in the
//! pieces in which it came. A cassette that [plays](Cassette::load) answers in the server's place: nothing is sent,
//! and the bytes go the same way through the client as those of a connection.
//!
//! ```no_run
//! use sigflow_providers::{Cassette, OpenAi};
//!
//! // once, by hand
//! let cassette = Cassette::recording().note("OpenAI, gpt-5-mini");
//! let model = OpenAi::builder("gpt-5-mini").api_key(std::env::var("OPENAI_API_KEY")?).cassette(&cassette).build()?;
//! // … calls …
//! cassette.save("tests/cassettes/answer.json")?;
//!
//! // in tests, with no key and no network
//! let cassette = Cassette::load("tests/cassettes/answer.json")?;
//! let model = OpenAi::builder("gpt-5-mini").cassette(&cassette).build()?;
//! // … the same calls …
//! cassette.finish()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Playing is strict
//! A request is answered if one with the same method, URL and body was recorded, where bodies are compared as JSON. The
//! same request recorded twice is answered twice, in order. Any other is an error of kind
//! [`Model`](sigflow_core::ErrorKind::Model) that says in what it differs from the nearest one.
//! [`finish`](Cassette::finish) is an error while recorded exchanges were not asked for.
//!
//! # Secrets
//! There is no switch for this. From everything recorded go: the client's key, the values of its own headers, passwords
//! and long values in its URL, whatever looks like a key of a known kind ([`scrub`](Cassette::scrub) adds patterns).
//! Of the headers of a request none but `content-type` is kept, of a reply those that say how, not to whom. What cannot
//! be cleaned (a secret in a binary body) is not written: [`save`](Cassette::save) is an error then. The finished text
//! is searched once more before it is written.
//!
//! # The file
//! JSON, with `format`, `version` (1), `note`, and `exchanges`. Each has a `request` (`method`, `url`, `body` as JSON or
//! as text) and a `reply`: `status`, `headers`, `body` as text or `hex`, `cuts` (the lengths of the pieces where there
//! are several), and `end`: `whole`, `cut` (the connection broke), or `left` (the client did: a stream had said its last
//! word). The last two end in a broken connection when they are played.
mod exchange;
mod file;
mod record;
mod replay;
mod scrub;

#[cfg(test)]
mod tests;

use exchange::Exchange;
use scrub::Rule;
use sigflow_core::{Error, ErrorKind, Result};
use std::{
    fmt,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Recorded exchanges with a server. It is a handle: clones share what they hold.
///
/// See the [module](self).
#[derive(Clone)]
pub struct Cassette(Arc<Inner>);

struct Inner {
    records: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    note: String,
    rule: Rule,
    /// A place is taken when a request goes, and filled when its reply has ended.
    exchanges: Vec<Option<Exchange>>,
    /// Which were played.
    played: Vec<bool>,
    /// Why nothing may be written.
    spoilt: Option<String>,
}

impl Cassette {
    fn new(records: bool, state: State) -> Self {
        Cassette(Arc::new(Inner {
            records,
            state: Mutex::new(state),
        }))
    }

    /// An empty one, which records.
    pub fn recording() -> Self {
        Cassette::new(true, State::default())
    }

    /// A text about where the exchanges come from, at the head of the file.
    #[must_use]
    pub fn note(self, note: impl Into<String>) -> Self {
        self.lock().note = note.into();
        self
    }

    /// Takes out what fits `pattern`, a regular expression, beside what is taken out anyway: names of customers, say.
    /// Needed both when it records and when it plays, so that requests are compared alike.
    ///
    /// # Errors
    /// Of kind [`Configuration`](ErrorKind::Configuration): it is no regular expression.
    pub fn scrub(self, pattern: &str) -> Result<Self> {
        self.lock().rule.add(pattern)?;
        Ok(self)
    }

    /// Reads a file, to be played.
    ///
    /// # Errors
    /// Of kind [`Configuration`](ErrorKind::Configuration): there is no such file, or it is no cassette.
    pub fn load(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let wrong = |what: String| {
            let message = format!("cassette {}: {what}", path.display());
            Error::new(ErrorKind::Configuration, message)
        };
        let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
        Cassette::parse(&text).map_err(|error| wrong(error.to_string()))
    }

    /// Reads a text, to be played.
    ///
    /// # Errors
    /// Of kind [`Configuration`](ErrorKind::Configuration): it is no cassette, or one of a later version.
    pub fn parse(text: &str) -> Result<Self> {
        let (note, exchanges) =
            file::read(text).map_err(|what| Error::new(ErrorKind::Configuration, what))?;
        let state = State {
            note,
            played: vec![false; exchanges.len()],
            exchanges: exchanges.into_iter().map(Some).collect(),
            ..State::default()
        };
        Ok(Cassette::new(false, state))
    }

    /// What is recorded, as the text of a file. Requests without a reply are not in it.
    ///
    /// # Errors
    /// Of kind [`Configuration`](ErrorKind::Configuration): it would hold a secret that cannot be taken out.
    pub fn to_json(&self) -> Result<String> {
        let state = self.lock();
        let wrong = |what: &str| {
            let message = format!("the cassette is not written: {what}");
            Error::new(ErrorKind::Configuration, message)
        };
        if let Some(why) = &state.spoilt {
            return Err(wrong(why));
        }
        let exchanges = state.exchanges.iter().flatten();
        let text = file::write(&state.rule.clean(&state.note), exchanges);
        if state.rule.finds(&text) {
            return Err(wrong("something in it still looks like a key"));
        }
        Ok(text)
    }

    /// Writes what is recorded to a file.
    ///
    /// # Errors
    /// As [`to_json`](Self::to_json); or the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let (path, text) = (path.as_ref(), self.to_json()?);
        std::fs::write(path, text).map_err(|error| {
            let message = format!("cassette {}: {error}", path.display());
            Error::new(ErrorKind::Configuration, message)
        })
    }

    /// How many exchanges are on it.
    pub fn len(&self) -> usize {
        self.lock().exchanges.iter().flatten().count()
    }

    /// Whether nothing is on it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The exchanges that were not asked for yet, a line for each.
    pub fn unused(&self) -> Vec<String> {
        let state = self.lock();
        let all = state.exchanges.iter().zip(&state.played).enumerate();
        all.filter(|(_, (_, played))| !**played)
            .filter_map(|(index, (exchange, _))| Some(exchange.as_ref()?.line(index)))
            .collect()
    }

    /// Checks that all of it was played.
    ///
    /// # Errors
    /// Of kind [`Model`](ErrorKind::Model): some was not; a line for each exchange.
    pub fn finish(&self) -> Result<()> {
        let unused = self.unused();
        if self.0.records || unused.is_empty() {
            return Ok(());
        }
        let message = format!(
            "{} of {} recorded exchanges were not asked for; make these calls, or record anew:\n{}",
            unused.len(),
            self.len(),
            unused.join("\n")
        );
        Err(Error::new(ErrorKind::Model, message))
    }

    pub(crate) fn records(&self) -> bool {
        self.0.records
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Cassette {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let does = if self.0.records { "records" } else { "plays" };
        write!(f, "Cassette({does}, {} exchanges)", self.len())
    }
}
