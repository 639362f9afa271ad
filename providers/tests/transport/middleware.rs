use crate::{
    events, stream,
    support::{KEY, Server, Step, ask, call, http, reply},
};
use sigflow_core::{Error, ErrorKind, Result};
use sigflow_providers::{
    Secret,
    middleware::{Capture, End, Log, Middleware, Outbound, ReplyHead, SetHeader, Watch},
};
use std::sync::{Arc, Mutex};

type Notes = Arc<Mutex<Vec<String>>>;

/// Notes all that it sees, under its name.
#[derive(Clone)]
struct Spy(&'static str, Notes);

impl Spy {
    fn note(&self, what: &str) {
        self.1
            .lock()
            .expect("no panic")
            .push(format!("{} {what}", self.0));
    }
}
impl Middleware for Spy {
    fn request(&self, request: &mut Outbound<'_>) -> Result<Option<Box<dyn Watch>>> {
        let headers: Vec<String> = request
            .headers()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        self.note(&format!(
            "asks {} {}",
            request.method(),
            request.is_stream()
        ));
        self.note(&headers.join(" "));
        Ok(Some(Box::new(self.clone())))
    }
}
impl Watch for Spy {
    fn head(&mut self, head: &ReplyHead<'_>) {
        let cookie = head.header("set-cookie").unwrap_or_default();
        self.note(&format!("{} {cookie}", head.status()));
    }
    fn piece(&mut self, bytes: &[u8]) {
        self.note(&String::from_utf8_lossy(bytes));
    }
    fn end(&mut self, end: &End<'_>) {
        self.note(match end {
            End::Whole => "whole",
            End::Failed(_) => "failed",
            _ => "left",
        });
    }
}

#[tokio::test]
async fn requests_in_order_and_replies_in_the_opposite_order() {
    let server = Server::start(vec![Step::Send(http(
        200,
        &[
            ("content-type", "application/json"),
            ("set-cookie", "session=1234"),
        ],
        &reply("yes").to_string(),
    ))])
    .await;
    let notes = Notes::default();
    let model = server
        .builder()
        .header("x-team", "team-secret-value")
        .middleware(Spy("first", notes.clone()))
        .middleware(SetHeader::new("x-number", |request| {
            Some(request.body().len().to_string())
        }))
        .middleware(Spy("second", notes.clone()));
    let answer = call(model.build().expect("a client"), ask("q"))
        .await
        .expect("a reply");
    assert_eq!(answer.completions[0].text, "yes");
    let notes = notes.lock().expect("no panic");
    let firsts: Vec<&str> = notes
        .iter()
        .map(|note| note.split(' ').next().unwrap_or_default())
        .collect();
    assert_eq!(firsts[..4], ["first", "first", "second", "second"]);
    let back = (firsts.len() - 4) / 2;
    assert_eq!(firsts[4..], ["second", "first"].repeat(back));
    assert_eq!(notes[0], "first asks POST false");
    assert!(
        notes[1].contains("authorization=[redacted]") && notes[1].contains("x-team=[redacted]")
    );
    assert!(
        !notes[1].contains("x-number=") && notes[3].contains("x-number="),
        "{notes:?}"
    );
    assert!(
        notes.iter().any(|note| note == "first 200 [redacted]"),
        "{notes:?}"
    );
    assert_eq!(notes[notes.len() - 2..], ["second whole", "first whole"]);
    assert!(
        notes
            .iter()
            .all(|note| !note.contains(KEY) && !note.contains("team-secret")),
        "{notes:?}"
    );
    let sent = &server.recorded()[0];
    assert_eq!(
        sent.header("x-number"),
        Some(sent.body.len().to_string().as_str())
    );
    assert_eq!(
        sent.header("authorization"),
        Some(format!("Bearer {KEY}").as_str())
    );
}

/// Changes bodies, or stops calls.
struct Rewrite(Option<&'static str>);
impl Middleware for Rewrite {
    fn request(&self, request: &mut Outbound<'_>) -> Result<Option<Box<dyn Watch>>> {
        let Some(word) = self.0 else {
            return Err(Error::new(ErrorKind::InvalidInput, "not on a Sunday"));
        };
        let body = request.body().replace("question", word);
        *request.body_mut() = body;
        Ok(None)
    }
}

#[tokio::test]
async fn bodies_can_be_changed_and_calls_stopped() {
    let server = Server::json(reply("yes")).await;
    let notes = Notes::default();
    let model = server
        .builder()
        .middleware(Rewrite(Some("much longer than before")));
    call(model.build().expect("a client"), ask("question"))
        .await
        .expect("a reply");
    assert!(
        server.recorded()[0]
            .body
            .contains("much longer than before")
    );

    let model = server
        .builder()
        .middleware(Spy("spy", notes.clone()))
        .middleware(Rewrite(None));
    let model = Arc::new(model.build().expect("a client"));
    let error = sigflow_core::LanguageModel::complete(model, ask("question"))
        .await
        .expect_err("stopped");
    assert_eq!(error.to_string(), "not on a Sunday");
    assert_eq!(server.recorded().len(), 1, "nothing was sent");
    assert_eq!(
        notes.lock().expect("no panic").last().map(String::as_str),
        Some("spy failed")
    );
}

#[tokio::test]
async fn a_clients_own_secrets_are_not_replaced() {
    let server = Server::json(reply("yes")).await;
    let other = || Ok(Secret::new("Bearer another-token"));
    let model = server
        .builder()
        .middleware(SetHeader::secret("authorization", other));
    let error = call(model.build().expect("a client"), ask("q"))
        .await
        .expect_err("two keys");
    assert!(
        error.is_configuration() && error.to_string().contains("not both"),
        "{error}"
    );
    for (name, value, words) in [
        ("content-length", "1", "connection itself"),
        ("no name", "1", "no name of a header"),
        ("x-a", "two\nlines", "no header may hold"),
    ] {
        let model = server
            .builder()
            .middleware(SetHeader::new(name, move |_| Some(value.to_owned())));
        let error = call(model.build().expect("a client"), ask("q"))
            .await
            .expect_err(words);
        assert!(
            error.is_configuration() && error.to_string().contains(words),
            "{error}"
        );
    }
    assert!(server.recorded().is_empty(), "nothing was sent");
}

/// A token that is renewed: sent, replaced by the next, and in no error though the server repeats it.
#[tokio::test]
async fn tokens_of_middleware_are_secrets_too() {
    let echo = r#"{"error":{"message":"no such token: token-of-hour-1, nor token-of-hour-2","code":"invalid_api_key"}}"#;
    let server = Server::start(vec![Step::Send(http(
        401,
        &[("content-type", "application/json")],
        echo,
    ))])
    .await;
    let hours = std::sync::atomic::AtomicU32::new(1);
    let notes = Notes::default();
    let model = sigflow_providers::OpenAi::builder("gpt-5-mini")
        .base_url(&server.base)
        .middleware(SetHeader::secret("authorization", move || {
            let hour = hours.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            Ok(Secret::new(format!("Bearer token-of-hour-{hour}")))
        }))
        .middleware(Spy("spy", notes.clone()))
        .build()
        .expect("a client");
    let model = Arc::new(model);
    for _ in 0..2 {
        let error = sigflow_core::LanguageModel::complete(model.clone(), ask("q"))
            .await
            .expect_err("401");
        let both = format!("{error} {error:?} {:?}", error.raw_reply());
        assert!(
            both.contains("no such token: [redacted]") && !both.contains("token-of-hour-1"),
            "{both}"
        );
    }
    assert_eq!(
        server.recorded()[1].header("authorization"),
        Some("Bearer token-of-hour-2")
    );
    let notes = notes.lock().expect("no panic");
    assert!(notes[1].contains("authorization=[redacted]"), "{notes:?}");
}

#[tokio::test]
async fn streams_are_seen_as_they_arrive() {
    let server = Server::start(vec![
        Step::Send(events(&["a", "b", "c"])),
        Step::SendAndClose(events(&["a", "b", "c"])[..220].to_vec()),
    ])
    .await;
    let (notes, lines) = (Notes::default(), Notes::default());
    let sink = lines.clone();
    let capture = Capture::new(1, 4096);
    let model = || {
        let sink = sink.clone();
        let builder = server
            .builder()
            .middleware(Spy("spy", notes.clone()))
            .middleware(capture.clone());
        let log = Log::new(move |line| sink.lock().expect("no panic").push(line.to_owned()));
        builder.middleware(log).build().expect("a client")
    };
    let (text, _, error) = stream(model(), ask("q")).await;
    assert!(text == "abc" && error.is_none(), "{error:?}");
    let seen = capture.all();
    assert!(
        seen[0].reply.contains("data: [DONE]") && seen[0].status == Some(200),
        "{seen:?}"
    );
    let (_, _, error) = stream(model(), ask("q")).await;
    assert!(error.expect("it was cut").is_incomplete_stream());
    let seen = capture.all();
    assert_eq!(seen.len(), 1, "only the last is kept");
    assert!(
        seen[0].failure.is_some() && !seen[0].reply.contains("[DONE]"),
        "{seen:?}"
    );
    let lines = lines.lock().expect("no panic");
    assert!(
        lines[0].starts_with("#1 POST http://127.0.0.1:") && lines[0].contains(", streamed, "),
        "{lines:?}"
    );
    assert!(
        lines[1].starts_with("#1 200 after ") && lines[1].contains(" bytes in "),
        "{lines:?}"
    );
    assert!(lines[3].contains("the stream broke off"), "{lines:?}");
    let ends: Vec<String> = notes
        .lock()
        .expect("no panic")
        .iter()
        .filter(|note| ["spy whole", "spy left", "spy failed"].contains(&note.as_str()))
        .cloned()
        .collect();
    assert_eq!(ends.len(), 2, "one end for each: {ends:?}");
    assert_eq!(ends[1], "spy failed");
}

/// A server that is not there is an end too, and so is a call that is dropped.
#[tokio::test]
async fn every_call_has_one_end() {
    let notes = Notes::default();
    let gone = sigflow_providers::OpenAi::builder("m")
        .base_url("http://127.0.0.1:1/v1")
        .middleware(Spy("spy", notes.clone()))
        .build()
        .expect("a client");
    call(gone, ask("q")).await.expect_err("nobody listens");
    let server = Server::start(vec![Step::SendAndStall(Vec::new())]).await;
    let model = server
        .builder()
        .middleware(Spy("spy", notes.clone()))
        .build()
        .expect("a client");
    let waiting = call(model, ask("q"));
    let _ = tokio::time::timeout(std::time::Duration::from_millis(50), waiting).await;
    let notes = notes.lock().expect("no panic");
    let ends: Vec<&String> = notes.iter().filter(|note| note.len() < 12).collect();
    assert_eq!(ends, ["spy failed", "spy left"]);
}

/// What is kept is bounded, and a key that the bound cuts is not half there.
#[tokio::test]
async fn captures_are_bounded_and_clean() {
    for before in 0..40 {
        let body = reply(&format!(
            "{}{KEY} and {KEY}, {}",
            "x".repeat(before),
            "y".repeat(300)
        ));
        let server = Server::json(body).await;
        let capture = Capture::new(2, 150);
        let model = server.builder().middleware(capture.clone());
        call(
            model.build().expect("a client"),
            ask(&format!("{}{KEY}", "z".repeat(30 + before))),
        )
        .await
        .expect("a reply");
        let seen = capture.all();
        assert!(seen[0].reply.len() <= 150 && seen[0].reply_bytes > 300);
        assert!(seen[0].request.len() <= 150 && seen[0].request_bytes > seen[0].request.len());
        for text in [&seen[0].reply, &seen[0].request] {
            assert!(!text.contains(&KEY[..6]), "{before}: {text}");
        }
    }
}
