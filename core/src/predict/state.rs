//! What tuning changes.
use super::{Edited, Kept, Record};
use crate::{
    Adapter, Compatibility, Lm, Prefix, Settings, Strictness, call::render_prefix, signature::Def,
};
use std::sync::{Arc, OnceLock};

/// Instructions, demos and settings of a predictor.
#[derive(Clone, Default)]
pub struct State {
    /// Instructions instead of the signature's.
    pub instructions: Option<String>,
    /// Demonstrations.
    pub demos: Vec<Record>,
    /// Settings; what is not set comes from the model.
    pub settings: Settings,
    /// The adapter, if it has its own.
    pub adapter: Option<Adapter>,
    /// How much replies are forgiven, if it was said.
    pub strictness: Option<Strictness>,
    /// The model, if it has its own.
    pub lm: Option<Lm>,
    /// The model for the second step of [`Adapter::TwoStep`], if it has its own.
    pub extractor: Option<Lm>,
    /// How often the model is told what is wrong, if it is.
    pub reask: Option<u32>,
    /// Whose habits its calls have, if that was said.
    pub compatibility: Option<Compatibility>,
    /// Labels and descriptions instead of the signature's.
    pub(crate) edited: Option<Edited>,
    /// What only DSPy understands, kept for its sake.
    pub(crate) kept: Option<Arc<Kept>>,
    /// One for each adapter.
    prefixes: [OnceLock<Prefix>; Adapter::ALL.len()],
}

impl State {
    /// The definition in force.
    pub(crate) fn def(&self, own: Def) -> Def {
        match &self.edited {
            Some(edited) => edited.def(),
            None => own,
        }
    }
    /// Rendered once per state, then shared by all its calls.
    pub(crate) fn prefix(&self, def: &Def, adapter: Adapter) -> Prefix {
        let cell = &self.prefixes[adapter as usize];
        let render = || render_prefix(def, adapter, self.instructions.as_deref(), &self.demos);
        cell.get_or_init(render).clone()
    }
    /// Forgets what was rendered, since something is about to change.
    pub(crate) fn changed(&mut self) -> &mut Self {
        self.prefixes = Default::default();
        self
    }
}
