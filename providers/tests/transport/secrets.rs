//! Keys are in no text that a program can get at.
use crate::{
    stream,
    support::{KEY, Server, Step, ask, call, http, reply},
};
use sigflow_core::LanguageModel;
use sigflow_providers::{
    Cassette, OpenAi, Secret,
    middleware::{Capture, Log},
};
use std::{
    fmt::Debug,
    sync::{Arc, Mutex},
};

/// What must be nowhere: a key, the value of a header, the password and the query of a URL.
const SECRETS: [&str; 4] = [
    KEY,
    "header-secret-4321",
    "pass-word-8765",
    "query-secret-2468",
];

/// All texts of one client: `Debug` of everything public, errors, logs, captures, cassettes.
#[derive(Default)]
struct Texts(Arc<Mutex<Vec<String>>>);

impl Texts {
    fn debug(&self, value: &dyn Debug) {
        self.add(format!("{value:?} {value:#?}"));
    }
    fn add(&self, text: String) {
        self.0.lock().expect("no panic").push(text);
    }
    #[track_caller]
    fn hold_no_secret(&self) {
        let texts = self.0.lock().expect("no panic");
        assert!(texts.len() > 10, "{}", texts.len());
        for text in &*texts {
            for secret in SECRETS {
                assert!(!text.contains(secret), "{secret} in {text}");
            }
        }
    }
}

/// Everything that libraries below us log, by either of the two ways, down to the finest level.
struct Logs(Arc<Mutex<Vec<String>>>);

struct Fields<'a>(&'a mut String);
impl tracing::field::Visit for Fields<'_> {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn Debug) {
        use std::fmt::Write as _;
        let _ = write!(self.0, " {field}={value:?}");
    }
}
impl Logs {
    fn note(&self, record: impl FnOnce(&mut Fields<'_>)) {
        let mut text = String::new();
        record(&mut Fields(&mut text));
        self.0.lock().expect("no panic").push(text);
    }
}
impl tracing::Subscriber for Logs {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, span: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        self.note(|fields| span.record(fields));
        tracing::span::Id::from_u64(1)
    }
    fn record(&self, _: &tracing::span::Id, values: &tracing::span::Record<'_>) {
        self.note(|fields| values.record(fields));
    }
    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}
    fn event(&self, event: &tracing::Event<'_>) {
        self.note(|fields| event.record(fields));
    }
    fn enter(&self, _: &tracing::span::Id) {}
    fn exit(&self, _: &tracing::span::Id) {}
}
impl log::Log for Logs {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }
    fn log(&self, record: &log::Record<'_>) {
        self.0
            .lock()
            .expect("no panic")
            .push(record.args().to_string());
    }
    fn flush(&self) {}
}

/// A server that repeats all that it was told, in every place.
#[tokio::test]
async fn no_text_holds_a_key() {
    let logged = Texts::default();
    let _guard = tracing::subscriber::set_default(Logs(logged.0.clone()));
    log::set_boxed_logger(Box::new(Logs(logged.0.clone()))).expect("no other logger");
    log::set_max_level(log::LevelFilter::Trace);
    let said = SECRETS.join(" ");
    let failure =
        format!(r#"{{"error":{{"message":"{said}","code":"invalid_api_key","param":"{said}"}}}}"#);
    let headers = [
        ("content-type", "application/json"),
        ("x-request-id", KEY),
        ("www-authenticate", KEY),
    ];
    let html = format!("<html><title>{said}</title>{said}</html>");
    let broken = format!(
        "data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{said}\"}}}}]}}\n\ndata: {said}\n\n"
    );
    let mut steps = vec![
        Step::Send(http(200, &headers, &reply(&said).to_string())),
        Step::Send(http(200, &headers, &failure)),
        Step::Send(http(200, &headers, &said)),
        Step::Send(http(200, &[("content-type", "text/event-stream")], &broken)),
        Step::SendAndClose(http(200, &headers, &failure)[..150].to_vec()),
        Step::Send(http(
            307,
            &[("location", &format!("http://x/?k={KEY}"))],
            "",
        )),
    ];
    steps.extend(
        [400, 401, 402, 403, 404, 429, 500, 503, 600]
            .map(|status| Step::Send(http(status, &headers, &failure))),
    );
    steps.push(Step::Send(http(502, &[], &html)));
    steps.push(Step::Reset(Vec::new()));
    for step in steps {
        let server = Server::start(vec![step]).await;
        let texts = Texts::default();
        let (capture, tape) = (Capture::new(10, 100_000), Cassette::recording());
        let base = server
            .base
            .replace("http://", &format!("http://user:{}@", SECRETS[2]));
        let lines = texts.0.clone();
        let builder = OpenAi::builder("gpt-5-mini")
            .base_url(format!("{base}?token={}", SECRETS[3]))
            .api_key(KEY)
            .header("x-own", SECRETS[1])
            .middleware(Log::new(move |line| {
                lines.lock().expect("no panic").push(line.to_owned());
            }))
            .middleware(Log::traced())
            .middleware(capture.clone())
            .cassette(&tape);
        texts.debug(&builder);
        let model = builder.clone().build().expect("a client");
        texts.debug(&model);
        texts.add(format!(
            "{} {} {}",
            model.endpoint(),
            model.host(),
            model.name()
        ));
        texts.debug(&Secret::new(KEY));
        texts.debug(&sigflow_core::Lm::new(model));
        for streams in [false, true] {
            let model = builder.clone().build().expect("a client");
            let error = if streams {
                stream(model, ask("q")).await.2
            } else {
                call(model, ask("q")).await.err()
            };
            if let Some(error) = error {
                texts.debug(&error);
                texts.add(format!(
                    "{error} {:?} {:?} {:?}",
                    error.raw_reply(),
                    error.provider_message(),
                    error.request_id()
                ));
                let mut cause: Option<&(dyn std::error::Error + 'static)> =
                    std::error::Error::source(&error);
                while let Some(error) = cause {
                    texts.debug(&error);
                    texts.add(error.to_string());
                    cause = error.source();
                }
            }
        }
        texts.debug(&capture);
        texts.debug(&capture.all());
        texts.debug(&tape);
        texts.add(tape.to_json().expect("clean"));
        let player = Cassette::parse(&tape.to_json().expect("clean")).expect("a cassette");
        texts.debug(&player.unused());
        texts.debug(&player.finish().err());
        texts.hold_no_secret();
    }
    logged.hold_no_secret();
    let logged = logged.0.lock().expect("no panic");
    assert!(
        logged
            .iter()
            .any(|line| line.contains("POST http://127.0.0.1:")),
        "{logged:?}"
    );
}

/// A name and a password in the URL are sent as the header that they stand for; a key, where there is one, comes first.
#[tokio::test]
async fn passwords_of_urls_are_sent() {
    let server = Server::json(reply("yes")).await;
    let base = server
        .base
        .replace("http://", "http://Aladdin:open%20sesame@");
    let builder = OpenAi::builder("gpt-5-mini").base_url(base);
    call(builder.clone().build().expect("a client"), ask("q"))
        .await
        .expect("a reply");
    call(builder.api_key(KEY).build().expect("a client"), ask("q"))
        .await
        .expect("a reply");
    let sent = server.recorded();
    let of = |index: usize| sent[index].header("authorization").map(str::to_owned);
    assert_eq!(of(0).as_deref(), Some("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
    assert_eq!(of(1), Some(format!("Bearer {KEY}")));
}

/// What the user holds: builders and clients of every format.
#[test]
fn no_builder_and_no_client_shows_a_key() {
    fn check(text: &str) {
        assert!(text.len() > 40, "{text}");
        for secret in SECRETS {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
    macro_rules! check {
        ($client:ty) => {
            let base = format!("http://user:{}@h.test/v1?token={}", SECRETS[2], SECRETS[3]);
            let builder = <$client>::builder("m").base_url(base).api_key(KEY);
            let builder = builder.header("x-own", SECRETS[1]);
            check(&format!("{builder:?} {builder:#?}"));
            let client = builder.build().expect("a client");
            check(&format!("{client:?} {client:#?} {}", client.endpoint()));
        };
    }
    check!(OpenAi);
    check!(sigflow_providers::OpenAiResponses);
    #[cfg(feature = "anthropic")]
    {
        check!(sigflow_providers::Anthropic);
    }
    #[cfg(feature = "gemini")]
    {
        check!(sigflow_providers::Gemini);
    }
    #[cfg(feature = "ollama")]
    {
        check!(sigflow_providers::Ollama);
    }
    #[cfg(feature = "bedrock")]
    {
        let builder = sigflow_providers::Bedrock::builder("m").region("us-east-1");
        let builder = builder
            .credentials("AKIAIOSFODNN7EXAMPLE", KEY)
            .session_token(SECRETS[1]);
        check(&format!("{builder:?} {builder:#?}"));
        let client = builder.build().expect("a client");
        check(&format!("{client:?} {client:#?}"));
    }
}

/// The cassettes that are committed hold nothing that looks like a key, and no place of a machine.
#[test]
fn committed_cassettes_are_clean() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cassettes");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let text = std::fs::read_to_string(&path).expect("a text");
        count += usize::from(path.extension().is_some_and(|end| end == "json"));
        for word in [
            "sk-recorded",
            "Bearer ",
            "/home/",
            "/root/",
            "/tmp/",
            "authorization",
            "x-api-key",
        ] {
            assert!(!text.contains(word), "{word} in {}", path.display());
        }
    }
    assert!(count >= 4, "{count}");
}
