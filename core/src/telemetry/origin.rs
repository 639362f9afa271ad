//! Where a model is.

/// Who answers for a model, and where: what telemetry says of it.
///
/// ```
/// use sigflow_core::telemetry::Origin;
/// let origin = Origin::new("openai").at("api.openai.com", Some(443));
/// assert_eq!((origin.provider, origin.port), ("openai", Some(443)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Origin<'a> {
    /// By the words of OpenTelemetry's conventions where they have one: `openai`, `anthropic`, `gcp.gemini`,
    /// `aws.bedrock`, ….
    pub provider: &'a str,
    /// The server's name, if there is a server.
    pub address: Option<&'a str>,
    /// Its port.
    pub port: Option<u16>,
}

impl Default for Origin<'_> {
    /// A model of the program's own.
    fn default() -> Self {
        Origin::new("custom")
    }
}

impl<'a> Origin<'a> {
    /// A provider, of which no more is known.
    pub const fn new(provider: &'a str) -> Self {
        Origin {
            provider,
            address: None,
            port: None,
        }
    }
    /// At this server.
    #[must_use]
    pub const fn at(mut self, address: &'a str, port: Option<u16>) -> Self {
        self.address = Some(address);
        self.port = port;
        self
    }
}
