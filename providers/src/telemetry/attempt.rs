//! One HTTP request as a span: OpenTelemetry's conventions for HTTP clients, inside of the span of its call.
use crate::{
    http::Peer,
    middleware::{End, ReplyHead, Watch},
};
use reqwest::Url;
use sigflow_core::telemetry::{Emitter, Live, Measurement, Meter, SpanKind};
use std::borrow::Cow;

/// A request under way.
pub(crate) struct Attempt {
    live: Live,
    told: Emitter,
    status: Option<u16>,
}

impl Attempt {
    pub(crate) fn begin(url: &Url, peer: &Peer) -> Self {
        let mut live = Live::begin(SpanKind::Attempt, || "POST".to_owned());
        live.set("http.request.method", "POST");
        // a query may hold a key
        let shown = [url.scheme(), "://", &peer.host, url.path()].concat();
        live.set("url.full", shown);
        let (name, port) = peer.server();
        live.set("server.address", name.to_owned());
        if let Some(port) = port {
            live.set("server.port", port);
        }
        if live.resent() > 0 {
            live.set("http.request.resend_count", live.resent());
        }
        Attempt {
            live,
            told: Emitter::current(),
            status: None,
        }
    }
}

impl Watch for Attempt {
    fn head(&mut self, head: &ReplyHead<'_>) {
        self.status = Some(head.status());
        self.live.set("http.response.status_code", head.status());
    }
    fn end(&mut self, end: &End<'_>) {
        let outcome = match (end, self.status) {
            (End::Failed(error), _) => {
                self.live.fail(error);
                Cow::Borrowed(error.kind().as_str())
            }
            (_, Some(status)) if status >= 400 => {
                self.live.set("error.type", status.to_string());
                Cow::Owned(status.to_string())
            }
            (End::Left, None) => Cow::Borrowed("left"),
            _ => Cow::Borrowed("answered"),
        };
        let measured = Measurement::new(Meter::Attempts, &outcome, 1.0);
        self.told.measure(&measured);
        std::mem::replace(&mut self.live, Live::none()).end();
    }
}

/// Providers that speak another's wire format, by where they are: the names of the conventions where they have one.
const PLACES: &[(&str, &str)] = &[
    ("groq.com", "groq"),
    ("deepseek.com", "deepseek"),
    ("mistral.ai", "mistral_ai"),
    ("x.ai", "x_ai"),
    ("perplexity.ai", "perplexity"),
    ("cohere.com", "cohere"),
    ("openai.azure.com", "azure.ai.openai"),
    ("services.ai.azure.com", "azure.ai.inference"),
    ("aiplatform.googleapis.com", "gcp.vertex_ai"),
    ("openrouter.ai", "openrouter"),
    ("together.xyz", "together"),
    ("fireworks.ai", "fireworks"),
    ("cerebras.ai", "cerebras"),
];

/// Who answers at a host, if it is not who made the format.
pub(crate) fn provider_at(host: &str, format: &'static str) -> &'static str {
    let at = |place: &str| {
        let rest = host.strip_suffix(place);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with(['.', '-']))
    };
    PLACES
        .iter()
        .find(|(place, _)| at(place))
        .map_or(format, |(_, provider)| provider)
}

#[cfg(test)]
mod tests {
    use super::provider_at;

    #[test]
    fn hosts_name_their_provider() {
        assert_eq!(provider_at("api.groq.com", "openai"), "groq");
        assert_eq!(provider_at("api.x.ai", "openai"), "x_ai");
        assert_eq!(provider_at("notx.ai", "openai"), "openai");
        assert_eq!(provider_at("127.0.0.1", "openai"), "openai");
        let vertex = "europe-west4-aiplatform.googleapis.com";
        assert_eq!(provider_at(vertex, "gcp.gemini"), "gcp.vertex_ai");
    }
}
