//! A limiter for each account and model.
use super::{Limit, Limiter};
use std::{
    collections::HashMap,
    fmt,
    hash::{BuildHasher as _, RandomState},
    sync::{Mutex, PoisonError},
};

/// One [`Limiter`] for each provider, key and model, for that is what servers count by.
///
/// Of a key only a hash is kept, by a secret of this table.
///
/// ```
/// use sigflow_providers::limit::{Limit, Limits};
///
/// let limits = Limits::new(Limit::new().requests(500)).model("gpt-5", Limit::new().requests(60));
/// let one = limits.of("openai", "sk-one", "gpt-5-mini");
/// // two clients of one account share what is left
/// let same = limits.of("openai", "sk-one", "gpt-5-mini");
/// let reserved = one.try_reserve(10, 10);
/// assert_eq!(same.left().requests, Some(82));
/// assert_eq!(limits.of("openai", "sk-two", "gpt-5-mini").left().requests, Some(83));
/// assert_eq!(limits.of("openai", "sk-one", "gpt-5").left().requests, Some(10));
/// # drop(reserved);
/// ```
pub struct Limits {
    limit: Limit,
    models: HashMap<String, Limit>,
    limiters: Mutex<HashMap<Key, Limiter>>,
    hash: RandomState,
}

#[derive(PartialEq, Eq, Hash)]
struct Key {
    provider: String,
    key: u64,
    model: String,
}

impl Limits {
    /// A limit for each model that has none of its own.
    pub fn new(limit: Limit) -> Self {
        Limits {
            limit,
            models: HashMap::new(),
            limiters: Mutex::default(),
            hash: RandomState::new(),
        }
    }
    /// The limit of a model, at every provider and key.
    #[must_use]
    pub fn model(mut self, model: impl Into<String>, limit: Limit) -> Self {
        self.models.insert(model.into(), limit);
        self
    }
    /// The limiter of a provider, a key and a model; the same for the same three.
    pub fn of(&self, provider: &str, key: &str, model: &str) -> Limiter {
        let known = Key {
            provider: provider.to_owned(),
            key: self.hash.hash_one(key),
            model: model.to_owned(),
        };
        let mut limiters = self.limiters.lock().unwrap_or_else(PoisonError::into_inner);
        let made = || {
            let limit = self.models.get(model).unwrap_or(&self.limit);
            Limiter::new(limit.clone())
        };
        limiters.entry(known).or_insert_with(made).clone()
    }
}

impl fmt::Debug for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let limiters = self.limiters.lock().unwrap_or_else(PoisonError::into_inner);
        f.debug_struct("Limits")
            .field("limit", &self.limit)
            .field("limiters", &limiters.len())
            .finish_non_exhaustive()
    }
}
