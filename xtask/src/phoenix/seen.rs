//! A trace as Phoenix has it.
use super::server::Server;
use serde_json::Value;
use std::time::{Duration, Instant};

/// It writes spans and reckons their cost some time after it has taken them.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// One span.
#[derive(Clone, Debug, Default)]
pub(super) struct Span {
    /// Its number in Phoenix's pages.
    pub(super) node: String,
    pub(super) id: String,
    pub(super) parent: Option<String>,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) failed: bool,
    pub(super) tokens: Option<(u64, u64)>,
    pub(super) cost: Option<f64>,
}

/// Its spans, and its sums.
#[derive(Clone, Debug, Default)]
pub(super) struct Trace {
    pub(super) id: String,
    pub(super) project: String,
    pub(super) spans: Vec<Span>,
    pub(super) tokens: f64,
    pub(super) cost: Option<f64>,
}

impl Trace {
    /// Asks until so many spans are there and the cost of all chats is known.
    pub(super) async fn wait_for(server: &Server, id: &str, spans: usize) -> Result<Self, String> {
        let began = Instant::now();
        loop {
            let trace = Self::read(&server.ask(&query(id)).await?);
            if let Some(trace) = &trace {
                let mut chats = trace.spans.iter().filter(|span| span.kind == "llm");
                let is_whole = trace.spans.len() >= spans && chats.all(|chat| chat.cost.is_some());
                if is_whole && trace.cost.is_some() {
                    return Ok(trace.clone());
                }
            }
            if began.elapsed() > LONGEST_WAIT {
                return Err(format!(
                    "Phoenix should have {spans} spans of trace {id} with their cost, and has {trace:#?}"
                ));
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }

    /// Nothing, if it does not know the trace yet.
    fn read(answer: &Value) -> Option<Self> {
        let trace = &answer["getTraceByOtelId"];
        let summary = &trace["costSummary"]["total"];
        let spans = trace["spans"]["edges"].as_array()?.iter();
        Some(Trace {
            id: trace["traceId"].as_str()?.to_owned(),
            project: trace["project"]["id"].as_str()?.to_owned(),
            spans: spans
                .map(|edge| span(&edge["node"]))
                .collect::<Option<_>>()?,
            tokens: summary["tokens"].as_f64().unwrap_or_default(),
            cost: summary["cost"].as_f64(),
        })
    }

    /// The address of its page, with the last chat in view.
    pub(super) fn page(&self, server: &Server) -> String {
        let mut chats = self.spans.iter().filter(|span| span.kind == "llm");
        let shown = chats.next_back().map_or("", |span| &span.node);
        format!(
            "{}/projects/{}/traces/{}?selectedSpanNodeId={shown}",
            server.url(),
            self.project,
            self.id,
        )
    }
}

fn query(id: &str) -> String {
    format!(
        r#"{{ getTraceByOtelId(traceId: "{id}") {{
            traceId project {{ id }} costSummary {{ total {{ cost tokens }} }}
            spans(first: 1000) {{ edges {{ node {{
                id spanId parentId name spanKind statusCode tokenCountPrompt tokenCountCompletion
                costSummary {{ total {{ cost }} }}
            }} }} }}
        }} }}"#
    )
}

fn span(node: &Value) -> Option<Span> {
    let text = |name: &str| node[name].as_str().map(str::to_owned);
    let count = |name: &str| node[name].as_u64();
    Some(Span {
        node: text("id")?,
        id: text("spanId")?,
        parent: text("parentId").filter(|parent| !parent.is_empty()),
        name: text("name")?,
        kind: text("spanKind")?,
        failed: node["statusCode"] == "ERROR",
        tokens: count("tokenCountPrompt").zip(count("tokenCountCompletion")),
        cost: node["costSummary"]["total"]["cost"].as_f64(),
    })
}
