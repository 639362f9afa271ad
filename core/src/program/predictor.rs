//! Predictors of any signature, seen alike.
use crate::{
    CallHistory, Error, ErrorKind, Predict, Record, Result, Settings, State,
    error::Fault,
    predict::{Edited, FieldText},
    signature::{Def, Signature, def_of},
};
use sigflow_grammar::closest;

/// A predictor whose signature has no name here: what optimizers, `save` and `load` work on.
///
/// ```
/// use sigflow_core::{DynProgram, DynSignature, Predictors};
///
/// let mut program = DynProgram::from_signatures([("ask", DynSignature::parse("question -> answer")?)])?;
/// let ask = program.predictor_mut("ask")?;
/// ask.set_instructions("Answer in one word.");
/// assert_eq!(ask.instructions(), "Answer in one word.");
/// assert_eq!(ask.def().signature.instructions.get(), "Given the fields `question`, produce the fields `answer`.");
/// ask.reset();
/// assert_eq!(ask.instructions(), "Given the fields `question`, produce the fields `answer`.");
/// # Ok::<(), sigflow_core::Error>(())
/// ```
pub trait Predictor: Send + Sync {
    /// The definition of its signature, before any tuning.
    fn def(&self) -> Def;
    /// What was changed, if anything was.
    fn state(&self) -> Option<&State>;
    /// What is to be changed. Copies on write: calls under way keep what they started with.
    fn state_mut(&mut self) -> &mut State;

    /// Its last calls, if it keeps them.
    ///
    /// ```
    /// # async fn run() -> sigflow_core::Result<()> {
    /// use sigflow_core::{DynProgram, DynSignature, Predictors, testing::Scripted};
    ///
    /// let program = DynProgram::from_signatures([("ask", DynSignature::parse("question -> answer")?)])?;
    /// let lm = Scripted::new(["[[ ## answer ## ]]\nParis"]).lm();
    /// program.get("ask")?.call([("question", "Where?".into())])?.with(&lm).await?;
    /// let calls = program.predictor("ask")?.calls().expect("a history");
    /// assert_eq!(calls.entries().len(), 1);
    /// # Ok(()) }
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run()).unwrap();
    /// ```
    fn calls(&self) -> Option<CallHistory> {
        None
    }
    /// The instructions in force.
    fn instructions(&self) -> String {
        let own = self.state().and_then(|state| state.instructions.clone());
        own.unwrap_or_else(|| self.def().signature.instructions.get().to_owned())
    }
    /// Other instructions.
    fn set_instructions(&mut self, instructions: &str) {
        self.state_mut().instructions = Some(instructions.to_owned());
    }
    /// The demos in force.
    fn demos(&self) -> &[Record] {
        self.state().map_or(&[], |state| &state.demos)
    }
    /// Other demos. Values are not checked: one that does not fit is shown as it is, and a demo without any
    /// input or without any output is left out of the prompt.
    fn set_demos(&mut self, demos: Vec<Record>) {
        self.state_mut().demos = demos;
    }
    /// The settings in force; the model's own stand behind them.
    fn settings(&self) -> Settings {
        self.state()
            .map(|state| state.settings.clone())
            .unwrap_or_default()
    }
    /// Other settings.
    fn set_settings(&mut self, settings: Settings) {
        self.state_mut().settings = settings;
    }
    /// Labels and descriptions in force: of the inputs, then of the outputs.
    fn fields(&self) -> Vec<FieldText> {
        match self.state().and_then(|state| state.edited.as_ref()) {
            Some(edited) => edited.texts.to_vec(),
            None => FieldText::all(&self.def()),
        }
    }
    /// Other labels and descriptions; fields that are not named keep theirs.
    ///
    /// ```
    /// use sigflow_core::{Adapter, DynProgram, DynSignature, Predictors};
    ///
    /// let mut program = DynProgram::from_signatures([("ask", DynSignature::parse("question -> answer")?)])?;
    /// let ask = program.predictor_mut("ask")?;
    /// let mut fields = ask.fields();
    /// fields[1].description = "one word".into();
    /// ask.set_fields(&fields)?;
    /// assert_eq!(ask.fields()[1].description, "one word");
    /// # Ok::<(), sigflow_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the signature has no such field: [`Error::is_state`].
    fn set_fields(&mut self, fields: &[FieldText]) -> Result<()> {
        let (def, mut all) = (self.def(), self.fields());
        let mut faults = Vec::new();
        for text in fields {
            match all.iter_mut().find(|own| own.name == text.name) {
                Some(own) => own.clone_from(text),
                None => {
                    let names = all.iter().map(|own| own.name.as_str());
                    let expected = match closest(&text.name, names.clone()) {
                        Some(close) => format!("`{close}`"),
                        None => format!("one of `{}`", names.collect::<Vec<_>>().join("`, `")),
                    };
                    faults.push(Fault::mismatch(&text.name, expected, "unknown"));
                }
            }
        }
        if !faults.is_empty() {
            let name = def.signature.name.get();
            let message = format!("signature `{name}` has no such field");
            return Err(Error::new(ErrorKind::State, message).with_faults(faults));
        }
        self.state_mut().edited = Edited::new(&def, all);
        Ok(())
    }
    /// Takes all changes back.
    fn reset(&mut self) {
        *self.state_mut() = State::default();
    }
}

impl<S: Signature> Predictor for Predict<S> {
    fn def(&self) -> Def {
        def_of::<S>()
    }
    fn state(&self) -> Option<&State> {
        self.state()
    }
    fn state_mut(&mut self) -> &mut State {
        self.state_mut()
    }
    fn calls(&self) -> Option<CallHistory> {
        self.call_history()
    }
}
