//! Statements that are scheduled together, and those of them that the lane runs.
use super::{
    Access, Emit, done_label, floater::Places, ours, pattern::rename_pattern, right, run_label,
};
use crate::program::{names::Use, nodes::Role};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Ident, Pat, Stmt, spanned::Spanned};

impl Emit<'_> {
    #[allow(clippy::too_many_arguments)] // all of it is the run at hand
    pub(super) fn wait(
        &mut self,
        groups: &[Ident],
        schedule: &Ident,
        floaters: &[usize],
        words: usize,
        wanted: &[usize],
        before: usize,
        leaves: bool,
    ) {
        if wanted.is_empty() || groups.len() == self.groups.len() {
            return;
        }
        let mut set = vec![0_u64; words];
        for index in wanted {
            if let Some(number) = floaters.iter().position(|of| of == index) {
                set[number / 64] |= 1 << (number % 64);
            }
        }
        let core = self.core();
        let mut until = quote!(#schedule.until(&[#(#set),*], #before));
        for group in groups.iter().rev() {
            until = quote!(#group.drive(#until));
        }
        self.out.extend(if leaves {
            let left = ours("left", Span::call_site());
            let flow = self.flow();
            let run = run_label();
            let at = self.defers.then(
                || quote!(#core::option::Option::Some(#flow::Left::At(#left)) => break #run #left,),
            );
            let rest = (!self.defers).then(|| quote!(#core::option::Option::Some(_) => {}));
            quote! {
                match #until.await {
                    #core::option::Option::Some(#flow::Left::With(#left)) => return #left,
                    #at
                    #rest
                    #core::option::Option::None => {}
                }
            }
        } else {
            quote!(let _ = #until.await;)
        });
    }

    /// Statements that are scheduled together.
    pub(super) fn run(&mut self, run: &[usize]) {
        let flow = self.flow();
        let edges = self.analysis.edges(run, &self.program.options);
        let of = self.analysis.places(run, &edges);
        let floaters: Vec<usize> = run
            .iter()
            .copied()
            .filter(|at| self.analysis.nodes[*at].role == Role::Floats)
            .collect();
        let leaves = floaters.iter().any(|at| self.analysis.nodes[*at].leaves());
        let gives = if leaves {
            self.program.gives.clone()
        } else {
            quote!(())
        };
        let mut made: Vec<Option<usize>> = floaters.iter().map(|at| of[*at]).collect();
        made.sort_unstable();
        made.dedup();
        let words = (floaters.len() + made.len()).div_ceil(64);
        let table = ours(
            &format!("WAITS_{}", self.program.fresh()),
            Span::call_site(),
        );
        let places = Places { of, words };
        // what is taken from a cell of an earlier run is taken out of it first
        for &index in run {
            for (var, how) in self.analysis.nodes[index].mentions.clone() {
                let by_ref = self.analysis.vars[var].by_ref;
                let reads = matches!(self.analysis.effect(index, var, &how), Use::Read);
                if let Some(Access::Out(cell, native)) = self.access.get(&var).cloned()
                    && !reads
                    && !by_ref
                {
                    self.out.extend(quote!(#native = #cell.into_inner();));
                    self.access.insert(var, Access::Native(native));
                }
            }
        }
        self.defers = floaters.iter().any(|at| self.analysis.defers(run, *at));
        self.current = run.to_vec();
        self.declarations(run);
        let outer = std::mem::take(&mut self.out);
        let schedule = ours("schedule", Span::call_site());
        let mut groups = self.groups.clone();
        // who must be done before each, and who waits for each
        let number = |index: usize| floaters.iter().position(|of| *of == index);
        let mut rows = vec![[vec![0_u64; words], vec![0_u64; words]]; floaters.len()];
        for edge in &edges {
            if let (Some(from), Some(to)) = (number(edge.from), number(edge.to)) {
                rows[to][0][from / 64] |= 1 << (from % 64);
                rows[from][1][to / 64] |= 1 << (to % 64);
            }
        }
        let rows = rows
            .iter()
            .map(|[after, then]| quote!([[#(#after),*], [#(#then),*]]));
        let count = floaters.len();
        self.out.extend(quote! {
            static #table: [[[u64; #words]; 2]; #count] = [#(#rows),*];
            let #schedule = #flow::Schedule::<#gives, #words>::new(&#table);
        });
        self.group(
            run,
            None,
            &places,
            &floaters,
            &schedule,
            &gives,
            &mut groups,
        );
        let mut seen: Vec<usize> = Vec::new();
        for &index in run.iter().filter(|at| !floaters.contains(at)) {
            let wanted: Vec<usize> = edges
                .iter()
                .filter(|edge| {
                    edge.to == index && floaters.contains(&edge.from) && !seen.contains(&edge.from)
                })
                .map(|edge| edge.from)
                .collect();
            let before = floaters.iter().filter(|at| **at < index).count();
            self.wait(
                &groups, &schedule, &floaters, words, &wanted, before, leaves,
            );
            seen.extend(wanted);
            self.lane(index, run, &groups);
            self.group(
                run,
                Some(index),
                &places,
                &floaters,
                &schedule,
                &gives,
                &mut groups,
            );
        }
        self.wait(
            &groups,
            &schedule,
            &floaters,
            words,
            &floaters.clone(),
            floaters.len(),
            leaves,
        );
        for &index in &floaters {
            for var in self.analysis.nodes[index].binds.clone() {
                if self.analysis.is_handed(run, var) && self.is_used_after(var, run) {
                    self.take(var);
                }
            }
        }
        let inner = std::mem::replace(&mut self.out, outer);
        if self.defers {
            // only the end of the run leads out of it; each place of the others returns
            let (code, label, done) = (ours("code", Span::call_site()), run_label(), done_label());
            let deferred = std::mem::take(&mut self.deferred);
            let last = deferred.len() - 1;
            let arms: Vec<TokenStream> = deferred
                .into_iter()
                .enumerate()
                .map(|(place, (index, value))| {
                    let tokens = self.given(index, value);
                    if place == last {
                        quote!(_ => { #tokens })
                    } else {
                        quote!(#place => { #tokens })
                    }
                })
                .collect();
            self.out.extend(quote! {
                #done: {
                    let #code: usize = #label: { #inner break #done; };
                    match #code { #(#arms)* }
                }
            });
            self.defers = false;
        } else {
            self.out.extend(quote!({ #inner }));
        }
        for index in std::mem::take(&mut self.current) {
            self.note_outer(index);
            self.describe(index);
        }
        self.graph.edges.extend(edges);
    }

    /// The lane takes a value over from its cell.
    pub(super) fn take(&mut self, var: usize) {
        if let Some(Access::Own(cell)) = self.access.get(&var).cloned() {
            let native = self.native(var);
            let take = right("take", &cell);
            self.out.extend(quote!(#native = #take.take();));
            self.access.insert(var, Access::Native(native));
        }
    }
    /// A statement of the lane inside of a run.
    pub(super) fn lane(&mut self, index: usize, run: &[usize], groups: &[Ident]) {
        for (var, _) in self.analysis.nodes[index].mentions.clone() {
            if let Some(def) = self.analysis.vars[var].def
                && run.contains(&def)
                && self.analysis.is_handed(run, var)
            {
                self.take(var);
            }
        }
        let (before, stmt) = self.rewritten(index, groups);
        self.out.extend(before);
        let Stmt::Local(local) = stmt else {
            match &stmt {
                Stmt::Expr(expr, None) => self.out.extend(quote!(#expr;)),
                other => other.to_tokens(&mut self.out),
            }
            return;
        };
        let Some(init) = &local.init else { return };
        let (attrs, value) = (&local.attrs, &init.expr);
        let span = local.pat.span();
        let natives: Vec<Ident> = self.analysis.nodes[index]
            .binds
            .iter()
            .map(|var| match &self.access[var] {
                Access::Native(native) => native.clone(),
                Access::Out(native, _) | Access::Own(native) => native.clone(),
            })
            .collect();
        let single = match &local.pat {
            Pat::Ident(ident) => ident.subpat.is_none(),
            Pat::Type(typed) => matches!(&*typed.pat, Pat::Ident(ident) if ident.subpat.is_none()),
            _ => false,
        };
        if single && let [native] = natives.as_slice() {
            self.out
                .extend(quote_spanned!(span=> #(#attrs)* { #native = #value; }));
            return;
        }
        let mut pat = local.pat.clone();
        let inner = rename_pattern(&mut pat);
        self.out
            .extend(quote!(#(#attrs)* { let #pat = #value; #(#natives = #inner;)* }));
    }
}
