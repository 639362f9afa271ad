//! A trace as a Gantt chart: what ran when, beside what.
mod svg;
mod text;

#[cfg(test)]
mod tests;

use super::trace::{Outcome, Span, SpanKind, Trace};
use std::{fmt::Write as _, time::Duration};

/// A chart of a [`Trace`]: a row for each program, node and call, a bar for its time. As text by `Display`, as a
/// picture by [`svg`](Self::svg).
///
/// ```
/// # async fn run() -> sigflow_core::Result<()> {
/// use sigflow_core::{Ask, DynSignature, Recorder, Scope, testing::Scripted};
///
/// let lm = Scripted::new(["[[ ## answer ## ]]\nParis"]).lm();
/// let question = DynSignature::parse("question -> answer")?.ask([("question", "Where?".into())])?;
/// let recorder = Recorder::new();
/// let scope = Scope::current().with_lm(&lm).with_trace(&recorder);
/// scope.run("geography", question.predict()).await?;
///
/// let chart = recorder.trace().gantt();
/// println!("{chart}");
/// assert!(chart.to_string().starts_with("geography"));
/// assert!(chart.svg().starts_with("<svg"));
/// # Ok(()) }
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run()).unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Gantt {
    rows: Vec<Row>,
    /// From the first beginning to the last end.
    length: Duration,
}

/// A bar and what stands beside it.
#[derive(Clone, Debug)]
struct Row {
    name: String,
    depth: usize,
    kind: SpanKind,
    start: Duration,
    end: Duration,
    outcome: Outcome,
    tokens: Option<u64>,
}

impl Trace {
    /// The trace as a Gantt chart.
    pub fn gantt(&self) -> Gantt {
        let first = self.spans.iter().map(|span| span.start).min();
        let first = first.unwrap_or_default();
        let now = self.spans.iter().map(|span| span.end.unwrap_or(span.start));
        let last = now.max().unwrap_or_default();
        let mut chart = Gantt {
            rows: Vec::with_capacity(self.spans.len()),
            length: last.saturating_sub(first),
        };
        for (index, span) in self.spans.iter().enumerate() {
            // a parent outside of the trace is none
            if span.parent.is_none_or(|parent| parent >= index) {
                chart.add(self, index, 0, first, last);
            }
        }
        chart
    }
}

impl Gantt {
    /// A span and all inside of it. Spans stand in the order of their beginnings, children behind their parents.
    fn add(&mut self, trace: &Trace, index: usize, depth: usize, first: Duration, last: Duration) {
        let span = &trace.spans[index];
        let inside: Vec<usize> = (index + 1..trace.spans.len())
            .filter(|other| trace.spans[*other].parent == Some(index))
            .collect();
        // a node that is one call is the call
        if let [only] = inside[..]
            && span.kind == SpanKind::Node
            && trace.spans[only].kind != SpanKind::Node
        {
            self.add(trace, only, depth, first, last);
            if let Some(row) = self.rows.iter_mut().rev().find(|row| row.depth == depth) {
                row.name.clone_from(&span.name);
            }
            return;
        }
        self.rows.push(Row {
            name: span.name.clone(),
            depth,
            kind: span.kind,
            start: span.start.saturating_sub(first),
            end: span.end.unwrap_or(last).saturating_sub(first),
            outcome: span.outcome.clone(),
            tokens: tokens(span),
        });
        for child in inside {
            self.add(trace, child, depth + 1, first, last);
        }
    }
    /// Where a time lies on a line of so many units.
    fn place(&self, time: Duration, width: f64) -> f64 {
        if self.length.is_zero() {
            return 0.0;
        }
        time.as_secs_f64() / self.length.as_secs_f64() * width
    }
}

/// Tokens of a call, if the server said.
fn tokens(span: &Span) -> Option<u64> {
    let exchanges = span.call.as_ref()?.exchanges.iter();
    let usages = exchanges.filter_map(|exchange| exchange.usage);
    let sum = usages.reduce(|one, two| one + two)?;
    Some(sum.input_tokens + sum.output_tokens)
}

/// A time with three digits or so: `840 µs`, `12.4 ms`, `1.25 s`.
fn time(of: Duration) -> String {
    let seconds = of.as_secs_f64();
    match seconds {
        0.0 => "0".to_owned(),
        ..0.001 => format!("{:.0} µs", seconds * 1e6),
        ..0.1 => format!("{:.1} ms", seconds * 1e3),
        ..1.0 => format!("{:.0} ms", seconds * 1e3),
        _ => format!("{seconds:.2} s"),
    }
}

/// What stands behind a bar.
fn remark(row: &Row) -> String {
    let mut remark = time(row.end.saturating_sub(row.start));
    if let Some(tokens) = row.tokens {
        let _ = write!(remark, ", {tokens} tokens");
    }
    match &row.outcome {
        Outcome::Succeeded => {}
        Outcome::Running => remark.push_str(", still running"),
        Outcome::Dropped => remark.push_str(", cancelled"),
        Outcome::Failed(..) => remark.push_str(", failed"),
    }
    remark
}
