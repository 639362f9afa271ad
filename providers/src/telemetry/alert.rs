//! Rules that are looked at every 30 seconds.
use super::{Series, Summary, Window};
use std::{fmt, sync::Arc};

/// Which number of a summary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stat {
    /// How many.
    Count,
    /// All together.
    Sum,
    /// The mean.
    Avg,
    /// The least.
    Min,
    /// The greatest.
    Max,
    /// The median.
    P50,
    /// 95 of 100 are not above it.
    P95,
    /// 99 of 100 are not above it.
    P99,
    /// The last.
    Last,
}

impl Stat {
    /// Takes it out of a summary.
    pub fn of(self, summary: &Summary) -> f64 {
        #[allow(clippy::cast_precision_loss, reason = "a count that large is no count")]
        match self {
            Stat::Count => summary.count as f64,
            Stat::Sum => summary.sum,
            Stat::Avg => summary.avg,
            Stat::Min => summary.min,
            Stat::Max => summary.max,
            Stat::P50 => summary.p50,
            Stat::P95 => summary.p95,
            Stat::P99 => summary.p99,
            Stat::Last => summary.last,
        }
    }
}

/// Compares a number of each member of a series with what is allowed. Made by [`Rule::threshold`], [`Rule::rate`] or
/// [`Rule::ratio`]; given to [`TelemetryBuilder::alert`](super::TelemetryBuilder::alert).
///
/// ```
/// use sigflow_providers::telemetry::{Rule, Series, Stat, Window};
///
/// let slow = Rule::threshold("slow", Series::ProviderLatency, Stat::P95, 10.0).over(Window::FiveMinutes);
/// let errors = Rule::rate("errors", Series::ProviderRequestsError, 0.5).with_label("provider", "openai");
/// let slower = Rule::ratio("slower", Series::ProviderLatency, Stat::Avg, 1.5).against(Window::Day);
/// ```
#[derive(Clone, Debug)]
pub struct Rule {
    pub(super) name: Arc<str>,
    pub(super) series: Series,
    pub(super) labels: Vec<(String, String)>,
    pub(super) window: Window,
    pub(super) least: u64,
    below: bool,
    limit: f64,
    form: Compared,
}

#[derive(Clone, Copy, Debug)]
enum Compared {
    Threshold(Stat),
    Rate,
    Ratio(Stat, Window),
}

impl Rule {
    fn new(name: &str, series: Series, limit: f64, form: Compared) -> Self {
        Rule {
            name: name.into(),
            series,
            labels: Vec::new(),
            window: Window::FiveMinutes,
            least: 1,
            below: false,
            limit,
            form,
        }
    }
    /// Fires when a number of the window is above `limit`.
    pub fn threshold(name: &str, series: Series, stat: Stat, limit: f64) -> Self {
        Self::new(name, series, limit, Compared::Threshold(stat))
    }
    /// Fires when there is more than so much a second: of a counter its sum, of other series how many.
    pub fn rate(name: &str, series: Series, a_second: f64) -> Self {
        Self::new(name, series, a_second, Compared::Rate)
    }
    /// Fires when a number of the window is above `factor` times that of a longer window, an hour by default.
    pub fn ratio(name: &str, series: Series, stat: Stat, factor: f64) -> Self {
        Self::new(name, series, factor, Compared::Ratio(stat, Window::Hour))
    }
    /// The window; five minutes by default.
    #[must_use]
    pub fn over(mut self, window: Window) -> Self {
        self.window = window;
        self
    }
    /// The window that a ratio compares with.
    #[must_use]
    pub fn against(mut self, baseline: Window) -> Self {
        if let Compared::Ratio(_, window) = &mut self.form {
            *window = baseline;
        }
        self
    }
    /// Fires below the limit and not above it.
    #[must_use]
    pub fn below(mut self) -> Self {
        self.below = true;
        self
    }
    /// Looks only at members with this label.
    #[must_use]
    pub fn with_label(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.labels.push((name.into(), value.into()));
        self
    }
    /// Says nothing of windows with fewer numbers than this; 1 by default.
    #[must_use]
    pub fn at_least(mut self, count: u64) -> Self {
        self.least = count;
        self
    }
    /// The number that is compared, and what it is compared with; nothing where there is nothing to say.
    pub(super) fn judge(&self, of: &dyn Fn(Window) -> Option<Summary>) -> Option<(f64, f64, bool)> {
        let now = of(self.window).filter(|summary| summary.count >= self.least)?;
        let (value, limit) = match self.form {
            Compared::Threshold(stat) => (stat.of(&now), self.limit),
            Compared::Rate => {
                let counts = matches!(self.series.form(), super::Form::Counter);
                let stat = if counts { Stat::Sum } else { Stat::Count };
                #[allow(clippy::cast_precision_loss, reason = "at most a day")]
                let seconds = self.window.seconds() as f64;
                (stat.of(&now) / seconds, self.limit)
            }
            Compared::Ratio(stat, baseline) => {
                (stat.of(&now), self.limit * stat.of(&of(baseline)?))
            }
        };
        let fires = if self.below {
            value < limit
        } else {
            value > limit
        };
        Some((value, limit, fires))
    }
}

/// A rule began to hold, or no longer holds.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Alert {
    /// The rule's name.
    pub rule: Arc<str>,
    /// The member: series and labels.
    pub of: String,
    /// Whether it began.
    pub fires: bool,
    /// The number.
    pub value: f64,
    /// What it was compared with.
    pub limit: f64,
}

/// `slow fires: provider_latency{provider="openai"} is 12.5, the limit is 10`.
impl fmt::Display for Alert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = if self.fires { "fires" } else { "is over" };
        let Alert {
            rule,
            of,
            value,
            limit,
            ..
        } = self;
        write!(
            f,
            "{rule} {how}: {of} is {value:.3}, the limit is {limit:.3}"
        )
    }
}
