//! The scope of the code that is running: installed while a future is polled, and no longer.
use super::Scope;
use crate::{Lm, constant::Ref};
use pin_project_lite::pin_project;
use std::{
    cell::{Cell, RefCell},
    future::Future,
    mem,
    pin::Pin,
    task::{Context, Poll},
};

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
    /// Whether a sink is told of what runs now.
    #[inline]
    pub(crate) fn is_watched() -> bool {
        WATCHED.get()
    }
    /// Whether what runs now is written down.
    #[inline]
    pub(crate) fn is_traced() -> bool {
        TRACED.get()
    }
    fn child(&self, name: Ref<str>) -> Scope {
        let parent = self.clone();
        self.changed(|inner| (inner.name, inner.parent) = (name, parent))
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
