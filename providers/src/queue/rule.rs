//! How many calls may be under way.
use std::time::Duration;

/// How many calls may be under way, and how they wait.
///
/// ```
/// use sigflow_providers::queue::Concurrency;
/// use std::time::Duration;
///
/// let adaptive = Concurrency::new().start(20).between(2, 200);
/// let fixed = Concurrency::fixed(8).most_waiting(100).wait(Duration::from_secs(5));
/// assert_ne!(adaptive, fixed);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Concurrency {
    pub(super) start: u32,
    pub(super) least: u32,
    pub(super) most: u32,
    pub(super) most_waiting: usize,
    pub(super) most_waiting_bytes: usize,
    pub(super) wait: Duration,
    pub(super) standing: Option<Duration>,
    pub(super) name: Option<String>,
}

impl Default for Concurrency {
    fn default() -> Self {
        Concurrency {
            start: 20,
            least: 1,
            most: 200,
            most_waiting: 1_000,
            most_waiting_bytes: 256 << 20,
            wait: Duration::from_secs(30),
            standing: None,
            name: None,
        }
    }
}

impl Concurrency {
    /// Begins with 20 places and adapts between 1 and 200; 1,000 may wait, with 256 MiB of requests, for 30 s, and if the
    /// line stands for 15 s.
    pub fn new() -> Self {
        Self::default()
    }
    /// Always so many places.
    pub fn fixed(places: u32) -> Self {
        Self::default().start(places).between(places, places)
    }
    /// How many places there are at the beginning.
    #[must_use]
    pub fn start(mut self, places: u32) -> Self {
        self.start = places;
        self
    }
    /// How many there are at least and at most.
    #[must_use]
    pub fn between(mut self, least: u32, most: u32) -> Self {
        self.least = least.max(1);
        self.most = most.max(self.least);
        self
    }
    /// How many calls may wait. One more is told so at once.
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
    /// How long a line may be that stands: when for as long as the [longest wait](Self::wait) no call got its place sooner,
    /// no more calls wait than get a place within this time. Half of the longest wait unless set; with
    /// `Duration::MAX` a line that stands is as long as any. See the [module](super).
    ///
    /// ```
    /// use sigflow_providers::queue::Concurrency;
    /// use std::time::Duration;
    ///
    /// let people_wait = Concurrency::new().wait(Duration::from_secs(20)).standing(Duration::from_secs(2));
    /// let a_batch_has_time = Concurrency::new().standing(Duration::MAX);
    /// assert_ne!(people_wait, a_batch_has_time);
    /// ```
    #[must_use]
    pub fn standing(mut self, longest: Duration) -> Self {
        self.standing = Some(longest);
        self
    }
    pub(super) fn standing_target(&self) -> Duration {
        self.standing.unwrap_or(self.wait / 2)
    }
    /// The longest wait of a call; 30 s unless set.
    #[must_use]
    pub fn wait(mut self, longest: Duration) -> Self {
        self.wait = longest;
        self
    }
    /// The name of the queue in figures (`queue_depth{component="queue/…"}`); that of the first model it is put around
    /// unless set.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }
}
