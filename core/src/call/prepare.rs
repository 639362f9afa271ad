//! From a question and its options to a request under way.
use super::{Options, Running};
use crate::{
    Adapter, Error, ErrorKind, Lm, Prefix, Record, Request, ResponseFormat, Result, State,
    Text,
    adapter::turn,
    error::Fault,
    lm::Scope,
    parse,
    schema::{What, render},
    signature::{Ask, Def},
};

/// Finds the model, checks the inputs, renders, and asks.
pub(super) fn prepare<S: Ask>(ask: &S, options: &mut Options) -> Result<Running> {
    let scope = Scope::current();
    let def = ask.def();
    // only an error reads the path, so only an error pays for it
    let name = options.name;
    let path = |def: &Def| {
        scope.path_to(if name.is_empty() {
            def.signature.name.get()
        } else {
            name
        })
    };
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
    let mut request =
        request(ask, &def, options, Some(&lm)).map_err(|error| error.at(path(&def)))?;
    request.deadline = options.deadline.into_iter().chain(scope.deadline()).min();
    Ok(Running {
        reply: lm.complete(request),
        def,
        name,
        scope,
    })
}

/// The request of a call, but for its deadline. Without a model there is none to be held to a schema.
pub(super) fn request<S: Ask>(
    ask: &S,
    def: &Def,
    options: &mut Options,
    lm: Option<&Lm>,
) -> Result<Request> {
    let faults = check_inputs(ask, def);
    if !faults.is_empty() {
        return Err(Error::from_faults(ErrorKind::InvalidInput, faults));
    }
    let state = options.state.as_deref();
    let adapter = options
        .adapter
        .or_else(|| state?.adapter)
        .or_else(|| lm?.preferred_adapter())
        .unwrap_or_default();
    let prefix = prefix(
        def,
        adapter,
        state,
        options.instructions.as_deref(),
        options.demos.as_deref(),
    );
    let turns = turn::inputs(def, adapter, &|each| ask.each_input(each));
    let mut request = Request::new(prefix, turns);
    request.settings = match state {
        Some(state) => options.settings.or(&state.settings),
        None => std::mem::take(&mut options.settings),
    };
    if let (Adapter::Json, Some(lm)) = (adapter, lm) {
        request.response_format = response_format(def, lm);
    }
    Ok(request)
}

/// All that is wrong with the inputs: their bounds, then the author's own checks.
fn check_inputs<S: Ask>(ask: &S, def: &Def) -> Vec<Fault> {
    let mut faults = Vec::new();
    if def
        .inputs()
        .iter()
        .any(|field| !field.constraints.is_empty())
    {
        ask.each_input(&mut |index, view| {
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
    ask.check_inputs(&mut faults);
    faults
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
        if let (Some(constants), Adapter::Chat) = (def.constants, adapter) {
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

/// The strictest form that the model can be held to.
fn response_format(def: &Def, lm: &Lm) -> ResponseFormat {
    let capabilities = lm.capabilities();
    if capabilities.json_schema {
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
