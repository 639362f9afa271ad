//! How `derive(Predictors)` shows the parts of a struct.
use crate::program::{Parameter, Predictors, Walk, WalkMut};

/// Here a type that is no part of a program is an error, on the type and once. The walks below take it as it is.
pub fn part<T: Predictors + ?Sized>() {}
/// The same of a parameter.
pub fn parameter<T: Parameter>() {}

/// A part that is looked at. Its own methods are there for what has predictors; rustc passes them over for what
/// has none, and takes those of [`NoPart`].
pub struct Part<'a, T: ?Sized>(pub &'a T);
/// A part that may be changed.
pub struct PartMut<'a, T: ?Sized>(pub &'a mut T);

impl<'a, T: Predictors + ?Sized> Part<'a, T> {
    /// Shows it to a walk.
    pub fn member(self, name: &str, walk: &mut Walk<'a>) {
        walk.member(name, self.0);
    }
}
impl<'a, T: Parameter> Part<'a, T> {
    /// Shows a parameter to a walk.
    pub fn parameter(self, name: &str, walk: &mut Walk<'a>) {
        walk.parameter(name, self.0);
    }
}
impl<'a, T: Predictors + ?Sized> PartMut<'a, T> {
    /// Shows it to a walk.
    pub fn member(self, name: &str, walk: &mut WalkMut<'a>) {
        walk.member(name, self.0);
    }
}
impl<'a, T: Parameter> PartMut<'a, T> {
    /// Shows a parameter to a walk.
    pub fn parameter(self, name: &str, walk: &mut WalkMut<'a>) {
        walk.parameter(name, self.0);
    }
}

/// What stands in where a type is no part, after the error that says so.
pub trait NoPart: Sized {
    /// Shows nothing.
    fn member<W>(self, name: &str, walk: &mut W) {
        let _ = (self, name, walk);
    }
    /// Shows nothing.
    fn parameter<W>(self, name: &str, walk: &mut W) {
        let _ = (self, name, walk);
    }
}
impl<T: ?Sized> NoPart for Part<'_, T> {}
impl<T: ?Sized> NoPart for PartMut<'_, T> {}
