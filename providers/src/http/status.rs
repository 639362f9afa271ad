//! What a failed reply means: its kind from the status and the server's own words.
use super::{
    Peer, Reply,
    retry_after::retry_after,
    said::{DAILY, Said},
};
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
    Unknown,
    Busy,
    Broken,
    Slow,
}

fn meaning(status: u16, said: &Said) -> Meaning {
    // Words first: servers agree on them more than on the status.
    for (meaning, words) in WORDS {
        if said.is(words) {
            return *meaning;
        }
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
    if matches!(status, 400 | 402 | 403 | 429) && said.mentions(QUOTA_PHRASES) {
        return Meaning::Quota;
    }
    // AWS sends it with 400 too, and with the quota of the day.
    if said.is(&["throttlingexception"]) {
        return Meaning::Rate;
    }
    if status == 400 && said.mentions(KEY_PHRASES) {
        return Meaning::Key;
    }
    match status {
        300..=303 | 307 | 308 => Meaning::Redirect,
        401 => Meaning::Key,
        402 => Meaning::Quota,
        403 => Meaning::Forbidden,
        404 => Meaning::Missing,
        408 => Meaning::Slow,
        // A conflict and “too early” pass with time, as a busy server does.
        // 424 is how Bedrock says that the model failed, 498 how Groq says that its flex tier is full.
        409 | 424 | 425 | 498 | 503 | 529 => Meaning::Busy,
        429 => Meaning::Rate,
        400..=499 => Meaning::Refused,
        500..=599 => Meaning::Broken,
        _ => Meaning::Unknown,
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
                "invalid_argument",
                "bad_request",
                "badrequesterror",
                "failed_precondition",
                "out_of_range",
                "parameter_unknown",
                "validationexception",
            ][..],
        ),
        (
            401,
            &[
                "authentication_error",
                "authentication",
                "invalid_api_key",
                "unauthenticated",
            ],
        ),
        (402, &["payment_required"]),
        (
            403,
            &[
                "permission_error",
                "permission_denied",
                "accessdeniedexception",
            ],
        ),
        (
            404,
            &[
                "not_found_error",
                "not_found",
                "model_not_found",
                "notfounderror",
                "resourcenotfoundexception",
            ],
        ),
        (
            408,
            &[
                "deadline_exceeded",
                "timeout_error",
                "modeltimeoutexception",
            ],
        ),
        (413, &["request_too_large"]),
        (
            429,
            &[
                "resource_exhausted",
                "rate_limited",
                "throttlingexception",
                "too_many_requests",
            ],
        ),
        (
            503,
            &[
                "serviceunavailableexception",
                "unavailable",
                "service_unavailable",
                "model_overloaded",
                "modelnotreadyexception",
            ],
        ),
        (529, &["overloaded_error", "overloaded"]),
    ]
    .iter()
    .find(|(_, words)| said.is(words))
    .map_or(500, |(status, _)| *status)
}

/// Codes and types that say what happened, whatever the status. The first that fits counts: a spent quota is often
/// called a rate limit too.
const WORDS: &[(Meaning, &[&str])] = &[
    (
        // A budget of what runs at the same time: it is free again when that has ended.
        Meaning::Rate,
        &["in_flight_budget_exhausted", "openrouter_in_flight_budget"],
    ),
    (
        Meaning::Quota,
        &[
            "insufficient_quota",
            "credit_balance_exhausted",
            "organization_usage_limit_exceeded",
            "organization_spend_limit_exceeded",
            "project_spend_limit_exceeded",
            "enforced_spend_limit_reached",
            "billing_hard_limit_reached",
            "billing_not_active",
            "billing_error",
            "budget_exceeded",
            "quota_exceeded",
            DAILY,
        ],
    ),
    (
        Meaning::Context,
        &[
            "context_length_exceeded",
            "exceed_context_size_error",
            "context_window_exceeded",
            "model_context_window_exceeded",
        ],
    ),
    (
        Meaning::Filter,
        &[
            "content_filter",
            "content_policy_violation",
            "contentpolicyviolationerror",
            "responsibleaipolicyviolation",
            "moderation_blocked",
            "prompt_blocked",
        ],
    ),
    (Meaning::Rate, &["rate_limit_exceeded", "rate_limit_error"]),
    // Google's own servers and those of xAI answer 400 to a wrong key.
    (
        Meaning::Key,
        &["api_key_invalid", "api_key_expired", "invalid_api_key"],
    ),
    (
        // With status 400, though nothing is wrong with the request.
        Meaning::Rate,
        &["servicequotaexceededexception"],
    ),
];

const QUOTA_PHRASES: &[&str] = &[
    "credit balance is too low",
    "used all available credits",
    "run out of credits",
    "have any credits",
    "insufficient balance",
    "insufficient credits",
    "requires more credits",
    "api usage limits",
    "session usage limit",
    "weekly usage limit",
    "monthly usage limit",
    "too many tokens per day",
    "free-models-per-day",
    "budget has been exceeded",
];
const KEY_PHRASES: &[&str] = &[
    "incorrect api key",
    "api key not valid",
    "api key not found",
];
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
    "too many tokens in the prompt",
    "max_new_tokens` must be <=",
    "max_new_tokens must be <=",
    "input token count",
    "reduce the length of the messages",
    "reduce the length of your prompt",
];
/// Anthropic says with the status of a wrong request that the money is spent.
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
            Meaning::Unknown => ErrorKind::UnknownStatus,
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
            Meaning::Redirect => "the server redirects, and this redirect is not followed; set the base URL to the place it names, or let `redirects` follow it without the key".to_owned(),
            Meaning::Unknown => format!("status {status} is no answer to a call; check whether {} is the server you mean", peer.url),
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
            (304, ErrorKind::UnknownStatus),
            (600, ErrorKind::UnknownStatus),
            (999, ErrorKind::UnknownStatus),
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
