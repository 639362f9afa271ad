//! The variables of a body, so that only what rustc accepts is written.

/// What a variable holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    /// `&str`
    Slice,
    Number,
    Maybe,
    Texts,
    Probe,
    /// A closure from `&str` to text.
    Closure,
    /// A future that was made and not awaited yet.
    Later,
}

#[derive(Clone, Debug)]
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) mutable: bool,
    moved: bool,
    /// Something borrows from it for the rest of the body: it stays where it is, as it is.
    lent: bool,
}

/// Variables in order of declaration; a later one of the same name hides an earlier one.
#[derive(Default)]
pub(super) struct Scope {
    variables: Vec<Variable>,
    /// Those before this one belong to the outside of a loop, which would move them twice.
    fixed: usize,
}

/// What to go back to at the end of a block.
pub(super) struct Mark {
    length: usize,
    fixed: usize,
}

impl Scope {
    pub(super) fn open(&mut self, repeats: bool) -> Mark {
        let mark = Mark {
            length: self.variables.len(),
            fixed: self.fixed,
        };
        if repeats {
            self.fixed = mark.length;
        }
        mark
    }
    pub(super) fn close(&mut self, mark: Mark) {
        self.variables.truncate(mark.length);
        self.fixed = mark.fixed;
    }
    pub(super) fn add(&mut self, name: &str, kind: Kind, mutable: bool) {
        self.variables.push(Variable {
            name: name.to_owned(),
            kind,
            mutable,
            moved: false,
            lent: false,
        });
    }
    /// Indexes of the variables that can be read, newest first.
    fn seen(&self) -> Vec<usize> {
        let mut names: Vec<&str> = Vec::new();
        let mut seen = Vec::new();
        for (index, variable) in self.variables.iter().enumerate().rev() {
            if !names.contains(&variable.name.as_str()) {
                names.push(&variable.name);
                if !variable.moved {
                    seen.push(index);
                }
            }
        }
        seen
    }
    fn such(&self, fits: impl Fn(usize, &Variable) -> bool) -> Vec<Variable> {
        let seen = self.seen().into_iter();
        seen.filter(|index| fits(*index, &self.variables[*index]))
            .map(|index| self.variables[index].clone())
            .collect()
    }
    /// Those that can be read.
    pub(super) fn readable(&self, kinds: &[Kind]) -> Vec<Variable> {
        self.such(|_, variable| kinds.contains(&variable.kind))
    }
    /// Those that can be moved away.
    pub(super) fn movable(&self, kind: Kind) -> Vec<Variable> {
        self.such(|index, variable| {
            variable.kind == kind && !variable.lent && !variable.mutable && index >= self.fixed
        })
    }
    /// Those that can be written.
    pub(super) fn writable(&self, kind: Kind) -> Vec<Variable> {
        self.such(|_, variable| variable.kind == kind && variable.mutable && !variable.lent)
    }
    /// Those that can be lent for the rest of the body.
    pub(super) fn lendable(&self, kinds: &[Kind]) -> Vec<Variable> {
        self.such(|_, variable| kinds.contains(&variable.kind) && !variable.mutable)
    }
    fn last(&mut self, name: &str) -> Option<&mut Variable> {
        let all = self.variables.iter_mut().rev();
        all.into_iter().find(|variable| variable.name == name)
    }
    pub(super) fn take(&mut self, name: &str) {
        if let Some(variable) = self.last(name) {
            variable.moved = true;
        }
    }
    pub(super) fn lend(&mut self, name: &str) {
        if let Some(variable) = self.last(name) {
            variable.lent = true;
        }
    }
}
