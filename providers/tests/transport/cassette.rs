use crate::{
    events, stream,
    support::{KEY, Server, Step, ask, call, http, reply},
};
use sigflow_providers::{Cassette, OpenAi};

fn player(base: &str, cassette: &Cassette) -> OpenAi {
    let builder = OpenAi::builder("gpt-5-mini")
        .base_url(base)
        .api_key("sk-quite-another-0123456789");
    builder.cassette(cassette).build().expect("a client")
}

#[tokio::test]
async fn what_was_recorded_is_played() {
    let json = [
        ("content-type", "application/json"),
        ("x-request-id", "req-1"),
        ("openai-organization", "acme"),
    ];
    let late = [("content-type", "application/json"), ("retry-after", "2")];
    let failure = r#"{"error":{"message":"slow down","code":"rate_limit_exceeded"}}"#;
    let whole = http(200, &json, &reply("yes, 日本").to_string());
    let server = Server::start(vec![
        Step::Send(whole.clone()),
        Step::Send(events(&["a", "bé", "c"])),
        Step::Send(http(429, &late, failure)),
        Step::SendAndClose(events(&["a", "b", "c"])[..250].to_vec()),
    ])
    .await;
    let tape = Cassette::recording().note("a server of this test");
    let model = || server.builder().cassette(&tape).build().expect("a client");
    let live = (
        call(model(), ask("one")).await.expect("a reply"),
        stream(model(), ask("two")).await,
        call(model(), ask("three")).await.expect_err("429"),
        stream(model(), ask("four")).await,
    );
    let text = tape.to_json().expect("clean");
    assert!(!text.contains(KEY) && !text.contains("acme"), "{text}");
    assert_eq!(server.recorded.lock().expect("no panic").len(), 4);

    let tape = Cassette::parse(&text).expect("a cassette");
    assert_eq!((tape.len(), tape.unused().len()), (4, 4));
    let model = || player(&server.base, &tape);
    let whole = call(model(), ask("one")).await.expect("a reply");
    assert_eq!(format!("{whole:?}"), format!("{:?}", live.0));
    assert_eq!(whole.request_id.as_deref(), live.0.request_id.as_deref());
    let played = stream(model(), ask("two")).await;
    assert!(played.0 == "abéc" && played.2.is_none());
    let late = call(model(), ask("three")).await.expect_err("429");
    assert_eq!(format!("{late:?}"), format!("{:?}", live.2));
    assert_eq!(late.retry_after(), live.2.retry_after());
    let unused = tape
        .finish()
        .expect_err("one was not asked for")
        .to_string();
    assert!(
        unused.contains("1 of 4") && unused.contains("\n4: POST http://127.0.0.1:"),
        "{unused}"
    );
    let (text, _, error) = stream(model(), ask("four")).await;
    let (was, error) = (live.3.2.expect("cut"), error.expect("cut"));
    assert_eq!((text, error.kind()), (live.3.0, was.kind()));
    assert_eq!(error.raw_reply(), was.raw_reply());
    tape.finish().expect("all was played");
    assert_eq!(
        server.recorded.lock().expect("no panic").len(),
        4,
        "nothing was sent"
    );
}

#[tokio::test]
async fn strangers_are_told_what_differs() {
    let server = Server::json(reply("yes")).await;
    let tape = Cassette::recording();
    let model = || server.builder().cassette(&tape).build().expect("a client");
    call(model(), ask("What is the capital of France, in one word?"))
        .await
        .expect("a reply");
    let mut hot = ask("other");
    hot.settings.temperature = Some(0.5);
    hot.settings.seed = Some(7);
    call(model(), hot).await.expect("a reply");
    let tape = Cassette::parse(&tape.to_json().expect("clean")).expect("a cassette");

    let ours = |text: &str| call(player(&server.base, &tape), ask(text));
    let error = ours("What is the capital of Spain, in one word?")
        .await
        .expect_err("another question");
    let words = error.to_string();
    assert_eq!(error.kind(), sigflow_core::ErrorKind::Model);
    assert!(
        !error.is_retryable()
            && words.contains("exchange 1, differs in `body.messages[1].content`: recorded"),
        "{words}"
    );
    assert!(
        words.contains("France") && words.contains("Spain"),
        "{words}"
    );

    let mut near = ask("other");
    near.settings.temperature = Some(0.75);
    let words = call(player(&server.base, &tape), near)
        .await
        .expect_err("other settings")
        .to_string();
    assert!(
        words.contains("`body.temperature`: recorded 0.5, asked 0.75"),
        "{words}"
    );
    assert!(
        words.contains("`body.seed`: recorded 7, asked none"),
        "{words}"
    );

    let words = call(
        player("http://elsewhere.test/v1", &tape),
        ask("What is the capital of France, in one word?"),
    )
    .await
    .expect_err("another place")
    .to_string();
    assert!(
        words.contains("the URL: recorded http://127.0.0.1")
            && words.contains("asked http://elsewhere.test/v1/"),
        "{words}"
    );

    ours("What is the capital of France, in one word?")
        .await
        .expect("it was recorded");
    let words = ours("What is the capital of France, in one word?")
        .await
        .expect_err("only once")
        .to_string();
    assert!(
        words.contains("exchange 1") && words.contains("played already"),
        "{words}"
    );
    let (_, _, error) = stream(player(&server.base, &tape), ask("never")).await;
    assert!(
        error
            .expect("unknown")
            .to_string()
            .contains("`body.stream`: recorded none, asked true")
    );
    let empty = Cassette::parse(&Cassette::recording().to_json().expect("nothing")).expect("empty");
    let words = call(player(&server.base, &empty), ask("q"))
        .await
        .expect_err("empty")
        .to_string();
    assert!(words.contains("the cassette is empty"), "{words}");
}

/// A key in every place where one could be: in the URL, in headers both ways, in bodies both ways, cut in every way.
#[tokio::test]
async fn a_cassette_holds_no_key() {
    let (own, token, stranger) = (
        "own-header-value-1234",
        "query-token-5678",
        "AIzaSyA0123456789abcdefghijklmnopqrstuv",
    );
    let words = format!("keys {KEY} {own} {token} {stranger} customer-77 and \u{e9}\u{1f600}");
    for size in [1, 3, 7, 1000] {
        let body = reply(&words).to_string();
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\
             x-request-id: {KEY}\r\nx-ratelimit-{own}: 1\r\nx-ratelimit-a: {own}\r\nset-cookie: k={KEY}\r\n\r\n"
        );
        let mut bytes = head.into_bytes();
        for piece in body.as_bytes().chunks(size) {
            bytes.extend(format!("{:x}\r\n", piece.len()).into_bytes());
            bytes.extend(piece);
            bytes.extend(b"\r\n");
        }
        bytes.extend(b"0\r\n\r\n");
        let server = Server::start(vec![Step::Send(bytes)]).await;
        let tape = Cassette::recording()
            .scrub("customer-[0-9]+")
            .expect("a pattern")
            .note(format!("by {stranger}"));
        let (host, base) = (
            server.base.replace("http://", "http://user:pass-word-9@"),
            &server.base,
        );
        let model = OpenAi::builder("gpt-5-mini")
            .base_url(format!("{host}?token={token}"))
            .api_key(KEY)
            .header("x-own", own)
            .cassette(&tape)
            .build()
            .expect("a client");
        let answer = call(model, ask(&words)).await.expect("a reply");
        assert_eq!(
            answer.completions[0].text, words,
            "the caller gets what came"
        );
        // the name of a header is the server's word, and cannot be cleaned: the whole is refused or free of it
        let text = tape.to_json().expect("clean");
        for secret in [
            KEY,
            own,
            token,
            stranger,
            "pass-word-9",
            "customer-77",
            "set-cookie",
        ] {
            assert!(!text.contains(secret), "{size}: {secret} in {text}");
        }
        assert!(
            text.contains("keys [redacted] [redacted] [redacted] [redacted] [redacted] and"),
            "{text}"
        );

        // by a client with other keys it is played all the same
        let words = words
            .replace(KEY, "sk-another-key-9876543210")
            .replace(own, "other-header-value")
            .replace(token, "other-query-token");
        let tape = Cassette::parse(&text)
            .expect("a cassette")
            .scrub("customer-[0-9]+")
            .expect("a pattern");
        let model = OpenAi::builder("gpt-5-mini")
            .base_url(format!("{base}?token=other-query-token"))
            .api_key("sk-another-key-9876543210")
            .header("x-own", "other-header-value")
            .cassette(&tape)
            .build()
            .expect("a client");
        let played = call(model, ask(&words)).await.expect("a reply");
        assert!(played.completions[0].text.ends_with(" and \u{e9}\u{1f600}"));
        tape.finish().expect("all was played");
    }
}

#[tokio::test]
async fn a_key_among_bytes_is_not_written() {
    let mut bytes = b"HTTP/1.1 200 OK\r\ncontent-length: 40\r\n\r\n\xff\xfe".to_vec();
    bytes.extend(format!("{KEY:38}").into_bytes());
    let server = Server::start(vec![Step::SendAndClose(bytes)]).await;
    let tape = Cassette::recording();
    let model = server.builder().cassette(&tape).build().expect("a client");
    call(model, ask("q")).await.expect_err("no JSON");
    let error = tape.to_json().expect_err("it holds a key");
    assert!(
        error
            .to_string()
            .contains("the reply of exchange 1 is binary and holds a key"),
        "{error}"
    );
}

/// Bytes that are no text come back as they were, with their cuts.
#[tokio::test]
async fn bytes_are_kept_as_they_are() {
    let server = Server::start(vec![Step::SendAndClose(
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\na\xff\xfe\r\n2\r\n\x00b\r\n0\r\n\r\n".to_vec(),
    )])
    .await;
    let tape = Cassette::recording();
    let model = server.builder().cassette(&tape).build().expect("a client");
    let live = call(model, ask("q")).await.expect_err("no JSON");
    let text = tape.to_json().expect("clean");
    assert!(text.contains("\"hex\": \"61fffe0062\""), "{text}");
    let tape = Cassette::parse(&text).expect("a cassette");
    let played = call(player(&server.base, &tape), ask("q"))
        .await
        .expect_err("no JSON");
    assert_eq!(format!("{played:?}"), format!("{live:?}"));
}
