//! From a state to a program: first all of it is judged, then all of it is taken over.
use super::{
    METADATA, SavedState,
    entry::{self, Names},
    fingerprint, ours,
};
use crate::{
    Error, ErrorKind, Predictors, Result, State, error::Fault, field::shorten, program::Predictor,
};
use serde_json::Value;
use sigflow_grammar::closest;

/// What a program will be once its state was taken over.
#[derive(Default)]
struct Plan {
    /// For each predictor, in the order of the walk.
    states: Vec<State>,
    /// For each parameter of the state, its value.
    parameters: Vec<Value>,
    faults: Vec<Fault>,
    /// Whether fields by their place would have been another matter.
    by_place: bool,
    /// Whether types that changed were at fault.
    by_type: bool,
}

impl SavedState {
    /// Takes the state over: all of it, or, on error, nothing.
    ///
    /// # Errors
    /// If anything does not fit: [`Error::is_state`], and [`Error::faults`] lists all that does not.
    pub fn apply<P: Predictors + ?Sized>(&self, program: &mut P) -> Result<()> {
        let plan = self.plan(program);
        if !plan.faults.is_empty() {
            return Err(self.misfit(plan));
        }
        for ((_, predictor), state) in program.named_predictors_mut().into_iter().zip(plan.states) {
            *predictor.state_mut() = state;
        }
        let parameters = program.named_parameters_mut();
        for ((path, parameter), value) in parameters.into_iter().zip(plan.parameters) {
            // it was checked above; should a type of the user's judge twice in two ways, that is an error
            parameter.set(value).map_err(|error| error.at(path))?;
        }
        Ok(())
    }

    fn plan<P: Predictors + ?Sized>(&self, program: &P) -> Plan {
        let mut plan = Plan::default();
        let ours = self.ours(&mut plan.faults);
        let predictors = program.named_predictors();
        let alone = matches!(predictors.as_slice(), [(path, _)] if path == "self");
        let paths: Vec<&str> = predictors.iter().map(|(path, _)| path.as_str()).collect();
        let unknown: Vec<&str> = self
            .members()
            .map(|(path, _)| path)
            .filter(|path| !alone && *path != METADATA && !paths.contains(path))
            .collect();
        for (path, predictor) in &predictors {
            let saved = if alone {
                Some(&self.root)
            } else {
                self.root.get(path.as_str())
            };
            match saved {
                Some(saved) => self.predictor(path, *predictor, saved, ours, &mut plan),
                None => plan.faults.push(missing(path, &unknown)),
            }
        }
        for path in unknown {
            let expected = match closest(path, paths.iter().copied()) {
                Some(close) => format!("`{close}`"),
                None if paths.is_empty() => "no predictors".to_owned(),
                None => format!("one of `{}`", paths.join("`, `")),
            };
            plan.faults.push(Fault::mismatch(path, expected, "unknown"));
        }
        if let Some(ours) = ours {
            parameters(program, ours, &mut plan);
        }
        plan
    }

    /// Our part of it, if it has one.
    fn ours(&self, faults: &mut Vec<Fault>) -> Option<&Value> {
        let ours = self.root.get(METADATA)?.get(ours::SIGFLOW)?;
        let version = &ours["version"];
        if version
            .as_u64()
            .is_none_or(|version| version > ours::VERSION)
        {
            let expected = format!(
                "{} or less; a newer sigflow wrote this state, and reads it",
                ours::VERSION
            );
            let place = format!("{METADATA}.{}.version", ours::SIGFLOW);
            faults.push(Fault::mismatch(place, expected, shorten(version)));
            return None;
        }
        Some(ours)
    }

    /// The state of one predictor, judged.
    fn predictor(
        &self,
        path: &str,
        predictor: &dyn Predictor,
        saved: &Value,
        ours: Option<&Value>,
        plan: &mut Plan,
    ) {
        let def = predictor.def();
        let of = |part: &str| ours.and_then(|ours| ours[part].get(path));
        let names = match of("fields").and_then(Value::as_array) {
            Some(names) => Names::Known(names),
            None if self.positional => Names::Place,
            None => Names::Prefix,
        };
        let before = plan.faults.len();
        let mut state = predictor.state().cloned().unwrap_or_default();
        entry::read(path, saved, &def, names, &mut state, &mut plan.faults);
        let fits = plan.faults.len() == before;
        plan.by_place |= matches!(names, Names::Prefix) && !fits;
        // with other names there is more to say than that something changed
        if let Some(Value::String(print)) = of("fingerprints")
            && fits
            && !self.changed_signatures
            && *print != fingerprint::of(&def)
        {
            plan.by_type = true;
            let expected = "the types and sides it was saved with";
            let name = format!("{path}.signature");
            plan.faults.push(Fault::mismatch(name, expected, "changed"));
        }
        if ours.is_some() {
            let settings = of("settings").unwrap_or(&Value::Null);
            state.settings = ours::read_settings(path, settings, &mut plan.faults);
        }
        plan.states.push(state);
    }

    /// Everything that does not fit, in one error.
    #[cold]
    fn misfit(&self, plan: Plan) -> Error {
        let mut message = match &self.file {
            Some(file) => format!("{file}: the state does not fit the program"),
            None => "the state does not fit the program".to_owned(),
        };
        if plan.by_place {
            message.push_str(
                " (to take fields by their place, as DSPy does: `SavedState::allow_positional`)",
            );
        }
        if plan.by_type {
            message.push_str(
                " (to take it over all the same: `SavedState::allow_changed_signatures`)",
            );
        }
        Error::new(ErrorKind::State, message).with_faults(plan.faults)
    }
}

#[cold]
fn missing(path: &str, unknown: &[&str]) -> Fault {
    let expected = match closest(path, unknown.iter().copied()) {
        Some(close) => format!("a state (there is one for `{close}`)"),
        None => "a state".to_owned(),
    };
    Fault::mismatch(path, expected, "")
}

/// The parameters of a state of ours, judged; all of them must be there.
fn parameters<P: Predictors + ?Sized>(program: &P, ours: &Value, plan: &mut Plan) {
    let own = program.named_parameters();
    let saved = &ours["parameters"];
    for (path, parameter) in &own {
        let Some(value) = saved.get(path.as_str()) else {
            plan.faults.push(Fault::mismatch(path, "a value", ""));
            continue;
        };
        if let Err(error) = parameter.check(value) {
            let faults = error.faults().iter().cloned();
            plan.faults.extend(faults.map(|mut fault| {
                let inner = fault.path.strip_prefix("value").unwrap_or_default();
                fault.path = format!("{path}{inner}");
                fault
            }));
        }
        plan.parameters.push(value.clone());
    }
    for (path, _) in saved.as_object().into_iter().flatten() {
        if !own.iter().any(|(known, _)| known == path) {
            let known = own.iter().map(|(known, _)| known.as_str());
            let expected = match closest(path, known) {
                Some(close) => format!("parameter `{close}`"),
                None => "no such parameter".to_owned(),
            };
            plan.faults.push(Fault::mismatch(path, expected, "unknown"));
        }
    }
}
