//! What a saved state has besides instructions and demos.
use crate::{
    constant::Ref,
    dynamic::default_prefix,
    schema::{DspyField, FieldDef},
    signature::{Def, SignatureDef},
};
use serde_json::Value;
use std::sync::Arc;

/// How a predictor shows one field: its name, the label of old prompts, its description. Tuning may change
/// the last two.
///
/// A field without a description has DSPy's stand-in for it: `${question}`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldText {
    /// The field.
    pub name: String,
    /// The label that old DSPy prompts used, and saved states carry: `Question:`.
    pub prefix: String,
    /// The description.
    pub description: String,
}

impl FieldText {
    /// What a definition says of one field.
    pub(crate) fn of(field: &FieldDef) -> Self {
        let name = field.name.get();
        FieldText {
            name: name.to_owned(),
            prefix: field.prefix(),
            description: match field.doc.get() {
                "" => stand_in(name),
                doc => doc.to_owned(),
            },
        }
    }
    /// What a definition says of all its fields: the inputs, then the outputs.
    pub(crate) fn all(def: &Def) -> Vec<Self> {
        def.inputs()
            .iter()
            .chain(def.outputs())
            .map(Self::of)
            .collect()
    }
}

/// What DSPy writes where there is no description.
fn stand_in(name: &str) -> String {
    format!("${{{name}}}")
}

/// Labels and descriptions instead of the signature's, and the definition that has them.
#[derive(Clone)]
pub(crate) struct Edited {
    /// As they were given. The definition does not keep all of it: an empty description is none.
    pub(crate) texts: Arc<[FieldText]>,
    definition: Ref<SignatureDef>,
}

impl Edited {
    /// Of a definition; one text for each of its fields, in its order. Nothing if they say the same.
    pub(crate) fn new(def: &Def, texts: Vec<FieldText>) -> Option<Self> {
        if texts == FieldText::all(def) {
            return None;
        }
        let mut rest = texts.iter();
        let mut edit = |field: &FieldDef| match rest.next() {
            Some(text) => edited(field, text),
            None => field.clone(),
        };
        let inputs: Arc<[FieldDef]> = def.inputs().iter().map(&mut edit).collect();
        // a reasoning becomes a field like the others: as a flag it could say nothing of its own
        let outputs: Arc<[FieldDef]> = def.outputs().map(edit).collect();
        let definition = SignatureDef {
            name: def.signature.name.clone(),
            instructions: def.signature.instructions.clone(),
            inputs: Ref::shared(inputs),
            outputs: Ref::shared(outputs),
        };
        Some(Edited {
            texts: texts.into(),
            definition: Ref::shared(Arc::new(definition)),
        })
    }
    pub(crate) fn def(&self) -> Def {
        Def::new(self.definition.clone())
    }
}

fn edited(field: &FieldDef, text: &FieldText) -> FieldDef {
    let (name, mut field) = (field.name.get(), field.clone());
    if field.doc.get() != text.description {
        let none = text.description == stand_in(name);
        field.doc = Ref::from(if none {
            String::new()
        } else {
            text.description.clone()
        });
        field.spelled = None;
    }
    let mut dspy = match &field.dspy {
        Some(dspy) => dspy.get().clone(),
        None => DspyField::default(),
    };
    dspy.prefix = Some(text.prefix.clone()).filter(|prefix| *prefix != default_prefix(name));
    field.dspy = (dspy != DspyField::default()).then(|| Ref::shared(Arc::new(dspy)));
    field
}

/// What only DSPy understands of a saved state. Nothing here acts on it; it is written back as it came.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Kept {
    pub(crate) traces: Vec<Value>,
    pub(crate) train: Vec<Value>,
    /// How decisions are made of evidence, by field.
    pub(crate) fields: Option<Value>,
    /// DSPy's description of the predictor's own model.
    pub(crate) lm: Option<Value>,
}
