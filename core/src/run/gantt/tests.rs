use super::super::trace::{CallTrace, Outcome, Span, SpanKind, Trace};
use std::time::Duration;

fn span(
    parent: Option<usize>,
    kind: SpanKind,
    name: &str,
    times: (u64, Option<u64>),
    outcome: Outcome,
) -> Span {
    Span {
        parent,
        kind,
        name: name.to_owned(),
        path: name.to_owned(),
        start: Duration::from_millis(times.0),
        end: times.1.map(Duration::from_millis),
        outcome,
        call: (kind == SpanKind::ModelCall).then(CallTrace::default),
    }
}

fn trace() -> Trace {
    use SpanKind::{ModelCall as Call, Node, Program};
    Trace {
        run: None,
        tags: Vec::new(),
        spans: vec![
            span(
                None,
                Program,
                "review",
                (100, Some(300)),
                Outcome::Failed(None, String::new()),
            ),
            span(Some(0), Node, "facts", (100, Some(200)), Outcome::Succeeded),
            span(
                Some(0),
                Node,
                "<tone>",
                (100, Some(150)),
                Outcome::Succeeded,
            ),
            span(
                Some(1),
                Call,
                "FindFacts",
                (100, Some(200)),
                Outcome::Succeeded,
            ),
            span(Some(0), Node, "loop", (150, Some(300)), Outcome::Dropped),
            span(Some(4), Node, "turn", (150, Some(250)), Outcome::Succeeded),
            span(Some(4), Node, "turn", (250, None), Outcome::Running),
        ],
    }
}

#[test]
fn a_row_for_each_stretch_and_one_for_a_node_that_is_a_call() {
    let text = trace().gantt().to_string();
    let full = "█".repeat(24);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 6, "{text}");
    assert_eq!(
        lines[0],
        format!("review   |{}| 200 ms, failed", "▓".repeat(48))
    );
    assert_eq!(
        lines[1],
        format!("  facts  |{full}{}| 100 ms", " ".repeat(24))
    );
    assert!(lines[2].starts_with("  <tone> |████████████   "), "{text}");
    assert!(lines[3].ends_with("| 150 ms, cancelled"), "{text}");
    assert!(lines[4].starts_with("    turn |            ████"), "{text}");
    assert!(lines[5].ends_with("still running"), "{text}");
}

#[test]
fn the_picture_has_the_same_rows_and_its_names_are_escaped() {
    let svg = trace().gantt().svg();
    assert_eq!(svg.matches("rx=\"2\"").count(), 6);
    assert!(svg.contains("&lt;tone&gt;") && !svg.contains("<tone>"));
    assert!(svg.ends_with("</svg>\n"));
}

#[test]
fn nothing_happened() {
    let trace = Trace {
        run: None,
        tags: Vec::new(),
        spans: Vec::new(),
    };
    assert_eq!(trace.gantt().to_string(), "");
    assert!(trace.gantt().svg().contains("viewBox"));
}
