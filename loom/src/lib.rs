//! The cells of limits and breakers, tried in every order of their steps.
//!
//! The files are those of the providers crate; they ask for `crate::sync`, which here is loom's. A test body runs once for
//! each order in which its threads can be interleaved, within the memory model of C11.
#![allow(dead_code)] // the crate around the cells uses the rest of them

mod sync {
    pub(crate) use loom::sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    };
    pub(crate) use std::sync::PoisonError;
}

#[path = "../../providers/src/breaker/cell.rs"]
pub mod breaker;
#[path = "../../providers/src/limit/cell.rs"]
pub mod limit;

#[cfg(test)]
mod tests {
    use super::{
        breaker::{BreakerState, Cell as Breaker, How, Rule, Say},
        limit::Cell as Limit,
    };
    use loom::{sync::Arc, thread};

    const NS: u64 = 1_000_000_000;

    /// A thread for each, and what they gave.
    fn all<T: 'static>(works: Vec<Box<dyn FnOnce() -> T>>) -> Vec<T> {
        let threads: Vec<_> = works.into_iter().map(thread::spawn).collect();
        threads.into_iter().map(|one| one.join().unwrap()).collect()
    }

    #[test]
    fn a_limit_is_never_given_twice() {
        loom::model(|| {
            // two at once, then one a second
            let cell = Arc::new(Limit::new(60, 2 * NS));
            let take = |cell: &Arc<Limit>| -> Box<dyn FnOnce() -> bool> {
                let cell = cell.clone();
                Box::new(move || cell.take(1, 0).is_ok())
            };
            let taken = all(vec![take(&cell), take(&cell), take(&cell)]);
            assert_eq!(taken.iter().filter(|taken| **taken).count(), 2);
            assert_eq!(cell.left(0), Some(0));
        });
    }

    #[test]
    fn what_flows_back_and_what_is_owed_is_not_lost() {
        loom::model(|| {
            let cell = Arc::new(Limit::new(60, 10 * NS));
            let taken = cell.take(8, 0).unwrap();
            let works: Vec<Box<dyn FnOnce()>> = vec![
                {
                    let cell = cell.clone();
                    Box::new(move || cell.give_back(5, taken, 0))
                },
                {
                    let cell = cell.clone();
                    Box::new(move || cell.owe(1, 0))
                },
            ];
            all(works);
            assert_eq!(cell.left(0), Some(10 - 8 + 5 - 1));
        });
    }

    #[test]
    fn the_servers_word_is_not_undone() {
        loom::model(|| {
            let cell = Arc::new(Limit::new(60, 10 * NS));
            let (believer, taker) = (cell.clone(), cell.clone());
            let works: Vec<Box<dyn FnOnce() -> bool>> = vec![
                Box::new(move || {
                    believer.believe(1, 0);
                    true
                }),
                Box::new(move || taker.take(2, 0).is_ok()),
            ];
            let ends = all(works);
            // one was left when the server spoke; two may have gone before, and none after
            let left = cell.left(0).unwrap();
            assert!(left <= 1, "{left} left, {ends:?}");
            if !ends[1] {
                assert_eq!(left, 1);
            }
        });
    }

    fn rule() -> Rule {
        Rule {
            window: 60 * NS,
            least_calls: 10,
            share: 0.5,
            in_a_row: 2,
            first: 5 * NS,
            longest: 60 * NS,
            probes: 2,
        }
    }

    #[test]
    fn one_probe_at_a_time_and_one_transition_for_each() {
        loom::model(|| {
            let cell = Arc::new(Breaker::new(rule()));
            cell.ended(0, How::Failed, 0, 0.0);
            cell.ended(0, How::Failed, 0, 0.0);
            assert_eq!(cell.state(), BreakerState::Open);
            let probe = |cell: &Arc<Breaker>| -> Box<dyn FnOnce() -> (bool, bool)> {
                let cell = cell.clone();
                Box::new(move || {
                    let (say, change) = cell.admit(5 * NS);
                    assert!(!matches!(say, Say::Go(_)));
                    (matches!(say, Say::Probe(_)), change.is_some())
                })
            };
            let said = all(vec![probe(&cell), probe(&cell)]);
            assert_eq!(said.iter().filter(|(probe, _)| *probe).count(), 1);
            assert_eq!(said.iter().filter(|(_, changed)| *changed).count(), 1);
            assert_eq!(cell.state(), BreakerState::HalfOpen);
        });
    }

    #[test]
    fn failures_at_once_open_it_once() {
        loom::model(|| {
            let cell = Arc::new(Breaker::new(rule()));
            let fail = |cell: &Arc<Breaker>| -> Box<dyn FnOnce() -> bool> {
                let cell = cell.clone();
                Box::new(move || cell.ended(0, How::Failed, 0, 0.0).is_some())
            };
            let opened = all(vec![fail(&cell), fail(&cell), fail(&cell)]);
            assert_eq!(opened.iter().filter(|opened| **opened).count(), 1);
            assert_eq!(cell.state(), BreakerState::Open);
        });
    }

    #[test]
    fn what_began_before_an_outage_does_not_end_the_next_one() {
        loom::model(|| {
            let cell = Arc::new(Breaker::new(rule()));
            let (Say::Go(before), _) = cell.admit(0) else {
                panic!("it is closed");
            };
            cell.ended(before, How::Failed, 0, 0.0);
            cell.ended(before, How::Failed, 0, 0.0);
            // a late answer of before, while a probe finds out
            let (old, probe) = (cell.clone(), cell.clone());
            let works: Vec<Box<dyn FnOnce()>> = vec![
                Box::new(move || {
                    assert_eq!(old.ended(before, How::Well, 5 * NS, 0.0), None);
                }),
                Box::new(move || {
                    let (Say::Probe(period), _) = probe.admit(5 * NS) else {
                        panic!("it is half open, and nobody probes");
                    };
                    assert_eq!(probe.ended(period, How::Well, 5 * NS, 0.0), None);
                }),
            ];
            all(works);
            assert_eq!(cell.state(), BreakerState::HalfOpen, "one answer of two");
        });
    }
}
