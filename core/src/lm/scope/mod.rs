//! What travels with a run: model, deadline, the names on the way. One ambient value, installed only
//! while a future is being polled. No runtime is needed; nothing leaks between tasks or siblings.
use super::{CachePolicy, Lm, Request};
use crate::{
    Budget, Cancel, Error, Forced, Recorder, Result, Run, RunId, Spent, Usage,
    constant::Ref,
    run::{Counts, Failed, Setup, Tracing, timer},
    telemetry::{Sink, Watch},
};
use pin_project_lite::pin_project;
use std::{
    cell::{Cell, RefCell},
    future::Future,
    mem,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
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
    tags: Vec<(String, String)>,
    cache: CachePolicy,
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

/// Where the counts of the run around stand: beside its scope, so that a run costs no allocation of its own.
#[derive(Default)]
enum RunPlace {
    /// There is no run.
    #[default]
    None,
    /// It is this scope's own. The scope around its own, if that is part of a run too.
    Here(RunId, Counts, Failed, Scope),
    /// In another scope.
    In(Scope),
}

thread_local! {
    static CURRENT: RefCell<Scope> = const { RefCell::new(Scope(None)) };
    /// Whether that is traced: each node of a program asks, and this has no destructor to be looked after.
    static TRACED: Cell<bool> = const { Cell::new(false) };
    /// Whether a sink is told of it.
    static WATCHED: Cell<bool> = const { Cell::new(false) };
}

impl Scope {
    /// The scope of the code that is running now.
    pub fn current() -> Scope {
        CURRENT.with_borrow(Scope::clone)
    }
    /// Runs `future` in this scope. The swap is per poll, so scopes of joined futures do not mix.
    pub fn enter<F: Future>(self, future: F) -> Scoped<F> {
        Scoped {
            scope: Some(self),
            lm: None,
            name: "",
            future,
        }
    }
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
    /// Runs `future` in this scope as a run with a name: it has a [`RunId`], also on its error, and a span in a trace;
    /// and unlike [`enter`](Self::enter), which leaves deadline and cancelling to the calls, it ends with them.
    ///
    /// ```
    /// # async fn run() -> sigflow_core::Result<()> {
    /// use sigflow_core::{Result, Scope};
    /// use std::time::Duration;
    ///
    /// let scope = Scope::current().with_timeout(Duration::from_millis(1));
    /// let error = scope.run("slow", std::future::pending::<Result<()>>()).await.unwrap_err();
    /// assert!(error.is_timeout() && error.run_id().is_some());
    /// assert_eq!(error.to_string(), "the deadline of run `slow` passed");
    /// # Ok(()) }
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(run()).unwrap();
    /// ```
    pub fn run<T, F: Future<Output = Result<T>>>(
        self,
        name: impl Into<String>,
        future: F,
    ) -> Run<F> {
        let mut setup = Setup::new(Ref::from(name.into()));
        setup.scope = Some(self);
        Run::new(setup, future)
    }
    /// The run around, if there is one.
    pub fn run_id(&self) -> Option<RunId> {
        let run = self.run_scope()?;
        match run.0.as_deref()?.run {
            RunPlace::Here(id, ..) => Some(id),
            _ => None,
        }
    }
    /// What the run around has spent so far.
    pub fn spent(&self) -> Spent {
        let mut spent = Spent::default();
        self.each_run(&mut |counts, first| {
            if first {
                spent = counts.spent();
            }
        });
        spent
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

    fn child(&self, name: Ref<str>) -> Scope {
        let parent = self.clone();
        self.changed(|inner| (inner.name, inner.parent) = (name, parent))
    }
    /// The scope of a run: one allocation for all that [`Setup`] brings.
    pub(crate) fn of_run(&self, setup: &mut Setup) -> (Scope, RunId) {
        let id = self.run_id().unwrap_or_else(RunId::new);
        let around = self.run_scope().unwrap_or_default();
        let scope = self.changed(|inner| {
            if let Some(lm) = setup.lm.take() {
                inner.lm = Some(lm);
            }
            if let Some(after) = setup.timeout.take() {
                inner.limit(timer::after(after), setup.name.clone());
            }
            // a deadline that nobody named is that of the first run under it
            if let Some(deadline) = &mut inner.deadline
                && deadline.of.get().is_empty()
            {
                deadline.of = setup.name.clone();
            }
            inner.budgets.extend(setup.budget.take());
            inner.run = RunPlace::Here(id, Counts::default(), Failed::default(), around);
        });
        (scope, id)
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
    /// Whether a sink is told of what runs now.
    #[inline]
    pub(crate) fn is_watched() -> bool {
        WATCHED.get()
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
    /// Takes one call of each budget, or none.
    pub(crate) fn spend_call(&self) -> Result<()> {
        let budgets = self.0.as_deref().map_or(&[][..], |inner| &inner.budgets);
        for (index, budget) in budgets.iter().enumerate() {
            if let Err(error) = budget.take() {
                budgets[..index].iter().for_each(Budget::give_back);
                return Err(error);
            }
        }
        self.each_run(&mut |counts, _| counts.call());
        Ok(())
    }
    /// What a request says to caches, if it does not say so itself.
    pub(crate) fn caching(&self, request: &mut Request) {
        let Some(inner) = &self.0 else { return };
        if request.cache == CachePolicy::Use {
            request.cache = inner.cache;
        }
        if request.rollout == 0 {
            request.rollout = inner.rollout;
        }
    }
    /// A call was none: a cache answered it.
    pub(crate) fn give_call_back(&self) {
        if let Some(inner) = &self.0 {
            inner.budgets.iter().for_each(Budget::give_back);
        }
        self.each_run(&mut |counts, _| counts.uncall());
    }
    pub(crate) fn spend_tokens(&self, usage: Usage) {
        if let Some(inner) = &self.0 {
            inner.budgets.iter().for_each(|budget| budget.usage(usage));
        }
        self.each_run(&mut |counts, _| counts.usage(usage));
    }
    /// Whether what runs now is written down.
    #[inline]
    pub(crate) fn is_traced() -> bool {
        TRACED.get()
    }
    /// A node of the run around has failed.
    pub(crate) fn note_failed(&self, error: &Error) {
        if let Some(run) = self.run_scope()
            && let Some(RunPlace::Here(_, _, failed, _)) = run.0.as_deref().map(|inner| &inner.run)
        {
            failed.note(error);
        }
    }
    /// The nodes of this scope's own run that failed besides the one of this error.
    pub(crate) fn failed(&self, but: &Error) -> Vec<Error> {
        match self.0.as_deref().map(|inner| &inner.run) {
            Some(RunPlace::Here(_, _, failed, _)) => failed.but(but),
            _ => Vec::new(),
        }
    }
    /// The scope that has the counts of the run around.
    fn run_scope(&self) -> Option<Scope> {
        match &self.0.as_deref()?.run {
            RunPlace::None => None,
            RunPlace::Here(..) => Some(self.clone()),
            RunPlace::In(scope) => Some(scope.clone()),
        }
    }
    /// Shows the counts of the run around and of those around it, innermost first.
    fn each_run(&self, see: &mut dyn FnMut(&Counts, bool)) {
        let (mut at, mut first) = (self, true);
        while let Some(inner) = at.0.as_deref() {
            at = match &inner.run {
                RunPlace::None => return,
                RunPlace::In(scope) => scope,
                RunPlace::Here(_, counts, _, around) => {
                    see(counts, first);
                    first = false;
                    around
                }
            };
        }
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
                tags: inner.tags.clone(),
                cache: inner.cache,
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

pin_project! {
    /// A future with a scope. A struct and not an `async fn`, which would hold `future` twice: once as
    /// its argument and once pinned.
    #[must_use = "futures do nothing until they are polled"]
    pub struct Scoped<F> {
        // none yet: made at the first poll from the scope around and the next two
        scope: Option<Scope>,
        lm: Option<Lm>,
        name: &'static str,
        #[pin]
        future: F,
    }
}

impl<F> Scoped<F> {
    pub(crate) fn later(lm: Option<Lm>, name: &'static str, future: F) -> Self {
        Scoped {
            scope: None,
            lm,
            name,
            future,
        }
    }
}

impl<F> Scoped<F> {
    /// `future` under a name: paths inside of it begin with it. For a part of a program.
    pub fn named(name: &'static str, future: F) -> Self {
        Self::later(None, name, future)
    }
}

impl<F: Future> Future for Scoped<F> {
    type Output = F::Output;
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        if this.scope.is_none() && this.lm.is_none() && this.name.is_empty() {
            // nothing is changed: the scope around is the one
            return this.future.poll(cx);
        }
        let scope = this.scope.get_or_insert_with(|| {
            let around = Scope::current();
            let named = if this.name.is_empty() {
                around
            } else {
                around.child(Ref::new(this.name))
            };
            this.lm
                .take()
                .map_or(named.clone(), |lm| named.with_lm(&lm))
        });
        let _installed = Installed::new(scope);
        this.future.poll(cx)
    }
}

/// `tokio::spawn(work().in_current_scope())`: takes the scope along, as tracing does with its spans.
pub trait InScope: Future + Sized {
    /// This future, in the scope of the code that calls this.
    fn in_current_scope(self) -> Scoped<Self> {
        Scope::current().enter(self)
    }
}
impl<F: Future> InScope for F {}

/// Swaps a scope in and, also on panic, out again.
pub(crate) struct Installed<'a>(&'a mut Scope);
impl<'a> Installed<'a> {
    pub(crate) fn new(scope: &'a mut Scope) -> Self {
        exchange(scope);
        Installed(scope)
    }
}
impl Drop for Installed<'_> {
    fn drop(&mut self) {
        exchange(self.0);
    }
}
fn exchange(scope: &mut Scope) {
    TRACED.set(scope.tracing().is_some());
    WATCHED.set(scope.watch().is_some());
    CURRENT.with_borrow_mut(|current| mem::swap(current, scope));
}
