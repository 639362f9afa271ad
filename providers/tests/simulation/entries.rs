//! How often each call comes by a place.
use crate::{
    tap::{Looks, Tap},
    who,
};
use sigflow_core::{Lm, Request, Result};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

#[derive(Clone, Debug, Default)]
pub(crate) struct Entries(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts(Mutex<BTreeMap<u64, u32>>);

impl Entries {
    pub(crate) fn at(&self, lm: &Lm) -> Lm {
        Tap::around(lm, &self.0)
    }
    fn counts(&self) -> MutexGuard<'_, BTreeMap<u64, u32>> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// Of one call.
    pub(crate) fn of(&self, call: u64) -> u32 {
        self.counts().get(&call).copied().unwrap_or(0)
    }
    /// Of all calls.
    pub(crate) fn all(&self) -> u64 {
        self.counts().values().copied().map(u64::from).sum()
    }
    /// Each call that came by, and how often.
    pub(crate) fn each(&self) -> BTreeMap<u64, u32> {
        self.counts().clone()
    }
}

impl Looks for Counts {
    type Sees = ();
    fn enters(&self, _: &Request) -> Result<()> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry(who::asks()).or_default() += 1;
        Ok(())
    }
}
