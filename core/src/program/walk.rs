//! Ways through a program, and the names of what stands there: DSPy's, `inner.many[0]`,
//! `table['x']`, `answer.predict`.
use super::{Parameter, Predictor, Predictors};
use std::fmt::{Display, Write};

/// A walk that looks; see [`Predictors::walk`].
pub type Walk<'a> = Walker<&'a dyn Predictor, &'a dyn Parameter>;
/// A walk that may change what it finds; see [`Predictors::walk_mut`].
pub type WalkMut<'a> = Walker<&'a mut dyn Predictor, &'a mut dyn Parameter>;

/// Collects predictors and parameters with their paths. [`Walk`] and [`WalkMut`] are what one uses.
pub struct Walker<P, Q> {
    /// Where the walk is.
    path: String,
    pub(super) predictors: Vec<(String, P)>,
    pub(super) parameters: Vec<(String, Q)>,
}

impl<P, Q> Default for Walker<P, Q> {
    fn default() -> Self {
        Walker {
            path: String::new(),
            predictors: Vec::new(),
            parameters: Vec::new(),
        }
    }
}

impl<P, Q> Walker<P, Q> {
    /// The path of a member of what the walk stands at.
    fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        }
    }
    /// A predictor where the walk is. DSPy's chain of thought is a module around a predictor.
    pub(super) fn here(&mut self, predictor: P, reasoning: bool) {
        let path = match (reasoning, self.path.is_empty()) {
            (true, _) => self.path_of("predict"),
            (false, true) => "self".to_owned(),
            (false, false) => self.path.clone(),
        };
        self.predictors.push((path, predictor));
    }
    /// A predictor that knows its path below the place where the walk is.
    pub(super) fn below(&mut self, path: &str, predictor: P) {
        if path == "self" {
            self.here(predictor, false);
        } else {
            let path = self.path_of(path);
            self.predictors.push((path, predictor));
        }
    }
    fn within(&mut self, step: impl Display, visit: impl FnOnce(&mut Self)) {
        let end = self.path.len();
        // writing into a text cannot fail
        let _ = write!(self.path, "{step}");
        visit(self);
        self.path.truncate(end);
    }
    fn dot(&self) -> &'static str {
        if self.path.is_empty() { "" } else { "." }
    }
}

impl<'a> Walk<'a> {
    /// A part under its name.
    pub fn member<T: Predictors + ?Sized>(&mut self, name: &str, member: &'a T) {
        let dot = self.dot();
        self.within(format_args!("{dot}{name}"), |walk| member.walk(walk));
    }
    /// A part of a list.
    pub fn item<T: Predictors + ?Sized>(&mut self, index: usize, item: &'a T) {
        self.within(format_args!("[{index}]"), |walk| item.walk(walk));
    }
    /// A part of a map.
    pub fn entry<T: Predictors + ?Sized>(&mut self, key: impl Display, entry: &'a T) {
        self.within(format_args!("['{key}']"), |walk| entry.walk(walk));
    }
    /// A parameter under its name.
    pub fn parameter(&mut self, name: &str, parameter: &'a dyn Parameter) {
        let path = self.path_of(name);
        self.parameters.push((path, parameter));
    }
}

impl<'a> WalkMut<'a> {
    /// A part under its name.
    pub fn member<T: Predictors + ?Sized>(&mut self, name: &str, member: &'a mut T) {
        let dot = self.dot();
        self.within(format_args!("{dot}{name}"), |walk| member.walk_mut(walk));
    }
    /// A part of a list.
    pub fn item<T: Predictors + ?Sized>(&mut self, index: usize, item: &'a mut T) {
        self.within(format_args!("[{index}]"), |walk| item.walk_mut(walk));
    }
    /// A part of a map.
    pub fn entry<T: Predictors + ?Sized>(&mut self, key: impl Display, entry: &'a mut T) {
        self.within(format_args!("['{key}']"), |walk| entry.walk_mut(walk));
    }
    /// A parameter under its name.
    pub fn parameter(&mut self, name: &str, parameter: &'a mut dyn Parameter) {
        let path = self.path_of(name);
        self.parameters.push((path, parameter));
    }
}
