//! What travels with a run: model, deadline, the names on the way. One ambient value, installed only
//! while a future is being polled. No runtime is needed; nothing leaks between tasks or siblings.
use super::Lm;
use pin_project_lite::pin_project;
use std::{
    cell::RefCell,
    future::Future,
    mem,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Instant,
};

/// The surroundings of a call: which model answers, until when, inside of what.
#[derive(Clone, Default)]
pub struct Scope(Option<Arc<Inner>>);

#[derive(Clone, Default)]
struct Inner {
    lm: Option<Lm>,
    deadline: Option<Instant>,
    /// The name of the program around, and its surroundings.
    name: &'static str,
    parent: Scope,
}

thread_local! {
    static CURRENT: RefCell<Scope> = const { RefCell::new(Scope(None)) };
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
    /// This scope with a deadline: the earlier of this one and what is already set.
    #[must_use]
    pub fn with_deadline(&self, at: Instant) -> Scope {
        self.changed(|inner| inner.deadline = Some(inner.deadline.map_or(at, |d| d.min(at))))
    }
    fn child(&self, name: &'static str) -> Scope {
        let parent = self.clone();
        self.changed(|inner| (inner.name, inner.parent) = (name, parent))
    }
    pub(crate) fn lm(&self) -> Option<&Lm> {
        self.0.as_ref()?.lm.as_ref()
    }
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.0.as_ref()?.deadline
    }
    /// The names around and `name`: `outer.inner.name`. Only for errors, so it may allocate.
    pub(crate) fn path_to(&self, name: &str) -> String {
        match &self.0 {
            Some(inner) if !inner.name.is_empty() => {
                inner.parent.path_to(&format!("{}.{name}", inner.name))
            }
            _ => name.to_owned(),
        }
    }
    fn changed(&self, change: impl FnOnce(&mut Inner)) -> Scope {
        let mut inner = self.0.as_deref().cloned().unwrap_or_default();
        change(&mut inner);
        Scope(Some(Arc::new(inner)))
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

impl<F: Future> Future for Scoped<F> {
    type Output = F::Output;
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let scope = this.scope.get_or_insert_with(|| {
            let around = Scope::current();
            let named = if this.name.is_empty() {
                around
            } else {
                around.child(this.name)
            };
            this.lm
                .take()
                .map_or(named.clone(), |lm| named.with_lm(&lm))
        });
        let _back = Swap::new(scope);
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
struct Swap<'a>(&'a mut Scope);
impl<'a> Swap<'a> {
    fn new(scope: &'a mut Scope) -> Self {
        CURRENT.with_borrow_mut(|current| mem::swap(current, scope));
        Swap(scope)
    }
}
impl Drop for Swap<'_> {
    fn drop(&mut self) {
        CURRENT.with_borrow_mut(|current| mem::swap(current, self.0));
    }
}
