//! All limits of one account, behind one lock: a call takes of all of them or of none.
use super::cell::{Cell, Stamp};
use crate::sync::{Mutex, PoisonError};

/// The limits of one account. What is asked and taken is asked and taken under one lock, which is held for a few
/// nanoseconds: nobody ever sees a call that has taken of one limit and waits for another.
pub(crate) struct Cells<const N: usize>(Mutex<[Cell; N]>);

/// Which take it was in each limit; nothing where none was known.
pub(crate) type Stamps<const N: usize> = [Option<Stamp>; N];

impl<const N: usize> Cells<N> {
    pub(crate) fn new(a_minute: [u64; N], burst: u64) -> Self {
        Cells(Mutex::new(a_minute.map(|limit| Cell::new(limit, burst))))
    }

    fn with<T>(&self, what: impl FnOnce(&mut [Cell; N]) -> T) -> T {
        // each change leaves them whole
        what(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes so much of each; else says when there could be enough of all.
    pub(crate) fn take(&self, amounts: [u64; N], now: u64) -> Result<Stamps<N>, u64> {
        self.with(|cells| {
            let free = cells.iter().zip(amounts);
            let free = free.map(|(cell, units)| cell.free_at(units, 0, now)).max();
            if let Some(at) = free.filter(|at| *at > now) {
                return Err(at);
            }
            let mut stamps = [None; N];
            for (index, cell) in cells.iter_mut().enumerate() {
                stamps[index] = cell.take(amounts[index], now);
            }
            Ok(stamps)
        })
    }

    /// When so much of each could be taken if so many others took as much before.
    pub(crate) fn free_at(&self, amounts: [u64; N], others: u64, now: u64) -> u64 {
        self.with(|cells| {
            let free = cells.iter().zip(amounts);
            let free = free.map(|(cell, units)| cell.free_at(units, others, now));
            free.max().unwrap_or(now)
        })
    }

    /// So much was used of what was taken: the rest flows back, what is beyond is a debt. Of what was not taken, because
    /// no limit was known, neither: the server has counted it before it spoke of one.
    pub(crate) fn settle(&self, taken: [u64; N], stamps: Stamps<N>, used: [u64; N], now: u64) {
        self.with(|cells| {
            for (index, cell) in cells.iter_mut().enumerate() {
                let Some(stamp) = stamps[index] else { continue };
                let (taken, used) = (taken[index], used[index]);
                if used > taken {
                    cell.owe(used - taken, now);
                } else if used < taken {
                    cell.give_back(taken - used, stamp, now);
                }
            }
        });
    }

    /// What the server says of one of them. Afterwards, whether a limit of it is known.
    pub(crate) fn learn(
        &self,
        index: usize,
        limit: Option<u64>,
        remaining: Option<u64>,
        now: u64,
    ) -> bool {
        self.with(|cells| {
            let cell = &mut cells[index];
            if let Some(limit) = limit {
                cell.learn_limit(limit, now);
            }
            if let Some(remaining) = remaining {
                cell.believe(remaining, now);
            }
            cell.limit() > 0
        })
    }

    /// What could be taken of each now; nothing where no limit is known.
    pub(crate) fn left(&self, now: u64) -> [Option<u64>; N] {
        self.with(|cells| cells.each_ref().map(|cell| cell.left(now)))
    }
}
