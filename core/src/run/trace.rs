//! What is left of a run, as plain data.
use super::RunId;
use crate::{ErrorKind, Lm, Record, Role, ToolCall, Usage, types::Citation};
use std::time::Duration;

/// What happened in a run: programs, their nodes, their calls, with inputs, prompts, replies, outputs, tokens and
/// times. Plain data: it can be written, read back, looked at and [replayed](Self::replay). Made by a
/// [`Recorder`](crate::Recorder).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Trace {
    /// The run; of several under one recorder, the first.
    pub run: Option<RunId>,
    /// Name and value of each tag.
    pub tags: Vec<(String, String)>,
    /// All spans in the order of their beginnings.
    pub spans: Vec<Span>,
}

/// A stretch of time in a run.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Span {
    /// The span around it, by its place in [`Trace::spans`].
    pub parent: Option<usize>,
    /// What it is.
    pub kind: SpanKind,
    /// Its name: of a program, of a node, of a predictor or its signature.
    pub name: String,
    /// Where it is in its program: the path that errors have.
    pub path: String,
    /// When it began, after the beginning of the trace.
    pub start: Duration,
    /// When it ended; `None` as long as it lasts.
    pub end: Option<Duration>,
    /// How it ended.
    pub outcome: Outcome,
    /// More about a call.
    pub call: Option<CallTrace>,
}

/// What a span is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SpanKind {
    /// A program.
    Program,
    /// A node of a program's graph.
    Node,
    /// A call of a predictor.
    ModelCall,
}

/// How a span ended.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Outcome {
    /// It lasts.
    Running,
    /// With a value.
    Succeeded,
    /// With an error: its kind (none, if it is no error of ours), and its words.
    Failed(Option<ErrorKind>, String),
    /// Its future was dropped.
    Dropped,
}

/// A call of a predictor.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct CallTrace {
    /// The signature's name.
    pub signature: String,
    /// The inputs by name.
    pub inputs: Record,
    /// The outputs by name, of the first completion; none on error.
    pub outputs: Option<Record>,
    /// What was sent and answered: once, unless more was asked for.
    pub exchanges: Vec<Exchange>,
}

/// One request and its reply.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Exchange {
    /// Who says what. Of a message in parts, the parts as JSON.
    pub messages: Vec<(String, String)>,
    /// The texts of the completions; none if the request failed.
    pub replies: Vec<String>,
    /// What the model thought, of each completion that says so apart.
    pub reasoning: Vec<Option<String>>,
    /// The tools that each completion wants called.
    pub tool_calls: Vec<Vec<ToolCall>>,
    /// What each completion cites, apart from its text.
    pub citations: Vec<Vec<Citation>>,
    /// The model that answered.
    pub model: String,
    /// Tokens, if the server said.
    pub usage: Option<Usage>,
}

impl Trace {
    /// A model that gives the replies that were recorded: each to the request that it was recorded with, in order
    /// where a request was sent more than once. Another request is an error; so a replay that succeeds asked the
    /// same questions.
    ///
    /// ```
    /// # async fn run() -> sigflow_core::Result<()> {
    /// use sigflow_core::{Ask, DynSignature, Recorder, Scope, testing::Scripted};
    ///
    /// let lm = Scripted::new(["[[ ## answer ## ]]\nParis"]).lm();
    /// let question = DynSignature::parse("question -> answer")?.ask([("question", "Where?".into())])?;
    /// let recorder = Recorder::new();
    /// Scope::current().with_lm(&lm).with_trace(&recorder).enter(question.clone().predict()).await?;
    ///
    /// let trace = recorder.trace();
    /// let again = question.predict().with(&trace.replay()).await?;
    /// assert_eq!(again["answer"], "Paris");
    /// # Ok(()) }
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run()).unwrap();
    /// ```
    pub fn replay(&self) -> Lm {
        Lm::new(super::replay::Replay::new(self))
    }
    /// Tokens of all calls together, if the servers said.
    pub fn usage(&self) -> Option<Usage> {
        let calls = self.spans.iter().filter_map(|span| span.call.as_ref());
        let each = calls
            .flat_map(|call| &call.exchanges)
            .filter_map(|one| one.usage);
        each.reduce(|one, two| one + two)
    }
    /// The calls, in the order of their beginnings.
    pub fn calls(&self) -> impl Iterator<Item = (&Span, &CallTrace)> {
        self.spans
            .iter()
            .filter_map(|span| Some((span, span.call.as_ref()?)))
    }
}

/// The messages of a request as a trace has them.
pub(super) fn messages(request: &crate::Request) -> Vec<(String, String)> {
    let system = (Role::System, request.prefix.system.as_str().to_owned());
    let rest = request.prefix.demos.iter().chain(&request.turns);
    let rest = rest.map(|message| {
        let text = if message.parts.is_empty() {
            message.text().to_owned()
        } else {
            let parts: serde_json::Value = message.parts.iter().map(crate::Part::block).collect();
            parts.to_string()
        };
        (message.role, text)
    });
    std::iter::once(system)
        .chain(rest)
        .map(|(role, text)| (role.as_str().to_owned(), text))
        .collect()
}
