//! A program of three nodes over real sockets: a server that speaks OpenAI's protocol on one side, a collector of OTLP
//! on the other. What the collector gets is what happened.
#![cfg(all(feature = "openai", feature = "macros"))]
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
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
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

/// Reads one request: its head, and the body by its length.
async fn request(socket: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut all = Vec::new();
    let mut piece = [0; 4096];
    loop {
        if let Some(end) = all.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&all[..end]).to_lowercase();
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length.map_or(0, |length| length.trim().parse().unwrap());
            if all.len() >= end + 4 + length {
                return Some((head, all[end + 4..end + 4 + length].to_vec()));
            }
        }
        match socket.read(&mut piece).await.ok()? {
            0 => return None,
            count => all.extend_from_slice(&piece[..count]),
        }
    }
}

/// Answers each request with what `answer` makes of it; gives its address.
async fn serve(
    answer: impl Fn(String, Vec<u8>) -> (u16, String) + Send + Sync + 'static,
) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let answer = Arc::new(answer);
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let answer = answer.clone();
            tokio::spawn(async move {
                while let Some((head, body)) = request(&mut socket).await {
                    let (status, body) = answer(head, body);
                    let head = format!(
                        "HTTP/1.1 {status} OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
                        body.len()
                    );
                    socket.write_all((head + &body).as_bytes()).await.unwrap();
                }
            });
        }
    });
    format!("http://{address}")
}

/// One field of a protobuf message.
#[derive(Clone, Debug)]
enum Wire {
    Number(u64),
    Bytes(Vec<u8>),
}
/// Path and body of a request.
type Body = (String, Vec<u8>);
type Fields = Vec<(u64, Wire)>;

fn varint(bytes: &mut &[u8]) -> u64 {
    let mut value = 0;
    for shift in (0..).step_by(7) {
        let (first, rest) = bytes.split_first().expect("a number that is whole");
        *bytes = rest;
        value |= u64::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            break;
        }
    }
    value
}

fn fields(mut bytes: &[u8]) -> Fields {
    let mut all = Fields::new();
    while !bytes.is_empty() {
        let key = varint(&mut bytes);
        let value = match key & 7 {
            0 => Wire::Number(varint(&mut bytes)),
            1 => {
                let (first, rest) = bytes.split_at(8);
                bytes = rest;
                Wire::Number(u64::from_le_bytes(first.try_into().unwrap()))
            }
            2 => {
                let length = usize::try_from(varint(&mut bytes)).unwrap();
                let (first, rest) = bytes.split_at(length);
                bytes = rest;
                Wire::Bytes(first.to_vec())
            }
            other => panic!("form {other} of field {}", key >> 3),
        };
        all.push((key >> 3, value));
    }
    all
}

fn inside(all: &Fields, number: u64) -> Vec<Vec<u8>> {
    let of = all.iter().filter(|(known, _)| *known == number);
    of.filter_map(|(_, value)| match value {
        Wire::Bytes(bytes) => Some(bytes.clone()),
        Wire::Number(_) => None,
    })
    .collect()
}
fn text(all: &Fields, number: u64) -> String {
    let found = inside(all, number).into_iter().next();
    String::from_utf8(found.unwrap_or_default()).unwrap()
}
fn number(all: &Fields, number: u64) -> u64 {
    let found = all.iter().find_map(|(known, value)| match value {
        Wire::Number(value) if *known == number => Some(*value),
        _ => None,
    });
    found.unwrap_or_default()
}

#[derive(Clone, Debug)]
struct Span {
    trace: Vec<u8>,
    id: Vec<u8>,
    parent: Vec<u8>,
    name: String,
    kind: u64,
    times: (u64, u64),
    failed: bool,
    attributes: BTreeMap<String, String>,
}

fn attributes(all: &Fields, field: u64) -> BTreeMap<String, String> {
    let pairs = inside(all, field).into_iter().map(|pair| {
        let pair = fields(&pair);
        let value = fields(&inside(&pair, 2)[0]);
        let shown = match &value[0] {
            (1, Wire::Bytes(text)) => String::from_utf8(text.clone()).unwrap(),
            (2, Wire::Number(truth)) => (*truth == 1).to_string(),
            (3, Wire::Number(number)) => number.to_string(),
            (4, Wire::Number(bits)) => f64::from_bits(*bits).to_string(),
            (5, Wire::Bytes(list)) => {
                let each = inside(&fields(list), 1);
                let each: Vec<String> = each.iter().map(|one| text(&fields(one), 1)).collect();
                each.join(",")
            }
            other => panic!("{other:?}"),
        };
        (text(&pair, 1), shown)
    });
    pairs.collect()
}

/// `ExportTraceServiceRequest`.
fn spans(body: &[u8]) -> (BTreeMap<String, String>, Vec<Span>) {
    let resource_spans = fields(&inside(&fields(body), 1)[0]);
    assert_eq!(
        text(&resource_spans, 3),
        "https://opentelemetry.io/schemas/1.41.1"
    );
    let resource = attributes(&fields(&inside(&resource_spans, 1)[0]), 1);
    let mut all = Vec::new();
    for scope in inside(&resource_spans, 2) {
        let scope = fields(&scope);
        assert_eq!(text(&fields(&inside(&scope, 1)[0]), 1), "sigflow");
        for span in inside(&scope, 2) {
            let span = fields(&span);
            let bytes = |field| inside(&span, field).into_iter().next().unwrap_or_default();
            let status = inside(&span, 15);
            all.push(Span {
                trace: bytes(1),
                id: bytes(2),
                parent: bytes(4),
                name: text(&span, 5),
                kind: number(&span, 6),
                times: (number(&span, 7), number(&span, 8)),
                failed: status
                    .first()
                    .is_some_and(|status| number(&fields(status), 3) == 2),
                attributes: attributes(&span, 9),
            });
        }
    }
    (resource, all)
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
    let collected: Arc<Mutex<Vec<Body>>> = Arc::default();
    let collector = {
        let collected = collected.clone();
        serve(move |head, body| {
            assert!(
                head.contains("content-type: application/x-protobuf"),
                "{head}"
            );
            let path = head.split(' ').nth(1).unwrap().to_owned();
            collected.lock().unwrap().push((path, body));
            (200, String::new())
        })
        .await
    };

    let price = |_: &str, model: &str, usage: &Usage| {
        #[allow(clippy::cast_precision_loss)]
        (model == "small")
            .then_some(usage.input_tokens as f64 * 1e-6 + usage.output_tokens as f64 * 4e-6)
    };
    let telemetry = Telemetry::builder().price(price).build();
    let exporter = Exporter::builder(&collector)
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

    let collected = collected.lock().unwrap().clone();
    let traces: Vec<_> = collected
        .iter()
        .filter(|(path, _)| path == "/v1/traces")
        .collect();
    assert_eq!(traces.len(), 1);
    let (resource, all) = spans(&traces[0].1);
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
    let metrics = collected
        .iter()
        .find(|(path, _)| path == "/v1/metrics")
        .unwrap();
    let resource_metrics = fields(&inside(&fields(&metrics.1), 1)[0]);
    let scoped = fields(&inside(&resource_metrics, 2)[0]);
    let metrics: Vec<Fields> = inside(&scoped, 2).iter().map(|one| fields(one)).collect();
    let metric = |name: &str| metrics.iter().find(|one| text(one, 1) == name).unwrap();
    let sum = fields(&inside(metric("sigflow.cost"), 7)[0]);
    let point = fields(&inside(&sum, 1)[0]);
    assert!((f64::from_bits(number(&point, 4)) - cost).abs() < 1e-12);
    assert_eq!((number(&sum, 2), number(&sum, 3)), (2, 1));
    let histogram = fields(&inside(metric("gen_ai.client.token.usage"), 9)[0]);
    assert_eq!(number(&histogram, 2), 2, "cumulative");
    let mut found = BTreeMap::new();
    for point in inside(&histogram, 1) {
        let point = fields(&point);
        assert_eq!(number(&point, 4), 3);
        assert_eq!(inside(&point, 6)[0].len(), 15 * 8);
        assert_eq!(inside(&point, 7)[0].len(), 14 * 8);
        let labels = attributes(&point, 9);
        found.insert(
            labels["gen_ai.token.type"].clone(),
            f64::from_bits(number(&point, 5)),
        );
    }
    assert_eq!(
        found,
        BTreeMap::from([("input".to_owned(), sums.0), ("output".to_owned(), sums.1)])
    );
}
