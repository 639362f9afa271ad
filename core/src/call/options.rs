//! What a call is told on top of its inputs.
use crate::{
    Adapter, CallHistory, Compatibility, Handling, Lm, Native, Record, Settings, State,
    StrategyChoice, Strictness, constant::Ref, signature::Def,
};
use std::{sync::Arc, time::Instant};

#[derive(Default)]
pub(crate) struct Options {
    /// Of the predictor; empty if there is none.
    pub(crate) name: Ref<str>,
    pub(crate) state: Option<Arc<State>>,
    /// Where the predictor keeps its last calls.
    pub(crate) history: Option<CallHistory>,
    pub(crate) adapter: Option<Adapter>,
    pub(crate) strictness: Option<Strictness>,
    pub(crate) lm: Option<Lm>,
    pub(crate) deadline: Option<Instant>,
    /// What most calls are not told: they do not pay for its place.
    seldom: Option<Box<Seldom>>,
}

#[derive(Default)]
pub(crate) struct Seldom {
    pub(crate) demos: Option<Vec<Record>>,
    pub(crate) instructions: Option<String>,
    pub(crate) extractor: Option<Lm>,
    pub(crate) reask: Option<u32>,
    pub(crate) compatibility: Option<Compatibility>,
    pub(crate) native: Option<Native>,
    pub(crate) settings: Settings,
    pub(crate) handling: Handling,
    /// Which way the question is asked, if that was chosen.
    pub(crate) strategy: Option<StrategyChoice>,
}

// What calls of every signature do with them is compiled here once and not in the crate of each user.
impl Options {
    /// A place for what calls are seldom told.
    pub(crate) fn seldom(&mut self) -> &mut Seldom {
        self.seldom.get_or_insert_default()
    }
    /// What was told of it.
    pub(crate) fn told(&self) -> Option<&Seldom> {
        self.seldom.as_deref()
    }
    /// The settings in force.
    pub(crate) fn settings(&self) -> Settings {
        match (self.told(), self.state.as_deref()) {
            (Some(told), Some(state)) => told.settings.or(&state.settings),
            (Some(told), None) => told.settings.clone(),
            (None, Some(state)) => state.settings.clone(),
            (None, None) => Settings::default(),
        }
    }
    /// The definition in force: a predictor may have other labels and descriptions than its signature.
    pub(crate) fn def(&self, own: Def) -> Def {
        match self.state.as_deref() {
            Some(state) => state.def(own),
            None => own,
        }
    }
    /// Whether a predictor's demos, instructions or labels are in force.
    pub(crate) fn is_tuned(&self) -> bool {
        let tuned = |state: &State| {
            !state.demos.is_empty() || state.instructions.is_some() || state.edited.is_some()
        };
        self.state.as_deref().is_some_and(tuned)
    }
    /// Leaves the predictor's demos, instructions and labels aside; those of the call stay.
    pub(crate) fn forget_tuning(&mut self) {
        if self.is_tuned()
            && let Some(state) = &mut self.state
        {
            let state = Arc::make_mut(state).changed();
            (state.instructions, state.edited) = (None, None);
            state.demos.clear();
        }
    }
    /// For another signature than the predictor's: what was rendered for that, and its labels, do not fit.
    pub(crate) fn forget_labels(&mut self) {
        if let Some(state) = &mut self.state {
            Arc::make_mut(state).changed().edited = None;
        }
    }
    pub(super) fn none() -> Self {
        Self::default()
    }
    pub(super) fn set_lm(&mut self, lm: &Lm) {
        self.lm = Some(lm.clone());
    }
}
