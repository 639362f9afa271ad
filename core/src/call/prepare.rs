//! From a question and its options to a request under way.
use super::{
    Compatibility, Notes, Options, Tally,
    bounds::{self, Bounds},
    running::{Extraction, More, Running},
};
use crate::{
    Adapter, AdapterChoice, Effort, Error, ErrorKind, Lm, Native, Prefix, Record, Request,
    ResponseFormat, Result, State, Strictness, Text,
    adapter::{
        carry::{self, Carried, Plan, Source},
        native as adapter_native, turn,
    },
    constant::Ref,
    error::Fault,
    field::View,
    lm::Scope,
    parse::{self, Form, How},
    predict::Keeping,
    schema::{Schema, What, render},
    signature::{Ask, Def},
    telemetry::validated,
    types::kind::Kind,
};
use std::sync::Arc;

/// What a call wants of its inputs. Behind `dyn`, so that all that does not depend on their type is compiled
/// here once, and not again in the crate of each user.
pub(crate) trait Inputs {
    fn def(&self) -> Def;
    fn each(&self, input: &mut dyn FnMut(usize, View<'_>));
    fn check(&self, faults: &mut Vec<Fault>);
}

impl<S: Ask> Inputs for S {
    fn def(&self) -> Def {
        Ask::def(self)
    }
    fn each(&self, input: &mut dyn FnMut(usize, View<'_>)) {
        self.each_input(input);
    }
    fn check(&self, faults: &mut Vec<Fault>) {
        self.check_inputs(faults);
    }
}

/// A request that is ready to be sent, and how its reply is to be read.
pub(crate) struct Prepared {
    pub(crate) lm: Lm,
    pub(crate) request: Request,
    pub(crate) def: Def,
    /// Of the predictor; empty if there is none.
    pub(crate) name: Ref<str>,
    pub(crate) scope: Scope,
    pub(crate) bounds: Bounds,
    pub(crate) choice: AdapterChoice,
    pub(crate) strictness: Strictness,
    /// Who takes the outputs out of the model's words, in two steps.
    pub(crate) extractor: Option<Lm>,
    reasks: u32,
    fallback: Option<Request>,
}

impl Prepared {
    /// Finds the model, checks the inputs, and renders.
    pub(crate) fn new(ask: &dyn Inputs, options: &mut Options) -> Result<Self> {
        let scope = Scope::current();
        let run = || scope.run_id();
        let mut kept = options.history.take().map(|it| Box::new(it.begin(run())));
        let prepared = Self::made(ask, options, scope, &mut kept);
        if let (Err(error), Some(kept)) = (&prepared, kept) {
            kept.end(None, Some(error));
        }
        prepared
    }

    fn made(
        ask: &dyn Inputs,
        options: &mut Options,
        scope: Scope,
        kept: &mut Option<Box<Keeping>>,
    ) -> Result<Self> {
        let mut def = options.def(ask.def());
        // only an error reads the path, so only an error pays for it
        let name = std::mem::take(&mut options.name);
        let path = |def: &Def| bounds::path(&scope, &name, def);
        bounds::force(&scope, options, || path(&def));
        // the first found: the call's, the predictor's, the scope's, the process default
        let lm = options
            .lm
            .take()
            .or_else(|| options.state.as_deref()?.lm.clone())
            .or_else(|| scope.lm().cloned())
            .or_else(Lm::process_default);
        let Some(lm) = lm else {
            let advice = "no language model: call `.with(&lm)`, or run inside `lm.scope(…)`, or set `Lm::set_default(lm)`";
            return Err(Error::new(ErrorKind::NoModel, advice).at(path(&def)));
        };
        let checked = check_inputs(ask, &def);
        validated(&scope, &def, &checked);
        checked.map_err(|error| error.at(path(&def)))?;
        let choice = choice(&mut def, options, Some(&lm));
        let deadline = options.deadline.into_iter().chain(scope.deadline()).min();
        let fallback = (compatibility(options, Some(&lm)) == Compatibility::Dspy
            && matches!(choice.adapter, Adapter::Chat | Adapter::Xml))
        .then(|| {
            let mut request = request(ask, &def, options, Adapter::Json, Some(&lm));
            request.deadline = deadline;
            request
        });
        let mut request = request(ask, &def, options, choice.adapter, Some(&lm));
        request.deadline = deadline;
        let state = options.state.as_deref();
        let reasks = options
            .told()
            .and_then(|told| told.reask)
            .or_else(|| state?.reask)
            // who checks a reasoning has the model told once what is wrong with it
            .unwrap_or(u32::from(def.steps));
        let extractor = (choice.adapter == Adapter::TwoStep).then(|| {
            let given = options.told().and_then(|told| told.extractor.clone());
            let given = given.or_else(|| state?.extractor.clone());
            given
                .or_else(|| lm.own_extractor())
                .unwrap_or_else(|| lm.clone())
        });
        let strictness = options
            .strictness
            .or_else(|| state?.strictness)
            .unwrap_or_default();
        let mut bounds = Bounds::of(&scope, ask, &def, &lm, kept.take(), || path(&def));
        bounds.chosen(options.told().and_then(|told| told.strategy));
        Ok(Prepared {
            lm,
            request,
            def,
            name,
            scope,
            bounds,
            choice,
            strictness,
            extractor,
            reasks,
            fallback,
        })
    }
}

/// Prepares a request, and asks.
pub(super) fn prepare(ask: &dyn Inputs, options: &mut Options) -> Result<Running> {
    let Prepared {
        lm,
        request,
        def,
        name,
        scope,
        mut bounds,
        choice,
        strictness,
        extractor,
        reasks,
        fallback,
    } = Prepared::new(ask, options)?;
    let extraction = extractor.map(Extraction::new);
    // a plain call keeps nothing but its future
    let more = (reasks > 0 || fallback.is_some() || extraction.is_some()).then(|| {
        Box::new(More {
            lm: lm.clone(),
            request: request.clone(),
            reasks,
            fallback,
            extraction,
            attempts: Vec::new(),
        })
    });
    let deadline = request.deadline;
    let reply = match bounds.send(&scope, &lm, request) {
        Ok(reply) => reply,
        Err(error) => {
            let error = error.at(bounds::path(&scope, &name, &def));
            let how = How::new(Form::from(choice.adapter), strictness);
            bounds.end(&def, how, None, Some(&error));
            return Err(error);
        }
    };
    Ok(Running {
        reply,
        bounds,
        deadline,
        def,
        name,
        scope,
        notes: Notes::new(choice),
        strictness,
        tally: Tally::default(),
        more,
    })
}

/// The adapter of a call.
///
/// What the protocol carries is taken out of the definition's prompt.
pub(super) fn choice(def: &mut Def, options: &Options, lm: Option<&Lm>) -> AdapterChoice {
    let state = options.state.as_deref();
    let said = AdapterChoice::said(
        options.adapter,
        state.and_then(|state| state.adapter),
        lm.and_then(Lm::preferred_adapter),
    );
    let capabilities = lm.map(Lm::capabilities).unwrap_or_default();
    let native = native(options, lm);
    let mut carried = native.decide(said.adapter, capabilities);
    // as DSPy has it: who wants no thinking gets none beside the reply
    carried.reasoning &= effort(options, lm) != Some(Effort::None);
    if carried != Carried::default() {
        def.plan = match state {
            Some(state) => state.plan(def, carried),
            None => Plan::of(def, carried).map(Arc::new),
        };
    }
    said.settled(def, capabilities)
}

fn native(options: &Options, lm: Option<&Lm>) -> Native {
    let all = [
        options.told().and_then(|told| told.native),
        options.state.as_deref().and_then(|state| state.native),
        lm.and_then(Lm::preferred_native),
    ];
    all.into_iter()
        .flatten()
        .fold(Native::default(), Native::or)
}

fn effort(options: &Options, lm: Option<&Lm>) -> Option<Effort> {
    let told = options
        .told()
        .and_then(|told| told.settings.reasoning_effort);
    told.or_else(|| options.state.as_deref()?.settings.reasoning_effort)
        .or_else(|| lm?.settings().reasoning_effort)
}

fn compatibility(options: &Options, lm: Option<&Lm>) -> Compatibility {
    options
        .told()
        .and_then(|told| told.compatibility)
        .or_else(|| options.state.as_deref()?.compatibility)
        .or_else(|| lm?.preferred_compatibility())
        .unwrap_or_default()
}

/// The request of a call, but for its deadline. Without a model there is none to be held to a schema.
pub(super) fn request(
    ask: &dyn Inputs,
    def: &Def,
    options: &Options,
    adapter: Adapter,
    lm: Option<&Lm>,
) -> Request {
    let compatibility = compatibility(options, lm);
    let (state, told) = (options.state.as_deref(), options.told());
    let prefix = prefix(
        def,
        adapter,
        state,
        told.and_then(|told| told.instructions.as_deref()),
        told.and_then(|told| told.demos.as_deref()),
    );
    let turns = match def.plan.as_deref() {
        None => turn::inputs(def, adapter, &|each| ask.each(each)),
        Some(plan) => turn::inputs(&plan.asked, adapter, &|each| {
            ask.each(&mut |index, view| {
                if let Some(place) = plan.place(index) {
                    each(place, view);
                }
            });
        }),
    };
    let mut request = Request::new(prefix, turns);
    request.settings = options.settings();
    if let Some(told) = told {
        request.handling = told.handling;
    }
    if let Some(plan) = def.plan.as_deref() {
        carry(&mut request, plan, (ask, options, lm), compatibility);
        // nothing of the reply has a form
        if plan.asked.outputs().next().is_none() {
            return request;
        }
    }
    let cites = def.plan.as_ref().is_some_and(|plan| plan.cites());
    let def = def.asked();
    match (adapter, lm) {
        // a reply that is held to a schema cites nothing
        (Adapter::Json | Adapter::Baml, Some(lm)) if !cites => {
            request.response_format = response_format(def, lm, compatibility);
        }
        (Adapter::Structured, _) => adapter_native::structured(&mut request, def),
        (Adapter::Tool, _) => adapter_native::tool(&mut request, def),
        _ => {}
    }
    request
}

/// What the protocol carries, in the request.
fn carry(
    request: &mut Request,
    plan: &Plan,
    (ask, options, lm): (&dyn Inputs, &Options, Option<&Lm>),
    compatibility: Compatibility,
) {
    if let Some(tools) = plan.tools {
        ask.each(&mut |index, view| {
            if index == tools {
                request.tools = carry::specs(view).into();
            }
        });
    }
    // what the user did not ask for is not sent; DSPy sends it
    let wanted = native(options, lm).wants_reasoning() || compatibility == Compatibility::Dspy;
    if wanted && plan.sources.contains(&Source::Thoughts) && effort(options, lm).is_none() {
        request.settings.reasoning_effort = Some(Effort::Low);
    }
}

/// All that is wrong with the inputs: their bounds, then the author's own checks.
pub(super) fn check_inputs(ask: &dyn Inputs, def: &Def) -> Result<()> {
    let mut faults = Vec::new();
    if def
        .inputs()
        .iter()
        .any(|field| !field.constraints.is_empty())
    {
        ask.each(&mut |index, view| {
            if let Some(field) = def.inputs().get(index)
                && !field.constraints.is_empty()
            {
                let value = view.to_value();
                // an absent optional input has no bounds to break
                if !value.is_null() {
                    parse::check(
                        &value,
                        &field.constraints,
                        &|| field.name.get().to_owned(),
                        &mut faults,
                    );
                }
            }
        });
    }
    ask.check(&mut faults);
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Error::from_faults(ErrorKind::InvalidInput, faults))
    }
}

/// The part of the request that all calls of a predictor share: a constant where nothing was changed,
/// what the predictor rendered once, or made here for this one call.
fn prefix(
    def: &Def,
    adapter: Adapter,
    state: Option<&State>,
    instructions: Option<&str>,
    demos: Option<&[Record]>,
) -> Prefix {
    if instructions.is_none() && demos.is_none() {
        if let Some(state) = state {
            return state.prefix(def, adapter);
        }
        if let (Some(constants), Adapter::Chat, None) = (def.constants, adapter, &def.plan) {
            return Prefix::new(constants.prompt.clone());
        }
    }
    let instructions = instructions.or_else(|| state?.instructions.as_deref());
    let demos = demos
        .or_else(|| Some(state?.demos.as_slice()))
        .unwrap_or_default();
    render_prefix(def, adapter, instructions, demos)
}

/// Renders a prefix.
pub(crate) fn render_prefix(
    def: &Def,
    adapter: Adapter,
    instructions: Option<&str>,
    demos: &[Record],
) -> Prefix {
    let def = def.asked();
    let system = match (def.constants, adapter, instructions) {
        (Some(constants), Adapter::Chat, None) => constants.prompt.clone(),
        _ => Text::shared(render(
            What::System(adapter, instructions),
            &def.signature,
            def.reasoning,
        )),
    };
    let mut prefix = Prefix::new(system);
    if !demos.is_empty() {
        prefix.demos = turn::demos(def, adapter, demos).into();
    }
    prefix
}

/// The strictest form that the model can be held to. As DSPy does it: the plain JSON mode wherever an
/// output is a map or asks for tools.
fn response_format(def: &Def, lm: &Lm, compatibility: Compatibility) -> ResponseFormat {
    let capabilities = lm.capabilities();
    let open = compatibility == Compatibility::Dspy
        && def.outputs().any(|field| {
            let schema = field.schema.get();
            matches!(schema, Schema::Map(..)) || Kind::of_schema(schema) == Some(Kind::ToolCalls)
        });
    if capabilities.json_schema && !open {
        let schema = def.output_schema();
        if schema.openai.is_some() || schema.anthropic.is_some() || schema.gemini.is_some() {
            return ResponseFormat::Schema(schema);
        }
    }
    if capabilities.json_object {
        ResponseFormat::JsonObject
    } else {
        ResponseFormat::Text
    }
}
