//! What `save` writes and `load` reads: the JSON of DSPy 3.4.1's `module.save("x.json")`, and ours beside
//! it under `metadata.sigflow`.
mod apply;
mod entry;
mod file;
mod fingerprint;
mod model;
mod ours;
mod write;

#[cfg(test)]
mod tests;

use crate::{Error, ErrorKind, Result};
use serde_json::{Map, Value};
use std::{fmt, path::Path};

/// The member of a state that is no predictor.
const METADATA: &str = "metadata";

/// The state of a program: instructions, demos, labels and descriptions of each predictor, by path, in DSPy's
/// JSON format. What Python DSPy 3.4.1 saved loads here, and what is saved here loads there, for programs
/// with the same paths.
///
/// DSPy's format knows fields by their place and label only. What is ours stands under `metadata.sigflow`, where
/// DSPy does not look: the names of the fields, a fingerprint of each signature, settings, and parameters. A
/// state without it is matched by labels; where two are alike, in order. Two states are equal if
/// they are apart from `metadata`.
///
/// ```
/// use sigflow_core::{DynProgram, DynSignature, Predictors, SavedState};
///
/// let signature = DynSignature::parse("question -> answer")?;
/// let mut program = DynProgram::from_signatures([("ask", signature)])?;
/// program.predictor_mut("ask")?.set_instructions("Be brief.");
///
/// let state = SavedState::of(&program);
/// assert_eq!(state.as_json()["ask"]["signature"]["instructions"], "Be brief.");
/// assert_eq!(state.as_json()["metadata"]["sigflow"]["fields"]["ask"][1], "answer");
/// assert_eq!(SavedState::parse(&state.to_string())?, state);
/// # Ok::<(), sigflow_core::Error>(())
/// ```
///
/// Loading changes the program as a whole or not at all:
///
/// ```
/// # use sigflow_core::{DynProgram, DynSignature, Predictors, SavedState};
/// let two = || Ok::<_, sigflow_core::Error>([
///     ("search", DynSignature::parse("question -> query")?),
///     ("answer", DynSignature::parse("question -> answer")?),
/// ]);
/// let state = SavedState::of(&DynProgram::from_signatures(two()?)?);
/// let renamed = [("serch", DynSignature::parse("question -> query")?), two()?[1].clone()];
/// let error = state.apply(&mut DynProgram::from_signatures(renamed)?).unwrap_err();
/// assert!(error.is_state());
/// assert_eq!(
///     error.to_string(),
///     "the state does not fit the program: `serch` is missing, expected a state (there is one for `search`); \
///      `search` is unknown, expected `serch`",
/// );
/// # Ok::<(), sigflow_core::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a state does nothing until it is applied or written"]
pub struct SavedState {
    root: Value,
    /// The file it came from, for errors.
    file: Option<String>,
    positional: bool,
    changed_signatures: bool,
}

impl SavedState {
    /// A state of these members.
    fn new(root: Map<String, Value>) -> Self {
        SavedState {
            root: Value::Object(root),
            file: None,
            positional: false,
            changed_signatures: false,
        }
    }
    /// Reads the text of a state.
    ///
    /// # Errors
    /// If it is no JSON, or no object: [`Error::is_state`].
    pub fn parse(text: &str) -> Result<Self> {
        match serde_json::from_str(text) {
            Ok(Value::Object(root)) => Ok(Self::new(root)),
            Ok(other) => {
                let found = crate::field::shorten(&other);
                let message =
                    format!("a saved state is a JSON object, and this is {found}; save it anew");
                Err(Error::new(ErrorKind::State, message))
            }
            Err(error) => {
                let message = format!("the saved state is no JSON ({error}); save it anew");
                Err(Error::new(ErrorKind::State, message).with_source(error))
            }
        }
    }
    /// Reads the file of a state.
    ///
    /// # Errors
    /// If it cannot be read, or as [`parse`](Self::parse): [`Error::is_state`].
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let file = path.display().to_string();
        let text = file::read(path)?;
        let mut state =
            Self::parse(&text).map_err(|error| error.within_message(&format!("{file}: ")))?;
        state.file = Some(file);
        Ok(state)
    }
    /// Writes it into a file. The file is replaced as a whole, or not at all.
    ///
    /// # Errors
    /// If it cannot be written: [`Error::is_state`].
    pub fn write(&self, path: impl AsRef<Path>) -> Result<()> {
        file::write(path.as_ref(), &self.to_string())
    }
    /// Also takes fields by their place, as DSPy does, where a state without our additions has other labels
    /// than the program, or another number of fields.
    ///
    /// ```
    /// use sigflow_core::{DynProgram, DynSignature, FieldSpec, Predictors, SavedState};
    ///
    /// let labelled = DynSignature::parse("question ->")?.append(FieldSpec::output("answer", "str").prefix("A:"))?;
    /// let saved = SavedState::of(&DynProgram::from_signatures([("ask", labelled)])?);
    /// let mut dspy = saved.as_json().clone();
    /// dspy["metadata"] = Default::default();
    ///
    /// let mut program = DynProgram::from_signatures([("ask", DynSignature::parse("question -> answer")?)])?;
    /// let state = SavedState::parse(&dspy.to_string())?;
    /// assert!(state.apply(&mut program).is_err());
    /// state.allow_positional().apply(&mut program)?;
    /// assert_eq!(program.predictor("ask")?.fields()[1].prefix, "A:");
    /// # Ok::<(), sigflow_core::Error>(())
    /// ```
    pub fn allow_positional(mut self) -> Self {
        self.positional = true;
        self
    }
    /// Also takes the state of a predictor whose signature has the same fields with other types, or on other
    /// sides, than when it was saved.
    pub fn allow_changed_signatures(mut self) -> Self {
        self.changed_signatures = true;
        self
    }
    /// The state as JSON: predictors by path, or for a predictor alone its own members, then `metadata`.
    pub fn as_json(&self) -> &Value {
        &self.root
    }
    /// The members.
    fn members(&self) -> impl Iterator<Item = (&str, &Value)> {
        let all = self.root.as_object().into_iter().flatten();
        all.map(|(name, value)| (name.as_str(), value))
    }
}

/// As DSPy writes it into a file: two spaces, nothing escaped that need not be, a line break at the end.
impl fmt::Display for SavedState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:#}", self.root)
    }
}

/// Apart from `metadata`.
impl PartialEq for SavedState {
    fn eq(&self, other: &Self) -> bool {
        let relevant = |state: &Self| {
            let all = state.members().filter(|(name, _)| *name != METADATA);
            all.map(|(name, value)| (name.to_owned(), value.clone()))
                .collect::<Map<_, _>>()
        };
        relevant(self) == relevant(other)
    }
}
