//! The definition of a signature, and what the compiler rendered of it.
use crate::{
    Adapter, Text,
    adapter::{carry::Plan, system::REASONING},
    constant::Ref,
    dynamic::UNNAMED,
    lm::OutputSchema,
    schema::{Dialect, FieldDef, What, dialect, render},
};
use std::{borrow::Cow, sync::Arc};

/// Name, instructions and fields of a signature.
#[derive(Clone, Debug)]
pub struct SignatureDef {
    /// Its name: `GroundedAnswer`.
    pub name: Ref<str>,
    /// What the model shall do.
    pub instructions: Ref<str>,
    /// The inputs in order.
    pub inputs: Ref<[FieldDef]>,
    /// The outputs in order.
    pub outputs: Ref<[FieldDef]>,
}

/// What the compiler rendered of a signature.
#[derive(Clone, Debug)]
pub struct Constants {
    /// The chat adapter's system message, with its JSON form.
    pub prompt: Text,
    /// What ends a turn of the chat adapter.
    pub reminder: Cow<'static, str>,
    /// JSON Schema of the outputs.
    pub json_schema: Text,
    /// JSON Schema of the inputs.
    pub input_schema: Text,
    /// OpenAI's strict schema of the outputs; empty if it refuses them.
    pub openai_schema: Text,
    /// Anthropic's schema of the outputs; empty if it refuses them.
    pub anthropic_schema: Text,
    /// Gemini's schema of the outputs; empty if it refuses them.
    pub gemini_schema: Text,
}

impl Constants {
    /// What the compiler would have rendered, at run time.
    pub(crate) fn render(signature: &SignatureDef, reasoning: bool) -> Self {
        let text = |what| Text::shared(render(what, signature, reasoning));
        Constants {
            prompt: text(What::System(Adapter::Chat, None)),
            reminder: Cow::Owned(render(What::Reminder(Adapter::Chat), signature, reasoning)),
            json_schema: text(What::Output(Dialect::Plain)),
            input_schema: text(What::Input(Dialect::Plain)),
            openai_schema: text(What::Output(Dialect::OpenAi)),
            anthropic_schema: text(What::Output(Dialect::Anthropic)),
            gemini_schema: text(What::Output(Dialect::Gemini)),
        }
    }
}

/// A definition and what a module added to it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Def {
    /// The signature.
    pub signature: Ref<SignatureDef>,
    /// Whether a `reasoning` comes before the outputs: a flag and no longer list of fields, because a
    /// generic constant cannot join slices.
    pub reasoning: bool,
    /// The first outputs are a reasoning in steps and a confidence: what is missing may stand in the steps.
    pub(crate) steps: bool,
    /// What the compiler rendered.
    pub constants: Option<&'static Constants>,
    /// What the protocol carries of it, in one call.
    pub(crate) plan: Option<Arc<Plan>>,
    /// Tools of its go to the server, so that calls in its history are messages of the protocol.
    pub(crate) hands_tools: bool,
}

impl Def {
    /// A definition of which nothing is rendered yet.
    pub fn new(signature: Ref<SignatureDef>) -> Self {
        Def {
            signature,
            reasoning: false,
            steps: false,
            constants: None,
            plan: None,
            hands_tools: false,
        }
    }
    /// What the macro fills in.
    #[doc(hidden)]
    pub const fn constant(
        signature: &'static SignatureDef,
        constants: Option<&'static Constants>,
    ) -> Self {
        Def {
            signature: Ref::new(signature),
            reasoning: false,
            steps: false,
            constants,
            plan: None,
            hands_tools: false,
        }
    }
    /// What is put to the model: without what the protocol carries.
    pub(crate) fn asked(&self) -> &Def {
        match &self.plan {
            Some(plan) => &plan.asked,
            None => self,
        }
    }
    /// The inputs in order.
    pub fn inputs(&self) -> &[FieldDef] {
        self.signature.inputs.get()
    }
    /// The outputs in order, the reasoning first if it is asked for.
    pub fn outputs(&self) -> impl Iterator<Item = &FieldDef> {
        self.reasoning
            .then_some(&REASONING)
            .into_iter()
            .chain(self.signature.outputs.get())
    }
    /// Whether the model reasons before it answers, by what is asked of it.
    pub(crate) const fn reasons(&self) -> bool {
        self.reasoning || self.steps
    }
    /// The same definition without its first output.
    pub(crate) fn without_first_output(&self) -> Def {
        self.without_first_outputs(1)
    }
    /// The same definition without so many of its outputs.
    pub(crate) fn without_first_outputs(&self, count: usize) -> Def {
        let mut signature = self.signature.get().clone();
        let rest = signature.outputs.iter().skip(count).cloned();
        signature.outputs = Ref::shared(rest.collect());
        Def::new(Ref::shared(Arc::new(signature)))
    }
    /// The schema of the outputs for a provider's structured output, in all dialects.
    pub fn output_schema(&self) -> OutputSchema {
        let one = |constant: fn(&Constants) -> &Text, dialect: Dialect| {
            match self.constants {
                Some(constants) => Some(constant(constants).clone()),
                None => Some(Text::from(render(
                    What::Output(dialect),
                    &self.signature,
                    self.reasoning,
                ))),
            }
            .filter(|text| !text.as_str().is_empty())
        };
        let plain = one(|c| &c.json_schema, Dialect::Plain).unwrap_or_else(|| Text::from(""));
        let mut schema = OutputSchema::new(Text::from(self.wire_name("response")), plain);
        schema.openai = one(|c| &c.openai_schema, Dialect::OpenAi);
        schema.anthropic = one(|c| &c.anthropic_schema, Dialect::Anthropic);
        schema.gemini = one(|c| &c.gemini_schema, Dialect::Gemini);
        schema
    }
    /// Its name as providers take it, of at most 64 letters, digits, `_` and `-`; `none` if it has none of its own.
    pub(crate) fn wire_name(&self, none: &str) -> String {
        match self.signature.name.get() {
            "" | UNNAMED => none.to_owned(),
            name => name.chars().take(64).map(on_the_wire).collect(),
        }
    }
    /// How well the outputs fit a dialect.
    pub fn fit(&self, dialect: Dialect) -> dialect::Fit {
        dialect::fit(dialect, &self.signature, self.reasoning)
    }
}

fn on_the_wire(c: char) -> char {
    if c.is_ascii_alphanumeric() || c == '_' || c == '-' {
        c
    } else {
        '_'
    }
}
