//! A program of three nodes over real sockets: a server that speaks OpenAI's protocol on one side, a collector of OTLP
//! on the other. What the collector gets is what happened.
#![cfg(all(feature = "openai", feature = "macros"))]
mod metrics;
mod read;
mod serve;

use read::Span;
use serve::{Collector, serve};
use sigflow::{
    Retry, RetryRule, Scope, Usage, openai_compatible,
    prelude::*,
    telemetry::{Exporter, Series, Telemetry, Window},
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

signature! {
    /// Write a search query.
    struct SearchQuery<'a> { question: &'a str } -> { query: String }
}
signature! {
    /// Ask the question in other words.
    struct Paraphrase<'a> { question: &'a str } -> { text: String }
}
signature! {
    /// Answer the question.
    struct Answer<'a> { question: &'a str, notes: Vec<String> } -> { answer: String, confidence: f64 }
}

#[program]
async fn research(question: String) -> Result<AnswerOutput> {
    let direct = SearchQuery {
        question: &question,
    }
    .predict()
    .await?;
    let reworded = Paraphrase {
        question: &question,
    }
    .predict()
    .await?;
    let notes = vec![direct.query, reworded.text];
    Answer {
        question: &question,
        notes,
    }
    .predict()
    .await
}

#[tokio::test]
async fn a_collector_sees_the_tree_of_a_program_and_our_own_figures() {
    // one of three requests is refused once; each reply has tokens of its own
    let asked = Mutex::new(0_u64);
    let refused = Mutex::new(false);
    let server = serve(move |_, body| {
        let body = String::from_utf8(body).unwrap();
        if body.contains("Ask the question in other words") && !std::mem::replace(&mut *refused.lock().unwrap(), true) {
            return (503, "{\"error\":{\"message\":\"busy\"}}".to_owned());
        }
        let content = if body.contains("Write a search query") {
            "[[ ## query ## ]]\\ncapital France"
        } else if body.contains("in other words") {
            "[[ ## text ## ]]\\nWhich city?"
        } else {
            "[[ ## answer ## ]]\\nParis\\n[[ ## confidence ## ]]\\n0.9"
        };
        let mut count = asked.lock().unwrap();
        *count += 1;
        let (tokens_in, tokens_out) = (50 + *count, 10 * *count);
        let reply = format!(
            r#"{{"id":"req-{count}","model":"small-2026","choices":[{{"message":{{"role":"assistant","content":"{content}"}},"finish_reason":"stop"}}],"usage":{{"prompt_tokens":{tokens_in},"completion_tokens":{tokens_out},"total_tokens":{},"prompt_tokens_details":{{"cached_tokens":7}}}}}}"#,
            tokens_in + tokens_out
        );
        (200, reply)
    })
    .await;
    let collector = Collector::start().await;

    let price = |_: &str, model: &str, usage: &Usage| {
        #[allow(clippy::cast_precision_loss)]
        (model == "small")
            .then_some(usage.input_tokens as f64 * 1e-6 + usage.output_tokens as f64 * 4e-6)
    };
    let telemetry = Telemetry::builder().price(price).build();
    let exporter = Exporter::builder(&collector.url)
        .service("research")
        .metrics(&telemetry)
        .build()
        .unwrap();
    let lm = openai_compatible(&server, "small").unwrap();
    let lm = Retry::new(lm)
        .rule(RetryRule::new().base(Duration::from_millis(1)))
        .lm()
        .temperature(0.5);
    let scope = Scope::current()
        .with_lm(&lm)
        .with_sink(Arc::new(telemetry.clone()))
        .with_sink(exporter.sink());
    let answer = scope.enter(research("Where?".to_owned())).await.unwrap();
    assert_eq!((answer.answer.as_str(), answer.confidence), ("Paris", 0.9));
    exporter.flush().await.unwrap();
    assert_eq!(exporter.dropped(), 0);

    let traces = collector.sent("/v1/traces");
    assert_eq!(traces.len(), 1);
    let (resource, all) = read::spans(&traces[0]);
    assert_eq!(resource["service.name"], "research");
    let tree = |name: &str| -> Vec<&Span> { all.iter().filter(|span| span.name == name).collect() };
    let root = tree("invoke_workflow research")[0];
    assert!(root.parent.is_empty() && root.trace.len() == 16 && root.id.len() == 8);
    assert!(all.iter().all(|span| span.trace == root.trace));
    let children =
        |of: &Span| -> Vec<&Span> { all.iter().filter(|span| span.parent == of.id).collect() };
    let nodes = children(root);
    let mut names: Vec<&str> = nodes.iter().map(|node| node.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "invoke_workflow answer",
            "invoke_workflow direct",
            "invoke_workflow reworded"
        ]
    );
    let mut sums = (0, 0);
    for node in &nodes {
        assert!(node.kind == 1 && !node.failed);
        assert!(node.times.0 >= root.times.0 && node.times.1 <= root.times.1);
        let chats = children(node);
        assert_eq!(chats.len(), 1, "one call is one span, retries inside");
        let chat = chats[0];
        assert_eq!((chat.name.as_str(), chat.kind), ("chat small", 3));
        let of = |name: &str| chat.attributes.get(name).map(String::as_str);
        assert_eq!(of("gen_ai.operation.name"), Some("chat"));
        assert_eq!(of("gen_ai.provider.name"), Some("openai"));
        assert_eq!(of("gen_ai.request.temperature"), Some("0.5"));
        assert_eq!(of("gen_ai.response.model"), Some("small-2026"));
        assert_eq!(of("gen_ai.response.finish_reasons"), Some("stop"));
        assert_eq!(of("gen_ai.usage.cache_read.input_tokens"), Some("7"));
        assert_eq!(of("server.address"), Some("127.0.0.1"));
        assert_eq!(of("gen_ai.input.messages"), None, "texts are opted into");
        let count = |name: &str| of(name).unwrap().parse::<u64>().unwrap();
        sums.0 += count("gen_ai.usage.input_tokens");
        sums.1 += count("gen_ai.usage.output_tokens");
        let attempts = children(chat);
        let statuses: Vec<&str> = attempts
            .iter()
            .map(|one| one.attributes["http.response.status_code"].as_str())
            .collect();
        if node.name.ends_with("reworded") {
            assert_eq!(statuses, ["503", "200"]);
            assert!(attempts[0].failed && !attempts[1].failed);
            assert_eq!(attempts[1].attributes["http.request.resend_count"], "1");
        } else {
            assert_eq!(statuses, ["200"]);
        }
        assert!(
            attempts
                .iter()
                .all(|one| one.kind == 3 && one.name == "POST")
        );
    }
    assert_eq!(all.len(), 1 + 3 + 3 + 4);

    // the same figures in the aggregates, and the history's
    let tokens = |part| telemetry.total(Series::TokenUsage, &[("type", part)]).1;
    #[allow(clippy::cast_precision_loss)]
    let sums = (sums.0 as f64, sums.1 as f64);
    assert_eq!((tokens("prompt"), tokens("completion")), sums);
    assert_eq!(sums, (156.0, 60.0));
    let history = lm
        .history()
        .into_iter()
        .filter_map(|call| call.usage)
        .reduce(|one, two| one + two);
    assert_eq!(history.map(|usage| usage.total_tokens()), Some(216));
    let cost = telemetry.total(Series::ExecutionCost, &[]).1;
    assert!(
        (cost - (156.0 * 1e-6 + 60.0 * 4e-6)).abs() < 1e-12,
        "{cost}"
    );
    assert_eq!(
        telemetry
            .total(Series::Recoveries, &[("action", "retry")])
            .0,
        1
    );
    let confidence = telemetry
        .summary(Series::ConfidenceScore, &[], Window::Minute)
        .unwrap();
    assert_eq!((confidence.count, confidence.max), (1, 0.9));

    // and among the metrics that were exported
    let metrics = read::metrics(&collector.sent("/v1/metrics")[0]);
    let metric = |name: &str| metrics.iter().find(|one| one.name == name).unwrap();
    let spent = metric("sigflow.cost");
    assert_eq!((spent.form, spent.points.len()), ("sum", 1));
    assert!((spent.points[0].value - cost).abs() < 1e-12);
    let mut found = BTreeMap::new();
    for point in &metric("gen_ai.client.token.usage").points {
        assert_eq!(point.count, 3);
        let kind = point.attributes["gen_ai.token.type"].clone();
        found.insert(kind, point.value);
    }
    assert_eq!(
        found,
        BTreeMap::from([("input".to_owned(), sums.0), ("output".to_owned(), sums.1)])
    );
}
