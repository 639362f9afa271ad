//! Which adapter a call takes, and why.
use super::Adapter;
use crate::{Capabilities, signature::Def};

/// The adapter of a call and the reason for it. It stands in the [`Prediction`](crate::Prediction).
///
/// ```
/// use sigflow_core::{Adapter, AdapterChoice, Capabilities, DynSignature};
///
/// let def = DynSignature::parse("question -> answer")?.def();
/// let choice = AdapterChoice::of(&def, Capabilities::ALL);
/// assert_eq!(choice.adapter, Adapter::Tool);
/// let mut free = Capabilities::ALL;
/// free.unforced_tools = true;
/// assert_eq!(AdapterChoice::of(&def, free).adapter, Adapter::Structured);
/// let choice = AdapterChoice::of(&def, Capabilities::CHAT);
/// assert_eq!(choice.adapter, Adapter::Chat);
/// assert_eq!(choice.reason, "the model is not known to do more than chat");
/// # Ok::<(), sigflow_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AdapterChoice {
    /// The adapter; never [`Adapter::Auto`].
    pub adapter: Adapter,
    /// Who or what decided.
    pub reason: &'static str,
}

impl AdapterChoice {
    /// What [`Adapter::Auto`] takes for these outputs and a model that can do so much: the first of tool
    /// calling, structured output, JSON mode and chat that both can do. Nothing is tried out.
    pub fn of(def: &Def, capabilities: Capabilities) -> Self {
        let fits = || {
            let schema = def.output_schema();
            schema.openai.is_some() || schema.anthropic.is_some() || schema.gemini.is_some()
        };
        let forced = capabilities.tools && !capabilities.unforced_tools;
        let strict = forced || capabilities.json_schema;
        let fits = strict && fits();
        let (adapter, reason) = if fits && forced {
            (
                Adapter::Tool,
                "the model calls tools, and the outputs fit a strict schema",
            )
        } else if fits {
            (
                Adapter::Structured,
                "the model keeps to schemas, and the outputs fit a strict one",
            )
        } else if capabilities.json_object {
            let reason = if strict {
                "the outputs fit no strict schema, and the model has a JSON mode"
            } else {
                "the model has a JSON mode"
            };
            (Adapter::Json, reason)
        } else if strict {
            (
                Adapter::Chat,
                "the outputs fit no strict schema, and the model has no JSON mode",
            )
        } else {
            (Adapter::Chat, "the model is not known to do more than chat")
        };
        AdapterChoice { adapter, reason }
    }

    /// DSPy's second request.
    pub(crate) const fn fallback() -> Self {
        AdapterChoice {
            adapter: Adapter::Json,
            reason: "DSPy's fallback: the first reply could not be read",
        }
    }

    /// The first that was said by a call, its predictor and its model; `Auto` is not decided yet.
    pub(crate) fn said(
        call: Option<Adapter>,
        predictor: Option<Adapter>,
        model: Option<Adapter>,
    ) -> Self {
        let said = [
            (call, "the call names it"),
            (predictor, "the predictor names it"),
            (model, "the model names it"),
        ];
        let (adapter, reason) = said
            .into_iter()
            .find_map(|(adapter, reason)| Some((adapter?, reason)))
            .unwrap_or((Adapter::Chat, "nothing else was named"));
        AdapterChoice { adapter, reason }
    }

    /// `Auto` is decided by what model and signature can do. So is `Tool` where the signature has tools of its
    /// own that go to the server: a call of one of them is then no end, and must not be forced.
    pub(crate) fn settled(self, def: &Def, capabilities: Capabilities) -> Self {
        let own_tools = def.plan.as_ref().is_some_and(|plan| plan.hands_tools());
        match self.adapter {
            Adapter::Auto | Adapter::Tool if own_tools => {
                let asked = def.asked();
                if asked.outputs().next().is_none() {
                    return AdapterChoice {
                        adapter: Adapter::Chat,
                        reason: "the signature's own tools are called, and nothing else is asked for",
                    };
                }
                let mut capabilities = capabilities;
                capabilities.tools = false;
                Self::of(asked, capabilities)
            }
            // as Anthropic has it: a reply that is held to a schema cites nothing
            Adapter::Auto if def.plan.as_ref().is_some_and(|plan| plan.cites()) => AdapterChoice {
                adapter: Adapter::Chat,
                reason: "the model cites beside its text, which it does not where the text is held to a schema",
            },
            Adapter::Auto => Self::of(def.asked(), capabilities),
            _ => self,
        }
    }
}
