//! What stands before the wall: the client under test.
use sigflow_core::{Lm, Result};
use sigflow_providers::OpenAi;
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
    let scheme = if tls { "https" } else { "http" };
    let span = |seconds: u64| Duration::from_secs(seconds).div_f64(setup.factor);
    match setup.api {
        _ => OpenAi::builder(fault.model())
            .base_url(setup.wall.base(scheme, "/v1"))
            .api_key("sk-wall-0123456789")
            .connect_timeout(span(5))
            .first_token_timeout(span(30))
            .idle_timeout(span(10))
            .total_timeout(span(30))
            .build()
            .map(Lm::new),
    }
}

/// The client that users get: retries by default, and a second route.
pub(crate) struct Product;

impl System for Product {
    fn build(&self, setup: &Setup<'_>) -> Result<Built> {
        let lm = client(setup, setup.primary, setup.tls)?;
        let healthy = client(setup, setup.fallback.unwrap_or(Fault::Healthy), false)?;
        Ok(Built { lm, healthy })
    }
    fn has_fallback(&self) -> bool {
        true
    }
}

/// The formats that have a client here.
pub(crate) const SPOKEN: &[Api] = &[Api::Chat];
