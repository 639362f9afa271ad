//! Signatures made at run time.
use super::{Event, EventKind, emit};
use crate::{DynSignature, Error, Result, run::timer};
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    time::{Duration, Instant},
};

/// When a signature began to be made, if anybody watches.
pub(crate) fn begins() -> Option<Instant> {
    super::is_on().then(timer::now)
}

/// A signature was made of a text, or taken out of a cache.
pub(crate) fn compiled(
    began: Option<Instant>,
    text: &str,
    made: &Result<DynSignature>,
    cached: bool,
) {
    let Some(began) = began else { return };
    // stable for a process, which is all that a label needs
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    let hash = hasher.finish();
    let took: Duration = timer::now().saturating_duration_since(began);
    let def = made.as_ref().ok().map(DynSignature::def);
    emit(|| {
        let mut event = Event::new(EventKind::SignatureCompilation)
            .succeeded(made.is_ok())
            .cached(cached)
            .duration(took)
            .hash(hash);
        event.error = made.as_ref().err().map(Error::kind);
        if let Some(def) = &def {
            event.signature = Some(def.signature.name.get());
            event.complexity = Some((def.inputs().len() + def.outputs().count()) as u64);
        }
        event
    });
}
