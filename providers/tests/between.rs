//! What stands between a client and a server, or fails at random: nginx and aimock's chaos, which nobody here wrote.
//!
//! `eval "$(.ci/counterparts.sh)"` starts them and sets the variables; without them these tests say so and pass.
#![cfg(feature = "openai")]
use sigflow_core::{Chunk, Error, ErrorKind, LanguageModel, Message, Phase, Prefix, Request, Text};
use sigflow_providers::{OpenAi, middleware::Capture};
use std::{collections::BTreeMap, sync::Arc, time::Duration};

fn server(variable: &str) -> Option<String> {
    let url = std::env::var(variable)
        .ok()
        .filter(|url| !url.trim().is_empty());
    if url.is_none() {
        eprintln!("{variable} is not set: this test passes without its server");
    }
    url.map(|url| url.trim().trim_end_matches('/').to_owned())
}

fn ask(text: &str) -> Request {
    Request::new(
        Prefix::new(Text::from("Be brief.")),
        vec![Message::user(text.to_owned())],
    )
}
const QUESTION: &str = "What is the capital of France?";

fn client(base: &str) -> Arc<OpenAi> {
    let builder = OpenAi::builder("gpt-4o")
        .base_url(base)
        .api_key("sk-between-0123456789");
    Arc::new(
        builder
            .total_timeout(Duration::from_secs(20))
            .build()
            .expect("a client"),
    )
}

/// The error of a call through one of nginx's places.
async fn fails(nginx: &str, place: &str) -> Error {
    let call = client(&format!("{nginx}/{place}/v1")).complete(ask(QUESTION));
    call.await.expect_err(place)
}

#[tokio::test]
async fn nginx_fails_in_its_own_ways() {
    let Some(nginx) = server("SIGFLOW_NGINX_URL") else {
        return;
    };
    let error = fails(&nginx, "html").await;
    assert_eq!(
        (error.kind(), error.status()),
        (ErrorKind::Server, Some(502))
    );
    assert!(
        error.is_retryable()
            && error
                .to_string()
                .contains("an HTML page, “502 Bad Gateway”"),
        "{error}"
    );

    let error = fails(&nginx, "reset").await;
    assert!(
        error.is_transport() && error.is_retryable() && error.status().is_none(),
        "{error:?}"
    );

    let error = fails(&nginx, "stall").await;
    assert!(
        matches!(error.status(), Some(502 | 504)) && error.is_server(),
        "{error:?}"
    );

    // a date far away is a wait that nobody means
    let error = fails(&nginx, "later").await;
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert_eq!(error.retry_after(), Some(Duration::from_hours(24)));

    let error = fails(&nginx, "moved").await;
    assert_eq!(
        (error.kind(), error.status()),
        (ErrorKind::Configuration, Some(307))
    );
    assert!(
        error.to_string().contains("http://127.0.0.1:") && error.to_string().contains("/moved/v1/"),
        "{error}"
    );
}

#[tokio::test]
async fn nginx_limits_the_rate() {
    let Some(nginx) = server("SIGFLOW_NGINX_URL") else {
        return;
    };
    let client = client(&format!("{nginx}/rate/v1"));
    let calls: Vec<_> = (0..24)
        .map(|_| tokio::spawn(client.clone().complete(ask(QUESTION))))
        .collect();
    let (mut answers, mut limited) = (0, 0);
    for call in calls {
        match call.await.expect("no panic") {
            Ok(_) => answers += 1,
            Err(error) => {
                assert_eq!(
                    (error.kind(), error.status()),
                    (ErrorKind::RateLimited, Some(429)),
                    "{error:?}"
                );
                assert_eq!(error.retry_after(), Some(Duration::from_secs(1)));
                limited += 1;
            }
        }
    }
    // a machine under load lets more pass in the time that the calls take
    assert!(answers >= 1 && limited >= 1, "{answers} and {limited}");
}

#[tokio::test]
async fn nginx_is_busy() {
    let Some(nginx) = server("SIGFLOW_NGINX_URL") else {
        return;
    };
    let client = client(&format!("{nginx}/busy/v1"));
    let calls: Vec<_> = (0..8)
        .map(|_| tokio::spawn(client.clone().complete(ask(QUESTION))))
        .collect();
    let mut busy = 0;
    for call in calls {
        if let Err(error) = call.await.expect("no panic") {
            assert_eq!(
                (error.kind(), error.status()),
                (ErrorKind::Server, Some(503)),
                "{error:?}"
            );
            busy += 1;
        }
    }
    assert!(busy < 8, "one had the place");
}

/// After five requests nginx closes the connection: no call fails for it, one after the other or many at once.
#[tokio::test]
async fn connections_that_close_lose_no_call() {
    let Some(nginx) = server("SIGFLOW_NGINX_URL") else {
        return;
    };
    let client = client(&format!("{nginx}/ok/v1"));
    for _ in 0..23 {
        client
            .clone()
            .complete(ask(QUESTION))
            .await
            .expect("an answer");
    }
    let calls: Vec<_> = (0..40)
        .map(|_| tokio::spawn(client.clone().complete(ask(QUESTION))))
        .collect();
    for call in calls {
        call.await.expect("no panic").expect("an answer");
    }
}

/// 400 bytes a second: a stream that makes progress arrives, and one that must be quicker says what it waited for.
#[tokio::test]
async fn a_slow_line() {
    let Some(nginx) = server("SIGFLOW_NGINX_URL") else {
        return;
    };
    let base = format!("{nginx}/slow/v1");
    let capture = Capture::new(1, 100_000);
    let builder = OpenAi::builder("gpt-4o")
        .base_url(&base)
        .middleware(capture.clone());
    let slow = Arc::new(builder.build().expect("a client"));
    let (text, error) = stream(slow, ask(QUESTION)).await;
    assert!(
        error.is_none() && text.contains("Paris"),
        "{text} {error:?}"
    );
    assert!(capture.all()[0].reply.contains("[DONE]"));
    let mut hurried = ask(QUESTION);
    hurried.deadline = Some(std::time::Instant::now() + Duration::from_millis(300));
    let (_, error) = stream(client(&base), hurried).await;
    let error = error.expect("too slow");
    assert_eq!(
        (error.kind(), error.phase()),
        (ErrorKind::Timeout, Some(Phase::Deadline)),
        "{error:?}"
    );
}

async fn stream(client: Arc<OpenAi>, request: Request) -> (String, Option<Error>) {
    let mut stream = client.stream(request);
    let mut text = String::new();
    while let Some(chunk) = std::future::poll_fn(|cx| stream.as_mut().poll_next(cx)).await {
        match chunk {
            Ok(Chunk::Text(more)) => text += &more,
            Ok(_) => {}
            Err(error) => return (text, Some(error)),
        }
    }
    (text, None)
}

/// Four calls of five fail in one of four ways: each ends in an answer or in an error that names what happened, none
/// hangs and no half of an answer counts as one.
#[tokio::test]
async fn chaos_ends_in_answers_and_typed_errors() {
    let Some(base) = server("SIGFLOW_CHAOS_URL") else {
        return;
    };
    let client = client(&base);
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for round in 0..120 {
        let call = async {
            if round % 2 == 0 {
                let reply = client.clone().complete(ask(QUESTION)).await;
                reply.map(|reply| reply.completions[0].text.clone())
            } else {
                match stream(client.clone(), ask(QUESTION)).await {
                    (text, None) => Ok(text),
                    (_, Some(error)) => Err(error),
                }
            }
        };
        let ended = tokio::time::timeout(Duration::from_secs(30), call)
            .await
            .expect("no hang");
        let word = match ended {
            Ok(text) => {
                assert!(text.contains("Paris"), "{text}");
                "answer".to_owned()
            }
            Err(error) => {
                let kinds = [
                    ErrorKind::Server,
                    ErrorKind::RateLimited,
                    ErrorKind::Transport,
                    ErrorKind::Decode,
                    ErrorKind::IncompleteStream,
                ];
                assert!(kinds.contains(&error.kind()), "{error:?}");
                assert!(
                    !error.is_decode() || error.raw_reply().is_some(),
                    "{error:?}"
                );
                assert!(
                    !error.is_rate_limited() || error.retry_after().is_some(),
                    "{error:?}"
                );
                format!("{:?}", error.kind())
            }
        };
        *seen.entry(word).or_default() += 1;
    }
    // by chance alone each is seen: that one of them is not has a probability below a millionth
    for word in ["answer", "Server", "RateLimited", "Transport"] {
        assert!(seen.contains_key(word), "{seen:?}");
    }
}
