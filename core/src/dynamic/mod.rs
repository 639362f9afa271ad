//! Signatures made at run time: the same definition, renderer and reader as `signature!` has; only the
//! inputs and outputs are JSON values by name.
//!
//! A string or a builder gives [`FieldSpec`]s, [`resolve`] makes [`FieldDef`]s of them, and a
//! [`DynSignature`] holds the result. [`DynSignature::ask`] checks values and gives a [`DynAsk`], which is
//! a question like any other. [`SignatureCache`] keeps what was made, for those who get strings from
//! outside again and again.
mod ask;
mod bound;
mod builder;
mod cache;
mod convert;
mod dspy;
mod edit;
mod label;
mod limits;
mod read;
mod refs;
mod registry;
mod resolve;
mod settings;
mod size;
mod spec;

#[cfg(test)]
mod tests;

pub use ask::DynAsk;
pub use builder::DynSignatureBuilder;
pub use cache::{CacheStats, SignatureCache};
pub use edit::FieldUpdate;
pub(crate) use label::default_prefix;
pub use read::{align_value, read, read_value};
pub use registry::{TypeDefinition, TypeRegistry};
pub use settings::SignatureCacheBuilder;
pub use spec::{FieldSpec, TypeSpec};

use crate::{
    Adapter, Error, ErrorKind, Message, Record, Result, Scope,
    adapter::turn,
    call::render_prefix,
    constant::Ref,
    field::View,
    predict::State,
    schema::FieldDef,
    signature::{Def, Signature, SignatureDef, def_of},
};
use resolve::Resolver;
use std::{fmt, sync::Arc};

/// DSPy's name of a signature made of a string.
pub(crate) const UNNAMED: &str = "StringSignature";

/// A signature made at run time. Cheap to clone; edits give new ones.
///
/// ```
/// # async fn run() -> sigflow_core::Result<()> {
/// use serde_json::json;
/// use sigflow_core::{Ask, DynSignature, testing::Scripted};
///
/// let signature = DynSignature::parse("context: list[str], question -> answer, confidence: float")?;
/// let lm = Scripted::new(["[[ ## answer ## ]]\nParis\n\n[[ ## confidence ## ]]\n0.9"]).lm();
///
/// let question = signature.ask([("context", json!(["Paris is the capital."])), ("question", json!("Which?"))])?;
/// let outputs = question.predict().with(&lm).await?;
/// assert_eq!(outputs["answer"], "Paris");
/// assert_eq!(outputs["confidence"], 0.9);
/// # Ok(()) }
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run()).unwrap();
/// ```
#[derive(Clone)]
pub struct DynSignature(Arc<Shared>);

struct Shared {
    def: Ref<SignatureDef>,
    /// What edits may name.
    types: TypeRegistry,
    /// No changes, but the place where the prompt is kept once it is rendered.
    plain: Arc<State>,
    /// The same with a `reasoning` before the outputs.
    reasoned: Arc<State>,
    /// The same with a reasoning in steps.
    stepped: Arc<State>,
}

impl DynSignature {
    /// Reads DSPy's string form: `context: list[str], question -> answer`. Where the scope has a
    /// [cache](crate::Scope::with_signatures), once for each text.
    ///
    /// ```
    /// use sigflow_core::DynSignature;
    ///
    /// let signature = DynSignature::parse("text -> label: Literal['good', 'bad']")?;
    /// assert_eq!(signature.canonical(), "text -> label");
    ///
    /// let error = DynSignature::parse("text -> score: floot").unwrap_err();
    /// assert!(error.is_invalid_signature());
    /// assert!(error.to_string().starts_with("unknown type `floot`; did you mean `float`?"));
    /// # Ok::<(), sigflow_core::Error>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self> {
        Self::parse_with(text, &TypeRegistry::new())
    }

    /// As [`parse`](Self::parse), with types of your own.
    ///
    /// ```
    /// use sigflow_core::{DynSignature, FieldSpec, TypeDefinition, TypeRegistry};
    ///
    /// let person = [FieldSpec::member("name", "str"), FieldSpec::member("friends", "list[Person]").default([(); 0])];
    /// let types = TypeRegistry::new().with("Person", TypeDefinition::record(person));
    /// let signature = DynSignature::parse_with("text -> people: list[Person]", &types)?;
    /// assert_eq!(signature.outputs()[0].python_type(), "list[Person]");
    /// # Ok::<(), sigflow_core::Error>(())
    /// ```
    pub fn parse_with(text: &str, types: &TypeRegistry) -> Result<Self> {
        match Scope::current().signatures() {
            Some(cache) => cache.parse_with(text, types),
            None => Self::made(text, types),
        }
    }
    /// Past all caches.
    fn made(text: &str, types: &TypeRegistry) -> Result<Self> {
        let began = crate::telemetry::begins();
        let made = Self::parsed(text, types);
        crate::telemetry::compiled(began, text, &made, false);
        made
    }
    fn parsed(text: &str, types: &TypeRegistry) -> Result<Self> {
        let mut resolver = Resolver::new(types);
        let ast =
            sigflow_grammar::parse_with(text, sigflow_grammar::Names::Listed(resolver.names()))
                .map_err(|error| invalid(error.render(text)))?;
        let mut side = |fields: &[sigflow_grammar::Field], input: bool| -> Result<Vec<FieldDef>> {
            fields
                .iter()
                .map(|field| resolver.parsed(field, input).map_err(invalid))
                .collect()
        };
        let (inputs, outputs) = (side(&ast.inputs, true)?, side(&ast.outputs, false)?);
        Self::assemble(UNNAMED, "", inputs, outputs, types)
    }

    /// Builds a signature field by field; see [`DynSignatureBuilder`].
    pub fn builder(name: impl Into<String>) -> DynSignatureBuilder {
        DynSignatureBuilder::new(name.into())
    }

    /// A static signature as a dynamic one.
    pub fn of<S: Signature>() -> Self {
        Self::from_def(&def_of::<S>())
    }

    /// A definition as a dynamic signature.
    pub fn from_def(def: &Def) -> Self {
        let mut signature = def.signature.get().clone();
        if def.reasoning {
            signature.outputs = refs::list(def.outputs().cloned().collect());
        }
        Self::new(signature, TypeRegistry::new())
    }

    fn new(signature: SignatureDef, types: TypeRegistry) -> Self {
        let def = Ref::shared(Arc::new(signature));
        DynSignature(Arc::new(Shared {
            def,
            types,
            plain: Arc::default(),
            reasoned: Arc::default(),
            stepped: Arc::default(),
        }))
    }

    /// The last step of everything that makes a signature: what holds for all of them.
    fn assemble(
        name: &str,
        instructions: &str,
        inputs: Vec<FieldDef>,
        outputs: Vec<FieldDef>,
        types: &TypeRegistry,
    ) -> Result<Self> {
        limits::signature(&inputs, &outputs).map_err(invalid)?;
        let instructions = match instructions {
            "" => default_instructions(&inputs, &outputs),
            given => given.to_owned(),
        };
        let signature = SignatureDef {
            name: refs::text(name),
            instructions: refs::text(&instructions),
            inputs: refs::list(inputs),
            outputs: refs::list(outputs),
        };
        Ok(Self::new(signature, types.clone()))
    }

    /// Its name.
    pub fn name(&self) -> &str {
        self.0.def.name.get()
    }
    /// What the model shall do.
    pub fn instructions(&self) -> &str {
        self.0.def.instructions.get()
    }
    /// The inputs in order.
    pub fn inputs(&self) -> &[FieldDef] {
        self.0.def.inputs.get()
    }
    /// The outputs in order.
    pub fn outputs(&self) -> &[FieldDef] {
        self.0.def.outputs.get()
    }
    /// DSPy's short form, names only: `context, question -> answer`.
    pub fn canonical(&self) -> String {
        let names = |fields: &[FieldDef]| {
            fields
                .iter()
                .map(|field| field.name.get())
                .collect::<Vec<_>>()
                .join(", ")
        };
        format!("{} -> {}", names(self.inputs()), names(self.outputs()))
    }
    /// The definition, which it shares with its calls.
    pub fn def(&self) -> Def {
        Def::new(self.0.def.clone())
    }

    /// The messages that a call would send: DSPy's `adapter.format(signature, demos, inputs)`.
    ///
    /// For looking at prompts. Nothing is checked; as in DSPy, a missing input is left out.
    ///
    /// ```
    /// use sigflow_core::{Adapter, DynSignature, Record};
    ///
    /// let signature = DynSignature::parse("question -> answer")?;
    /// let inputs = Record::from_iter([("question", "Why?".into())]);
    /// let messages = signature.format(Adapter::Chat, &[], &inputs);
    /// assert!(messages[1].text().starts_with("[[ ## question ## ]]\nWhy?\n\nRespond with"));
    /// # Ok::<(), sigflow_core::Error>(())
    /// ```
    pub fn format(&self, adapter: Adapter, demos: &[Record], inputs: &Record) -> Vec<Message> {
        let def = self.def();
        let prefix = render_prefix(&def, adapter, None, demos);
        let turns = turn::inputs(&def, adapter, &|each| {
            for (index, field) in def.inputs().iter().enumerate() {
                if let Some(value) = inputs.get(field.name.get()) {
                    each(index, View::Json(value));
                }
            }
        });
        let system = Message::new(crate::Role::System, prefix.system.clone());
        let mut messages = vec![system];
        messages.extend(prefix.demos.iter().cloned());
        messages.extend(turns);
        messages
    }

    /// DSPy's equality: instructions and what fields say (role, description, prefix, constraints),
    /// whatever their types and order.
    ///
    /// `==` compares everything.
    ///
    /// ```
    /// use sigflow_core::DynSignature;
    ///
    /// let one = DynSignature::parse("a: int -> b")?;
    /// let two = DynSignature::parse("a: str -> b")?;
    /// assert!(one.equals(&two) && one != two);
    /// # Ok::<(), sigflow_core::Error>(())
    /// ```
    pub fn equals(&self, other: &Self) -> bool {
        let same = |ours: &[FieldDef], theirs: &[FieldDef]| {
            ours.len() == theirs.len()
                && ours.iter().all(|our| {
                    theirs.iter().any(|their| {
                        our.name == their.name
                            && our.doc == their.doc
                            && our.prefix() == their.prefix()
                            && our.constraints_text() == their.constraints_text()
                            && our.is_untyped() == their.is_untyped()
                    })
                })
        };
        self.instructions() == other.instructions()
            && same(self.inputs(), other.inputs())
            && same(self.outputs(), other.outputs())
    }
}

/// DSPy's instructions where none are given.
fn default_instructions(inputs: &[FieldDef], outputs: &[FieldDef]) -> String {
    let inputs: Vec<&str> = inputs.iter().map(|field| field.name.get()).collect();
    let outputs: Vec<&str> = outputs.iter().map(|field| field.name.get()).collect();
    sigflow_grammar::default_instructions(&inputs, &outputs)
}

/// A signature that cannot be made.
#[cold]
fn invalid(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidSignature, message)
}

impl PartialEq for DynSignature {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
            || self.name() == other.name()
                && self.instructions() == other.instructions()
                && self.inputs() == other.inputs()
                && self.outputs() == other.outputs()
    }
}

impl fmt::Debug for DynSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let types = |fields: &[FieldDef]| {
            let field = |field: &FieldDef| format!("{}: {}", field.name.get(), field.python_type());
            fields.iter().map(field).collect::<Vec<_>>().join(", ")
        };
        write!(
            f,
            "{}({} -> {})",
            self.name(),
            types(self.inputs()),
            types(self.outputs())
        )
    }
}
