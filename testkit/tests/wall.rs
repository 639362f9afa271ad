//! The wall as a client of bytes sees it.
mod support;

use serde_json::{Value, json};
use sigflow_testkit::{CANONICAL, Fault, is_complete};
use std::time::Duration;
use support::{ask, connect, wall};
use tokio::{io::AsyncWriteExt, net::TcpStream, time::timeout};

async fn all(stream: &mut TcpStream) -> (String, std::io::Result<()>) {
    let (bytes, end) = support::all(stream).await;
    (String::from_utf8_lossy(&bytes).into_owned(), end)
}

fn chat(fault: Fault, stream: bool) -> Value {
    json!({"model": format!("openai/{}", fault.model()), "stream": stream, "stream_options": {"include_usage": true},
           "messages": [{"role": "user", "content": "why?"}]})
}

/// The texts of a chat stream's events.
fn text(reply: &str) -> String {
    let events = reply
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line.strip_prefix("data: ")?).ok());
    events
        .filter_map(|event| Some(event["choices"][0]["delta"]["content"].as_str()?.to_owned()))
        .collect()
}

#[tokio::test]
async fn a_healthy_stream_is_whole() {
    let wall = wall().await;
    let (reply, end) =
        all(&mut ask(&wall, "/v1/chat/completions", &chat(Fault::Healthy, true)).await).await;
    assert!(
        end.is_ok() && reply.ends_with("data: [DONE]\n\n\r\n0\r\n\r\n"),
        "{reply}"
    );
    assert_eq!(text(&reply), CANONICAL);
    assert!(reply.contains("\"completion_tokens\":60"));
    let seen = wall.seen();
    assert_eq!(
        (seen.len(), seen[0].model.as_str(), seen[0].attempt),
        (1, "fb-ok", 1)
    );
    assert!(seen[0].answered.is_some() && seen[0].left.is_none() && seen[0].prompt_tokens > 0);
}

#[tokio::test]
async fn a_cut_stream_has_no_last_chunk_and_a_reset_no_byte() {
    let wall = wall().await;
    let (reply, end) =
        all(&mut ask(&wall, "/v1/chat/completions", &chat(Fault::Cut, true)).await).await;
    assert!(end.is_ok() && !reply.ends_with("0\r\n\r\n"));
    assert_eq!(text(&reply).split(' ').count(), 40);
    let (reply, end) = all(&mut ask(
        &wall,
        "/v1/chat/completions",
        &chat(Fault::ResetOnce, false),
    )
    .await)
    .await;
    assert_eq!(
        (reply.as_str(), end.expect_err("reset").kind()),
        ("", std::io::ErrorKind::ConnectionReset)
    );
    let (reply, _) = all(&mut ask(
        &wall,
        "/v1/chat/completions",
        &chat(Fault::ResetOnce, false),
    )
    .await)
    .await;
    assert!(
        reply.contains("A gateway earns trust"),
        "the second attempt is answered"
    );
    let (reply, _) =
        all(&mut ask(&wall, "/v1/chat/completions", &chat(Fault::Cut, false)).await).await;
    let (head, body) = reply.split_once("\r\n\r\n").expect("a head");
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .expect("a length");
    assert!(body.len() < length.parse().expect("a number"));
}

#[tokio::test]
async fn a_client_that_leaves_is_noted() {
    let wall = wall().await;
    let stream = ask(&wall, "/v1/chat/completions", &chat(Fault::Silent, true)).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let before = wall.elapsed();
    drop(stream);
    let left = async {
        loop {
            if let Some(left) = wall.seen()[0].left {
                return left;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let left = timeout(Duration::from_secs(5), left)
        .await
        .expect("it is noted");
    assert!(left >= before);
}

#[tokio::test]
async fn faults_of_connections_and_headers() {
    let wall = wall().await;
    let mut stream = ask(
        &wall,
        "/v1/chat/completions",
        &chat(Fault::KeepAliveClose, false),
    )
    .await;
    assert!(all(&mut stream).await.0.contains("A gateway"));
    let again = b"POST /v1/chat/completions HTTP/1.1\r\ncontent-length: 31\r\n\r\n{\"model\":\"fb-keep-alive-close\"}";
    stream.write_all(again).await.expect("sent");
    assert_eq!(all(&mut stream).await.0, "", "closed at the second request");
    let (reply, _) = all(&mut ask(
        &wall,
        "/v1/chat/completions",
        &chat(Fault::RetryAfterNegative, true),
    )
    .await)
    .await;
    assert!(
        reply.starts_with("HTTP/1.1 429") && reply.contains("retry-after: -5\r\n"),
        "{reply}"
    );
    let (reply, _) =
        all(&mut ask(&wall, "/v1/chat/completions", &chat(Fault::Interim, true)).await).await;
    assert!(
        reply.starts_with("HTTP/1.1 100 Wall\r\n\r\nHTTP/1.1 103"),
        "{reply}"
    );
    let (reply, _) =
        all(&mut ask(&wall, "/v1/chat/completions", &json!({"model": "gpt-5"})).await).await;
    assert!(reply.starts_with("HTTP/1.1 404"));
    let mut stream = connect(&wall).await;
    stream
        .write_all(&[0x16, 3, 1, 0, 5, 1, 0, 0, 1, 3])
        .await
        .expect("a hello");
    assert_eq!(all(&mut stream).await.0, "");
    assert_eq!(
        wall.seen().last().map(|seen| seen.model.clone()).as_deref(),
        Some("fb-tls-abort")
    );
}

#[tokio::test]
async fn a_prefill_is_continued_or_refused() {
    let wall = wall().await;
    let mut body = chat(Fault::Healthy, true);
    let begun = &CANONICAL[..CANONICAL.find(" streams die").expect("its words")];
    body["messages"] =
        json!([{"role": "user", "content": "why?"}, {"role": "assistant", "content": begun}]);
    let (reply, _) = all(&mut ask(&wall, "/v1/chat/completions", &body).await).await;
    assert!(is_complete(&format!("{begun}{}", text(&reply)), CANONICAL));
    body["model"] = Fault::NoPrefill.model().into();
    let (reply, _) = all(&mut ask(&wall, "/v1/chat/completions", &body).await).await;
    assert!(reply.starts_with("HTTP/1.1 400") && reply.contains("invalid_prefill"));
}

/// Every format answers whole and in pieces, with all of the text.
#[tokio::test]
async fn every_format_is_spoken() {
    let wall = wall().await;
    let asked = |stream: bool| json!({"model": "fb-ok", "stream": stream, "messages": []});
    for (whole, pieces) in [
        ("/v1/responses", "/v1/responses"),
        ("/v1/messages", "/v1/messages"),
        ("/v1beta/interactions", "/v1beta/interactions"),
        ("/api/chat", "/api/chat"),
        (
            "/v1beta/models/fb-ok:generateContent",
            "/v1beta/models/fb-ok:streamGenerateContent?alt=sse",
        ),
        ("/model/fb-ok/converse", "/model/fb-ok/converse-stream"),
    ] {
        let (reply, _) = all(&mut ask(&wall, whole, &asked(false)).await).await;
        assert!(
            reply.starts_with("HTTP/1.1 200") && reply.contains(CANONICAL),
            "{whole}: {reply}"
        );
        let (reply, _) = all(&mut ask(&wall, pieces, &asked(true)).await).await;
        assert!(
            reply.starts_with("HTTP/1.1 200") && reply.contains("misbehaves."),
            "{pieces}: {reply}"
        );
        assert!(reply.ends_with("0\r\n\r\n"), "{pieces}");
    }
}
