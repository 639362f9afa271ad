//! How much a minute allows.
use super::Amounts;
use std::time::Duration;

/// How much a minute allows, and how it is waited for.
///
/// ```
/// use sigflow_providers::limit::Limit;
///
/// // OpenAI counts tokens together, Anthropic apart
/// let openai = Limit::new().requests(500).tokens(200_000);
/// let anthropic = Limit::new().requests(50).input_tokens(30_000).output_tokens(8_000);
/// assert_ne!(openai, anthropic);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    pub(super) a_minute: Amounts,
    pub(super) burst: Duration,
    pub(super) wait: Duration,
    pub(super) most_waiting: usize,
    pub(super) most_waiting_bytes: usize,
    pub(super) reply: u64,
}

impl Default for Limit {
    fn default() -> Self {
        Limit {
            a_minute: [0; 4],
            burst: Duration::from_secs(10),
            wait: Duration::from_secs(30),
            most_waiting: 10_000,
            most_waiting_bytes: 256 << 20,
            reply: 500,
        }
    }
}

impl Limit {
    /// No limit yet: what the server tells is learnt.
    pub fn new() -> Self {
        Self::default()
    }
    /// Requests a minute.
    #[must_use]
    pub fn requests(mut self, a_minute: u64) -> Self {
        self.a_minute[0] = a_minute;
        self
    }
    /// Tokens a minute, of prompts and replies together.
    #[must_use]
    pub fn tokens(mut self, a_minute: u64) -> Self {
        self.a_minute[1] = a_minute;
        self
    }
    /// Tokens of prompts a minute. What the server read from its cache does not count here, as at Anthropic.
    #[must_use]
    pub fn input_tokens(mut self, a_minute: u64) -> Self {
        self.a_minute[2] = a_minute;
        self
    }
    /// Tokens of replies a minute.
    #[must_use]
    pub fn output_tokens(mut self, a_minute: u64) -> Self {
        self.a_minute[3] = a_minute;
        self
    }
    /// How much may go at once after a pause: what flows in such a time, 10 s unless set; one request always may.
    /// Anthropic's and OpenAI's limits allow the whole minute, a server that counts by the second allows none
    /// (`Duration::ZERO`). A request that is larger than the burst waits until all of it is free.
    #[must_use]
    pub fn burst(mut self, worth: Duration) -> Self {
        self.burst = worth;
        self
    }
    /// The longest wait of a call: 30 s unless set. In a [`Router`](crate::route::Router) a wait of zero sends the
    /// call to the next route at once.
    #[must_use]
    pub fn wait(mut self, longest: Duration) -> Self {
        self.wait = longest;
        self
    }
    /// How many calls may wait; 10,000 unless set. One more is told so at once.
    #[must_use]
    pub fn most_waiting(mut self, calls: usize) -> Self {
        self.most_waiting = calls;
        self
    }
    /// How many bytes the requests of waiting calls may take, about ([`Request::bytes`](sigflow_core::Request::bytes));
    /// 256 MiB unless set. One more is told so at once.
    #[must_use]
    pub fn most_waiting_bytes(mut self, bytes: usize) -> Self {
        self.most_waiting_bytes = bytes;
        self
    }
    /// Tokens that are reserved for a reply whose longest length nobody set: 500 unless set.
    #[must_use]
    pub fn reply(mut self, tokens: u64) -> Self {
        self.reply = tokens;
        self
    }
}
