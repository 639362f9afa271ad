//! Trials, and values for good.
use super::Fit;
use crate::parse::{Given, node::Node};
use crate::schema::{FieldDef, Schema};

impl<'a, 's> Fit<'a, 's> {
    /// Runs without writing anything down. The value if it fits, and what it costs.
    pub(in crate::parse) fn trial<R>(
        &mut self,
        run: impl FnOnce(&mut Self) -> Option<R>,
    ) -> Option<(R, u32)> {
        // there is no time for what may be in vain
        if self.work.spent() {
            return None;
        }
        let before = self.cost;
        let faults = std::mem::take(&mut self.faults);
        self.quiet += 1;
        self.cost = 0;
        let result = run(self);
        self.quiet -= 1;
        let cost = std::mem::replace(&mut self.cost, before);
        let failed = !std::mem::replace(&mut self.faults, faults).is_empty();
        result.filter(|_| !failed).map(|value| (value, cost))
    }

    /// A value that fits; otherwise everything is as before.
    pub(in crate::parse) fn attempt<R>(
        &mut self,
        run: impl FnOnce(&mut Self) -> Option<R>,
    ) -> Option<R> {
        if self.work.spent() {
            return None;
        }
        let (repairs, faults, cost) = (self.repairs.len(), self.faults.len(), self.cost);
        let result = run(self).filter(|_| self.faults.len() == faults);
        if result.is_none() {
            self.repairs.truncate(repairs);
            self.faults.truncate(faults);
            self.cost = cost;
        }
        result
    }

    /// A value for good: written if it may be and need not be changed. `strict`: it stands in the reply as
    /// clean JSON.
    pub(in crate::parse) fn settled(
        &mut self,
        schema: &'s Schema,
        node: &Node<'_>,
        strict: bool,
    ) -> Option<Given> {
        if self.quiet == 0 && self.written.is_some() && node.is_composite() {
            self.missing_any = false;
            if strict && self.sure(schema, node).is_some() {
                if self.missing_any && self.work.lists() {
                    self.note_missing(schema, node);
                }
                return Some(Given::Stands(node.span()));
            }
            if let Some(range) = self.rewritten(schema, node) {
                return Some(Given::Written(range));
            }
        }
        self.value(schema, node).map(Given::Value)
    }

    /// The same of a field, held to its bounds.
    pub(in crate::parse) fn settled_field(
        &mut self,
        field: &'s FieldDef,
        node: &Node<'_>,
        strict: bool,
    ) -> Option<Given> {
        let value = if node.is_composite() {
            self.settled(field.schema.get(), node, strict)?
        } else {
            return self.field(field, node).map(Given::Value);
        };
        if let Given::Value(value) = &value {
            self.bounds(value, field.constraints.get());
        }
        Some(value)
    }
}
