//! Signatures field by field.
use super::{
    DynSignature, invalid,
    registry::TypeRegistry,
    resolve::Resolver,
    spec::{FieldSpec, Side, TypeSpec},
};
use crate::Result;

/// Builds a [`DynSignature`] field by field.
///
/// ```
/// use sigflow_core::{DynSignature, FieldSpec};
///
/// let signature = DynSignature::builder("Triage")
///     .instructions("Sort the ticket.")
///     .input("ticket", "str")
///     .output("team", "Literal['billing', 'technical']")
///     .field(FieldSpec::output("urgency", "int").ge(1).le(5))
///     .build()?;
/// assert_eq!(signature.canonical(), "ticket -> team, urgency");
/// # Ok::<(), sigflow_core::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder makes nothing until `build()`"]
pub struct DynSignatureBuilder {
    name: String,
    instructions: String,
    fields: Vec<FieldSpec>,
    types: TypeRegistry,
}

impl DynSignatureBuilder {
    pub(super) fn new(name: String) -> Self {
        DynSignatureBuilder {
            name,
            instructions: String::new(),
            fields: Vec::new(),
            types: TypeRegistry::new(),
        }
    }
    /// One more input.
    pub fn input(self, name: impl Into<String>, ty: impl Into<TypeSpec>) -> Self {
        self.field(FieldSpec::input(name, ty))
    }
    /// One more output.
    pub fn output(self, name: impl Into<String>, ty: impl Into<TypeSpec>) -> Self {
        self.field(FieldSpec::output(name, ty))
    }
    /// One more field, which says itself which side it is on.
    pub fn field(mut self, field: FieldSpec) -> Self {
        self.fields.push(field);
        self
    }
    /// What the model shall do; without it, DSPy's default: to produce the outputs from the inputs.
    pub fn instructions(mut self, instructions: impl Into<String>) -> Self {
        self.instructions = instructions.into();
        self
    }
    /// The types that fields may name besides the grammar's own.
    pub fn types(mut self, types: &TypeRegistry) -> Self {
        self.types = types.clone();
        self
    }
    /// The signature, or the first thing that is wrong with it.
    pub fn build(self) -> Result<DynSignature> {
        let mut resolver = Resolver::new(&self.types);
        let (mut inputs, mut outputs) = (Vec::new(), Vec::new());
        for spec in &self.fields {
            let def = resolver.field(spec).map_err(invalid)?;
            match spec.side {
                Side::Input => inputs.push(def),
                Side::Output => outputs.push(def),
                Side::Member => return Err(no_side(&spec.name)),
            }
        }
        DynSignature::assemble(&self.name, &self.instructions, inputs, outputs, &self.types)
    }
}

#[cold]
pub(super) fn no_side(name: &str) -> crate::Error {
    invalid(format!(
        "field `{name}` is a record's member; write `FieldSpec::input` or `FieldSpec::output`"
    ))
}
