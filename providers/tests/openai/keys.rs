//! Keys stand in no text.
use crate::support::{KEY, Server, Step, ask, call, http, reply};
use serde_json::json;
use std::error::Error as _;

#[tokio::test]
async fn keys_are_in_no_text() {
    let header = "header-value-\"secret\"";
    let echo = json!({"error": {"message": format!("Incorrect API key provided: {KEY}, {header}"), "code": "invalid_api_key"}});
    let echo = echo.to_string();
    let whole = http(401, &[("x-request-id", KEY)], &echo);
    let plain = http(
        500,
        &[],
        &format!("Authorization: Bearer {KEY}\nX-Own: {header}"),
    );
    let inside = http(200, &[], &json!({"error": {"message": KEY}}).to_string());
    let wrong = http(200, &[], &format!("{KEY} {header}"));
    let refusal = http(
        200,
        &[],
        &json!({"choices": [{"message": {"refusal": KEY}}]}).to_string(),
    );
    let cut = format!("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{KEY}").into_bytes();
    let moved = http(
        302,
        &[("location", &format!("http://elsewhere/?key={KEY}"))],
        "",
    );
    for step in [whole, plain, inside, wrong, refusal, moved]
        .map(Step::Send)
        .into_iter()
        .chain([Step::SendAndClose(cut)])
    {
        let server = Server::start(vec![step]).await;
        let client = server
            .builder()
            .header("X-Own", header)
            .build()
            .expect("a client");
        let mut texts = vec![format!("{client:?} {client:#?}")];
        let error = call(client, ask("who?")).await.expect_err("an error");
        texts.push(format!("{error} {error:?} {error:#?}"));
        texts.extend(
            [
                error.raw_reply(),
                error.provider_message(),
                error.request_id(),
            ]
            .into_iter()
            .flatten()
            .map(str::to_owned),
        );
        let mut cause = error.source();
        while let Some(source) = cause {
            texts.push(format!("{source} {source:?}"));
            cause = source.source();
        }
        for text in texts {
            assert!(
                !text.contains(KEY) && !text.contains("header-value"),
                "{text}"
            );
        }
    }
}

#[tokio::test]
async fn a_reply_that_names_the_key_is_whole_and_its_copy_clean() {
    let text = format!("your key is {KEY}");
    let response = Server::json(reply(&text))
        .await
        .call(ask("who?"))
        .await
        .expect("a response");
    assert_eq!(
        response.completions[0].text, text,
        "the answer belongs to the caller"
    );
    assert!(response.raw.is_some_and(|raw| !raw.contains(KEY)));
}
