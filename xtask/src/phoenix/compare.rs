//! What a run wrote down of itself, held against what Phoenix made of its trace.
use super::seen::{self, Span};
use serde_json::Value;
use sigflow_core::{SpanKind, Trace, Usage};
use sigflow_providers::Prices;
use std::fmt::Write as _;

/// A call of the run, by its recorder: it knows nothing of spans that are exported.
#[derive(Clone, Debug)]
pub(super) struct Call {
    name: String,
    model: String,
    usage: Usage,
    cost: f64,
}

/// The run's own figures.
#[derive(Clone, Debug)]
pub(super) struct Expected {
    pub(super) trace: String,
    program: String,
    calls: Vec<Call>,
    /// By the telemetry's aggregates.
    requests: usize,
    tokens: (f64, f64),
    cost: f64,
}

impl Expected {
    pub(super) fn read(figures: &Value) -> Result<Self, String> {
        let trace = Trace::from_json(&figures["trace"]).map_err(|error| error.to_string())?;
        let run = trace.run.ok_or("the run has no name")?;
        let mut programs = trace
            .spans
            .iter()
            .filter(|span| span.kind == SpanKind::Program);
        let program = programs
            .next()
            .ok_or("the run has no program")?
            .name
            .clone();
        let mut calls = Vec::new();
        for (span, call) in trace.calls() {
            for exchange in &call.exchanges {
                let usage = exchange
                    .usage
                    .ok_or_else(|| format!("nobody said the tokens of `{}`", span.path))?;
                let cost = Prices::new().cost(&exchange.model, &usage);
                calls.push(Call {
                    name: span.name.clone(),
                    model: exchange.model.clone(),
                    usage,
                    cost: cost.ok_or_else(|| format!("`{}` has no price", exchange.model))?,
                });
            }
        }
        let number = |value: &Value| value.as_f64().ok_or("a figure is missing");
        let tokens = &figures["tokens"];
        Ok(Expected {
            trace: run.to_string(),
            program,
            calls,
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a count
            requests: number(&figures["requests"])? as usize,
            tokens: (number(&tokens["input"])?, number(&tokens["output"])?),
            cost: number(&figures["cost_usd"])?,
        })
    }

    /// The program, each call and its chat, and the HTTP requests.
    pub(super) fn spans(&self) -> usize {
        1 + 2 * self.calls.len() + self.requests
    }
}

/// A table of both sides.
///
/// # Errors
/// What differs.
pub(super) fn compare(ours: &Expected, theirs: &seen::Trace) -> Result<String, String> {
    let mut wrong = Vec::new();
    let mut check = |holds: bool, what: String| {
        if !holds {
            wrong.push(what);
        }
    };
    let mut table = format!(
        "{:<34}{:>18}{:>18}{:>14}{:>14}\n",
        "", "our tokens", "Phoenix's", "our cost", "Phoenix's"
    );
    let roots: Vec<&Span> = theirs
        .spans
        .iter()
        .filter(|span| span.parent.is_none())
        .collect();
    check(
        roots.len() == 1,
        format!("{} spans have no parent", roots.len()),
    );
    let Some(root) = roots.first() else {
        return Err(wrong.join("\n"));
    };
    let program = format!("invoke_workflow {}", ours.program);
    check(
        root.name == program,
        format!("the root is `{}`, not `{program}`", root.name),
    );
    check(
        root.kind == "chain",
        format!("the program is a `{}`", root.kind),
    );
    let children = |of: &Span| -> Vec<&Span> {
        let inside = |span: &&Span| span.parent.as_deref() == Some(&of.id);
        theirs.spans.iter().filter(inside).collect()
    };
    let nodes = children(root);
    let count = nodes.len();
    check(
        count == ours.calls.len(),
        format!("{count} spans are inside of the program"),
    );
    let (mut requests, mut refused) = (0, 0);
    for call in &ours.calls {
        let name = format!("invoke_workflow {}", call.name);
        let Some(node) = nodes.iter().find(|span| span.name == name) else {
            check(false, format!("there is no `{name}` inside of `{program}`"));
            continue;
        };
        check(
            node.kind == "chain",
            format!("`{name}` is a `{}`", node.kind),
        );
        let chats = children(node);
        let [chat] = chats[..] else {
            check(false, format!("`{name}` has {} chats", chats.len()));
            continue;
        };
        let shown = format!("chat {}", call.model);
        check(
            chat.name == shown,
            format!("`{name}` asks by `{}`", chat.name),
        );
        check(
            chat.kind == "llm",
            format!("`{shown}` of `{name}` is a `{}`", chat.kind),
        );
        check(!chat.failed && !node.failed, format!("`{name}` has failed"));
        let tokens = (call.usage.input_tokens, call.usage.output_tokens);
        check(
            chat.tokens == Some(tokens),
            format!("`{name}`: {tokens:?} tokens, {:?}", chat.tokens),
        );
        let cost = chat.cost.unwrap_or_default();
        check(
            is_near(cost, call.cost),
            format!("`{name}`: ${} and ${cost}", call.cost),
        );
        let attempts = children(chat);
        let http = |span: &&&Span| span.name == "POST" && span.kind == "unknown";
        check(
            !attempts.is_empty() && attempts.iter().filter(http).count() == attempts.len(),
            format!("`{name}` has requests {attempts:?}"),
        );
        // in whatever order Phoenix gives them
        let answered = attempts.iter().filter(|one| !one.failed).count();
        check(
            answered == 1,
            format!("{answered} requests of `{name}` were answered"),
        );
        requests += attempts.len();
        refused += attempts.iter().filter(|attempt| attempt.failed).count();
        let said = |(input, output): (u64, u64)| format!("{input} + {output}");
        let _ = writeln!(
            table,
            "{:<34}{:>18}{:>18}{:>14}{:>14}",
            format!("  {}, {shown}", call.name),
            said(tokens),
            chat.tokens.map_or_else(|| "none".to_owned(), said),
            dollars(call.cost),
            dollars(cost),
        );
    }
    check(
        requests == ours.requests,
        format!("{} requests, {requests}", ours.requests),
    );
    check(
        refused == ours.requests - ours.calls.len(),
        format!("{refused} requests were refused"),
    );
    check(
        theirs.spans.len() == ours.spans(),
        format!("{} spans, {}", ours.spans(), theirs.spans.len()),
    );
    let tokens = ours.tokens.0 + ours.tokens.1;
    check(
        is_near(tokens, theirs.tokens),
        format!("{tokens} tokens, {}", theirs.tokens),
    );
    let cost = theirs.cost.unwrap_or_default();
    check(
        is_near(cost, ours.cost),
        format!("${} and ${cost}", ours.cost),
    );
    let _ = writeln!(
        table,
        "{program:<34}{tokens:>18}{:>18}{:>14}{:>14}\n{} spans in one tree, {requests} requests of which {refused} refused",
        theirs.tokens,
        dollars(ours.cost),
        dollars(cost),
        theirs.spans.len(),
    );
    if wrong.is_empty() {
        Ok(table)
    } else {
        Err(format!(
            "{table}\nours and Phoenix's differ:\n{}",
            wrong.join("\n")
        ))
    }
}

fn is_near(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-9 * one.abs().max(other.abs())
}

fn dollars(cost: f64) -> String {
    format!("${cost:.7}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours() -> Expected {
        Expected {
            trace: "t".to_owned(),
            program: "research".to_owned(),
            calls: vec![Call {
                name: "direct".to_owned(),
                model: "gpt-5".to_owned(),
                usage: Usage::new(100, 40),
                cost: 0.5,
            }],
            requests: 2,
            tokens: (100.0, 40.0),
            cost: 0.5,
        }
    }
    fn span(id: &str, parent: &str, name: &str, kind: &str) -> Span {
        Span {
            node: id.to_owned(),
            id: id.to_owned(),
            parent: (!parent.is_empty()).then(|| parent.to_owned()),
            name: name.to_owned(),
            kind: kind.to_owned(),
            ..Span::default()
        }
    }
    fn theirs() -> seen::Trace {
        let mut spans = vec![
            span("1", "", "invoke_workflow research", "chain"),
            span("2", "1", "invoke_workflow direct", "chain"),
            span("3", "2", "chat gpt-5", "llm"),
            span("4", "3", "POST", "unknown"),
            span("5", "3", "POST", "unknown"),
        ];
        (spans[2].tokens, spans[2].cost) = (Some((100, 40)), Some(0.5));
        spans[3].failed = true;
        seen::Trace {
            spans,
            tokens: 140.0,
            cost: Some(0.5),
            ..seen::Trace::default()
        }
    }

    #[test]
    fn the_same_on_both_sides_is_a_table() {
        let table = compare(&ours(), &theirs()).unwrap();
        assert!(
            table.contains("100 + 40") && table.contains("$0.5000000"),
            "{table}"
        );
        assert!(
            table.contains("5 spans in one tree, 2 requests of which 1 refused"),
            "{table}"
        );
    }

    /// What is said of it, and what it is.
    type Difference = (&'static str, fn(&mut seen::Trace));

    #[test]
    fn every_difference_is_found() {
        let differences: [Difference; 12] = [
            ("no parent", |trace| trace.spans[1].parent = None),
            ("the root is", |trace| trace.spans[0].name.push('x')),
            ("the program is a `unknown`", |trace| {
                trace.spans[0].kind = "unknown".into();
            }),
            ("there is no `invoke_workflow direct`", |trace| {
                trace.spans[1].name.push('x');
            }),
            ("asks by", |trace| trace.spans[2].name.push('x')),
            ("has 0 chats", |trace| {
                trace.spans[2].parent = Some("1".into());
            }),
            ("has failed", |trace| trace.spans[2].failed = true),
            ("Some((100, 41))", |trace| {
                trace.spans[2].tokens = Some((100, 41));
            }),
            ("$0.5 and $0.5001", |trace| {
                trace.spans[2].cost = Some(0.5001);
            }),
            ("$0.5 and $0.6", |trace| trace.cost = Some(0.6)),
            ("140 tokens, 280", |trace| trace.tokens = 280.0),
            ("5 spans, 4", |trace| drop(trace.spans.remove(3))),
        ];
        for (said, change) in differences {
            let mut trace = theirs();
            change(&mut trace);
            let error = compare(&ours(), &trace).unwrap_err();
            assert!(error.contains(said), "{said}: {error}");
        }
    }
}
