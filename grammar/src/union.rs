//! Unions as Python's `typing` makes them.

use std::collections::HashSet;

use crate::types::Type;

/// Collects options: flat, each once, in the order in which they come.
#[derive(Default)]
pub(crate) struct Union {
    options: Vec<Type>,
    seen: HashSet<Type>,
}

impl Union {
    /// The union of at least one type.
    pub(crate) fn of(types: impl IntoIterator<Item = Type>) -> Type {
        let mut union = Self::default();
        types.into_iter().for_each(|ty| union.add(ty));
        union.finish()
    }

    pub(crate) fn add(&mut self, ty: Type) {
        match ty {
            // The options of a union are no unions, so this goes one deep.
            Type::Union(options) => options.into_iter().for_each(|option| self.add(option)),
            option => {
                if self.seen.insert(option.clone()) {
                    self.options.push(option);
                }
            }
        }
    }

    /// Whether `None` is all there is.
    pub(crate) fn is_none(&self) -> bool {
        matches!(self.options.as_slice(), [Type::None])
    }

    /// The type; a union of one is that one.
    pub(crate) fn finish(mut self) -> Type {
        match self.options.pop() {
            Some(only) if self.options.is_empty() => only,
            last => {
                self.options.extend(last);
                Type::Union(self.options)
            }
        }
    }
}
