//! How long the faults of the wall last.
use std::time::Duration;

/// How long the faults of the wall last: as in the catalogue, or all by one factor shorter.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Timing {
    /// By what the times are divided.
    pub factor: f64,
    /// What `Retry-After` asks for. A header in whole seconds cannot be scaled, so it never is.
    pub retry_after: Duration,
    /// How late the first token of a slow stream comes.
    pub slow_first_token: Duration,
    /// How long a stalled stream is silent before it is closed.
    pub stall: Duration,
    /// How long a silent server says nothing before it closes.
    pub silence: Duration,
    /// How long a flapping server is down, from the start of the wall.
    pub outage: Duration,
    /// Between two words of a stream.
    pub between_words: Duration,
    /// Between two words of a stream that makes slow progress.
    pub between_slow_words: Duration,
    /// After how many words a stream is cut.
    pub cut_after: usize,
    /// After how many words a stream stalls.
    pub stall_after: usize,
    /// Before which word a broken event stands.
    pub malformed_at: usize,
}

impl Timing {
    /// The catalogue's times, divided by `factor`: those of its `full` profile for 1.
    ///
    /// ```
    /// use sigflow_testkit::Timing;
    /// use std::time::Duration;
    ///
    /// assert_eq!(Timing::scaled(10.0).silence, Duration::from_secs(12));
    /// ```
    pub fn scaled(factor: f64) -> Self {
        let timing = Timing {
            factor,
            retry_after: Duration::from_secs(2),
            slow_first_token: Duration::ZERO,
            stall: Duration::ZERO,
            silence: Duration::ZERO,
            outage: Duration::ZERO,
            between_words: Duration::ZERO,
            between_slow_words: Duration::ZERO,
            cut_after: 40,
            stall_after: 20,
            malformed_at: 10,
        };
        Timing {
            slow_first_token: timing.span(20.0),
            stall: timing.span(30.0),
            silence: timing.span(120.0),
            outage: timing.span(60.0),
            between_words: timing.span(0.015),
            between_slow_words: timing.span(0.6),
            ..timing
        }
    }

    /// A span of the catalogue, in seconds, as long as it is here.
    pub fn span(&self, seconds: f64) -> Duration {
        Duration::from_secs_f64(seconds / self.factor)
    }
}
