//! Documented bodies of failures, and what kind of error each is.
use crate::support::{KEY, Server, Step, ask, http};
use sigflow_core::{Error, ErrorKind, LanguageModel};
use sigflow_providers::{Gemini, GeminiApi, Ollama};
use std::{sync::Arc, time::Duration};

/// Status, body, kind, and how long to wait.
type Case = (u16, &'static str, ErrorKind, Option<u64>);

async fn failures(cases: &[Case], client: impl Fn(&Server) -> Arc<dyn LanguageModel>) {
    let steps = cases
        .iter()
        .map(|(status, body, ..)| Step::Send(http(*status, &[], body)));
    let server = Server::start(steps.collect()).await;
    let client = client(&server);
    for (status, body, kind, wait) in cases {
        let error = client
            .clone()
            .complete(ask("who?"))
            .await
            .expect_err("a failure");
        judge(&error, body);
        assert_eq!(
            (error.kind(), error.status()),
            (*kind, Some(*status)),
            "{body}\n{error:?}"
        );
        assert_eq!(error.retry_after(), wait.map(Duration::from_secs), "{body}");
        let again = matches!(
            kind,
            ErrorKind::RateLimited | ErrorKind::Server | ErrorKind::Timeout
        );
        assert_eq!(error.is_retryable(), again, "{body}");
    }
}

#[track_caller]
fn judge(error: &Error, body: &str) {
    assert_eq!(error.raw_reply(), Some(body), "the whole body");
    assert!(
        error
            .provider_message()
            .is_some_and(|words| !words.is_empty()),
        "{error:?}"
    );
    assert!(!format!("{error:?} {error}").contains(KEY));
}

fn gemini(api: GeminiApi) -> impl Fn(&Server) -> Arc<dyn LanguageModel> {
    move |server| {
        let builder = Gemini::builder("gemini-2.5-flash").base_url(server.root());
        Arc::new(builder.api_key(KEY).api(api).build().expect("a client"))
    }
}

#[tokio::test]
async fn of_generate_content() {
    use ErrorKind::{Authentication, BadRequest, ContextLength, QuotaSpent, RateLimited, Server};
    let cases: &[Case] = &[
        (
            400,
            r#"{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID","domain":"googleapis.com"}]}}"#,
            Authentication,
            None,
        ),
        (
            400,
            r#"{"error":{"code":400,"message":"Invalid JSON payload received. Unknown name \"foo\": Cannot find field.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"description":"Unknown name"}]}]}}"#,
            BadRequest,
            None,
        ),
        (
            400,
            r#"{"error":{"code":400,"message":"Function call is missing a thought_signature in functionCall parts.","status":"INVALID_ARGUMENT"}}"#,
            BadRequest,
            None,
        ),
        (
            400,
            r#"{"error":{"code":400,"message":"The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).","status":"INVALID_ARGUMENT"}}"#,
            ContextLength,
            None,
        ),
        (
            400,
            r#"{"error":{"code":400,"message":"User location is not supported for the API use.","status":"FAILED_PRECONDITION"}}"#,
            BadRequest,
            None,
        ),
        (
            403,
            r#"{"error":{"code":403,"message":"Method doesn't allow unregistered callers.","status":"PERMISSION_DENIED"}}"#,
            Authentication,
            None,
        ),
        (
            404,
            r#"{"error":{"code":404,"message":"models/gemini-0 is not found for API version v1beta.","status":"NOT_FOUND"}}"#,
            BadRequest,
            None,
        ),
        (
            429,
            r#"{"error":{"code":429,"message":"Quota exceeded for metric: generate_content_free_tier_requests, limit: 10","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{"quotaMetric":"generativelanguage.googleapis.com/generate_content_free_tier_requests","quotaId":"GenerateRequestsPerMinutePerProjectPerModel-FreeTier"}]},{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34s"}]}}"#,
            RateLimited,
            Some(34),
        ),
        (
            429,
            r#"{"error":{"code":429,"message":"You exceeded your current quota, please check your plan and billing details.","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{"quotaId":"GenerateRequestsPerMinutePerProjectPerModel-FreeTier"},{"quotaId":"GenerateRequestsPerDayPerProjectPerModel-FreeTier"}]},{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34s"}]}}"#,
            QuotaSpent,
            None,
        ),
        (
            429,
            r#"{"error":{"code":429,"message":"Resource has been exhausted (e.g. check quota).","status":"RESOURCE_EXHAUSTED"}}"#,
            RateLimited,
            None,
        ),
        (
            500,
            r#"{"error":{"code":500,"message":"An internal error has occurred.","status":"INTERNAL"}}"#,
            Server,
            None,
        ),
        (
            503,
            r#"{"error":{"code":503,"message":"The model is overloaded. Please try again later.","status":"UNAVAILABLE"}}"#,
            Server,
            None,
        ),
        (
            504,
            r#"{"error":{"code":504,"message":"Deadline expired before operation could complete.","status":"DEADLINE_EXCEEDED"}}"#,
            Server,
            None,
        ),
    ];
    failures(cases, gemini(GeminiApi::GenerateContent)).await;
}

#[tokio::test]
async fn of_interactions() {
    use ErrorKind::{Authentication, BadRequest, QuotaSpent, RateLimited, Server};
    let cases: &[Case] = &[
        (
            400,
            r#"{"error":{"code":"invalid_request","message":"unknown field"}}"#,
            BadRequest,
            None,
        ),
        (
            401,
            r#"{"error":{"code":"unauthenticated","message":"no key"}}"#,
            Authentication,
            None,
        ),
        (
            403,
            r#"{"error":{"code":"permission_denied","message":"not yours"}}"#,
            Authentication,
            None,
        ),
        (
            404,
            r#"{"error":{"code":"not_found","message":"no such model"}}"#,
            BadRequest,
            None,
        ),
        (
            429,
            r#"{"error":{"code":"rate_limit_exceeded","message":"slow down"}}"#,
            RateLimited,
            None,
        ),
        (
            429,
            r#"{"error":{"code":"quota_exceeded","message":"the day's quota is spent"}}"#,
            QuotaSpent,
            None,
        ),
        (
            402,
            r#"{"error":{"code":"payment_required","message":"prepaid credits are spent"}}"#,
            QuotaSpent,
            None,
        ),
        (
            500,
            r#"{"error":{"code":"internal","message":"oh"}}"#,
            Server,
            None,
        ),
        (
            503,
            r#"{"error":{"code":"unavailable","message":"later"}}"#,
            Server,
            None,
        ),
    ];
    failures(cases, gemini(GeminiApi::Interactions)).await;
}

#[tokio::test]
async fn of_ollama() {
    use ErrorKind::{Authentication, BadRequest, ContextLength, RateLimited, Server};
    let cases: &[Case] = &[
        (
            400,
            r#"{"error":"registry.ollama.ai/library/llama2:latest does not support tools"}"#,
            BadRequest,
            None,
        ),
        (
            400,
            r#"{"error":"\"llama3.2\" does not support thinking"}"#,
            BadRequest,
            None,
        ),
        (
            400,
            r#"{"error":"the input length exceeds the context length"}"#,
            ContextLength,
            None,
        ),
        (401, r#"{"error":"unauthorized"}"#, Authentication, None),
        (
            404,
            r#"{"error":"model 'nope' not found"}"#,
            BadRequest,
            None,
        ),
        (
            429,
            r#"{"error":"you have reached your hourly usage limit"}"#,
            RateLimited,
            None,
        ),
        (
            500,
            r#"{"error":"model requires more system memory (11.5 GiB) than is available (5.8 GiB)"}"#,
            Server,
            None,
        ),
        (
            503,
            r#"{"error":"server busy, please try again. maximum pending requests exceeded"}"#,
            Server,
            None,
        ),
    ];
    failures(cases, |server| {
        let builder = Ollama::builder("nope").base_url(server.root());
        Arc::new(builder.build().expect("a client"))
    })
    .await;
}
