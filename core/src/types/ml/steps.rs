//! Reasoning in steps.
use super::{ConfidenceScore, ReasoningQuality, held, limit, record, valid};
use crate::{
    Field, InputField, Reader, Result, View,
    constant::Ref,
    error::Fault,
    field::shorten,
    read::unclean,
    schema::{Category, Constraint, Meaning, Schema},
    stream::Grown,
    types::record::serde_traits,
};
use serde_json::Value;
use std::{collections::HashSet, ops::Deref, slice, vec};

/// The fewest and most characters of a thought, and of its reasoning.
const THOUGHT: (usize, usize) = (10, 1_000);
const REASONING: (usize, usize) = (20, 2_000);
/// Fewer different letters and digits than this are no words.
const LETTERS: usize = 5;

/// One step of a reasoning: its number, what it is about (10 to 1,000 characters), why it holds (20 to 2,000), and
/// perhaps how sure it is.
///
/// A step is complete: blanks do not count. And it says something: its reasoning is made of words, and is another
/// text than its thought.
///
/// ```
/// use sigflow_core::types::{ConfidenceScore, ReasoningStep};
///
/// let step = ReasoningStep::new(1, "The capital of France.", "The passage says: \"Paris is the capital.\"")?
///     .with_confidence(ConfidenceScore::new(0.9)?);
/// assert_eq!(step.step_number(), 1);
///
/// let error = ReasoningStep::new(1, "The capital of France.", "The capital of France.").unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "input `reasoning_step.reasoning` is `The capital of France.`, must be why the thought holds, not the thought again",
/// );
/// # Ok::<(), sigflow_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ReasoningStep {
    step_number: u32,
    thought: String,
    reasoning: String,
    confidence: Option<ConfidenceScore>,
}

pub(super) static STEP: Meaning =
    Meaning::new("reasoning_step", Category::Reasoning, "").checked(says_something);

record! {
    ReasoningStep: STEP, "One step of a reasoning.",
    step_number ["number" "step"] "counted from 1" &[Constraint::Ge(limit(1.0, "1"))], None => u32;
    thought ["subject" "title"] "what the step is about"
        &[Constraint::MinLen(THOUGHT.0), Constraint::MaxLen(THOUGHT.1)], None => String;
    reasoning ["explanation"] "why it holds"
        &[Constraint::MinLen(REASONING.0), Constraint::MaxLen(REASONING.1)], None => String;
    confidence [] "how sure this step is" &[], Some("null") => Option<ConfidenceScore>;
}

/// What a step lacks though its lengths are right.
fn says_something(value: &Value) -> Result<(), Fault> {
    let of = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
    let refused = |name: &str, expected: String| {
        let found = shorten(&Value::from(of(name)));
        Err(Fault::constraint(name, expected, found))
    };
    for (name, least) in [("thought", THOUGHT.0), ("reasoning", REASONING.0)] {
        let text = of(name);
        if text.trim().chars().count() < least {
            return refused(
                name,
                format!("at least {least} long without blanks around it"),
            );
        }
        let letters: HashSet<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
        if letters.len() < LETTERS {
            return refused(name, "words".to_owned());
        }
    }
    if same(of("thought"), of("reasoning")) {
        return refused(
            "reasoning",
            "why the thought holds, not the thought again".to_owned(),
        );
    }
    Ok(())
}

/// Whether two texts say the same, whatever their case, blanks and signs.
fn same(one: &str, two: &str) -> bool {
    let letters = |text: &'_ str| -> String {
        let letters = text.chars().filter(|c| c.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    one == two || letters(one) == letters(two)
}

impl ReasoningStep {
    /// A step without a confidence of its own.
    ///
    /// # Errors
    /// If the number is 0, or a text is too short, too long or says nothing.
    pub fn new(
        step_number: u32,
        thought: impl Into<String>,
        reasoning: impl Into<String>,
    ) -> Result<Self> {
        let step = ReasoningStep {
            step_number,
            thought: thought.into(),
            reasoning: reasoning.into(),
            confidence: None,
        };
        valid(step, ReasoningStep::SCHEMA, &STEP)
    }
    /// The same step, so sure.
    #[must_use]
    pub fn with_confidence(mut self, confidence: ConfidenceScore) -> Self {
        self.confidence = Some(confidence);
        self
    }
    /// Its number, counted from 1.
    pub const fn step_number(&self) -> u32 {
        self.step_number
    }
    /// What it is about.
    pub fn thought(&self) -> &str {
        &self.thought
    }
    /// Why it holds.
    pub fn reasoning(&self) -> &str {
        &self.reasoning
    }
    /// How sure it is.
    pub const fn confidence(&self) -> Option<ConfidenceScore> {
        self.confidence
    }
}

/// A reasoning of 1 to 50 steps. They are numbered 1, 2, 3, …; it is consistent, for no step has the thought of an
/// earlier one; and it flows, for no step gives the reasoning of an earlier one again.
///
/// ```
/// use sigflow_core::types::{ReasoningChain, ReasoningStep};
///
/// let first = ReasoningStep::new(1, "The price of one ticket.", "The text says that a ticket costs 4 euros.")?;
/// let second = ReasoningStep::new(2, "The price of three.", "By step 1 a ticket costs 4 euros; 3 times 4 is 12.")?;
/// let chain = ReasoningChain::new([first.clone(), second])?;
/// assert_eq!(chain.len(), 2);
/// assert!(chain.quality().logical_consistency > 0.9);
///
/// let error = ReasoningChain::new([first.clone(), first]).unwrap_err();
/// assert_eq!(error.to_string(), "input `reasoning_chain[1].step_number` is `1`, must be 2: steps are numbered from 1");
/// # Ok::<(), sigflow_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ReasoningChain(Vec<ReasoningStep>);

pub(super) static CHAIN: Meaning = Meaning::new(
    "reasoning_chain",
    Category::Reasoning,
    "Steps are numbered 1, 2, 3 and so on; none says again what an earlier one said.",
)
.checked(leads_on);

static CHAIN_SCHEMA: Schema = Schema::Constrained(
    Ref::new(const { &Schema::List(<ReasoningStep as InputField>::SCHEMA) }),
    Ref::new(
        const {
            &[
                Constraint::MinLen(1),
                Constraint::MaxLen(50),
                Constraint::Meaning(&CHAIN),
            ]
        },
    ),
);

/// Numbers ascend from 1, and each step adds something.
fn leads_on(value: &Value) -> Result<(), Fault> {
    let steps = value.as_array().map(Vec::as_slice).unwrap_or_default();
    let text = |step: &'_ Value, name: &str| -> String {
        step.get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    for (index, step) in steps.iter().enumerate() {
        let number = step.get("step_number").and_then(Value::as_u64);
        if number != u64::try_from(index + 1).ok() {
            let found = shorten(step.get("step_number").unwrap_or(&Value::Null));
            return Err(Fault::constraint(
                format!("[{index}].step_number"),
                format!("{}: steps are numbered from 1", index + 1),
                found,
            ));
        }
        for (name, adds) in [
            ("thought", "another thought than that of step"),
            ("reasoning", "something new: it is the reasoning of step"),
        ] {
            let own = text(step, name);
            let again = steps[..index]
                .iter()
                .position(|earlier| same(&text(earlier, name), &own));
            if let Some(earlier) = again {
                return Err(Fault::constraint(
                    format!("[{index}].{name}"),
                    format!("{adds} {}", earlier + 1),
                    shorten(&Value::from(own)),
                ));
            }
        }
    }
    Ok(())
}

impl ReasoningChain {
    /// What kind of thing it is.
    pub const CATEGORY: Category = CHAIN.category();

    /// A chain of steps.
    ///
    /// # Errors
    /// If there are none or more than 50, their numbers do not ascend from 1, or one says again what an earlier
    /// one said.
    pub fn new(steps: impl IntoIterator<Item = ReasoningStep>) -> Result<Self> {
        let chain = ReasoningChain(steps.into_iter().collect());
        valid(chain, &CHAIN_SCHEMA, &CHAIN)
    }
    /// How good the reasoning looks: see [`ReasoningQuality`].
    pub fn quality(&self) -> ReasoningQuality {
        ReasoningQuality::of(self, [])
    }
    /// The steps, to keep.
    pub fn into_inner(self) -> Vec<ReasoningStep> {
        self.0
    }
}

impl Deref for ReasoningChain {
    type Target = [ReasoningStep];
    fn deref(&self) -> &[ReasoningStep] {
        &self.0
    }
}
impl IntoIterator for ReasoningChain {
    type Item = ReasoningStep;
    type IntoIter = vec::IntoIter<ReasoningStep>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
impl<'a> IntoIterator for &'a ReasoningChain {
    type Item = &'a ReasoningStep;
    type IntoIter = slice::Iter<'a, ReasoningStep>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl InputField for ReasoningChain {
    const SCHEMA: Ref<Schema> = Ref::new(&CHAIN_SCHEMA);
    fn view(&self) -> View<'_> {
        self.0.view()
    }
}
impl Field for ReasoningChain {
    fn from_value(value: Value) -> Result<Self, Fault> {
        Vec::from_value(held(&CHAIN_SCHEMA, value)?).map(ReasoningChain)
    }
    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        if let Some(value) = reader.given() {
            return Self::from_value(value);
        }
        let chain = ReasoningChain(Vec::read(reader)?);
        valid(chain, &CHAIN_SCHEMA, &CHAIN).map_err(|_| unclean())
    }
    /// While a chain arrives its first steps are shown, of which each is complete.
    fn grow(so_far: &mut Option<Self>, more: Grown<'_, '_>) {
        let mut steps = so_far.take().map(|chain| chain.0);
        Vec::grow(&mut steps, more);
        *so_far = steps.map(ReasoningChain);
    }
}
serde_traits!(ReasoningChain);
