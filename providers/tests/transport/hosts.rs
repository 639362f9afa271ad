//! Requests go to the host that the user named, whatever servers say.
use crate::{
    stream,
    support::{Server, Step, ask, call, http, reply},
};

#[tokio::test]
async fn redirects_are_not_followed() {
    let elsewhere = Server::json(reply("stolen")).await;
    for status in [301, 302, 303, 307, 308] {
        for place in [
            elsewhere.base.clone(),
            elsewhere.base.replace("http:", ""),
            "/v1/other".to_owned(),
        ] {
            let headers = [
                ("location", place.as_str()),
                ("content-type", "application/json"),
            ];
            let server = Server::start(vec![Step::Send(http(status, &headers, "{}"))]).await;
            for streams in [false, true] {
                let error = if streams {
                    stream(server.client(), ask("q")).await.2
                } else {
                    call(server.client(), ask("q")).await.err()
                };
                let error = error.expect("no answer");
                assert!(
                    error.is_configuration() && !error.is_retryable(),
                    "{error:?}"
                );
                assert!(error.to_string().contains(&place), "{error}");
            }
            assert_eq!(
                server.recorded.lock().expect("no panic").len(),
                2,
                "one request for each call"
            );
        }
    }
    assert!(
        elsewhere.recorded.lock().expect("no panic").is_empty(),
        "the other host heard nothing"
    );
}

/// Who asks for it has redirects followed: the same request, and never with a key.
#[tokio::test]
async fn redirects_that_are_followed_have_no_key() {
    let json = [("content-type", "application/json")];
    for streams in [false, true] {
        for status in [307, 308] {
            let elsewhere = Server::start(vec![Step::Send(if streams {
                let end =
                    r#"{"choices":[{"index":0,"delta":{"content":"yes"},"finish_reason":"stop"}]}"#;
                let events = format!("data: {end}\n\ndata: [DONE]\n\n");
                http(200, &[("content-type", "text/event-stream")], &events)
            } else {
                http(200, &json, &reply("yes").to_string())
            })])
            .await;
            let place = format!("{}/moved", elsewhere.base);
            let first = http(status, &[("location", "/v1/here")], "");
            let second = http(status, &[("location", &place)], "");
            let server = Server::start(vec![Step::Send(first), Step::Send(second)]).await;
            let builder = server.builder().header("x-team", "blue-0123").redirects(2);
            let client = builder.build().expect("a client");
            if streams {
                let (text, _, error) = stream(client, ask("q")).await;
                assert_eq!((text.as_str(), error.is_none()), ("yes", true));
            } else {
                let response = call(client, ask("q")).await.expect("a reply");
                assert_eq!(response.completions[0].text, "yes");
            }
            let (ours, theirs) = (server.seen(), elsewhere.seen());
            assert_eq!((ours.len(), theirs.len()), (2, 1));
            assert!(
                ours[0].header("authorization").is_some() && ours[0].header("x-team").is_some()
            );
            // nor to the same host
            for request in [&ours[1], &theirs[0]] {
                assert!(!request.head.contains("sk-test") && !request.head.contains("blue"));
                assert!(
                    request.header("authorization").is_none(),
                    "{}",
                    request.head
                );
                assert_eq!(request.body, ours[0].body);
            }
            assert!(
                ours[1].head.starts_with("POST /v1/here "),
                "{}",
                ours[1].head
            );
            assert!(
                theirs[0].head.starts_with("POST /v1/moved "),
                "{}",
                theirs[0].head
            );
        }
    }
}

/// There is an end to it, and what would not be the same request is none.
#[tokio::test]
async fn redirects_beyond_what_is_asked_for_are_errors() {
    for (status, redirects, requests) in [(307, 2, 3), (302, 9, 1), (303, 9, 1), (301, 9, 1)] {
        let again = http(status, &[("location", "/v1/again")], "");
        let server = Server::start(vec![Step::Send(again)]).await;
        let client = server.builder().redirects(redirects).build();
        let error = call(client.expect("a client"), ask("q"))
            .await
            .expect_err("no answer");
        assert!(
            error.is_configuration() && error.to_string().contains("/v1/again"),
            "{error}"
        );
        assert_eq!(server.seen().len(), requests, "{status}");
    }
    // the key in the place goes nowhere
    let elsewhere = Server::json(reply("stolen")).await;
    let place = format!("{}/?key={}", elsewhere.base, crate::support::KEY);
    let server = Server::start(vec![Step::Send(http(307, &[("location", &place)], ""))]).await;
    let client = server.builder().redirects(9).build().expect("a client");
    let error = call(client, ask("q")).await.expect_err("no answer");
    assert!(
        error.is_configuration() && !error.to_string().contains(crate::support::KEY),
        "{error}"
    );
    assert!(elsewhere.seen().is_empty());
}

/// Absolute URLs in bodies and headers are words: of images, citations, next pages, errors.
#[tokio::test]
async fn urls_in_replies_are_not_visited() {
    let elsewhere = Server::json(reply("stolen")).await;
    let place = &elsewhere.base;
    let mut answer = reply(&format!("see {place}/a"));
    answer["next"] = place.as_str().into();
    answer["choices"][0]["message"]["annotations"] = serde_json::json!([{"type": "url_citation", "url_citation": {"url": place, "title": "t", "start_index": 0, "end_index": 3}}]);
    answer["choices"][0]["message"]["images"] =
        serde_json::json!([{"type": "image_url", "image_url": {"url": place}}]);
    let link = format!("<{place}>; rel=next");
    let headers = [
        ("content-type", "application/json"),
        ("link", link.as_str()),
        ("content-location", place),
        ("refresh", place),
        ("alt-svc", "h2=\":443\""),
    ];
    let failure = format!(r#"{{"error":{{"message":"see {place}","code":"x"}}}}"#);
    let server = Server::start(vec![
        Step::Send(http(200, &headers, &answer.to_string())),
        Step::Send(http(200, &headers, &answer.to_string())),
        Step::Send(http(500, &headers, &failure)),
        Step::Send(http(
            201,
            &[("location", place), ("content-type", "application/json")],
            &answer.to_string(),
        )),
    ])
    .await;
    call(server.client(), ask("q")).await.expect("a reply");
    assert!(stream(server.client(), ask("q")).await.2.is_none());
    call(server.client(), ask("q")).await.expect_err("500");
    call(server.client(), ask("q")).await.expect("a reply");
    assert!(
        elsewhere.recorded.lock().expect("no panic").is_empty(),
        "the other host heard nothing"
    );
}
