//! What stands before the wall: the client under test.
use sigflow_core::{Error, ErrorKind, Lm, Result};
use sigflow_providers::{
    Anthropic, Bedrock, Gemini, GeminiApi, Ollama, OpenAi, OpenAiResponses,
    retry::{Retry, RetryRule},
    route::{Route, Router},
};
use sigflow_testkit::{Api, Fault, Wall};
use std::time::Duration;

/// What a client is built for.
pub(crate) struct Setup<'a> {
    pub(crate) wall: &'a Wall,
    pub(crate) api: Api,
    pub(crate) primary: Fault,
    pub(crate) fallback: Option<Fault>,
    /// The primary is behind TLS.
    pub(crate) tls: bool,
    /// By what all times of the client are divided.
    pub(crate) factor: f64,
}

/// A client, and the same client's way to a healthy model.
pub(crate) struct Built {
    pub(crate) lm: Lm,
    pub(crate) healthy: Lm,
}

/// Something that can be put before the wall.
pub(crate) trait System: Send + Sync {
    fn build(&self, setup: &Setup<'_>) -> Result<Built>;
    /// Whether it has a second route to offer.
    fn has_fallback(&self) -> bool;
}

/// The product as a user would set it up for this: each provider's client with its defaults, but for the thirty
/// seconds of a request that the catalogue gives to every system.
pub(crate) fn client(setup: &Setup<'_>, fault: Fault, tls: bool) -> Result<Lm> {
    const KEY: &str = "sk-wall-0123456789";
    let (scheme, model) = (if tls { "https" } else { "http" }, fault.model());
    let base = setup.wall.base(scheme, "");
    let span = |seconds: u64| Duration::from_secs(seconds).div_f64(setup.factor);
    // The builders have these settings in common, and no type.
    macro_rules! built {
        ($builder:expr) => {
            $builder
                .base_url(base)
                .connect_timeout(span(5))
                .first_token_timeout(span(30))
                .idle_timeout(span(10))
                .total_timeout(span(30))
                .build()
                .map(Lm::new)
        };
    }
    match setup.api {
        Api::Chat => built!(OpenAi::builder(model).api_key(KEY)),
        Api::Responses => built!(OpenAiResponses::builder(model).api_key(KEY)),
        Api::Messages => built!(Anthropic::builder(model).api_key(KEY)),
        Api::Gemini => built!(
            Gemini::builder(model)
                .api(GeminiApi::GenerateContent)
                .api_key(KEY)
        ),
        Api::Interactions => built!(
            Gemini::builder(model)
                .api(GeminiApi::Interactions)
                .api_key(KEY)
        ),
        Api::Converse => built!(
            Bedrock::builder(model)
                .region("us-east-1")
                .credentials("AKIAWALL", KEY)
        ),
        Api::Ollama => built!(Ollama::builder(model)),
        other => Err(Error::new(
            ErrorKind::Configuration,
            format!("no client speaks {other:?}"),
        )),
    }
}

/// The formats that have a client here.
pub(crate) const SPOKEN: &[Api] = &[
    Api::Chat,
    Api::Responses,
    Api::Messages,
    Api::Gemini,
    Api::Interactions,
    Api::Converse,
    Api::Ollama,
];

/// The product as a user would set it up: retries as they are by default, and a second route whose context is larger.
pub(crate) struct Product;

impl System for Product {
    fn build(&self, setup: &Setup<'_>) -> Result<Built> {
        let span = |seconds: f64| Duration::from_secs_f64(seconds / setup.factor);
        let primary = client(setup, setup.primary, setup.tls)?;
        let healthy = client(setup, setup.fallback.unwrap_or(Fault::Healthy), false)?;
        // The defaults, divided. What a header asks for is in real seconds, so the bounds of that are not.
        let rule = RetryRule::new().base(span(0.5)).cap(span(8.0));
        let lm = if setup.fallback.is_some() {
            let primary = Route::new("primary", primary).context_window(8_192);
            let fallback = Route::new("fallback", healthy.clone()).context_window(200_000);
            Router::new([primary, fallback])
                .retry(rule)
                .first_token(span(10.0))
                .whole_reply(span(60.0))
                .cooldown(span(5.0), span(20.0))
                .lm()
        } else {
            Retry::new(primary).rule(rule).lm()
        };
        Ok(Built { lm, healthy })
    }
    fn has_fallback(&self) -> bool {
        true
    }
}
