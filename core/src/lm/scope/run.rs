//! The run that a scope is part of: its name, what it has spent, what failed in it.
use super::Scope;
use crate::{
    Budget, Error, Result, Run, RunId, Spent, Usage,
    constant::Ref,
    run::{Counts, Failed, Setup, timer},
};
use std::future::Future;

/// Where the counts of the run around stand: beside its scope, so that a run costs no allocation of its own.
#[derive(Default)]
pub(super) enum RunPlace {
    /// There is no run.
    #[default]
    None,
    /// It is this scope's own. The scope around its own, if that is part of a run too.
    Here(RunId, Counts, Failed, Scope),
    /// In another scope.
    In(Scope),
}

impl Scope {
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
    pub(super) fn run_scope(&self) -> Option<Scope> {
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
}
