//! Replies of other statuses.
use super::{fails, fails_with};
use crate::support::Step;
use serde_json::json;
use sigflow_core::ErrorKind;
use std::time::Duration;

#[tokio::test]
async fn kinds_of_failures() {
    let of = |code: &str| {
        json!({"error": {"message": "words", "type": "t", "param": null, "code": code}}).to_string()
    };
    for (status, body, kind) in [
        (400, of("x"), ErrorKind::BadRequest),
        (401, of("invalid_api_key"), ErrorKind::Authentication),
        (403, of("x"), ErrorKind::Authentication),
        (404, of("model_not_found"), ErrorKind::BadRequest),
        (413, of("x"), ErrorKind::BadRequest),
        (422, of("x"), ErrorKind::BadRequest),
        (429, of("rate_limit_exceeded"), ErrorKind::RateLimited),
        (429, of("insufficient_quota"), ErrorKind::QuotaSpent),
        (400, of("context_length_exceeded"), ErrorKind::ContextLength),
        (
            400,
            of("content_policy_violation"),
            ErrorKind::ContentFilter,
        ),
        (500, of("x"), ErrorKind::Server),
        (503, of("x"), ErrorKind::Server),
        (529, of("overloaded"), ErrorKind::Server),
    ] {
        let error = fails_with(status, &[("x-request-id", "req-9")], &body).await;
        assert_eq!(error.kind(), kind, "{error:?}");
        assert_eq!(error.provider_message(), Some("words"));
        assert_eq!(error.request_id(), Some("req-9"));
        let shown = error.to_string();
        assert!(
            shown.starts_with("127.0.0.1:") && shown.contains(&format!("(HTTP {status}): words")),
            "{shown}"
        );
    }
}

#[tokio::test]
async fn a_rate_limit_says_when_to_come_back() {
    let body = r#"{"error":{"message":"slow down","code":"rate_limit_exceeded"}}"#;
    let error = fails_with(429, &[("Retry-After", "2")], body).await;
    assert!(error.is_rate_limited() && error.is_retryable());
    assert_eq!(error.retry_after(), Some(Duration::from_secs(2)));
    let error = fails_with(
        429,
        &[("Retry-After-Ms", "1500"), ("Retry-After", "9")],
        body,
    )
    .await;
    assert_eq!(error.retry_after(), Some(Duration::from_millis(1500)));
    let error = fails_with(
        429,
        &[("Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT")],
        body,
    )
    .await;
    assert_eq!(error.retry_after(), Some(Duration::ZERO));
    let error = fails_with(503, &[("retry-after", "999999999")], "").await;
    assert_eq!(error.retry_after(), Some(Duration::from_hours(24)));
    let error = fails_with(429, &[("x-ratelimit-reset-requests", "6m0s")], body).await;
    assert_eq!(error.retry_after(), Some(Duration::from_mins(6)));
    // Nobody gets money by waiting.
    let error = fails_with(
        429,
        &[("Retry-After", "2")],
        r#"{"error":{"message":"m","code":"insufficient_quota"}}"#,
    )
    .await;
    assert_eq!(error.retry_after(), None);
    assert!(error.to_string().contains("quota"), "{error}");
}

#[tokio::test]
async fn a_page_of_a_proxy_is_told_in_short() {
    let page = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body></html>";
    let error = fails_with(502, &[("content-type", "text/html")], page).await;
    assert!(error.is_server());
    assert_eq!(
        error.provider_message(),
        Some("an HTML page, “502 Bad Gateway”")
    );
}

#[tokio::test]
async fn errors_without_words() {
    let error = fails_with(500, &[], "").await;
    assert!(
        error.is_server() && error.provider_message().is_none(),
        "{error:?}"
    );
    let missing = fails_with(404, &[], "404 page not found").await;
    assert!(
        missing.to_string().contains("/v1/chat/completions"),
        "{missing}"
    );
}

#[tokio::test]
async fn the_status_of_a_cut_failure_counts() {
    let bytes =
        b"HTTP/1.1 429 X\r\nretry-after: 3\r\ncontent-length: 500\r\n\r\n{\"error\":".to_vec();
    let error = fails(vec![Step::SendAndClose(bytes)]).await;
    assert!(error.is_rate_limited(), "{error:?}");
    assert_eq!(
        (error.retry_after(), error.raw_reply()),
        (Some(Duration::from_secs(3)), Some("{\"error\":"))
    );
}
