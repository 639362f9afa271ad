//! Values written as clean JSON in the form that their schema says, without a tree of values in between.
use super::{Fit, sure::is_short_integer};
use crate::{
    parse::{
        limits::DEEPEST,
        node::{Kind, Member, Node},
        rule::Rule,
        strict, written,
    },
    quoted,
    schema::{Body, FieldDef, Schema},
    types::kind,
};
use serde_json::Value;
use std::{borrow::Cow, ops::Range};

impl<'s> Fit<'_, 's> {
    /// Where a value was written, in the form that [`value`](Self::value) would give it and with the same
    /// repairs. `None` where something does not fit: nothing is kept of it then, and the tree of values says
    /// what it is.
    pub(super) fn rewritten(
        &mut self,
        schema: &'s Schema,
        node: &Node<'_>,
    ) -> Option<Range<usize>> {
        if self.manner.partial || self.manner.given || self.work.spent() {
            return None;
        }
        let mut out = self.written.take()?;
        let (repairs, faults, cost) = (self.repairs.len(), self.faults.len(), self.cost);
        let (path, depth, around) = (self.path.len(), self.depth, self.around.len());
        let start = out.len();
        // what is written is shorter than what was there, as a rule
        out.reserve(node.span().len());
        let fits = self.rewrite(schema, node, &mut out).is_some() && self.faults.len() == faults;
        if !fits {
            self.repairs.truncate(repairs);
            self.faults.truncate(faults);
            self.cost = cost;
            self.path.truncate(path);
            self.depth = depth;
            self.around.truncate(around);
            out.truncate(start);
        }
        let range = start..out.len();
        self.written = Some(out);
        fits.then_some(range)
    }

    fn rewrite(&mut self, schema: &'s Schema, node: &Node<'_>, out: &mut String) -> Option<()> {
        if self.depth > DEEPEST {
            return None;
        }
        match (schema, &node.kind) {
            (Schema::Text, Kind::Text(_) | Kind::Bare(_)) => {
                self.work.add(1);
                written::write(node, out);
                Some(())
            }
            (Schema::Boolean, Kind::Bool(_)) => {
                written::write(node, out);
                Some(())
            }
            (Schema::Integer(_) | Schema::Number(_), Kind::Number(digits))
                if stays(schema, digits) =>
            {
                self.work.add(1);
                out.push_str(digits);
                Some(())
            }
            // what most texts say that stand for a number or a truth value
            (Schema::Integer(_) | Schema::Number(_), Kind::Text(text))
                if stays(schema, text) && strict::number(text.as_bytes()) == Some(text.len()) =>
            {
                self.work.add(text.len());
                self.plainly(Rule::TextToValue, node);
                out.push_str(text);
                Some(())
            }
            (Schema::Boolean, Kind::Text(text)) if matches!(&**text, "true" | "false") => {
                self.work.add(1);
                self.plainly(Rule::Truth, node);
                out.push_str(text);
                Some(())
            }
            (Schema::Optional(inner), Kind::Text(_) | Kind::Bare(_))
                if !matches!(inner.get(), Schema::Text)
                    && node.text().is_some_and(super::value::nothing) =>
            {
                self.rewrite_value(schema, node, out)
            }
            (Schema::Optional(_), Kind::Null | Kind::Nothing) => {
                self.rewrite_leaf(schema, node, out)
            }
            (Schema::Optional(inner), _) => self.rewrite(inner.get(), node, out),
            (Schema::List(item), Kind::List(items)) => self.rewrite_items(item.get(), items, out),
            (Schema::Array(item, len), Kind::List(items)) if items.len() == *len => {
                self.rewrite_items(item.get(), items, out)
            }
            (Schema::Named(named), Kind::Object(members)) => match named.body() {
                Body::Record(fields)
                    if !matches!(
                        kind::Kind::of(named),
                        Some(kind::Kind::ToolCall | kind::Kind::ToolCalls)
                    ) =>
                {
                    self.scope.learn(named, schema);
                    self.around.push(named);
                    self.rewrite_members(fields.get(), members, node, out)?;
                    self.around.pop();
                    Some(())
                }
                _ => self.rewrite_leaf(schema, node, out),
            },
            (Schema::Inline(definition), Kind::Object(members)) => match &definition.get().body {
                Body::Record(fields) => self.rewrite_members(fields.get(), members, node, out),
                _ => self.rewrite_leaf(schema, node, out),
            },
            (Schema::Recursion(_), _) => match self.scope.shape(schema) {
                Schema::Recursion(_) => self.rewrite_value(schema, node, out),
                known => self.rewrite(known, node, out),
            },
            _ => self.rewrite_leaf(schema, node, out),
        }
    }

    /// A value of which nothing more is to be known than whether it may stay as it is.
    fn rewrite_leaf(
        &mut self,
        schema: &'s Schema,
        node: &Node<'_>,
        out: &mut String,
    ) -> Option<()> {
        self.missing_any = false;
        if self.sure(schema, node).is_none() {
            return self.rewrite_value(schema, node, out);
        }
        if self.missing_any && self.work.lists() {
            self.note_missing(schema, node);
        }
        written::write(node, out);
        Some(())
    }

    /// A value for which more must be done.
    fn rewrite_value(
        &mut self,
        schema: &'s Schema,
        node: &Node<'_>,
        out: &mut String,
    ) -> Option<()> {
        let value = self.value(schema, node);
        self.write_value(value, out)
    }
    fn write_value(&self, value: Option<Value>, out: &mut String) -> Option<()> {
        written::value(&value.filter(|_| self.faults.is_empty())?, out);
        Some(())
    }

    fn rewrite_items(
        &mut self,
        item: &'s Schema,
        items: &[Node<'_>],
        out: &mut String,
    ) -> Option<()> {
        let lists = self.work.lists();
        out.push('[');
        for (index, found) in items.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            if lists {
                self.at(index, |fit| fit.rewrite(item, found, out))?;
            } else {
                self.depth += 1;
                self.rewrite(item, found, out)?;
                self.depth -= 1;
            }
        }
        out.push(']');
        Some(())
    }

    fn rewrite_members(
        &mut self,
        fields: &'s [FieldDef],
        members: &[Member<'_>],
        node: &Node<'_>,
        out: &mut String,
    ) -> Option<()> {
        self.work.add(1);
        let in_order = fields.len() == members.len()
            && fields
                .iter()
                .zip(members)
                .all(|(field, member)| field.name.get() == &*member.name);
        let found = if in_order {
            Vec::new()
        } else {
            self.matched(fields, members)
        };
        if !in_order && !members.is_empty() && found.iter().all(Option::is_none) {
            // what is wanted may be further inside
            return None;
        }
        let lists = self.work.lists();
        let mut used = 0;
        out.push('{');
        for (place, field) in fields.iter().enumerate() {
            if place > 0 {
                out.push(',');
            }
            let name = field.name.get();
            quoted::write(name, out);
            out.push(':');
            let index = if in_order { Some(place) } else { found[place] };
            let Some(member) = index.map(|index| &members[index]) else {
                let value = self.missing(field, node);
                self.write_value(value, out)?;
                continue;
            };
            used += 1;
            if !in_order && &*member.name != name {
                self.within(name, |fit| {
                    fit.repair(Rule::NameFold, &member.value, || {
                        Cow::Owned(format!("`{}`", member.name))
                    });
                });
            }
            if matches!(member.value.kind, Kind::Nothing) {
                let value = self.missing(field, node);
                self.write_value(value, out)?;
            } else if lists {
                self.within(name, |fit| fit.rewrite_field(field, &member.value, out))?;
            } else {
                self.depth += 1;
                self.rewrite_field(field, &member.value, out)?;
                self.depth -= 1;
            }
        }
        out.push('}');
        if used < members.len() {
            self.left_over(fields, &found, members);
        }
        Some(())
    }

    /// The value of a field. Where it has bounds they must hold, and where it has a default null may mean it.
    fn rewrite_field(
        &mut self,
        field: &'s FieldDef,
        node: &Node<'_>,
        out: &mut String,
    ) -> Option<()> {
        let nothing = matches!(node.kind, Kind::Null | Kind::Nothing);
        if nothing && field.default.is_some() || !field.constraints.get().is_empty() {
            let value = self.field(field, node);
            return self.write_value(value, out);
        }
        self.rewrite(field.schema.get(), node, out)
    }
}

/// Whether the digits of a number of JSON are those of such a number, however long its type is.
fn stays(schema: &Schema, digits: &str) -> bool {
    is_short_integer(digits)
        || matches!(schema, Schema::Number(_))
            && digits.len() < 24
            && digits.contains('.')
            && !digits.contains(['e', 'E'])
}
