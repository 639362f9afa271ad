//! What a mention does to its variable, by what comes before and after it.
use super::{Analysis, Node};
use crate::program::names::Use;

impl Analysis {
    /// The mentions of a variable after a node.
    pub(in crate::program) fn later(
        &self,
        var: usize,
        after: usize,
    ) -> impl Iterator<Item = (usize, &Use)> {
        let nodes = self.nodes.iter().enumerate().skip(after + 1);
        nodes.flat_map(move |(index, node)| {
            let here = node.mentions.iter().filter(move |(of, _)| *of == var);
            here.map(move |(_, how)| (index, how))
        })
    }

    /// The same without those of macros that are not known: their words may be anything.
    fn surely_later(&self, var: usize, after: usize) -> bool {
        self.later(var, after).any(|(_, how)| *how != Use::Opaque)
    }

    /// A use by value with a use after it, on one path, says that the type is `Copy`.
    pub(super) fn prove_copies(&mut self) {
        for var in 0..self.vars.len() {
            let written = self
                .nodes
                .iter()
                .any(|node| node.mentions.contains(&(var, Use::Write)));
            if self.vars[var].copy || written {
                continue;
            }
            let proves = |(index, node): (usize, &Node)| {
                let falls_through =
                    !node.facts.returns && !node.facts.jumps && node.facts.unknown.is_none();
                falls_through
                    && node.mentions.contains(&(var, Use::Value))
                    && self.surely_later(var, index)
            };
            if self.nodes.iter().enumerate().any(proves) {
                self.vars[var].copy = true;
            }
        }
    }

    pub(super) fn find_writes(&mut self) {
        for (index, node) in self.nodes.iter().enumerate() {
            for (var, how) in &node.mentions {
                let var = &mut self.vars[*var];
                let writes = match how {
                    Use::Write | Use::Opaque => true,
                    Use::Method(_) => var.mutable,
                    _ => false,
                };
                if writes && (*how != Use::Opaque || var.mutable) {
                    var.last_write = Some(index);
                }
            }
        }
    }

    /// What a mention does for sure, by what comes after it.
    pub(in crate::program) fn effect(&self, index: usize, var: usize, how: &Use) -> Use {
        let of = &self.vars[var];
        if of.copy && !matches!(how, Use::Write | Use::Opaque) {
            return Use::Read;
        }
        let node = &self.nodes[index];
        let goes_on = !node.facts.returns && !node.facts.jumps && node.facts.unknown.is_none();
        match how {
            Use::Method(_) if of.mutable => Use::Write,
            Use::Method(name) => {
                let read_before = self.nodes[..index].iter().any(|node| {
                    node.mentions
                        .iter()
                        .any(|(v, how)| *v == var && matches!(how, Use::Method(n) if n == name))
                });
                let used_after = goes_on && self.surely_later(var, index);
                if used_after || read_before {
                    Use::Read
                } else {
                    how.clone()
                }
            }
            Use::Field(field) => {
                let again = goes_on
                    && self.later(var, index).any(|(_, how)| match how {
                        Use::Field(other) => other == field,
                        Use::Opaque => false,
                        _ => true,
                    });
                let before = self.nodes[..index]
                    .iter()
                    .any(|node| node.mentions.contains(&(var, Use::Field(field.clone()))));
                if again || before {
                    Use::Read
                } else {
                    how.clone()
                }
            }
            other => other.clone(),
        }
    }

    /// Whether its fields are moved out one after another.
    pub(super) fn is_partial(&self, var: usize) -> bool {
        let fields = self.nodes.iter().enumerate().flat_map(|(index, node)| {
            node.mentions
                .iter()
                .filter(move |(of, _)| *of == var)
                .map(move |(_, how)| (index, how))
        });
        let moved = fields.filter(|(index, how)| {
            matches!(how, Use::Field(_)) && matches!(self.effect(*index, var, how), Use::Field(_))
        });
        moved.count() > 1
    }
}
