//! `#[signature(strict)]`: a dialect's refusal as a compile error, in the field's words.
use crate::{
    SignatureDef,
    constant::Out,
    schema::{
        Dialect, Fit, Refusal,
        dialect::{fit, misfit},
    },
};

/// Stops the compiler if a dialect refuses one output: `one` is the signature with that output alone, so
/// that each output is judged, and each verdict stands on its own field.
///
/// # Panics
/// If one does; the message names all dialects that refuse it for the same reason.
#[track_caller]
pub const fn strict_output(dialects: &[Dialect], one: &SignatureDef) {
    let mut at = 0;
    while at < dialects.len() {
        if let Fit::Refused(refusal) = fit(dialects[at], one, false)
            && !is_limit(refusal)
        {
            refuse(dialects, refusal, one, 0);
        }
        at += 1;
    }
}

/// Stops the compiler if the outputs together break a limit of a dialect.
///
/// # Panics
/// If they do.
#[track_caller]
pub const fn strict_outputs(dialects: &[Dialect], signature: &SignatureDef) {
    let mut at = 0;
    while at < dialects.len() {
        if let Fit::Refused(refusal) = fit(dialects[at], signature, false)
            && is_limit(refusal)
        {
            refuse(dialects, refusal, signature, signature.outputs.get().len());
        }
        at += 1;
    }
}

/// Stops the compiler if a dialect refuses an instance of a signature, whose fields stand elsewhere.
///
/// # Panics
/// If one does.
#[track_caller]
pub const fn strict_instance(dialects: &[Dialect], signature: &SignatureDef) {
    let mut at = 0;
    while at < dialects.len() {
        if let (Fit::Refused(refusal), output) = misfit(dialects[at], signature, false) {
            let all = signature.outputs.get().len();
            let output = if is_limit(refusal) { all } else { output };
            refuse(dialects, refusal, signature, output);
        }
        at += 1;
    }
}

/// Whether a refusal is about all outputs together.
const fn is_limit(refusal: Refusal) -> bool {
    matches!(
        refusal,
        Refusal::TooManyProperties
            | Refusal::TooManyWords
            | Refusal::TooManyUnions
            | Refusal::TooLong
    )
}

/// "output `rest` of `Extract` does not fit `openai` and `gemini`: it …"
#[track_caller]
const fn refuse(
    dialects: &[Dialect],
    refusal: Refusal,
    signature: &SignatureDef,
    output: usize,
) -> ! {
    let mut buffer = [0; 1024];
    let mut out = Out::new(&mut buffer);
    let outputs = signature.outputs.get();
    if output < outputs.len() {
        out.push("output `");
        out.push(outputs[output].name.get());
        out.push("` of `");
    } else {
        out.push("signature `");
    }
    out.push(signature.name.get());
    out.push("` does not fit ");
    let (mut at, mut named) = (0, 0);
    let all = count(dialects, refusal, signature);
    while at < dialects.len() {
        if refuses(dialects[at], refusal, signature) {
            if named > 0 {
                out.push(if named + 1 == all { " and " } else { ", " });
            }
            out.push("`");
            out.push(dialects[at].name());
            out.push("`");
            named += 1;
        }
        at += 1;
    }
    out.push(": it ");
    out.push(refusal.reason());
    let len = if out.len() < 1024 { out.len() } else { 1024 };
    match std::str::from_utf8(buffer.split_at(len).0) {
        Ok(text) => panic!("{}", text),
        Err(_) => panic!("a signature does not fit a dialect"),
    }
}

const fn count(dialects: &[Dialect], refusal: Refusal, signature: &SignatureDef) -> usize {
    let (mut at, mut count) = (0, 0);
    while at < dialects.len() {
        count += refuses(dialects[at], refusal, signature) as usize;
        at += 1;
    }
    count
}

const fn refuses(dialect: Dialect, refusal: Refusal, signature: &SignatureDef) -> bool {
    matches!(fit(dialect, signature, false), Fit::Refused(found) if found as u8 == refusal as u8)
}
