//! How long each phase of a call may take.
use sigflow_core::{Error, ErrorKind, Phase};
use std::time::Duration;
use tokio::time::Instant;

use super::Peer;

/// To connect, with name lookup and TLS.
pub(crate) const CONNECT: Duration = Duration::from_secs(5);
/// To the first sign of a streamed reply.
pub(crate) const FIRST_TOKEN: Duration = Duration::from_secs(30);
/// Between two pieces of a streamed reply.
pub(crate) const IDLE: Duration = Duration::from_secs(10);
/// From connecting to the end of a reply in one piece; of a stream, without any progress.
pub(crate) const TOTAL: Duration = Duration::from_mins(2);
/// For a place among the calls of a client.
pub(crate) const PLACE: Duration = Duration::from_secs(30);

/// How long each phase of a call may take, as far as the user said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Timeouts {
    pub(crate) connect: Duration,
    pub(crate) first_token: Option<Duration>,
    pub(crate) idle: Option<Duration>,
    pub(crate) total: Duration,
    /// For a place among the calls of a client.
    pub(crate) place: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Timeouts {
            connect: CONNECT,
            first_token: None,
            idle: None,
            total: TOTAL,
            place: PLACE,
        }
    }
}

/// How long a caller waits.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Patience {
    /// For all of it.
    pub(crate) deadline: Option<std::time::Instant>,
    /// For a place among the calls of a client, where it shall not be as long as the client waits.
    pub(crate) place: Option<Duration>,
}

/// In which form a reply is wanted, which decides what bounds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// In one piece. It begins when it is finished.
    Whole,
    /// In pieces.
    Streamed {
        /// The model was told to think: it may say nothing for long.
        thinks: bool,
    },
}

/// By how much we are earlier than a deadline; timers count in milliseconds.
const MARGIN: Duration = Duration::from_millis(3);

/// The bounds of one call, and where it stands.
pub(crate) struct Limit {
    pub(crate) start: Instant,
    /// The caller's own end.
    deadline: Option<Duration>,
    timeouts: Timeouts,
    form: Form,
    /// When the last bytes came, from the start on.
    last_byte: Duration,
    /// When the reply last grew.
    last_progress: Option<Duration>,
}

impl Limit {
    pub(crate) fn new(
        mut timeouts: Timeouts,
        form: Form,
        Patience { deadline, place }: Patience,
    ) -> Self {
        timeouts.place = place.unwrap_or(timeouts.place);
        // The caller's own timer runs to the same moment and knows less: it must not come first.
        let deadline = deadline.map(|deadline| {
            let until = deadline.saturating_duration_since(Instant::now().into_std());
            until.saturating_sub(MARGIN.min(until / 8))
        });
        Limit {
            start: Instant::now(),
            deadline,
            timeouts,
            form,
            last_byte: Duration::ZERO,
            last_progress: None,
        }
    }

    /// Bytes came.
    pub(crate) fn lives(&mut self) {
        self.last_byte = self.start.elapsed();
    }
    /// The reply grew.
    pub(crate) fn progresses(&mut self) {
        self.last_progress = Some(self.last_byte);
    }

    /// When the call ends if nothing more happens, from its start on, and what it waits for.
    fn due(&self) -> (Duration, Phase) {
        let times = &self.timeouts;
        let (due, phase) = match self.form {
            Form::Whole => {
                let first = times.first_token.filter(|_| self.last_byte.is_zero());
                match first.filter(|first| *first < times.total) {
                    Some(first) => (first, Phase::FirstToken),
                    None => (times.total, Phase::Total),
                }
            }
            Form::Streamed { thinks } => {
                // who thinks is bounded by the total, unless the user said otherwise
                let or = |set: Option<Duration>, usual: Duration| {
                    set.unwrap_or(if thinks {
                        times.total.max(usual)
                    } else {
                        usual
                    })
                };
                let progress = (
                    self.last_progress.unwrap_or_default() + times.total,
                    Phase::Total,
                );
                let first = (or(times.first_token, FIRST_TOKEN), Phase::FirstToken);
                let idle = (self.last_byte + or(times.idle, IDLE), Phase::Idle);
                let next = if self.last_progress.is_none() {
                    first
                } else {
                    idle
                };
                if next.0 <= progress.0 { next } else { progress }
            }
        };
        match self.deadline {
            Some(deadline) if deadline < due => (deadline, Phase::Deadline),
            _ => (due, phase),
        }
    }

    /// When it is over if nothing more happens.
    pub(crate) fn at(&self) -> Instant {
        let (due, _) = self.due();
        // a limit that is beyond all time is none
        let far = Duration::from_hours(24 * 365);
        self.start + due.min(far)
    }
    pub(crate) fn left(&self) -> Duration {
        self.at().saturating_duration_since(Instant::now())
    }
    /// How long a place may be waited for, and what ends the wait.
    pub(crate) fn for_a_place(&self) -> (Duration, Phase) {
        match self.deadline {
            Some(deadline) if deadline < self.timeouts.place => (deadline, Phase::Deadline),
            _ => (self.timeouts.place, Phase::Pool),
        }
    }
    /// A place was found: the time of the reply begins.
    pub(crate) fn begins(&mut self) {
        let now = Instant::now();
        if let Some(deadline) = &mut self.deadline {
            *deadline = deadline.saturating_sub(now - self.start);
        }
        self.start = now;
    }

    /// The error of a call that is over: what it waited for, in words.
    #[cold]
    pub(crate) fn passed(&self, doing: &str, peer: &Peer) -> Error {
        let (due, phase) = self.due();
        let message = match phase {
            Phase::FirstToken => format!("no first token within {due:?} (first token timeout)"),
            Phase::Idle => {
                let idle = due.saturating_sub(self.last_byte);
                format!("nothing came for {idle:?} (idle timeout) {doing}")
            }
            Phase::Total => format!(
                "the total timeout passed after {:.1?} {doing}",
                self.start.elapsed()
            ),
            _ => format!(
                "the deadline of the call passed after {:.1?} {doing}",
                self.start.elapsed()
            ),
        };
        peer.error(ErrorKind::Timeout, message).with_phase(phase)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(thinks: bool) -> Limit {
        let form = Form::Streamed { thinks };
        Limit::new(Timeouts::default(), form, Patience::default())
    }

    #[tokio::test(start_paused = true)]
    async fn a_stream_that_makes_progress_is_bounded_by_idle() {
        let mut limit = stream(false);
        assert_eq!(limit.due(), (FIRST_TOKEN, Phase::FirstToken));
        for second in 1..600 {
            tokio::time::advance(Duration::from_secs(1)).await;
            limit.lives();
            limit.progresses();
            let due = Duration::from_secs(second) + IDLE;
            assert_eq!(limit.due(), (due, Phase::Idle));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn signs_of_life_are_no_progress() {
        let mut limit = stream(false);
        limit.lives();
        limit.progresses();
        tokio::time::advance(Duration::from_secs(115)).await;
        limit.lives();
        assert_eq!(limit.due(), (TOTAL, Phase::Total));
    }

    #[tokio::test(start_paused = true)]
    async fn who_thinks_may_be_silent() {
        assert_eq!(stream(true).due(), (TOTAL, Phase::FirstToken));
    }

    #[tokio::test(start_paused = true)]
    async fn the_callers_deadline_comes_first() {
        let deadline = std::time::Instant::now() + Duration::from_secs(1);
        let limit = Limit::new(
            Timeouts::default(),
            Form::Whole,
            Patience {
                deadline: Some(deadline),
                place: None,
            },
        );
        assert_eq!(limit.due().1, Phase::Deadline);
        let limit = Limit::new(Timeouts::default(), Form::Whole, Patience::default());
        assert_eq!(limit.due(), (TOTAL, Phase::Total));
    }
}
