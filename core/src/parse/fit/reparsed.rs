//! JSON inside of a text.
use super::Fit;
use crate::{
    parse::{node::Node, rule::Rule},
    schema::Schema,
};

impl<'s> Fit<'_, 's> {
    /// JSON inside a text.
    pub(super) fn reparsed<R>(
        &mut self,
        text: &str,
        node: &Node<'_>,
        schema: &'s Schema,
        run: impl FnOnce(&mut Self, &Node<'_>) -> Option<R>,
    ) -> Option<R> {
        let trimmed = text.trim();
        if self.nested >= 3 || !trimmed.starts_with(['[', '{', '(', '`']) || self.work.spent() {
            return None;
        }
        self.work.add(trimmed.len());
        let (scope, work) = (self.scope, self.work);
        let inner = match crate::parse::strict::whole(trimmed) {
            Some(inner) => inner,
            None => {
                let mut reader = crate::parse::reader::Reader::new(trimmed, 0, scope, work, false);
                let inner = reader.read(Some(schema))?;
                if reader.notes.iter().any(|note| note.rule == Rule::Truncated) {
                    self.cost += 4;
                }
                inner
            }
        };
        if !inner.is_composite() {
            return None;
        }
        let (repairs, faults, cost) = (self.repairs.len(), self.faults.len(), self.cost);
        // spans of the inside mean nothing outside
        let base = self.base.clone();
        self.base = Some(base.clone().unwrap_or_else(|| node.span()));
        let source = std::mem::take(&mut self.source);
        self.nested += 1;
        self.plainly(Rule::Reparsed, node);
        let result = run(self, &inner);
        self.nested -= 1;
        self.source = source;
        self.base = base;
        if result.is_none() || self.faults.len() > faults {
            self.repairs.truncate(repairs);
            self.faults.truncate(faults);
            self.cost = cost;
            return None;
        }
        result
    }
}
