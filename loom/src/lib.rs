//! The cells of limits, breakers, hedges and money, tried in every order of their steps.
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

#[path = "../../providers/src/limit/account.rs"]
pub mod account;
#[path = "../../providers/src/breaker/cell.rs"]
pub mod breaker;
#[path = "../../providers/src/limit/cell.rs"]
pub mod cell;
#[path = "../../providers/src/limit/cells.rs"]
pub mod cells;
#[path = "../../providers/src/hedge/budget.rs"]
pub mod hedge;
#[path = "../../providers/src/price/ledger.rs"]
pub mod ledger;

#[cfg(test)]
mod tests {
    use super::{
        breaker::{BreakerState, Cell as Breaker, How, Rule, Say},
        cells::Cells as Limit,
        hedge::Budget,
        ledger::{Ledger, Spent, Sum, Took},
    };
    use loom::{sync::Arc, thread};

    const NS: u64 = 1_000_000_000;

    /// A thread for each, and what they gave.
    fn all<T: 'static>(works: Vec<Box<dyn FnOnce() -> T>>) -> Vec<T> {
        let threads: Vec<_> = works.into_iter().map(thread::spawn).collect();
        threads.into_iter().map(|one| one.join().unwrap()).collect()
    }

    fn cells(a_minute: u64, seconds: u64) -> Arc<Limit<1>> {
        Arc::new(Limit::new([a_minute], seconds * NS))
    }

    #[test]
    fn a_limit_is_never_given_twice() {
        loom::model(|| {
            // two at once, then one a second
            let cell = cells(60, 2);
            let take = |cell: &Arc<Limit<1>>| -> Box<dyn FnOnce() -> bool> {
                let cell = cell.clone();
                Box::new(move || cell.take([1], 0).is_ok())
            };
            let taken = all(vec![take(&cell), take(&cell), take(&cell)]);
            assert_eq!(taken.iter().filter(|taken| **taken).count(), 2);
            assert_eq!(cell.left(0), [Some(0)]);
        });
    }

    #[test]
    fn who_cannot_have_all_keeps_nothing_from_others() {
        loom::model(|| {
            // requests for both, tokens for one
            let cells = Arc::new(Limit::new([60, 60], 2 * NS));
            let (large, small) = (cells.clone(), cells.clone());
            let works: Vec<Box<dyn FnOnce() -> bool>> = vec![
                Box::new(move || large.take([2, 30], 0).is_ok()),
                Box::new(move || small.take([2, 2], 0).is_ok()),
            ];
            // never neither: the large one would have to have taken requests in vain
            let taken = all(works);
            assert_eq!(taken.iter().filter(|taken| **taken).count(), 1, "{taken:?}");
        });
    }

    #[test]
    fn what_flows_back_and_what_is_owed_is_not_lost() {
        loom::model(|| {
            let cell = cells(60, 10);
            let taken = cell.take([8], 0).unwrap();
            let (back, debt) = (cell.clone(), cell.clone());
            let works: Vec<Box<dyn FnOnce()>> = vec![
                Box::new(move || back.settle([8], taken, [3], 0)),
                Box::new(move || debt.settle([0], [Some(0)], [1], 0)),
            ];
            all(works);
            assert_eq!(cell.left(0), [Some(10 - 8 + 5 - 1)]);
        });
    }

    #[test]
    fn the_servers_word_is_not_undone() {
        loom::model(|| {
            let cell = cells(60, 10);
            let (believer, taker) = (cell.clone(), cell.clone());
            let works: Vec<Box<dyn FnOnce() -> bool>> = vec![
                Box::new(move || believer.learn(0, None, Some(1), 0)),
                Box::new(move || taker.take([2], 0).is_ok()),
            ];
            let ends = all(works);
            // one was left when the server spoke; two may have gone before, and none after
            let [left] = cell.left(0);
            assert!(left <= Some(1), "{left:?} left, {ends:?}");
            if !ends[1] {
                assert_eq!(left, Some(1));
            }
        });
    }

    #[test]
    fn settling_does_not_undo_the_servers_word() {
        loom::model(|| {
            let cell = cells(60, 10);
            let taken = cell.take([5], 0).unwrap();
            let (believer, settler, taker) = (cell.clone(), cell.clone(), cell.clone());
            let works: Vec<Box<dyn FnOnce() -> bool>> = vec![
                Box::new(move || believer.learn(0, None, Some(1), 0)),
                Box::new(move || {
                    settler.settle([5], taken, [0], 0);
                    true
                }),
                // one that comes between, and gives all of it back
                Box::new(move || {
                    let taken = taker.take([1], 0);
                    if let Ok(taken) = taken {
                        taker.settle([1], taken, [0], 0);
                    }
                    taken.is_ok()
                }),
            ];
            all(works);
            assert_eq!(cell.left(0), [Some(1)]);
        });
    }

    #[test]
    fn of_what_was_not_taken_nothing_flows_back() {
        loom::model(|| {
            let cell = cells(0, 10);
            let taken = cell.take([5], 0).unwrap();
            let (believer, settler) = (cell.clone(), cell.clone());
            let works: Vec<Box<dyn FnOnce()>> = vec![
                Box::new(move || {
                    believer.learn(0, Some(60), Some(0), 0);
                }),
                Box::new(move || settler.settle([5], taken, [0], 0)),
            ];
            all(works);
            assert_eq!(cell.left(0), [Some(0)]);
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

    #[test]
    fn a_hedge_is_made_once() {
        loom::model(|| {
            let budget = Arc::new(Budget::default());
            budget.call(1.0);
            let take = |budget: &Arc<Budget>| -> Box<dyn FnOnce() -> bool> {
                let budget = budget.clone();
                Box::new(move || budget.take())
            };
            let taken = all(vec![take(&budget), take(&budget), take(&budget)]);
            assert_eq!(taken.iter().filter(|taken| **taken).count(), 1);
        });
    }

    #[test]
    fn each_call_saves_its_share_of_a_hedge() {
        loom::model(|| {
            let budget = Arc::new(Budget::default());
            budget.call(0.5);
            let (one, other) = (budget.clone(), budget.clone());
            let works: Vec<Box<dyn FnOnce() -> bool>> = vec![
                Box::new(move || {
                    one.call(0.5);
                    false
                }),
                Box::new(move || other.take()),
            ];
            let was_taken = all(works)[1];
            // two halves are one: taken meanwhile, or still there
            assert_eq!(budget.take(), !was_taken);
        });
    }

    const fn tokens(tokens: u64) -> Sum {
        Sum {
            dollars: 0.0,
            tokens,
        }
    }

    #[test]
    fn what_there_is_once_is_set_aside_once() {
        loom::model(|| {
            let ledger = Arc::new(Ledger::new(Some(1.0), Some(100)));
            let reserve = |ledger: &Arc<Ledger>, most: Sum| -> Box<dyn FnOnce() -> bool> {
                let ledger = ledger.clone();
                Box::new(move || ledger.reserve(most).is_ok())
            };
            let dear = Sum {
                dollars: 0.6,
                tokens: 1,
            };
            let works = vec![
                reserve(&ledger, tokens(60)),
                reserve(&ledger, tokens(60)),
                reserve(&ledger, dear),
            ];
            let reserved = all(works);
            assert!(reserved[0] != reserved[1] && reserved[2], "{reserved:?}");
            assert!(
                ledger
                    .reserve(dear)
                    .is_err_and(|refused| refused.is_too_dear)
            );
            assert_eq!(ledger.spent(), Spent::default());
        });
    }

    #[test]
    fn what_a_call_did_not_take_is_there_for_the_next() {
        loom::model(|| {
            let ledger = Arc::new(Ledger::new(None, Some(100)));
            ledger.reserve(tokens(60)).unwrap();
            let (ends, begins) = (ledger.clone(), ledger.clone());
            let works: Vec<Box<dyn FnOnce() -> bool>> = vec![
                Box::new(move || {
                    let took = Took {
                        known: tokens(30),
                        is_answered: true,
                        ..Took::default()
                    };
                    ends.end(tokens(60), &took);
                    true
                }),
                Box::new(move || begins.reserve(tokens(60)).is_ok()),
            ];
            let is_there = all(works)[1];
            let left = if is_there { 10 } else { 70 };
            assert!(ledger.reserve(tokens(left + 1)).is_err());
            assert!(ledger.reserve(tokens(left)).is_ok());
            assert_eq!((ledger.spent().tokens, ledger.spent().calls), (30, 1));
        });
    }
}
