//! Edits, as DSPy has them: each gives a new signature.
use super::{
    DynSignature,
    builder::no_side,
    invalid,
    label::default_prefix,
    refs,
    resolve::Resolver,
    spec::{FieldSpec, Side, TypeSpec},
};
use crate::{
    Result,
    schema::{DspyField, FieldDef},
};
use sigflow_grammar::closest;

/// What [`DynSignature::with_updated_fields`] changes of a field; the rest stays.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct FieldUpdate {
    ty: Option<TypeSpec>,
    description: Option<String>,
    prefix: Option<String>,
}

impl FieldUpdate {
    /// No change.
    pub fn new() -> Self {
        Self::default()
    }
    /// Another type.
    pub fn ty(mut self, ty: impl Into<TypeSpec>) -> Self {
        self.ty = Some(ty.into());
        self
    }
    /// Another description.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }
    /// Another prefix.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = Some(prefix.into());
        self
    }
}

impl DynSignature {
    /// The same signature with other instructions; empty ones give DSPy's default.
    #[must_use]
    pub fn with_instructions(&self, instructions: &str) -> Self {
        let mut signature = self.0.def.get().clone();
        signature.instructions = match instructions {
            "" => refs::text(&super::default_instructions(self.inputs(), self.outputs())),
            given => refs::text(given),
        };
        Self::new(signature, self.0.types.clone())
    }

    /// The same signature with a paragraph more in its instructions.
    #[must_use]
    pub fn append_instructions(&self, instructions: &str) -> Self {
        self.with_instructions(&format!("{}\n\n{instructions}", self.instructions()))
    }

    /// The same signature with a field at the end of its side. A name that is there already keeps its
    /// place and gets the new field.
    ///
    /// ```
    /// use sigflow_core::{DynSignature, FieldSpec};
    ///
    /// let signature = DynSignature::parse("question -> answer")?;
    /// let longer = signature.append(FieldSpec::output("confidence", "float"))?;
    /// assert_eq!(longer.canonical(), "question -> answer, confidence");
    /// # Ok::<(), sigflow_core::Error>(())
    /// ```
    pub fn append(&self, field: FieldSpec) -> Result<Self> {
        self.insert(-1, field)
    }

    /// The same signature with a field at the start of its side.
    pub fn prepend(&self, field: FieldSpec) -> Result<Self> {
        self.insert(0, field)
    }

    /// The same signature with a field at a place among the inputs or outputs; -1 is the end.
    ///
    /// As in DSPy, a name that is there already is there once: at the first of both places, with the field
    /// of the second.
    ///
    /// ```
    /// use sigflow_core::{DynSignature, FieldSpec};
    ///
    /// let signature = DynSignature::parse("a, b -> c")?;
    /// assert_eq!(signature.insert(-2, FieldSpec::input("x", "int"))?.canonical(), "a, x, b -> c");
    /// assert!(signature.insert(3, FieldSpec::input("x", "int")).is_err());
    /// # Ok::<(), sigflow_core::Error>(())
    /// ```
    // by value, as the builder takes them: a description is made for one use
    #[allow(clippy::needless_pass_by_value)]
    pub fn insert(&self, index: isize, field: FieldSpec) -> Result<Self> {
        let def = Resolver::new(&self.0.types)
            .field(&field)
            .map_err(invalid)?;
        let (mut inputs, mut outputs) = (self.side(Side::Input), self.side(Side::Output));
        let (list, what) = match field.side {
            Side::Input => (&mut inputs, "inputs"),
            Side::Output => (&mut outputs, "outputs"),
            Side::Member => return Err(no_side(&field.name)),
        };
        let len = list.len();
        let place = if index < 0 {
            (len + 1).checked_add_signed(index)
        } else {
            usize::try_from(index).ok()
        };
        let Some(place) = place.filter(|place| *place <= len) else {
            return Err(invalid(format!(
                "cannot insert `{}` at {index}: there are {len} {what}; write an index from -{} to {len}",
                field.name,
                len + 1
            )));
        };
        list.insert(place, (field.side, def));
        // a dict of both sides: the first place of a name counts, and its last field
        let mut merged: Vec<(Side, FieldDef)> = Vec::with_capacity(inputs.len() + outputs.len());
        for (side, def) in inputs.into_iter().chain(outputs) {
            match merged.iter_mut().find(|(_, known)| known.name == def.name) {
                Some(known) => *known = (side, def),
                None => merged.push((side, def)),
            }
        }
        self.with_fields(merged)
    }

    /// The same signature without a field; the same when there is none of that name.
    #[must_use]
    pub fn delete(&self, name: &str) -> Self {
        let without = |fields: &[FieldDef]| {
            refs::list(
                fields
                    .iter()
                    .filter(|field| field.name.get() != name)
                    .cloned()
                    .collect::<Vec<_>>(),
            )
        };
        let mut signature = self.0.def.get().clone();
        signature.inputs = without(self.inputs());
        signature.outputs = without(self.outputs());
        Self::new(signature, self.0.types.clone())
    }

    /// The same signature with a field changed.
    ///
    /// ```
    /// use sigflow_core::{DynSignature, FieldUpdate};
    ///
    /// let signature = DynSignature::parse("question -> answer")?;
    /// let changed = signature.with_updated_fields("answer", FieldUpdate::new().ty("int").description("a year"))?;
    /// assert_eq!(changed.outputs()[0].python_type(), "int");
    ///
    /// let error = signature.with_updated_fields("answr", FieldUpdate::new()).unwrap_err();
    /// assert_eq!(error.to_string(), "there is no field `answr`; did you mean `answer`?");
    /// # Ok::<(), sigflow_core::Error>(())
    /// ```
    // by value, as `insert` takes its field
    #[allow(clippy::needless_pass_by_value)]
    pub fn with_updated_fields(&self, name: &str, update: FieldUpdate) -> Result<Self> {
        let mut fields = self.side(Side::Input);
        fields.extend(self.side(Side::Output));
        let Some((_, field)) = fields
            .iter_mut()
            .find(|(_, field)| field.name.get() == name)
        else {
            let names = self
                .inputs()
                .iter()
                .chain(self.outputs())
                .map(|field| field.name.get());
            let hint = closest(name, names.clone()).map_or_else(
                || format!("write one of `{}`", names.collect::<Vec<_>>().join("`, `")),
                |close| format!("did you mean `{close}`?"),
            );
            return Err(invalid(format!("there is no field `{name}`; {hint}")));
        };
        let mut dspy = field
            .dspy
            .as_ref()
            .map_or_else(DspyField::default, |dspy| dspy.get().clone());
        if let Some(ty) = &update.ty {
            let about = |error: String| invalid(format!("field `{name}`: {error}"));
            let schema = Resolver::new(&self.0.types).described(ty).map_err(about)?;
            field.schema = refs::one(schema);
            dspy.type_description = None;
            dspy.untyped = *ty == TypeSpec::UNTYPED && dspy.untyped;
        }
        if let Some(description) = &update.description {
            let default = *description == format!("${{{name}}}");
            field.doc = refs::text(if default { "" } else { description });
            field.spelled = None;
        }
        if let Some(prefix) = update.prefix {
            dspy.prefix = Some(prefix).filter(|prefix| *prefix != default_prefix(name));
        }
        field.dspy = (dspy != DspyField::default()).then(|| refs::one(dspy));
        self.with_fields(fields)
    }

    fn side(&self, side: Side) -> Vec<(Side, FieldDef)> {
        let fields = if side == Side::Input {
            self.inputs()
        } else {
            self.outputs()
        };
        fields.iter().map(|field| (side, field.clone())).collect()
    }

    /// As in DSPy the instructions stay, also default ones that name other fields.
    fn with_fields(&self, fields: Vec<(Side, FieldDef)>) -> Result<Self> {
        let (inputs, outputs): (Vec<_>, Vec<_>) = fields
            .into_iter()
            .partition(|(side, _)| *side == Side::Input);
        let bare =
            |fields: Vec<(Side, FieldDef)>| fields.into_iter().map(|(_, field)| field).collect();
        Self::assemble(
            self.name(),
            self.instructions(),
            bare(inputs),
            bare(outputs),
            &self.0.types,
        )
    }
}
