//! What a failed reply means: its kind from the status and the server's own words.
use super::{Peer, Reply, retry_after::retry_after, said::Said};
use sigflow_core::{Error, ErrorKind};

/// The error that a reply of another status than 2xx means.
#[cold]
pub(crate) fn error(reply: Reply, peer: &Peer) -> Error {
    let mut said = Said::from_body(&reply.body);
    // Bedrock names the failure beside the body: `ThrottlingException:http://…`
    if let Some(name) = reply.header("x-amzn-errortype") {
        said.name(name.split([':', ',']).next().unwrap_or(name));
    }
    if let (300..=399, Some(place)) = (reply.status, reply.header("location")) {
        said.message
            .get_or_insert_default()
            .insert_str(0, &format!("Location: {place} "));
    }
    said_error(&said, reply, peer)
}

/// The error that a server spoke of, in a reply of any status.
#[cold]
pub(crate) fn said_error(said: &Said, reply: Reply, peer: &Peer) -> Error {
    let meaning = meaning(reply.status, said);
    let clean = |text: &str| peer.redactor.clean(text).into_owned();
    let mut error = peer.error(meaning.kind(), meaning.words(reply.status, peer));
    if let Some(message) = &said.message {
        error = error.with_provider_message(clean(message.trim()));
    }
    // When the quota is spent no wait helps, whatever the headers of the usual limits say.
    if meaning != Meaning::Quota
        && let Some(wait) = retry_after(&reply).or(said.retry_after)
    {
        error = error.with_retry_after(wait.min(super::retry_after::LONGEST));
    }
    reply.attach(error, peer)
}

/// The error of a reply that is a refusal, with the model's words if there were any.
#[cold]
pub(crate) fn refused(refusal: Option<String>, reply: Reply, peer: &Peer) -> Error {
    let what = if refusal.is_some() {
        "the model refused"
    } else {
        "the provider's filter held the reply back"
    };
    let error = reply.attach(peer.error(ErrorKind::ContentFilter, what), peer);
    match refusal {
        Some(words) => error.with_provider_message(peer.redactor.clean(words)),
        None => error,
    }
}

/// Finer than a kind: what the message says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Key,
    Forbidden,
    Rate,
    Quota,
    Context,
    Filter,
    Missing,
    Refused,
    Redirect,
    Busy,
    Broken,
    Slow,
}

fn meaning(status: u16, said: &Said) -> Meaning {
    // Words first: servers agree on them more than on the status.
    if said.is(&[
        "insufficient_quota",
        "credit_balance_exhausted",
        "billing_hard_limit_reached",
        "billing_error",
        "enforced_spend_limit_reached",
        // Gemini's, of a day
        "quota_exceeded",
        "daily_quota",
    ]) || (status == 400 && said.mentions(SPENT_PHRASES))
    {
        return Meaning::Quota;
    }
    if said.is(&[
        "context_length_exceeded",
        "exceed_context_size_error",
        "context_window_exceeded",
    ]) {
        return Meaning::Context;
    }
    if said.is(&[
        "content_filter",
        "content_policy_violation",
        "responsibleaipolicyviolation",
        "moderation_blocked",
    ]) {
        return Meaning::Filter;
    }
    if said.is(&[
        "rate_limit_exceeded",
        "rate_limit_error",
        "throttlingexception",
    ]) {
        return Meaning::Rate;
    }
    // Google answers 400 to a key that it does not know.
    if said.is(&["api_key_invalid", "api_key_expired"]) {
        return Meaning::Key;
    }
    let status = match (status, said.status) {
        (200..=299, Some(own)) => own,
        (200..=299, None) => by_type(said),
        (status, _) => status,
    };
    if matches!(status, 400 | 413 | 422 | 500) && said.mentions(CONTEXT_PHRASES) {
        return Meaning::Context;
    }
    if matches!(status, 400 | 403) && said.mentions(FILTER_PHRASES) {
        return Meaning::Filter;
    }
    match status {
        300..=399 => Meaning::Redirect,
        401 => Meaning::Key,
        402 => Meaning::Quota,
        403 => Meaning::Forbidden,
        404 => Meaning::Missing,
        408 => Meaning::Slow,
        // A conflict and “too early” pass with time, as a busy server does.
        409 | 425 | 503 | 529 => Meaning::Busy,
        // Bedrock's word for a model that broke while it answered.
        424 => Meaning::Broken,
        429 => Meaning::Rate,
        400..=499 => Meaning::Refused,
        _ => Meaning::Broken,
    }
}

/// The status that an error in a reply of status 200 would have had. Unknown: the server's failure.
fn by_type(said: &Said) -> u16 {
    [
        (
            400,
            &[
                "invalid_request_error",
                "invalid_request",
                "bad_request",
                "badrequesterror",
                "validationexception",
                "invalid_argument",
                "failed_precondition",
            ][..],
        ),
        (
            401,
            &["authentication_error", "invalid_api_key", "unauthenticated"],
        ),
        (
            403,
            &[
                "permission_error",
                "permission_denied",
                "accessdeniedexception",
            ],
        ),
        (408, &["modeltimeoutexception", "deadline_exceeded"]),
        (
            404,
            &[
                "not_found_error",
                "model_not_found",
                "notfounderror",
                "resourcenotfoundexception",
                "not_found",
            ],
        ),
        (
            503,
            &["serviceunavailableexception", "modelnotreadyexception"],
        ),
        (429, &["resource_exhausted", "too_many_requests"]),
        (529, &["overloaded_error", "overloaded", "unavailable"]),
    ]
    .iter()
    .find(|(_, words)| said.is(words))
    .map_or(500, |(status, _)| *status)
}

const CONTEXT_PHRASES: &[&str] = &[
    "maximum context length",
    "context length exceeded",
    "context window",
    "exceeds the available context",
    "exceed the context",
    "exceeds the context",
    "exceed context limit",
    "prompt is too long",
    "input is too long",
    "prompt too long",
    "input token count",
    "reduce the length of the messages",
    "reduce the length of your prompt",
];
/// Anthropic says with the status of a wrong request that the money is spent.
const SPENT_PHRASES: &[&str] = &["credit balance is too low", "api usage limits"];
const FILTER_PHRASES: &[&str] = &[
    "content management policy",
    "content policy",
    "content filtering policy",
    "usage policy",
    "usage policies",
    "safety system",
    "requires moderation",
];

impl Meaning {
    fn kind(self) -> ErrorKind {
        match self {
            Meaning::Key | Meaning::Forbidden => ErrorKind::Authentication,
            Meaning::Rate => ErrorKind::RateLimited,
            Meaning::Quota => ErrorKind::QuotaSpent,
            Meaning::Context => ErrorKind::ContextLength,
            Meaning::Filter => ErrorKind::ContentFilter,
            Meaning::Missing | Meaning::Refused => ErrorKind::BadRequest,
            Meaning::Redirect => ErrorKind::Configuration,
            Meaning::Busy | Meaning::Broken => ErrorKind::Server,
            Meaning::Slow => ErrorKind::Timeout,
        }
    }

    fn words(self, status: u16, peer: &Peer) -> String {
        let model = &peer.model;
        match self {
            Meaning::Key if peer.with_key => "the key is wrong".to_owned(),
            Meaning::Key => format!("no key was sent and one is needed; {} or give `.api_key(…)`", peer.key_hint),
            Meaning::Forbidden => format!("the key may not do this with model `{model}`"),
            Meaning::Rate => "too many requests".to_owned(),
            Meaning::Quota => "the quota of this key is spent; waiting does not help".to_owned(),
            Meaning::Context => format!("the prompt is longer than the context of model `{model}`"),
            Meaning::Filter => "the provider's filter held the prompt or the reply back".to_owned(),
            Meaning::Missing => format!("nothing at {} for model `{model}`; check both", peer.url),
            Meaning::Refused => "the server refused the request".to_owned(),
            Meaning::Redirect => "the server redirects, and redirects are not followed; set the base URL to the place it names".to_owned(),
            Meaning::Busy => "the server is busy".to_owned(),
            Meaning::Broken if status < 300 => "the server reports a failure in place of an answer".to_owned(),
            Meaning::Broken => "the server failed".to_owned(),
            Meaning::Slow => "the server gave up waiting for the request".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(status: u16, body: &str) -> ErrorKind {
        meaning(status, &Said::from_body(body)).kind()
    }

    #[test]
    fn kinds_by_status() {
        for (status, expected) in [
            (301, ErrorKind::Configuration),
            (400, ErrorKind::BadRequest),
            (401, ErrorKind::Authentication),
            (402, ErrorKind::QuotaSpent),
            (403, ErrorKind::Authentication),
            (404, ErrorKind::BadRequest),
            (408, ErrorKind::Timeout),
            (409, ErrorKind::Server),
            (413, ErrorKind::BadRequest),
            (422, ErrorKind::BadRequest),
            (429, ErrorKind::RateLimited),
            (500, ErrorKind::Server),
            (502, ErrorKind::Server),
            (529, ErrorKind::Server),
        ] {
            assert_eq!(kind(status, "{}"), expected, "{status}");
        }
    }

    #[test]
    fn kinds_by_words() {
        let of = |code: &str| format!(r#"{{"error":{{"message":"m","code":"{code}"}}}}"#);
        assert_eq!(
            kind(400, &of("context_length_exceeded")),
            ErrorKind::ContextLength
        );
        assert_eq!(kind(400, &of("content_filter")), ErrorKind::ContentFilter);
        assert_eq!(
            kind(413, &of("rate_limit_exceeded")),
            ErrorKind::RateLimited
        );
        assert_eq!(
            meaning(429, &Said::from_body(&of("insufficient_quota"))),
            Meaning::Quota
        );
        let llama = r#"{"error":{"code":400,"message":"the request exceeds the available context size","type":"exceed_context_size_error"}}"#;
        assert_eq!(kind(400, llama), ErrorKind::ContextLength);
        let vllm =
            r#"{"message":"This model's maximum context length is 4096 tokens.","code":400}"#;
        assert_eq!(kind(400, vllm), ErrorKind::ContextLength);
        let azure = r#"{"error":{"message":"m","code":"x","innererror":{"code":"ResponsibleAIPolicyViolation"}}}"#;
        assert_eq!(kind(400, azure), ErrorKind::ContentFilter);
        let moderated =
            r#"{"error":{"message":"m","code":403,"metadata":{"reasons":["violence"]}}}"#;
        assert_eq!(kind(403, moderated), ErrorKind::ContentFilter);
        // A limit on tokens a minute is no limit of the context.
        let per_minute = r#"{"error":{"message":"would exceed the context window rate limit"}}"#;
        assert_eq!(kind(429, per_minute), ErrorKind::RateLimited);
    }

    #[test]
    fn errors_inside_of_success() {
        assert_eq!(
            kind(200, r#"{"error":{"message":"m","code":429}}"#),
            ErrorKind::RateLimited
        );
        assert_eq!(
            kind(200, r#"{"error":{"message":"m","code":"401"}}"#),
            ErrorKind::Authentication
        );
        assert_eq!(
            kind(
                200,
                r#"{"error":{"message":"m","type":"invalid_request_error"}}"#
            ),
            ErrorKind::BadRequest
        );
        assert_eq!(
            kind(
                200,
                r#"{"error":{"message":"m","type":"overloaded_error"}}"#
            ),
            ErrorKind::Server
        );
        assert_eq!(kind(200, r#"{"error":"boom"}"#), ErrorKind::Server);
        let none = serde_json::json!({"error": null, "choices": []});
        assert_eq!(Said::from_success(&none), None);
    }
}
