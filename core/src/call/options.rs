//! What a call is told on top of its inputs.
use crate::{
    Adapter, Compatibility, Lm, Record, Settings, State, Strictness, constant::Ref, signature::Def,
};
use std::{sync::Arc, time::Instant};

#[derive(Default)]
pub(crate) struct Options {
    /// Of the predictor; empty if there is none.
    pub(crate) name: Ref<str>,
    pub(crate) state: Option<Arc<State>>,
    pub(crate) demos: Option<Vec<Record>>,
    pub(crate) instructions: Option<String>,
    pub(crate) adapter: Option<Adapter>,
    pub(crate) strictness: Option<Strictness>,
    pub(crate) lm: Option<Lm>,
    pub(crate) extractor: Option<Lm>,
    pub(crate) reask: Option<u32>,
    pub(crate) compatibility: Option<Compatibility>,
    pub(crate) settings: Settings,
    pub(crate) deadline: Option<Instant>,
}

// What calls of every signature do with them is compiled here once and not in the crate of each user.
impl Options {
    /// The definition in force: a predictor may have other labels and descriptions than its signature.
    pub(crate) fn def(&self, own: Def) -> Def {
        match self.state.as_deref() {
            Some(state) => state.def(own),
            None => own,
        }
    }
    pub(super) fn none() -> Box<Self> {
        Box::default()
    }
    pub(super) fn set_lm(&mut self, lm: &Lm) {
        self.lm = Some(lm.clone());
    }
}
