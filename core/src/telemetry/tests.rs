//! What is told, and in what order.
use super::{Event, EventKind, Sink, Span, SpanKind, Value};
use crate::{
    Ask, Attempt, AttemptOutcome, Chunk, DynSignature, Error, ErrorKind, Lm, OutputSchema, Prefix,
    Request, Response, ResponseFormat, Result, Saved, Scope, Text, ToolCall, ToolSpec, Usage,
    testing::Scripted,
};
use std::{
    fmt::Write,
    sync::{Arc, Mutex},
};

#[derive(Default)]
struct Kept {
    spans: Mutex<Vec<Span>>,
    events: Mutex<Vec<String>>,
}
impl Sink for Kept {
    fn event(&self, event: &Event<'_>) {
        let mut line = event.kind.name().to_owned();
        event.each(&mut |name, value| {
            if !matches!(name, "duration" | "first_chunk" | "hash") {
                let _ = write!(line, " {name}={}", shown(&value));
            }
        });
        self.events.lock().unwrap().push(line);
    }
    fn span(&self, span: &Span) {
        self.spans.lock().unwrap().push(span.clone());
    }
}

fn shown(value: &Value<'_>) -> String {
    match value {
        Value::Text(text) => text.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
        Value::Texts(texts) => texts.join(","),
    }
}

fn block<T>(future: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.build().unwrap().block_on(future)
}

fn paris() -> Lm {
    Lm::from_fn(|_| async {
        let mut response = Response::text("[[ ## answer ## ]]\nParis\n[[ ## confidence ## ]]\n0.9");
        response.usage = Some(Usage::new(12, 3));
        response.model = "paris-1".into();
        Ok(response)
    })
}

fn question() -> crate::DynAsk {
    let signature = DynSignature::parse("question -> answer, confidence: float").unwrap();
    signature.ask([("question", "Where?".into())]).unwrap()
}

#[test]
fn a_run_tells_its_events_and_spans() {
    let kept = Arc::new(Kept::default());
    let scope = Scope::current().with_lm(&paris()).with_sink(kept.clone());
    block(scope.run("geography", question().predict())).unwrap();
    assert_eq!(
        *kept.events.lock().unwrap(),
        [
            "sigflow.signature.validation signature=StringSignature component=inputs succeeded=true",
            "sigflow.provider.request provider=custom model=function endpoint=chat",
            "sigflow.provider.response provider=custom model=function endpoint=chat succeeded=true cached=false usage=15 attempts=1 rate_limited=0",
            "sigflow.signature.validation signature=StringSignature component=outputs succeeded=true",
            "sigflow.prediction.execution signature=StringSignature provider=custom model=function succeeded=true usage=15 confidence=0.9",
            "sigflow.program.execution name=geography path=geography succeeded=true",
        ]
    );
    let spans = kept.spans.lock().unwrap();
    let kinds: Vec<SpanKind> = spans.iter().map(|span| span.kind).collect();
    assert_eq!(
        kinds,
        [SpanKind::Chat, SpanKind::Prediction, SpanKind::Program]
    );
    assert_eq!(spans[0].parent, Some(spans[1].id));
    assert_eq!(spans[1].parent, Some(spans[2].id));
    assert_eq!(spans[2].parent, None);
    assert!(spans.iter().all(|span| span.trace == spans[0].trace));
    let of = |name: &str| spans[0].attribute(name).map(shown);
    assert_eq!(of("gen_ai.usage.input_tokens").as_deref(), Some("12"));
    assert_eq!(of("gen_ai.response.model").as_deref(), Some("paris-1"));
    assert_eq!(of("gen_ai.input.messages"), None);
    let run = spans[2].attribute("sigflow.run").map(shown);
    assert_eq!(run, Some(format!("{:032x}", spans[2].trace)));
}

#[test]
fn content_is_opted_into() {
    let kept = Arc::new(Kept::default());
    let scope = Scope::current().with_lm(&paris()).with_sink(kept.clone());
    block(scope.with_content(true).enter(question().predict())).unwrap();
    let spans = kept.spans.lock().unwrap();
    let of = |name: &str| spans[0].attribute(name).map(shown).unwrap_or_default();
    assert!(of("gen_ai.input.messages").contains("Where?"));
    assert!(of("gen_ai.output.messages").contains("Paris"));
    assert!(of("gen_ai.system_instructions").contains("answer"));
}

/// What an error quotes of a reply, an input or a server is content too.
#[test]
fn errors_quote_content_only_where_it_is_wanted() {
    let lm = Lm::from_fn(|request| async move {
        let text = request.turns[0].text().to_string();
        if text.contains("Where?") {
            let reply = "[[ ## answer ## ]]\nParis\n[[ ## confidence ## ]]\nmy-secret";
            return Ok(Response::text(reply));
        }
        let refused = Error::new(ErrorKind::BadRequest, "the server refused the request");
        Err(refused
            .with_status(400)
            .with_provider_message("my-secret is no question"))
    });
    let told = |content: bool, question: &str| {
        let signature = DynSignature::parse("question -> answer, confidence: float").unwrap();
        let ask = signature.ask([("question", question.into())]).unwrap();
        let kept = Arc::new(Kept::default());
        let scope = Scope::current().with_lm(&lm).with_sink(kept.clone());
        block(scope.with_content(content).run("geography", ask.predict())).unwrap_err();
        let spans = kept.spans.lock().unwrap();
        let errors = spans.iter().filter_map(|span| span.error.clone());
        errors.collect::<Vec<_>>().join("; ")
    };
    assert_eq!(
        [told(false, "Where?"), told(false, "When?")],
        [
            "StringSignature: parse: `confidence`; parse",
            "bad_request (HTTP 400); StringSignature: bad_request (HTTP 400); bad_request",
        ]
    );
    for question in ["Where?", "When?"] {
        let told = told(true, question);
        assert!(told.contains("my-secret"), "{told}");
    }
}

#[test]
fn inputs_and_outputs_of_a_call_are_content_too() {
    let kept = Arc::new(Kept::default());
    let scope = Scope::current().with_lm(&paris()).with_sink(kept.clone());
    block(scope.with_content(true).enter(question().predict())).unwrap();
    let spans = kept.spans.lock().unwrap();
    let of = |name: &str| {
        let text = spans[1].attribute(name).map(shown).unwrap_or_default();
        serde_json::from_str::<serde_json::Value>(&text).unwrap()
    };
    let said = |messages: serde_json::Value| messages[0]["parts"][0]["content"].clone();
    assert_eq!(
        said(of("gen_ai.input.messages")),
        r#"{"question":"Where?"}"#
    );
    let outputs = said(of("gen_ai.output.messages"));
    assert_eq!(outputs, r#"{"answer":"Paris","confidence":0.9}"#);
}

/// The attributes that the conventions, v1.41.1, require of each kind of span, or require where there is something to
/// say: all of them, and none where there is nothing.
#[test]
fn spans_have_what_the_conventions_require() {
    let kept = Arc::new(Kept::default());
    let failing = Lm::from_fn(|_| async { Err(Error::new(ErrorKind::RateLimited, "slow down")) });
    let scope = Scope::current()
        .with_sink(kept.clone())
        .with_tag("gen_ai.conversation.id", "talk-1");
    let plain = Request::new(
        Prefix::new(Text::from("be brief")),
        crate::Message::user("hi"),
    );
    let mut formed = plain.clone();
    formed.response_format = ResponseFormat::Schema(OutputSchema::new("answer", "{}"));
    formed.settings.seed = Some(7);
    formed.settings.n = Some(2);
    formed.tools = Arc::new([ToolSpec::new("weather", "of a city", "{}")]);
    let call = ToolCall::new("call-1", "weather", r#"{"city":"Paris"}"#);
    block(scope.run("trip", async {
        let around = Scope::current();
        super::ObservedReply::send(&around, None, &paris(), plain).await?;
        let failed = super::ObservedReply::send(&around, None, &failing, formed).await;
        assert!(failed.unwrap_err().is_rate_limited());
        let asks = async {
            let answer = question().predict().with(&paris()).await?;
            Ok(answer["answer"].to_string())
        };
        super::execute_tool(&call, asks).await?;
        let failed = super::execute_tool(&call, async {
            Result::<String>::Err(Error::new(ErrorKind::Timeout, "too far"))
        });
        assert!(failed.await.unwrap_err().is_timeout());
        Ok(())
    }))
    .unwrap();
    let spans = kept.spans.lock().unwrap();
    let program = spans.last().unwrap();
    let named =
        |name: &str| -> Vec<&Span> { spans.iter().filter(|one| one.name == name).collect() };
    let chats = named("chat function");
    let [plain, formed, inside] = chats[..] else {
        panic!("{spans:#?}");
    };
    let tools = named("execute_tool weather");
    let [worked, failed] = tools[..] else {
        panic!("{spans:#?}");
    };
    let prediction = named("invoke_workflow StringSignature")[0];
    let is = |span: &Span, name: &str, value: Option<&str>| {
        let found = span.attribute(name).map(shown);
        assert_eq!(found.as_deref(), value, "{name} of {span:#?}");
    };
    for (spans, operation) in [
        (&chats[..], "chat"),
        (&tools[..], "execute_tool"),
        (&[program, prediction][..], "invoke_workflow"),
    ] {
        for span in spans {
            is(span, "gen_ai.operation.name", Some(operation));
            is(span, "gen_ai.conversation.id", Some("talk-1"));
        }
    }
    for chat in &chats {
        is(chat, "gen_ai.provider.name", Some("custom"));
        is(chat, "gen_ai.request.model", Some("function"));
        is(chat, "gen_ai.request.stream", None);
        assert!(chat.kind.is_client());
    }
    for name in [
        "output.type",
        "request.seed",
        "request.choice.count",
        "tool.definitions",
    ] {
        is(plain, &format!("gen_ai.{name}"), None);
    }
    is(formed, "gen_ai.output.type", Some("json"));
    is(formed, "gen_ai.request.seed", Some("7"));
    is(formed, "gen_ai.request.choice.count", Some("2"));
    is(formed, "gen_ai.tool.definitions", None);
    is(formed, "error.type", Some("rate_limited"));
    is(plain, "error.type", None);
    is(program, "gen_ai.workflow.name", Some("trip"));
    is(prediction, "gen_ai.workflow.name", Some("StringSignature"));
    for tool in &tools {
        is(tool, "gen_ai.tool.name", Some("weather"));
        is(tool, "gen_ai.tool.call.id", Some("call-1"));
        is(tool, "gen_ai.tool.type", Some("function"));
        is(tool, "gen_ai.tool.call.arguments", None);
        is(tool, "gen_ai.tool.call.result", None);
        assert!(!tool.kind.is_client() && tool.parent == Some(program.id));
    }
    is(failed, "error.type", Some("timeout"));
    is(worked, "error.type", None);
    // the tool asked a model
    assert_eq!(
        (prediction.parent, inside.parent),
        (Some(worked.id), Some(prediction.id))
    );
}

#[test]
fn what_a_tool_is_given_and_gives_is_content() {
    let kept = Arc::new(Kept::default());
    let scope = Scope::current().with_sink(kept.clone()).with_content(true);
    let call = ToolCall::new("", "weather", r#"{"city":"Paris"}"#);
    let works = super::execute_tool(&call, async { Result::Ok("12 °C") });
    block(scope.clone().enter(works)).unwrap();
    // left in the middle
    {
        let never = scope.enter(super::execute_tool(
            &call,
            std::future::pending::<Result<String>>(),
        ));
        let mut never = std::pin::pin!(never);
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(never.as_mut().poll(&mut context).is_pending());
    }
    let spans = kept.spans.lock().unwrap();
    let of = |span: usize, name: &str| spans[span].attribute(name).map(shown);
    let arguments = of(0, "gen_ai.tool.call.arguments");
    assert_eq!(arguments.as_deref(), Some(r#"{"city":"Paris"}"#));
    assert_eq!(of(0, "gen_ai.tool.call.result").as_deref(), Some("12 °C"));
    assert_eq!(of(0, "gen_ai.tool.call.id"), None, "the model gave it none");
    assert_eq!(of(1, "error.type").as_deref(), Some("cancelled"));
}

#[test]
fn failures_and_drops_are_told() {
    let kept = Arc::new(Kept::default());
    let failing = Lm::from_fn(|_| async { Err(Error::new(ErrorKind::RateLimited, "slow down")) });
    let scope = Scope::current().with_sink(kept.clone());
    block(scope.with_lm(&failing).enter(question().predict())).unwrap_err();
    let never = Lm::from_fn(|_| std::future::pending());
    block(async {
        let call = scope.with_lm(&never).run("left", question().predict());
        let mut call = std::pin::pin!(call);
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(call.as_mut().poll(&mut context).is_pending());
    });
    let events = kept.events.lock().unwrap();
    let has = |begin: &str, word: &str| {
        let mut all = events.iter();
        assert!(
            all.any(|line| line.starts_with(begin) && line.contains(word)),
            "{begin} {word}: {events:#?}"
        );
    };
    has(
        "sigflow.provider.response",
        "error=rate_limited attempts=1 rate_limited=1",
    );
    has("sigflow.prediction.execution", "error=rate_limited");
    has("sigflow.provider.response", "error=cancelled");
    has("sigflow.program.execution", "error=cancelled");
    let spans = kept.spans.lock().unwrap();
    assert_eq!(spans.len(), 5);
    assert!(spans.iter().all(|span| span.error.is_some()));
}

/// The event's confidence is that of the first output whose type is a confidence score, whatever it is called.
#[test]
fn confidence_has_its_type_for_a_source() {
    let told = |signature: &str, reply: &str| {
        let kept = Arc::new(Kept::default());
        let lm = Scripted::new([reply]).lm();
        let scope = Scope::current().with_lm(&lm).with_sink(kept.clone());
        let signature = DynSignature::parse(signature).unwrap();
        let ask = signature.ask([("question", "Where?".into())]).unwrap();
        block(scope.enter(ask.predict())).unwrap();
        let events = kept.events.lock().unwrap();
        let ended = events
            .iter()
            .find(|line| line.starts_with(EventKind::PredictionExecution.name()))
            .unwrap();
        let confidence = ended.split_once("confidence=");
        confidence.map(|(_, number)| number.to_owned())
    };
    let sure = "[[ ## sure ## ]]\n85%\n[[ ## confidence ## ]]\n0.5";
    for (signature, reply, expected) in [
        (
            "question -> sure: confidence_score, confidence: float",
            sure,
            Some("0.85"),
        ),
        (
            "question -> sure: confidence_score | None, confidence: float",
            sure,
            Some("0.85"),
        ),
        (
            "question -> sure: probability, confidence: float",
            sure,
            Some("0.5"),
        ),
        // of another scale
        (
            "question -> confidence: float",
            "[[ ## confidence ## ]]\n85",
            None,
        ),
        (
            "question -> confidence: str",
            "[[ ## confidence ## ]]\nhigh",
            None,
        ),
        ("question -> sure: float", "[[ ## sure ## ]]\n0.5", None),
    ] {
        assert_eq!(told(signature, reply).as_deref(), expected, "{signature}");
    }
}

#[test]
fn a_checked_reasoning_is_told_as_one() {
    let kept = Arc::new(Kept::default());
    let reply = r#"[[ ## reasoning_steps ## ]]
[{"step_number": 1, "thought": "Which city it is.", "reasoning": "It is the capital, so the answer is Paris."}]
[[ ## confidence ## ]]
0.75"#;
    let lm = Scripted::new([reply]).lm();
    let scope = Scope::current().with_lm(&lm).with_sink(kept.clone());
    let signature = DynSignature::parse("question -> answer").unwrap();
    let ask = signature.ask([("question", "Where?".into())]).unwrap();
    block(scope.enter(ask.checked_reasoning())).unwrap();
    let events = kept.events.lock().unwrap();
    for kind in [
        EventKind::PredictionExecution,
        EventKind::PredictionChainOfThought,
    ] {
        let ended = events.iter().find(|line| line.starts_with(kind.name()));
        let ended = ended.expect("an event");
        assert!(ended.contains("succeeded=true"), "{ended}");
        assert!(ended.ends_with("confidence=0.75"), "{ended}");
    }
}

#[test]
fn streams_are_told_once() {
    let kept = Arc::new(Kept::default());
    let lm = Scripted::new(["[[ ## answer ## ]]\nParis\n[[ ## confidence ## ]]\n0.5"]).lm();
    let scope = Scope::current().with_lm(&lm).with_sink(kept.clone());
    block(scope.enter(async { question().predict().stream().finish().await })).unwrap();
    let count = |name: &str| {
        let events = kept.events.lock().unwrap();
        events.iter().filter(|line| line.starts_with(name)).count()
    };
    assert_eq!(count(EventKind::ProviderResponse.name()), 1);
    assert_eq!(count(EventKind::PredictionExecution.name()), 1);
    let spans = kept.spans.lock().unwrap();
    let first = spans[0].attribute("gen_ai.response.time_to_first_chunk");
    assert!(matches!(first, Some(Value::Float(_))), "{spans:?}");
}

#[test]
fn streams_tell_their_cost_and_their_cache() {
    struct Pieces;
    impl crate::LanguageModel for Pieces {
        fn complete(
            self: Arc<Self>,
            _: Request,
        ) -> crate::BoxFuture<'static, crate::Result<Response>> {
            unreachable!("it streams")
        }
        fn stream(self: Arc<Self>, _: Request) -> crate::BoxStream<'static, Result<Chunk>> {
            let spent = |cost| {
                let took = std::time::Duration::from_millis(1);
                let mut attempt = Attempt::new("route", AttemptOutcome::Answered, took);
                attempt.cost = cost;
                attempt
            };
            let text = "[[ ## answer ## ]]\nParis\n[[ ## confidence ## ]]\n0.5";
            Chunk::stream_of([
                Ok(Chunk::Text(text.into())),
                Ok(Chunk::Saved(Saved::new(None))),
                Ok(Chunk::Attempts(vec![
                    spent(Some(0.25)),
                    spent(None),
                    spent(Some(0.5)),
                ])),
                Ok(Chunk::End(Some(Usage::new(1, 1)))),
            ])
        }
        fn name(&self) -> &'static str {
            "pieces"
        }
    }
    let kept = Arc::new(Kept::default());
    let scope = Scope::current()
        .with_lm(&Lm::new(Pieces))
        .with_sink(kept.clone());
    block(scope.enter(async { question().predict().stream().finish().await })).unwrap();
    let cost = kept.spans.lock().unwrap()[0]
        .attribute("sigflow.cost_usd")
        .map(shown);
    assert_eq!(cost.as_deref(), Some("0.75"));
    let events = kept.events.lock().unwrap();
    let mut told = events
        .iter()
        .filter(|line| line.starts_with("sigflow.provider.response"));
    assert!(
        told.all(|line| line.contains("cached=true") && line.contains("cost=0.75")),
        "{events:#?}"
    );
}

#[test]
fn signatures_made_at_run_time_are_told() {
    let kept = Arc::new(Kept::default());
    let cache = crate::SignatureCache::new();
    block(Scope::current().with_sink(kept.clone()).enter(async {
        cache.parse("question -> answer").unwrap();
        cache.parse("question -> answer").unwrap();
    }));
    let events = kept.events.lock().unwrap();
    assert_eq!(
        *events,
        [
            "sigflow.signature.compilation signature=StringSignature succeeded=true cached=false complexity=2",
            "sigflow.signature.compilation signature=StringSignature succeeded=true cached=true complexity=2",
        ]
    );
}

/// The last line of a reply, without its name.
fn last_reply(kept: &Kept) -> String {
    let events = kept.events.lock().unwrap();
    let name = EventKind::ProviderResponse.name();
    let mut replies = events.iter().filter(|line| line.starts_with(name));
    replies.next_back().cloned().unwrap_or_default()
}

/// What a layer asked beside the answer was paid too: it stands in budgets, spans, events and the prediction.
#[test]
fn what_was_asked_beside_the_answer_is_counted() {
    use crate::{Attempt, AttemptOutcome, Billed, Budget};
    let lm = Lm::from_fn(|_| async {
        let mut response = Response::text("[[ ## answer ## ]]\nParis\n[[ ## confidence ## ]]\n0.9");
        response.usage = Some(Usage::new(12, 3));
        response.cost = Some(0.5);
        let attempt = |outcome, usage, cost, billed| {
            let mut attempt = Attempt::new("m", outcome, std::time::Duration::ZERO);
            (attempt.usage, attempt.cost, attempt.billed) = (usage, cost, billed);
            attempt
        };
        response.attempts = vec![
            attempt(
                AttemptOutcome::Failed(ErrorKind::Server),
                None,
                None,
                Billed::No,
            ),
            attempt(
                AttemptOutcome::Answered,
                Some(Usage::new(12, 8)),
                Some(0.25),
                Billed::Yes,
            ),
            attempt(AttemptOutcome::Left, None, None, Billed::Unknown),
            attempt(
                AttemptOutcome::Answered,
                response.usage,
                response.cost,
                Billed::Yes,
            ),
        ];
        Ok(response)
    });
    for streams in [false, true] {
        let (kept, budget) = (Arc::new(Kept::default()), Budget::new());
        let scope = Scope::current()
            .with_lm(&lm)
            .with_sink(kept.clone())
            .with_budget(&budget);
        let prediction = block(scope.enter(async {
            if streams {
                question().predict().stream().finish().await
            } else {
                question().predict().prediction().await
            }
        }));
        let prediction = prediction.unwrap();
        assert_eq!(prediction.usage, Some(Usage::new(24, 11)), "{streams}");
        assert_eq!(prediction.cost, Some(0.75), "{streams}");
        assert_eq!(
            (budget.spent().calls, budget.spent().tokens),
            (1, 35),
            "{streams}"
        );
        assert_eq!(lm.history().last().unwrap().usage, Some(Usage::new(24, 11)));
        let line = last_reply(&kept);
        assert!(line.contains("usage=35 cost=0.75 attempts=4"), "{line}");
        let spans = kept.spans.lock().unwrap();
        let of = |name: &str| spans[0].attribute(name).map(shown);
        assert_eq!(of("gen_ai.usage.input_tokens").as_deref(), Some("24"));
        assert_eq!(of("sigflow.cost_usd").as_deref(), Some("0.75"));
    }
}
