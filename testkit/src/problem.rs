//! Failures that servers report, each in the form of its API.
use crate::api::Api;
use serde_json::{Value, json};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    RateLimited,
    Quota,
    Failed,
    Overloaded,
    Context,
    Filter,
    Prefill,
    NoModel,
}

/// What each API says of a problem: status, its type or status word, its code, the message.
struct Said {
    status: u16,
    kind: &'static str,
    code: Option<&'static str>,
    message: &'static str,
}

impl Problem {
    pub(crate) fn status(self, api: Api) -> u16 {
        self.said(api).status
    }

    /// The body of a failed reply, and the headers that go with it.
    pub(crate) fn body(self, api: Api) -> (Value, Vec<(&'static str, String)>) {
        let Said {
            status,
            kind,
            code,
            message,
        } = self.said(api);
        let mut headers = Vec::new();
        let body = match api {
            Api::Chat | Api::Responses => {
                json!({"error": {"message": message, "type": kind, "param": null, "code": code}})
            }
            Api::Messages => {
                json!({"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_wall"})
            }
            Api::Gemini => {
                let mut error = json!({"code": status, "message": message, "status": kind});
                if let Some(quota) = code {
                    error["details"] = json!([
                        {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [{"quotaId": quota}]},
                        {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "0.5s"},
                    ]);
                }
                json!({"error": error})
            }
            Api::Interactions => json!({"error": {"code": kind, "message": message}}),
            Api::Converse => {
                headers.push((
                    "x-amzn-errortype",
                    format!("{kind}:http://internal.amazon.com/coral/"),
                ));
                json!({"message": message})
            }
            Api::Ollama => json!({"error": message}),
        };
        (body, headers)
    }

    fn said(self, api: Api) -> Said {
        let (status, message) = match self {
            Problem::RateLimited => (429, "Rate limit reached. Slow down and try again."),
            Problem::Quota => (
                429,
                "You exceeded your current quota, check your plan and billing details.",
            ),
            Problem::Failed => (500, "The server had an error while processing the request."),
            Problem::Overloaded if api == Api::Messages => (529, "Overloaded"),
            Problem::Overloaded => (503, "The model is overloaded. Try again later."),
            Problem::Context => (
                400,
                "The prompt is too long: maximum context length is 8192 tokens, the messages have 9631.",
            ),
            Problem::Filter => (400, "The request was rejected by the safety system."),
            Problem::Prefill => (
                400,
                "This model takes no assistant message at the end; the last message must be the user's.",
            ),
            Problem::NoModel => (404, "There is no such model."),
        };
        let (kind, code) = match api {
            Api::Chat | Api::Responses => match self {
                Problem::RateLimited => ("rate_limit_error", Some("rate_limit_exceeded")),
                Problem::Quota => ("insufficient_quota", Some("insufficient_quota")),
                Problem::Failed => ("server_error", None),
                Problem::Overloaded => ("server_error", Some("overloaded")),
                Problem::Context => ("invalid_request_error", Some("context_length_exceeded")),
                Problem::Filter => ("invalid_request_error", Some("content_policy_violation")),
                Problem::Prefill => ("invalid_request_error", Some("invalid_prefill")),
                Problem::NoModel => ("invalid_request_error", Some("model_not_found")),
            },
            Api::Messages => match self {
                Problem::RateLimited => ("rate_limit_error", None),
                Problem::Quota => ("billing_error", None),
                Problem::Failed => ("api_error", None),
                Problem::Overloaded => ("overloaded_error", None),
                Problem::NoModel => ("not_found_error", None),
                _ => ("invalid_request_error", None),
            },
            Api::Gemini => match self {
                Problem::RateLimited => (
                    "RESOURCE_EXHAUSTED",
                    Some("GenerateRequestsPerMinutePerProjectPerModel"),
                ),
                Problem::Quota => (
                    "RESOURCE_EXHAUSTED",
                    Some("GenerateRequestsPerDayPerProjectPerModel"),
                ),
                Problem::Failed => ("INTERNAL", None),
                Problem::Overloaded => ("UNAVAILABLE", None),
                Problem::NoModel => ("NOT_FOUND", None),
                _ => ("INVALID_ARGUMENT", None),
            },
            Api::Interactions => match self {
                Problem::RateLimited => ("rate_limit_exceeded", None),
                Problem::Quota => ("quota_exceeded", None),
                Problem::Failed => ("internal_error", None),
                Problem::Overloaded => ("service_unavailable", None),
                Problem::NoModel => ("not_found", None),
                _ => ("invalid_request", None),
            },
            Api::Converse => match self {
                // One word for all limits: its message says which.
                Problem::RateLimited | Problem::Quota => ("ThrottlingException", None),
                Problem::Failed => ("InternalServerException", None),
                Problem::Overloaded => ("ServiceUnavailableException", None),
                Problem::NoModel => ("ResourceNotFoundException", None),
                _ => ("ValidationException", None),
            },
            Api::Ollama => ("", None),
        };
        // A limit on what may be spent is no 429 with Anthropic, and has words of its own with others.
        let (status, message) = match (self, api) {
            (Problem::Quota, Api::Messages) => (402, message),
            (Problem::Quota, Api::Converse) => (
                status,
                "Too many tokens per day, please wait before trying again.",
            ),
            (Problem::Quota, Api::Ollama) => (
                status,
                "you (wall) have reached your weekly usage limit, upgrade for higher limits: https://ollama.com/upgrade",
            ),
            _ => (status, message),
        };
        Said {
            status,
            kind,
            code,
            message,
        }
    }
}
