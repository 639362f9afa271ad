//! Which route answers, what an outage costs, what a stream shows.
mod fallback;
mod gates;
mod order;
mod outage;
mod streams;

use super::{Admission, Ended, Gate, Route, Router, Ticket};
use crate::{
    calling::{
        now,
        testing::{Act, Stage, after, fail, limited, pieces, question, timed_out, told},
    },
    retry::{RetryRule, Verdict},
};
use sigflow_core::{
    Attempt, AttemptOutcome, Billed, Capabilities, Effort, Error, ErrorKind, Lm, Phase,
};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

const SECOND: Duration = Duration::from_secs(1);

fn routes(attempts: &[Attempt]) -> Vec<&str> {
    attempts.iter().map(|one| one.route.as_str()).collect()
}

fn two(one: &Arc<Stage>, other: &Arc<Stage>) -> Router {
    Router::new([one.lm(), other.lm()])
}
