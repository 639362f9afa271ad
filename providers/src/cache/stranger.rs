//! Models that do not say which they are.
use sigflow_core::LanguageModel;
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// Models without an identity, each under a number of its own.
#[derive(Default)]
pub(super) struct Strangers(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    /// No number is given twice: replies to a model that is gone are nobody's.
    given: u64,
    /// A weak pointer keeps the place of its model, so that no other one comes to lie there while it is in the list.
    seen: Vec<(Weak<dyn LanguageModel>, u64)>,
}

impl Strangers {
    /// The model's number, the same whenever it is the same model; and whether it was seen for the first time.
    pub(super) fn number(&self, model: &Arc<dyn LanguageModel>) -> (u64, bool) {
        // each change leaves it whole
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_it =
            |known: &Weak<dyn LanguageModel>| std::ptr::addr_eq(known.as_ptr(), Arc::as_ptr(model));
        if let Some((_, number)) = inner.seen.iter().find(|(known, _)| is_it(known)) {
            return (*number, false);
        }
        inner.seen.retain(|(known, _)| known.strong_count() > 0);
        inner.given += 1;
        let number = inner.given;
        inner.seen.push((Arc::downgrade(model), number));
        (number, true)
    }
}

#[cfg(test)]
mod tests {
    use super::Strangers;
    use sigflow_core::{Lm, Response};

    #[test]
    fn a_model_keeps_its_number_and_nobody_gets_that_of_one_that_is_gone() {
        let strangers = Strangers::default();
        let lm = || Lm::from_fn(|_| async { Ok(Response::text("ok")) });
        let kept = lm();
        let number = |lm: &Lm| strangers.number(lm.model()).0;
        assert_eq!(number(&kept), number(&kept.clone().temperature(0.5)));
        // each would lie where the one before lay
        let numbers: Vec<u64> = (0..20).map(|_| number(&lm())).collect();
        assert_eq!(numbers, (2..22).collect::<Vec<_>>());
        assert_eq!(number(&kept), 1);
        assert!(strangers.0.lock().unwrap().seen.len() <= 2);
    }
}
