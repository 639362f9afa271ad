//! From what was described to definitions: names become types.
use super::{
    bound::{self, Bound},
    convert,
    label::default_prefix,
    limits, refs,
    registry::{Shape, TypeDefinition, TypeRegistry, hash},
    spec::{FieldSpec, Kind, Side, TypeSpec},
};
use crate::schema::{
    Body, Definition, DspyField, FieldDef, Literal, Named, Schema, Variant, python_text,
};
use crate::types::built_in;
use serde_json::Value;
use sigflow_grammar::{Names, Type, parse_type};
use std::collections::HashMap;

/// Turns texts and definitions into schemas. One for each signature: it counts what it makes.
pub(super) struct Resolver<'a> {
    registry: &'a TypeRegistry,
    names: Vec<&'a str>,
    /// Types that refer to nothing around them, ready to be used again.
    done: HashMap<&'a str, Schema>,
    /// Types that are being made, outermost first.
    open: Vec<(&'a str, Option<u64>)>,
    /// The outermost open type that was referred to.
    reach: usize,
    steps: usize,
    /// How many levels inside a field we are.
    level: usize,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(registry: &'a TypeRegistry) -> Self {
        let names = registry.names().collect();
        Resolver {
            registry,
            names,
            done: HashMap::new(),
            open: Vec::new(),
            reach: usize::MAX,
            steps: 0,
            level: 0,
        }
    }
    pub(super) fn names(&self) -> &[&'a str] {
        &self.names
    }

    /// A field of a signature string.
    pub(super) fn parsed(
        &mut self,
        field: &sigflow_grammar::Field,
        input: bool,
    ) -> Result<FieldDef, String> {
        let about = |error: String| format!("field `{}`: {error}", field.name);
        let Some(ty) = &field.ty else {
            let mut def = FieldDef::new(refs::text(&field.name), refs::one(Schema::Text));
            // as in DSPy: an output without a type is simply text
            if input {
                def.dspy = Some(refs::one(DspyField {
                    untyped: true,
                    ..DspyField::default()
                }));
            }
            return Ok(def);
        };
        let schema = self.top(ty).map_err(about)?;
        Ok(FieldDef::new(refs::text(&field.name), refs::one(schema)))
    }

    /// A described field.
    pub(super) fn field(&mut self, spec: &FieldSpec) -> Result<FieldDef, String> {
        limits::name(&spec.name)?;
        let about = |error: String| format!("field `{}`: {error}", spec.name);
        let schema = self.described(&spec.ty).map_err(about)?;
        let constraints = bound::constraints(&spec.bounds, &schema).map_err(about)?;
        // DSPy's default description, which it does not print
        let doc = if spec.description == format!("${{{}}}", spec.name) {
            ""
        } else {
            &*spec.description
        };
        let dspy = DspyField {
            prefix: spec
                .prefix
                .clone()
                .filter(|prefix| *prefix != default_prefix(&spec.name)),
            constraints_text: bound::special_text(&spec.bounds),
            type_description: spec.type_description.clone(),
            untyped: spec.side == Side::Input && spec.ty == TypeSpec::UNTYPED,
            default_hidden: spec.default_hidden,
        };
        let mut def = FieldDef::new(refs::text(&spec.name), refs::one(schema));
        def.doc = refs::text(doc);
        def.aliases = refs::list(spec.aliases.iter().map(|name| refs::text(name)).collect());
        def.constraints = refs::list(constraints);
        def.dspy = (dspy != DspyField::default()).then(|| refs::one(dspy));
        // a default is any value that fits; the definition has none yet while it is held against it
        let default = match &spec.default {
            // a member that may be left out
            Some(Value::Null) if spec.default_hidden => Some("null".to_owned()),
            Some(value) => Some(fitting(&def, value, "default").map_err(about)?),
            None => None,
        };
        let examples = spec
            .examples
            .iter()
            .map(|value| fitting(&def, value, "example"))
            .collect::<Result<Vec<_>, _>>();
        def.examples = refs::list(
            examples
                .map_err(about)?
                .iter()
                .map(|text| refs::text(text))
                .collect(),
        );
        def.default = default.map(|text| refs::text(&text));
        Ok(def)
    }

    /// The schema of a described type.
    pub(super) fn described(&mut self, spec: &TypeSpec) -> Result<Schema, String> {
        match &spec.0 {
            Kind::Untyped => Ok(Schema::Text),
            Kind::Text(text) => {
                let ty = parse_type(text, Names::Listed(&self.names))
                    .map_err(|error| error.render(text))?;
                self.top(&ty)
            }
            Kind::Schema(schema) => {
                limits::schema(schema)?;
                Ok(schema.clone())
            }
        }
    }

    /// A field's type: its schema prints as DSPy prints it.
    fn top(&mut self, ty: &Type) -> Result<Schema, String> {
        // a type was named that prints another name than it is registered under
        let mut renamed = false;
        let schema = convert::schema(ty, self.level, &mut |name, level| {
            let around = std::mem::replace(&mut self.level, level);
            let schema = self.named(name);
            self.level = around;
            let schema = schema?;
            renamed |= python_text(&schema) != name;
            Ok(schema)
        })?;
        let (ours, name) = (python_text(&schema), sigflow_grammar::python_name(ty));
        Ok(if ours == name || renamed {
            schema
        } else {
            refs::printed(schema, &name)
        })
    }

    /// A type of the registry.
    fn named(&mut self, name: &str) -> Result<Schema, String> {
        let registry = self.registry;
        let Some((name, definition)) = registry.get(name) else {
            if let Some(ty) = built_in(name) {
                return Ok(ty.schema().clone());
            }
            return Err(format!(
                "type `{name}` is not known here; register it in the `TypeRegistry`"
            ));
        };
        if let Some(schema) = self.done.get(name) {
            return Ok(schema.clone());
        }
        if let Some(place) = self.open.iter().position(|(open, _)| *open == name) {
            self.reach = self.reach.min(place);
            return match self.open[place].1 {
                Some(id) => Ok(Schema::Recursion(id)),
                None => Err(format!(
                    "type `{name}` is another name for itself; say what it is"
                )),
            };
        }
        self.steps += 1;
        if self.steps > limits::STEPS || self.open.len() > limits::DEPTH {
            return Err(format!("type `{name}` is made of too many types; split it"));
        }
        let place = self.open.len();
        let around = std::mem::replace(&mut self.reach, usize::MAX);
        let id = hash(&(name, format!("{definition:?}")));
        let alias = matches!(definition.shape, Shape::Alias(_));
        self.open.push((name, (!alias).then_some(id)));
        let schema = self
            .definition(name, id, definition)
            .map_err(|error| format!("type `{name}`: {error}"));
        self.open.pop();
        let schema = schema?;
        if self.reach >= place {
            self.done.insert(name, schema.clone());
            self.reach = around;
        } else {
            self.reach = self.reach.min(around);
        }
        Ok(schema)
    }

    fn definition(
        &mut self,
        name: &str,
        id: u64,
        definition: &TypeDefinition,
    ) -> Result<Schema, String> {
        let body = match &definition.shape {
            Shape::Alias(ty) => {
                let schema = self.described(ty)?;
                // aliases of aliases: checked here, before anything walks the whole
                limits::schema(&schema)?;
                return Ok(schema);
            }
            Shape::Record(members) => {
                limits::members(members)?;
                let fields = members
                    .iter()
                    .map(|member| self.field(member))
                    .collect::<Result<_, _>>()?;
                Body::Record(refs::list(fields))
            }
            Shape::Words(words) => {
                if words.is_empty() {
                    return Err("has no words; give it one".to_owned());
                }
                Body::Words(refs::list(
                    words
                        .iter()
                        .map(|(name, value)| word(name, value.as_ref()))
                        .collect::<Result<_, _>>()?,
                ))
            }
        };
        let title = definition.title.as_deref().unwrap_or(name);
        let definition = Definition {
            doc: refs::text(&definition.doc),
            body,
        };
        Ok(Schema::Named(Named {
            name: refs::text(title),
            arguments: refs::list(Vec::new()),
            id,
            definition: refs::one(definition),
        }))
    }
}

fn word(name: &str, value: Option<&Value>) -> Result<Variant, String> {
    let value = match value {
        None => None,
        Some(Value::String(text)) if text == name => None,
        Some(value) => Some(literal(value).ok_or_else(|| {
            format!("`{name}` has the value `{value}`; write text, a whole number or a boolean")
        })?),
    };
    Ok(Variant {
        name: refs::text(name),
        value,
        doc: refs::text(""),
        data: None,
        aliases: refs::list(Vec::new()),
    })
}

fn literal(value: &Value) -> Option<Literal> {
    Some(match value {
        Value::String(text) => Literal::Text(refs::text(text)),
        Value::Bool(flag) => Literal::Boolean(*flag),
        Value::Null => Literal::Null,
        other => Literal::Integer(other.as_i64()?),
    })
}

/// A value as JSON text, if it fits the field.
fn fitting(def: &FieldDef, value: &Value, what: &str) -> Result<String, String> {
    let mut faults = Vec::new();
    crate::parse::input(def, value.clone(), &mut faults);
    match faults.first() {
        None => Ok(crate::adapter::value::json_text(value)),
        Some(fault) => Err(format!("its {what} does not fit: {fault}")),
    }
}

/// The bounds of `Annotated[…]`.
pub(super) fn annotated(
    inner: Schema,
    arguments: &[sigflow_grammar::Constraint],
) -> Result<Schema, String> {
    let bounds: Vec<Bound> = arguments.iter().filter_map(Bound::of).collect();
    let constraints = bound::constraints(&bounds, &inner)?;
    if constraints.is_empty() {
        return Ok(inner);
    }
    Ok(Schema::Constrained(
        refs::one(inner),
        refs::list(constraints),
    ))
}
