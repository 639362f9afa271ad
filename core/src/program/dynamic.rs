//! Programs of signatures that came at run time.
use super::{Predictor, Predictors, Walk, WalkMut, no_part};
use crate::{
    Call, CallEntry, CallHistory, DynAsk, DynSignature, Error, ErrorKind, Result, State,
    constant::Ref, predict::HistoryPlace, signature::Def,
};
use serde_json::Value;
use std::{fmt, sync::Arc};

/// A predictor of a signature made at run time: the counterpart of [`Predict`](crate::Predict).
///
/// ```
/// # async fn run() -> sigflow_core::Result<()> {
/// use serde_json::json;
/// use sigflow_core::{DynPredict, DynSignature, Predictor, testing::Scripted};
///
/// let mut ask = DynPredict::named("ask", DynSignature::parse("question -> answer")?);
/// ask.set_instructions("Answer in one word.");
/// let lm = Scripted::new(["[[ ## answer ## ]]\nParis"]).lm();
/// let outputs = ask.call([("question", json!("Where?"))])?.with(&lm).await?;
/// assert_eq!(outputs["answer"], "Paris");
/// # Ok(()) }
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run()).unwrap();
/// ```
#[derive(Clone)]
pub struct DynPredict {
    name: Ref<str>,
    signature: DynSignature,
    state: Option<Arc<State>>,
    history: HistoryPlace,
}

impl DynPredict {
    /// A predictor that errors and traces call by its signature's name.
    pub fn new(signature: DynSignature) -> Self {
        Self::named("", signature)
    }
    /// A predictor with a name, which errors and traces show.
    pub fn named(name: impl Into<String>, signature: DynSignature) -> Self {
        DynPredict {
            name: Ref::from(name.into()),
            signature,
            state: None,
            history: HistoryPlace::new(),
        }
    }
    /// The signature.
    pub fn signature(&self) -> &DynSignature {
        &self.signature
    }
    /// Its name; empty if it has none.
    pub fn name(&self) -> &str {
        self.name.get()
    }
    /// Asks, with this predictor's instructions, demos and settings.
    ///
    /// # Errors
    /// If the inputs do not fit, as [`DynSignature::ask`] says. What is wrong with the reply, the call says.
    pub fn call<N: Into<String>>(
        &self,
        inputs: impl IntoIterator<Item = (N, Value)>,
    ) -> Result<Call<DynAsk>> {
        use crate::Ask;
        let call = self.signature.ask(inputs)?.predict();
        let call = call.tuned_as(self.name.clone(), self.state.clone());
        Ok(call.kept(self.history.get()))
    }
    /// The last 100 calls, as [`Predict::history`](crate::Predict::history) has them.
    pub fn history(&self) -> Vec<CallEntry> {
        self.history.entries()
    }
    /// The same predictor with a history of its own that also keeps inputs and outputs, of at most 16 MiB: the oldest
    /// calls go first.
    #[must_use]
    pub fn with_content_history(mut self) -> Self {
        self.history.set_content(None);
        self
    }
    /// As [`with_content_history`](Self::with_content_history), of at most so many bytes. A call that is longer alone is
    /// kept without its content.
    #[must_use]
    pub fn with_content_history_of(mut self, bytes: usize) -> Self {
        self.history.set_content(Some(bytes));
        self
    }
    /// The same predictor with a history of its own of so many calls; none with 0.
    #[must_use]
    pub fn keep_history(mut self, calls: usize) -> Self {
        self.history.set_calls(calls);
        self
    }
}

impl Predictor for DynPredict {
    fn def(&self) -> Def {
        self.signature.def()
    }
    fn state(&self) -> Option<&State> {
        self.state.as_deref()
    }
    fn state_mut(&mut self) -> &mut State {
        Arc::make_mut(self.state.get_or_insert_default()).changed()
    }
    fn calls(&self) -> Option<CallHistory> {
        self.history.get()
    }
}

impl Predictors for DynPredict {
    fn walk<'a>(&'a self, walk: &mut Walk<'a>) {
        walk.below("self", self);
    }
    fn walk_mut<'a>(&'a mut self, walk: &mut WalkMut<'a>) {
        walk.below("self", self);
    }
}

impl fmt::Debug for DynPredict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DynPredict")
            .field("name", &self.name())
            .field("signature", &self.signature)
            .finish_non_exhaustive()
    }
}

/// Predictors of signatures made at run time, by path: the shape of a program without its flow.
///
/// It saves, loads and walks as the program of the same shape does.
///
/// ```
/// use sigflow_core::{DynProgram, DynSignature, Predictors, SavedState};
///
/// let signatures = || Ok::<_, sigflow_core::Error>([
///     ("search", DynSignature::parse("question -> query")?),
///     ("answer.predict", DynSignature::parse("context, question -> reasoning, answer")?),
/// ]);
/// let mut one = DynProgram::from_signatures(signatures()?)?;
/// one.predictor_mut("search")?.set_instructions("Write a search query.");
///
/// let mut two = DynProgram::from_signatures(signatures()?)?;
/// SavedState::of(&one).apply(&mut two)?;
/// assert_eq!(two.predictor("search")?.instructions(), "Write a search query.");
/// # Ok::<(), sigflow_core::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct DynProgram {
    predictors: Vec<(String, DynPredict)>,
}

impl DynProgram {
    /// A program of these signatures, each under its path. A program that is one predictor has it under
    /// `self`.
    ///
    /// # Errors
    /// If a path is empty, there twice, `metadata`, or `self` beside others: such a state could not be saved.
    pub fn from_signatures<P: Into<String>>(
        signatures: impl IntoIterator<Item = (P, DynSignature)>,
    ) -> Result<Self> {
        let mut predictors: Vec<(String, DynPredict)> = Vec::new();
        let wrong = |message: String| Err(Error::new(ErrorKind::State, message));
        for (path, signature) in signatures {
            let path = path.into();
            if path.is_empty() || path == "metadata" {
                return wrong(format!(
                    "`{path}` cannot be the path of a predictor; write its name, as in `answer`"
                ));
            }
            if predictors.iter().any(|(known, _)| *known == path) {
                return wrong(format!(
                    "there are two predictors `{path}`; give one of them another path"
                ));
            }
            let name = if path == "self" { "" } else { path.as_str() };
            let predictor = DynPredict::named(name, signature);
            predictors.push((path, predictor));
        }
        if predictors.len() > 1 && predictors.iter().any(|(path, _)| path == "self") {
            return wrong(
                "`self` is the path of a predictor that is alone; give it a name".to_owned(),
            );
        }
        Ok(DynProgram { predictors })
    }
    /// A predictor to be called.
    ///
    /// # Errors
    /// If there is none of that path: [`Error::is_state`], with the closest one.
    pub fn get(&self, path: &str) -> Result<&DynPredict> {
        let found = self.predictors.iter().find(|(known, _)| known == path);
        found.map(|(_, predictor)| predictor).ok_or_else(|| {
            let known = self.predictors.iter().map(|(known, _)| known.as_str());
            no_part("predictor", path, known)
        })
    }
}

impl Predictors for DynProgram {
    fn walk<'a>(&'a self, walk: &mut Walk<'a>) {
        for (path, predictor) in &self.predictors {
            walk.below(path, predictor);
        }
    }
    fn walk_mut<'a>(&'a mut self, walk: &mut WalkMut<'a>) {
        for (path, predictor) in &mut self.predictors {
            walk.below(path, predictor);
        }
    }
}
