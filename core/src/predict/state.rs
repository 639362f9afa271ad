//! What tuning changes.
use super::{Edited, Kept, Record};
use crate::{
    Adapter, Compatibility, Lm, Native, Prefix, Settings, Strictness,
    adapter::carry::{Carried, Plan},
    call::render_prefix,
    signature::Def,
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
    /// What goes to the server apart from the prompt, if it was said.
    pub native: Option<Native>,
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
    /// The same without what the protocol carries, for the first calls that leave something to it.
    planned: OnceLock<Box<Planned>>,
}

/// A signature of which the protocol carries some fields, and what was rendered of the rest.
#[derive(Clone)]
struct Planned {
    carried: Carried,
    plan: Option<Arc<Plan>>,
    prefixes: [OnceLock<Prefix>; Adapter::ALL.len()],
}

impl Planned {
    fn is(&self, plan: &Arc<Plan>) -> bool {
        self.plan.as_ref().is_some_and(|own| Arc::ptr_eq(own, plan))
    }
}

impl State {
    /// The definition in force.
    pub(crate) fn def(&self, own: Def) -> Def {
        match &self.edited {
            Some(edited) => Def {
                steps: own.steps,
                ..edited.def()
            },
            None => own,
        }
    }
    /// Rendered once per state, then shared by all its calls.
    pub(crate) fn prefix(&self, def: &Def, adapter: Adapter) -> Prefix {
        let prefixes = match (&def.plan, self.planned.get()) {
            (None, _) => &self.prefixes,
            (Some(plan), Some(planned)) if planned.is(plan) => &planned.prefixes,
            // a model that can do something else than the one before
            _ => return render_prefix(def, adapter, self.instructions.as_deref(), &self.demos),
        };
        let cell = &prefixes[adapter as usize];
        let render = || render_prefix(def, adapter, self.instructions.as_deref(), &self.demos);
        cell.get_or_init(render).clone()
    }
    /// What the protocol carries, found out once per state.
    pub(crate) fn plan(&self, def: &Def, carried: Carried) -> Option<Arc<Plan>> {
        let planned = self.planned.get_or_init(|| {
            Box::new(Planned {
                carried,
                plan: Plan::of(def, carried).map(Arc::new),
                prefixes: Default::default(),
            })
        });
        if planned.carried == carried {
            planned.plan.clone()
        } else {
            Plan::of(def, carried).map(Arc::new)
        }
    }
    /// Bytes of what was rendered: each text as it is and as JSON.
    pub(crate) fn rendered_bytes(&self) -> usize {
        let planned = self.planned.get();
        let planned = planned.iter().flat_map(|planned| &planned.prefixes);
        let rendered = self.prefixes.iter().chain(planned);
        let rendered = rendered.filter_map(OnceLock::get).map(|prefix| {
            let demos = prefix.demos.iter().map(|demo| demo.text().len());
            2 * (prefix.system.as_str().len() + demos.sum::<usize>())
        });
        rendered.sum()
    }
    /// Forgets what was rendered, since something is about to change.
    pub(crate) fn changed(&mut self) -> &mut Self {
        self.prefixes = Default::default();
        self.planned = OnceLock::new();
        self
    }
}
