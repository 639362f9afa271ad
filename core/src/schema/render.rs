//! One door to everything that is rendered, in constants and at run time.
use super::{Dialect, json};
use crate::{
    adapter::{Adapter, system},
    constant::{Out, Rendered, Scratch},
    signature::SignatureDef,
};

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

pub(crate) const fn write(out: &mut Out<'_>, what: What<'_>, signature: &SignatureDef, reasoning: bool) {
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
    let mut buffer = vec![0; 4096];
    loop {
        let mut out = Out::new(&mut buffer);
        write(&mut out, what, signature, reasoning);
        let len = out.len();
        if len <= buffer.len() {
            buffer.truncate(len);
            // an `Out` takes only UTF-8; should that ever be wrong, the text is mended, not lost
            return String::from_utf8(buffer)
                .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        }
        buffer = vec![0; len];
    }
}

impl<const CAPACITY: usize> Scratch<CAPACITY> {
    /// Renders in a constant: the first pass.
    pub const fn render(what: What<'_>, signature: &SignatureDef, reasoning: bool) -> Self {
        let mut scratch = Scratch::new();
        let mut out = scratch.out();
        write(&mut out, what, signature, reasoning);
        let len = out.len();
        scratch.with_len(len)
    }
}

impl<const LEN: usize> Rendered<LEN> {
    /// Renders in a constant: the second pass, which cuts the first one's text or makes it again.
    pub const fn finish<const CAPACITY: usize>(
        scratch: &Scratch<CAPACITY>,
        what: What<'_>,
        signature: &SignatureDef,
        reasoning: bool,
    ) -> Self {
        match Rendered::cut(scratch) {
            Some(rendered) => rendered,
            None => Rendered::exact(Scratch::render(what, signature, reasoning)),
        }
    }
}

/// A constant `&'static str` of what is rendered of a signature.
#[doc(hidden)]
#[macro_export]
macro_rules! __render {
    ($what:expr, $signature:expr, $reasoning:expr) => {{
        const SCRATCH: &$crate::__private::Scratch<8192> =
            &$crate::__private::Scratch::render($what, $signature, $reasoning);
        const TEXT: &$crate::__private::Rendered<{ SCRATCH.len() }> =
            &$crate::__private::Rendered::finish(SCRATCH, $what, $signature, $reasoning);
        TEXT.as_str()
    }};
}
