//! What has predictors, and how they are found.
use super::{Parameter, Predictor, SavedState, Walk, WalkMut, no_part};
use crate::{Predict, Result, signature::Signature};
use serde_json::Value;
use std::{
    collections::{BTreeMap, HashMap},
    fmt::Display,
    path::Path,
};

/// A program, or a part of one: predictors and parameters under paths.
///
/// `#[derive(Predictors)]` writes the first two methods for a struct; a predictor, and lists, maps, options
/// and boxes of parts have them too. Paths are DSPy's: `first`, `many[0]`, `table['x']`, `inner.first`, and
/// `answer.predict` for a chain of thought; a predictor by itself is `self`.
///
/// ```
/// use sigflow_core::{DynProgram, DynSignature, Predictors, Walk, WalkMut};
///
/// // as the derive writes it
/// struct Search { queries: Vec<DynProgram>, hops: usize }
/// impl Predictors for Search {
///     fn walk<'a>(&'a self, walk: &mut Walk<'a>) {
///         walk.member("queries", &self.queries);
///         walk.parameter("hops", &self.hops);
///     }
///     fn walk_mut<'a>(&'a mut self, walk: &mut WalkMut<'a>) {
///         walk.member("queries", &mut self.queries);
///         walk.parameter("hops", &mut self.hops);
///     }
/// }
///
/// let query = || DynProgram::from_signatures([("self", DynSignature::parse("question -> query")?)]);
/// let mut search = Search { queries: vec![query()?, query()?], hops: 2 };
/// let paths: Vec<_> = search.named_predictors().into_iter().map(|(path, _)| path).collect();
/// assert_eq!(paths, ["queries[0]", "queries[1]"]);
///
/// search.set_parameter("hops", 3.into())?;
/// assert_eq!(search.hops, 3);
/// let error = search.predictor("queries[2]").err().unwrap();
/// assert_eq!(error.to_string(), "the program has no predictor `queries[2]`; did you mean `queries[0]`?");
/// # Ok::<(), sigflow_core::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no predictors",
    label = "not a predictor, nor a program with some",
    note = "give a struct of your own `#[derive(Predictors)]`",
    note = "a field that is no part of the program is marked `#[predictors(skip)]`, a parameter `#[predictors(parameter)]`"
)]
pub trait Predictors {
    /// Shows each part to a walk.
    fn walk<'a>(&'a self, walk: &mut Walk<'a>);
    /// The same, to be changed: the same parts in the same order.
    fn walk_mut<'a>(&'a mut self, walk: &mut WalkMut<'a>);

    /// All predictors by path, in order of declaration.
    fn named_predictors(&self) -> Vec<(String, &dyn Predictor)> {
        let mut walk = Walk::default();
        self.walk(&mut walk);
        walk.predictors
    }
    /// All predictors by path, to be changed.
    fn named_predictors_mut(&mut self) -> Vec<(String, &mut dyn Predictor)> {
        let mut walk = WalkMut::default();
        self.walk_mut(&mut walk);
        walk.predictors
    }
    /// All parameters by path, in order of declaration.
    fn named_parameters(&self) -> Vec<(String, &dyn Parameter)> {
        let mut walk = Walk::default();
        self.walk(&mut walk);
        walk.parameters
    }
    /// All parameters by path, to be changed.
    fn named_parameters_mut(&mut self) -> Vec<(String, &mut dyn Parameter)> {
        let mut walk = WalkMut::default();
        self.walk_mut(&mut walk);
        walk.parameters
    }
    /// The predictor of a path.
    ///
    /// # Errors
    /// If there is none: [`Error::is_state`](crate::Error::is_state), with the closest path.
    fn predictor(&self, path: &str) -> Result<&dyn Predictor> {
        take("predictor", self.named_predictors(), path)
    }
    /// The predictor of a path, to be changed.
    ///
    /// # Errors
    /// As [`predictor`](Self::predictor).
    fn predictor_mut(&mut self, path: &str) -> Result<&mut dyn Predictor> {
        take("predictor", self.named_predictors_mut(), path)
    }
    /// The parameter of a path.
    ///
    /// # Errors
    /// If there is none: [`Error::is_state`](crate::Error::is_state), with the closest path.
    fn parameter(&self, path: &str) -> Result<&dyn Parameter> {
        take("parameter", self.named_parameters(), path)
    }
    /// Another value of a parameter, which is checked first.
    ///
    /// # Errors
    /// If there is no such parameter, or the value does not fit it; then it keeps its value.
    fn set_parameter(&mut self, path: &str, value: Value) -> Result<()> {
        let parameter = take("parameter", self.named_parameters_mut(), path)?;
        parameter
            .set(value)
            .map_err(|error| error.at(path.to_owned()))
    }
    /// Writes the state into a file, in DSPy's format: see [`SavedState`]. The file is replaced as a whole,
    /// or not at all.
    ///
    /// # Errors
    /// If it cannot be written.
    fn save(&self, path: impl AsRef<Path>) -> Result<()>
    where
        Self: Sized,
    {
        SavedState::of(self).write(path)
    }
    /// Takes the state of a file over, of ours or of DSPy's: see [`SavedState`]. All of it, or nothing.
    ///
    /// # Errors
    /// If it cannot be read or does not fit; [`Error::faults`](crate::Error::faults) lists all that does not.
    fn load(&mut self, path: impl AsRef<Path>) -> Result<()>
    where
        Self: Sized,
    {
        SavedState::read(path)?.apply(self)
    }
}

fn take<T>(what: &str, mut all: Vec<(String, T)>, path: &str) -> Result<T> {
    match all.iter().position(|(known, _)| known == path) {
        Some(place) => Ok(all.swap_remove(place).1),
        None => {
            let known = all.iter().map(|(known, _)| known.as_str());
            Err(no_part(what, path, known))
        }
    }
}

impl<S: Signature> Predictors for Predict<S> {
    fn walk<'a>(&'a self, walk: &mut Walk<'a>) {
        walk.here(self, S::REASONING);
    }
    fn walk_mut<'a>(&'a mut self, walk: &mut WalkMut<'a>) {
        walk.here(self, S::REASONING);
    }
}

impl<T: Predictors + ?Sized> Predictors for Box<T> {
    fn walk<'a>(&'a self, walk: &mut Walk<'a>) {
        (**self).walk(walk);
    }
    fn walk_mut<'a>(&'a mut self, walk: &mut WalkMut<'a>) {
        (**self).walk_mut(walk);
    }
}

/// Nothing, where there is none.
impl<T: Predictors> Predictors for Option<T> {
    fn walk<'a>(&'a self, walk: &mut Walk<'a>) {
        if let Some(part) = self {
            part.walk(walk);
        }
    }
    fn walk_mut<'a>(&'a mut self, walk: &mut WalkMut<'a>) {
        if let Some(part) = self {
            part.walk_mut(walk);
        }
    }
}

impl<T: Predictors> Predictors for [T] {
    fn walk<'a>(&'a self, walk: &mut Walk<'a>) {
        for (index, item) in self.iter().enumerate() {
            walk.item(index, item);
        }
    }
    fn walk_mut<'a>(&'a mut self, walk: &mut WalkMut<'a>) {
        for (index, item) in self.iter_mut().enumerate() {
            walk.item(index, item);
        }
    }
}
impl<T: Predictors> Predictors for Vec<T> {
    fn walk<'a>(&'a self, walk: &mut Walk<'a>) {
        self.as_slice().walk(walk);
    }
    fn walk_mut<'a>(&'a mut self, walk: &mut WalkMut<'a>) {
        self.as_mut_slice().walk_mut(walk);
    }
}
impl<T: Predictors, const N: usize> Predictors for [T; N] {
    fn walk<'a>(&'a self, walk: &mut Walk<'a>) {
        self.as_slice().walk(walk);
    }
    fn walk_mut<'a>(&'a mut self, walk: &mut WalkMut<'a>) {
        self.as_mut_slice().walk_mut(walk);
    }
}

impl<K: Display, T: Predictors> Predictors for BTreeMap<K, T> {
    fn walk<'a>(&'a self, walk: &mut Walk<'a>) {
        for (key, entry) in self {
            walk.entry(key, entry);
        }
    }
    fn walk_mut<'a>(&'a mut self, walk: &mut WalkMut<'a>) {
        for (key, entry) in self {
            walk.entry(key, entry);
        }
    }
}
/// In the order of the keys' text: a hash map's own order is another each time.
impl<K: Display, T: Predictors, H> Predictors for HashMap<K, T, H> {
    fn walk<'a>(&'a self, walk: &mut Walk<'a>) {
        let mut all: Vec<_> = self.iter().collect();
        all.sort_by_cached_key(|(key, _)| key.to_string());
        for (key, entry) in all {
            walk.entry(key, entry);
        }
    }
    fn walk_mut<'a>(&'a mut self, walk: &mut WalkMut<'a>) {
        let mut all: Vec<_> = self.iter_mut().collect();
        all.sort_by_cached_key(|(key, _)| key.to_string());
        for (key, entry) in all {
            walk.entry(key, entry);
        }
    }
}
