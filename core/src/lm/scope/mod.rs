//! What travels with a run: model, deadline, the names on the way. One ambient value, installed only
//! while a future is being polled. No runtime is needed; nothing leaks between tasks or siblings.
mod entered;
mod run;

pub(crate) use entered::Installed;
pub use entered::{InScope, Scoped};

use super::{CachePolicy, Handling, Lm, Request};
use crate::{
    Budget, Cancel, Forced, Recorder, SignatureCache,
    constant::Ref,
    run::{Tracing, timer},
    telemetry::{Sink, Watch},
};
use run::RunPlace;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// The surroundings of a call: which model answers, until when, for how much, inside of what. It travels with
/// a run to its nodes, helpers and nested programs; a task of its own gets it by
/// [`in_current_scope`](InScope::in_current_scope).
///
/// ```
/// # async fn run() -> sigflow_core::Result<()> {
/// use sigflow_core::{Ask, DynSignature, Scope, testing::Scripted};
///
/// let signature = DynSignature::parse("question -> answer")?;
/// let ask = |question: &str| signature.ask([("question", question.into())]).map(Ask::predict);
/// let (one, two) = (Scripted::new(["[[ ## answer ## ]]\none"]).lm(), Scripted::new(["[[ ## answer ## ]]\ntwo"]).lm());
///
/// // side by side in one task, each with its own model
/// let (first, second) = tokio::join!(
///     Scope::current().with_lm(&one).enter(ask("?")?),
///     Scope::current().with_lm(&two).enter(ask("?")?),
/// );
/// assert_eq!((&first?["answer"], &second?["answer"]), (&"one".into(), &"two".into()));
/// # Ok(()) }
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run()).unwrap();
/// ```
#[derive(Clone, Default)]
pub struct Scope(Option<Arc<Inner>>);

#[derive(Default)]
struct Inner {
    lm: Option<Lm>,
    deadline: Option<Deadline>,
    budgets: Vec<Budget>,
    cancels: Vec<Cancel>,
    tracing: Option<Tracing>,
    watch: Option<Watch>,
    signatures: Option<SignatureCache>,
    tags: Vec<(String, String)>,
    cache: CachePolicy,
    handling: Handling,
    rollout: u32,
    /// By path.
    forced: Vec<(String, Forced)>,
    /// The name of the program around, and its surroundings.
    name: Ref<str>,
    parent: Scope,
    run: RunPlace,
}

/// Until when, and who said so: a name, or nobody.
#[derive(Clone)]
pub(crate) struct Deadline {
    pub(crate) at: Instant,
    pub(crate) of: Ref<str>,
}

impl Scope {
    /// This scope with another model.
    #[must_use]
    pub fn with_lm(&self, lm: &Lm) -> Scope {
        self.changed(|inner| inner.lm = Some(lm.clone()))
    }
    /// This scope with a deadline: the earlier of this one and what is already set. Calls end at it, and what
    /// [`run`](Self::run) runs.
    #[must_use]
    pub fn with_deadline(&self, at: Instant) -> Scope {
        self.with_deadline_of("", at)
    }
    /// This scope with a deadline after so long.
    #[must_use]
    pub fn with_timeout(&self, after: Duration) -> Scope {
        self.with_deadline(timer::after(after))
    }
    /// As [`with_deadline`](Self::with_deadline); errors say that it is that of `name`, a run or a node.
    #[must_use]
    pub fn with_deadline_of(&self, name: impl Into<String>, at: Instant) -> Scope {
        let of = Ref::from(name.into());
        self.changed(|inner| inner.limit(at, of))
    }
    /// This scope with a budget, beside those that it has.
    #[must_use]
    pub fn with_budget(&self, budget: &Budget) -> Scope {
        self.changed(|inner| inner.budgets.push(budget.clone()))
    }
    /// This scope, which can be called off.
    #[must_use]
    pub fn with_cancel(&self, cancel: &Cancel) -> Scope {
        self.changed(|inner| inner.cancels.push(cancel.clone()))
    }
    /// This scope, written down.
    #[must_use]
    pub fn with_trace(&self, recorder: &Recorder) -> Scope {
        self.with_tracing(Tracing {
            recorder: recorder.clone(),
            parent: None,
        })
    }
    /// This scope with one more who is told what happens in it: see [`telemetry`](crate::telemetry).
    #[must_use]
    pub fn with_sink(&self, sink: Arc<dyn Sink>) -> Scope {
        let watch = Watch::with(self.watch(), sink);
        self.with_watch(watch)
    }
    /// This scope; prompts and replies stand in its spans, or no longer. They do not, unless this was called behind
    /// [`with_sink`](Self::with_sink). The program's `tracing` subscriber sees what sinks see.
    #[must_use]
    pub fn with_content(&self, content: bool) -> Scope {
        self.changed(|inner| {
            if let Some(watch) = &mut inner.watch {
                watch.content = content;
            }
        })
    }
    /// This scope with a cache of signatures: strings that [`DynSignature::parse`](crate::DynSignature::parse) reads in it
    /// become signatures once. There is none unless it is installed, and signatures that the compiler knows need none.
    ///
    /// ```
    /// # async fn run() -> sigflow_core::Result<()> {
    /// use sigflow_core::{DynSignature, Result, Scope, SignatureCache};
    ///
    /// let cache = SignatureCache::new();
    /// let twice = async {
    ///     DynSignature::parse("question -> answer")?;
    ///     DynSignature::parse("question -> answer")
    /// };
    /// Scope::current().with_signatures(&cache).enter(twice).await?;
    /// assert_eq!((cache.stats(0).misses, cache.stats(0).hits), (1, 1));
    /// # Ok(()) }
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run()).unwrap();
    /// ```
    #[must_use]
    pub fn with_signatures(&self, cache: &SignatureCache) -> Scope {
        self.changed(|inner| inner.signatures = Some(cache.clone()))
    }
    /// The cache of signatures, if one is installed.
    pub fn signatures(&self) -> Option<&SignatureCache> {
        self.0.as_ref()?.signatures.as_ref()
    }
    /// This scope with a tag; one of the same name is replaced.
    #[must_use]
    pub fn with_tag(&self, name: impl Into<String>, value: impl Into<String>) -> Scope {
        let name = name.into();
        self.changed(|inner| {
            inner.tags.retain(|(known, _)| *known != name);
            inner.tags.push((name, value.into()));
        })
    }
    /// This scope, whose calls may do this with caches around their models.
    ///
    /// ```
    /// use sigflow_core::{CachePolicy, Scope};
    ///
    /// // as `lm.cached()` has it: a run that must not cost anything
    /// let scope = Scope::current().with_cache(CachePolicy::Only);
    /// ```
    #[must_use]
    pub fn with_cache(&self, policy: CachePolicy) -> Scope {
        self.changed(|inner| inner.cache = policy)
    }
    /// This scope, whose calls layers around their models handle so, where a call does not say otherwise and where this
    /// says nothing as before. See [`Handling`].
    #[must_use]
    pub fn with_handling(&self, handling: Handling) -> Scope {
        self.changed(|inner| inner.handling = handling.or(inner.handling))
    }
    /// This scope, whose calls ask caches for their replies of this rollout: each number has replies of its own, so
    /// that one question can be put several times.
    #[must_use]
    pub fn with_rollout(&self, rollout: u32) -> Scope {
        self.changed(|inner| inner.rollout = rollout)
    }
    /// This scope, with settings forced on the predictor of a path: see [`Forced`].
    #[must_use]
    pub fn with_forced(&self, path: impl Into<String>, forced: Forced) -> Scope {
        let path = path.into();
        self.changed(|inner| {
            inner.forced.retain(|(known, _)| *known != path);
            inner.forced.push((path, forced));
        })
    }
    /// Until when.
    pub fn deadline(&self) -> Option<Instant> {
        self.limit().map(|deadline| deadline.at)
    }
    /// Whether it was called off.
    pub fn is_cancelled(&self) -> bool {
        self.cancels().iter().any(Cancel::is_cancelled)
    }
    /// Name and value of each tag.
    pub fn tags(&self) -> &[(String, String)] {
        self.0.as_deref().map_or(&[], |inner| &inner.tags)
    }
    pub(crate) fn with_tracing(&self, tracing: Tracing) -> Scope {
        self.changed(|inner| inner.tracing = Some(tracing))
    }
    pub(crate) fn with_watch(&self, watch: Watch) -> Scope {
        self.changed(|inner| inner.watch = Some(watch))
    }
    #[inline]
    pub(crate) fn watch(&self) -> Option<&Watch> {
        self.0.as_ref()?.watch.as_ref()
    }
    /// Whether anybody is told what happens in this scope.
    #[inline]
    pub(crate) fn is_observed(&self) -> bool {
        self.watch().is_some() || crate::telemetry::subscribed()
    }
    pub(crate) fn tracing(&self) -> Option<&Tracing> {
        self.0.as_ref()?.tracing.as_ref()
    }
    pub(crate) fn cancels(&self) -> &[Cancel] {
        self.0.as_deref().map_or(&[], |inner| &inner.cancels)
    }
    pub(crate) fn limit(&self) -> Option<&Deadline> {
        self.0.as_ref()?.deadline.as_ref()
    }
    /// What is forced on the predictor of a path, which is made only if something is forced at all.
    pub(crate) fn forced(&self, path: impl FnOnce() -> String) -> Option<&Forced> {
        let forced = &self.0.as_ref()?.forced;
        if forced.is_empty() {
            return None;
        }
        let path = path();
        // the walk names a chain of thought by the predictor inside of it
        let same =
            |known: &str| known == path || known.strip_suffix(".predict") == Some(path.as_str());
        forced
            .iter()
            .find(|(known, _)| same(known))
            .map(|(_, forced)| forced)
    }
    /// What a request says to caches and layers, if it does not say so itself.
    pub(crate) fn tell(&self, request: &mut Request) {
        let Some(inner) = &self.0 else { return };
        if request.cache == CachePolicy::Use {
            request.cache = inner.cache;
        }
        if request.rollout == 0 {
            request.rollout = inner.rollout;
        }
        request.handling = request.handling.or(inner.handling);
    }
    pub(crate) fn lm(&self) -> Option<&Lm> {
        self.0.as_ref()?.lm.as_ref()
    }
    /// The names around and `name`: `outer.inner.name`. Only for errors, so it may allocate.
    pub(crate) fn path_to(&self, name: &str) -> String {
        match &self.0 {
            Some(inner) if !inner.name.get().is_empty() => inner
                .parent
                .path_to(&format!("{}.{name}", inner.name.get())),
            _ => name.to_owned(),
        }
    }
    /// The names around: `outer.inner`; empty outside of them.
    pub(crate) fn path(&self) -> String {
        match &self.0 {
            Some(inner) if !inner.name.get().is_empty() => inner.parent.path_to(inner.name.get()),
            _ => String::new(),
        }
    }
    fn changed(&self, change: impl FnOnce(&mut Inner)) -> Scope {
        let mut inner = match self.0.as_deref() {
            None => Inner::default(),
            Some(inner) => Inner {
                lm: inner.lm.clone(),
                deadline: inner.deadline.clone(),
                budgets: inner.budgets.clone(),
                cancels: inner.cancels.clone(),
                tracing: inner.tracing.clone(),
                watch: inner.watch.clone(),
                signatures: inner.signatures.clone(),
                tags: inner.tags.clone(),
                cache: inner.cache,
                handling: inner.handling,
                rollout: inner.rollout,
                forced: inner.forced.clone(),
                name: inner.name.clone(),
                parent: inner.parent.clone(),
                run: self.run_scope().map_or(RunPlace::None, RunPlace::In),
            },
        };
        change(&mut inner);
        Scope(Some(Arc::new(inner)))
    }
}

impl Inner {
    /// The earlier of two deadlines.
    fn limit(&mut self, at: Instant, of: Ref<str>) {
        if self.deadline.as_ref().is_none_or(|known| at < known.at) {
            self.deadline = Some(Deadline { at, of });
        }
    }
}
