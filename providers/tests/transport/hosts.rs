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
