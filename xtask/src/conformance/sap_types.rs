//! The type trees of the `sap` suites, made ours.
use super::{list, text};
use serde_json::Value;
use sigflow_core::__private::{
    Body, Constraint, Definition, FieldDef, Limit, Literal, Named, Ref, Schema, Variant,
};
use std::sync::Arc;

/// Why there is no schema.
pub(crate) enum Missing {
    /// There is no such thing in Rust: `not_applicable.rs` says why.
    NotApplicable,
    Unknown(String),
}

struct Types<'v> {
    defs: &'v Value,
    /// The text is the beginning of a stream: marks that say how it is shown matter.
    partial: bool,
    /// Types that are being made.
    open: Vec<(String, u64)>,
}

pub(crate) fn schema(tree: &Value, defs: &Value, partial: bool) -> Result<Schema, Missing> {
    Types {
        defs,
        partial,
        open: Vec::new(),
    }
    .schema(tree)
}

fn shared(text: &str) -> Ref<str> {
    Ref::shared(Arc::from(text))
}
fn all<T>(items: Vec<T>) -> Ref<[T]> {
    Ref::shared(Arc::from(items))
}
fn one<T>(value: T) -> Ref<T> {
    Ref::shared(Arc::new(value))
}
fn names(aliases: &Value) -> Ref<[Ref<str>]> {
    all(list(aliases)
        .iter()
        .map(|alias| shared(text(alias)))
        .collect())
}

impl Types<'_> {
    fn schema(&mut self, tree: &Value) -> Result<Schema, Missing> {
        let marks = [&tree["stream"], &tree["use_stream"]];
        if self.partial
            && marks.iter().any(|marks| {
                marks
                    .as_object()
                    .is_some_and(|marks| marks.values().any(|value| value == true))
            })
        {
            return Err(Missing::NotApplicable);
        }
        let bare = self.bare(tree)?;
        let mut bounds = Vec::new();
        for check in list(&tree["checks"])
            .iter()
            .chain(list(&tree["use_checks"]))
            .filter(|check| check["level"] == "assert")
        {
            bounds.push(bound(text(&check["expr"])).ok_or(Missing::NotApplicable)?);
        }
        Ok(if bounds.is_empty() {
            bare
        } else {
            Schema::Constrained(one(bare), all(bounds))
        })
    }

    fn bare(&mut self, tree: &Value) -> Result<Schema, Missing> {
        Ok(match text(&tree["kind"]) {
            "string" => Schema::Text,
            "int" => Schema::Integer(""),
            "float" => Schema::Number(""),
            "bool" => Schema::Boolean,
            "null" => Schema::Null,
            "any" => Schema::Any,
            "literal" => Schema::Literal(all(vec![match &tree["value"] {
                Value::String(text) => Literal::Text(shared(text)),
                Value::Bool(value) => Literal::Boolean(*value),
                other => Literal::Integer(other.as_i64().unwrap_or_default()),
            }])),
            "enum" => {
                let variants = list(&tree["values"])
                    .iter()
                    .map(|value| Variant {
                        name: shared(text(&value["name"])),
                        value: None,
                        doc: shared(text(&value["description"])),
                        data: None,
                        aliases: names(&value["aliases"]),
                    })
                    .collect();
                Self::named(text(&tree["name"]), Body::Words(all(variants)))
            }
            "list" => Schema::List(one(self.schema(&tree["of"])?)),
            "map" => Schema::Map(
                one(self.schema(&tree["key"])?),
                one(self.schema(&tree["value"])?),
            ),
            "optional" => Schema::Optional(one(self.schema(&tree["of"])?)),
            "union" => {
                let options = list(&tree["of"])
                    .iter()
                    .map(|option| self.schema(option).map(one))
                    .collect::<Result<Vec<_>, _>>()?;
                // literals one by one are one choice
                let literals: Option<Vec<Literal>> = options
                    .iter()
                    .map(|option| match &**option {
                        Schema::Literal(values) => values.first().cloned(),
                        _ => None,
                    })
                    .collect();
                match (literals, options.as_slice()) {
                    (Some(values), _) if !values.is_empty() => Schema::Literal(all(values)),
                    (None, [inner, last]) if **last == Schema::Null => {
                        Schema::Optional(inner.clone())
                    }
                    (None, [rest @ .., last]) if **last == Schema::Null => {
                        Schema::Optional(one(Schema::Union(all(rest.to_vec()))))
                    }
                    _ => Schema::Union(all(options)),
                }
            }
            "tuple" => Schema::Tuple(all(list(&tree["of"])
                .iter()
                .map(|item| self.schema(item).map(one))
                .collect::<Result<_, _>>()?)),
            "class" => self.class(tree)?,
            "ref" => {
                let name = text(&tree["name"]);
                if let Some((_, id)) = self.open.iter().find(|(open, _)| open == name) {
                    return Ok(Schema::Recursion(*id));
                }
                let target = &self.defs[name];
                if target["kind"] == "class" {
                    return self.class(target);
                }
                // another name for a type may hold itself: then it is any JSON
                self.open.push((name.to_owned(), 0));
                let made = self.schema(target);
                self.open.pop();
                made?
            }
            other => return Err(Missing::Unknown(format!("there is no kind `{other}` here"))),
        })
    }

    fn named(name: &str, body: Body) -> Schema {
        let id = name.bytes().fold(7u64, |id, byte| {
            id.wrapping_mul(131).wrapping_add(u64::from(byte))
        });
        Schema::Named(Named {
            name: shared(name),
            arguments: all(Vec::new()),
            id,
            definition: one(Definition {
                doc: shared(""),
                body,
            }),
        })
    }

    fn class(&mut self, tree: &Value) -> Result<Schema, Missing> {
        let name = text(&tree["name"]);
        let id = name.bytes().fold(7u64, |id, byte| {
            id.wrapping_mul(131).wrapping_add(u64::from(byte))
        });
        self.open.push((name.to_owned(), id));
        let fields = list(&tree["fields"])
            .iter()
            .map(|field| self.field(field))
            .collect::<Result<Vec<_>, _>>();
        self.open.pop();
        Ok(Self::named(name, Body::Record(all(fields?))))
    }

    fn field(&mut self, tree: &Value) -> Result<FieldDef, Missing> {
        let marks = &tree["stream"];
        if self.partial
            && marks
                .as_object()
                .is_some_and(|marks| marks.values().any(|value| value == true))
        {
            return Err(Missing::NotApplicable);
        }
        let mut field = FieldDef::new(
            shared(text(&tree["name"])),
            one(self.schema(&tree["type"])?),
        );
        field.aliases = names(&tree["aliases"]);
        field.doc = shared(text(&tree["description"]));
        field.default = tree
            .get("default")
            .map(|default| shared(&default.to_string()));
        let mut bounds = Vec::new();
        for check in list(&tree["checks"])
            .iter()
            .filter(|check| check["level"] == "assert")
        {
            bounds.push(bound(text(&check["expr"])).ok_or(Missing::NotApplicable)?);
        }
        field.constraints = all(bounds);
        Ok(field)
    }
}

/// A bound of the suites' language, as far as it is one of ours.
fn bound(expression: &str) -> Option<Constraint> {
    let rest = expression.trim().strip_prefix("this")?;
    let (rest, length) = rest
        .strip_prefix("|length")
        .map_or((rest, false), |rest| (rest, true));
    let mut words = rest.split_whitespace();
    let (operator, number) = (words.next()?, words.next()?);
    if words.next().is_some() {
        return None;
    }
    let limit = || Some(Limit::new(number.parse().ok()?, shared(number)));
    Some(match (operator, length) {
        (">", true) => Constraint::MinLen(number.parse::<usize>().ok()? + 1),
        (">=", true) => Constraint::MinLen(number.parse().ok()?),
        ("<", true) => Constraint::MaxLen(number.parse::<usize>().ok()?.checked_sub(1)?),
        ("<=", true) => Constraint::MaxLen(number.parse().ok()?),
        (">", false) => Constraint::Gt(limit()?),
        (">=", false) => Constraint::Ge(limit()?),
        ("<", false) => Constraint::Lt(limit()?),
        ("<=", false) => Constraint::Le(limit()?),
        _ => return None,
    })
}
