//! One door to everything that is rendered, in constants and at run time.
use super::{Dialect, json};
use crate::{
    adapter::{Adapter, system, system_at_run_time},
    constant::{Out, Rendered, Scratch, at_run_time},
    signature::{Signature, SignatureDef},
};
use std::marker::PhantomData;

/// What can be rendered of a signature. `const fn`s take no closures, hence this list.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum What<'a> {
    /// The system message, under these instructions (its own, if `None`).
    System(Adapter, Option<&'a str>),
    /// The reminder that ends a turn.
    Reminder(Adapter),
    /// The JSON schema of the outputs; empty if the dialect refuses it.
    Output(Dialect),
    /// The JSON schema of the inputs.
    Input(Dialect),
}

pub(crate) const fn write(
    out: &mut Out<'_>,
    what: What<'_>,
    signature: &SignatureDef,
    reasoning: bool,
) {
    match what {
        What::System(adapter, instructions) => {
            let text = match instructions {
                Some(text) => text,
                None => signature.instructions.get(),
            };
            system::system(out, adapter, signature, reasoning, text);
        }
        What::Reminder(adapter) => system::reminder(out, adapter, signature, reasoning),
        What::Output(dialect) => json::outputs(out, dialect, signature, reasoning),
        What::Input(dialect) => json::inputs(out, dialect, signature),
    }
}

/// Renders at run time.
pub fn render(what: What<'_>, signature: &SignatureDef, reasoning: bool) -> String {
    if let What::System(adapter, instructions) = what
        && !adapter.is_constant()
    {
        let instructions = instructions.unwrap_or(signature.instructions.get());
        return system_at_run_time(adapter, signature, reasoning, instructions);
    }
    at_run_time(|out| write(out, what, signature, reasoning))
}

/// What is rendered of signature `S` as a constant, `WHAT` being an index into `CONSTANTS`.
///
/// The first pass. A constant of a generic type and not one in each expansion: rustc checks a body once,
/// here, and not again for each constant of each signature.
pub struct First<S, const WHAT: usize>(PhantomData<S>);

impl<S: Signature, const WHAT: usize> First<S, WHAT> {
    const SCRATCH: &'static Scratch<8192> = &Scratch::render(CONSTANTS[WHAT], S::DEF);
    /// How long the text is.
    pub const LEN: usize = Self::SCRATCH.len();
}

/// The second pass: the text, cut to its length.
pub struct Constant<S, const WHAT: usize, const LEN: usize>(PhantomData<S>);

impl<S: Signature, const WHAT: usize, const LEN: usize> Constant<S, WHAT, LEN> {
    const RENDERED: &'static Rendered<LEN> = &match Rendered::cut(First::<S, WHAT>::SCRATCH) {
        Some(rendered) => rendered,
        // longer than the first pass had room for
        None => Rendered::exact(Scratch::render(CONSTANTS[WHAT], S::DEF)),
    };
    /// The text.
    pub const TEXT: &'static str = Self::RENDERED.as_str();
}

/// What a signature has as constants, in the order that expansions count in.
const CONSTANTS: [What<'static>; 7] = [
    What::System(Adapter::Chat, None),
    What::Reminder(Adapter::Chat),
    What::Output(Dialect::Plain),
    What::Input(Dialect::Plain),
    What::Output(Dialect::OpenAi),
    What::Output(Dialect::Anthropic),
    What::Output(Dialect::Gemini),
];

impl<const CAPACITY: usize> Scratch<CAPACITY> {
    const fn render(what: What<'_>, signature: &SignatureDef) -> Self {
        let mut scratch = Scratch::new();
        let mut out = scratch.out();
        write(&mut out, what, signature, false);
        let len = out.len();
        scratch.with_len(len)
    }
}
