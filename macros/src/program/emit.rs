//! From a block to the tokens that run it.
//!
//! A run of statements becomes
//! ```text
//! let cell = Out::new();                    // where floaters put their values, in the order of the source
//! let lane;                                 // the lane's own variables
//! {
//!     let schedule = Schedule::<R, 1>::new();
//!     let mut one = pin!(Some(async { let x = …; cell.put(x); schedule.done(0); pending().await }));
//!     let mut group = Group::new(&schedule, &STEPS, |index, op, cx| …);
//!     if let Some(left) = group.drive(schedule.until(&[1], 1)).await { return left; }
//!     lane = …;                             // its awaits are `group.host(…).await`
//! }
//! ```
//! and all other statements stay as they are. Each token of the user stands in it once.
use super::{
    Program,
    edges::{Edge, Kind, Piece},
    graph::{GraphModel, NodeModel},
    names::{Sink, Use, Walk, bound, plain},
    nest::Nest,
    nodes::{Analysis, Node, Outers, Role, add_pattern},
};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use std::collections::HashMap;
use syn::{Block, Expr, Ident, Pat, Stmt, spanned::Spanned, visit_mut::VisitMut};

/// How a variable is reached.
#[derive(Clone)]
enum Access {
    /// A local variable, under this name.
    Native(Ident),
    /// A cell that is read; where its value goes when it is taken out of it.
    Out(Ident, Ident),
    /// A cell whose value one node takes.
    Own(Ident),
}

/// A name of ours: it reads like the user's and clashes with none.
fn ours(name: &str, at: Span) -> Ident {
    let span = Span::mixed_site().located_at(at);
    if syn::parse_str::<Ident>(name).is_ok() {
        Ident::new(name, span)
    } else {
        format_ident!("r_{name}", span = span)
    }
}

fn run_label() -> syn::Lifetime {
    syn::Lifetime::new("'run", Span::mixed_site())
}

fn done_label() -> syn::Lifetime {
    syn::Lifetime::new("'done", Span::mixed_site())
}

struct Rename<'a> {
    names: &'a HashMap<String, usize>,
    with: &'a HashMap<usize, Expr>,
}
impl Sink for Rename<'_> {
    fn mention(&mut self, ident: &Ident, how: &Use, _: bool) -> Option<Expr> {
        if *how == Use::Opaque {
            return None;
        }
        self.names
            .get(&plain(ident))
            .and_then(|var| self.with.get(var))
            .cloned()
    }
}

/// One block on its way to tokens.
pub(super) struct Emit<'p> {
    program: &'p Program,
    analysis: Analysis,
    outers: Outers,
    groups: Vec<Ident>,
    access: HashMap<usize, Access>,
    natives: HashMap<usize, Ident>,
    /// The values of `return`s of floaters in the run at hand.
    deferred: Vec<(usize, Option<Expr>)>,
    /// What those values mention.
    given: HashMap<usize, Vec<(usize, Use)>>,
    /// Whether there may be such.
    defers: bool,
    out: TokenStream,
    graph: GraphModel,
}

/// A block whose statements are scheduled as far as they may be.
pub(super) fn block(
    program: &Program,
    block: &Block,
    outers: &Outers,
    groups: &[Ident],
    name: &str,
) -> (TokenStream, GraphModel) {
    let analysis = Analysis::new(block, outers, &program.options, !program.hidden);
    let pieces = analysis.pieces(&program.options);
    let mut emit = Emit {
        program,
        outers: outers.clone(),
        groups: groups.to_vec(),
        access: HashMap::new(),
        natives: HashMap::new(),
        deferred: Vec::new(),
        given: HashMap::new(),
        defers: false,
        out: TokenStream::new(),
        graph: GraphModel::new(name, analysis.nodes.len()),
        analysis,
    };
    for node in emit
        .analysis
        .nodes
        .iter()
        .filter(|node| node.role == Role::Item)
    {
        node.stmt.to_tokens(&mut emit.out);
    }
    let mut behind: Option<usize> = None;
    let mut since: Vec<usize> = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Alone(index) => {
                emit.order(index, behind, &since);
                emit.alone(index);
                behind = Some(index);
                since.clear();
            }
            Piece::Run(run) => {
                for index in &run {
                    emit.order(*index, behind, &[]);
                }
                emit.run(&run);
                since = run;
            }
        }
    }
    (emit.out, emit.graph)
}

impl Emit<'_> {
    fn flow(&self) -> TokenStream {
        let krate = &self.program.krate;
        quote!(#krate::__private::flow)
    }
    fn core(&self) -> TokenStream {
        let krate = &self.program.krate;
        quote!(#krate::__private::core)
    }

    /// The edges of what stands alone, and of what comes after it.
    fn order(&mut self, to: usize, behind: Option<usize>, since: &[usize]) {
        let rule = "statements that are not scheduled together keep their order";
        let fence = |index: usize| {
            if self.analysis.nodes[index].fence {
                "a fence holds back what comes after it"
            } else {
                rule
            }
        };
        let all: Vec<Edge> = behind
            .iter()
            .filter(|_| since.is_empty())
            .chain(since)
            .map(|from| {
                let reads = self.analysis.nodes[to]
                    .mentions
                    .iter()
                    .find(|(var, _)| self.analysis.vars[*var].def == Some(*from));
                let (kind, rule) = match reads {
                    Some((var, _)) => (
                        Kind::Data,
                        format!("reads `{}`", self.analysis.vars[*var].name),
                    ),
                    None => (Kind::Order, fence(*from).to_owned()),
                };
                Edge {
                    from: *from,
                    to,
                    kind,
                    rule,
                }
            })
            .collect();
        self.graph.edges.extend(all);
    }

    /// What later statements see of a name.
    fn note_outer(&mut self, index: usize) {
        if let Stmt::Local(local) = &self.analysis.nodes[index].stmt {
            add_pattern(&mut self.outers, &local.pat);
        }
    }

    /// A statement with its variables under the names they have here, and its blocks scheduled.
    fn rewritten(&mut self, index: usize, groups: &[Ident]) -> (TokenStream, Stmt) {
        let mut before = TokenStream::new();
        let mut with: HashMap<usize, Expr> = HashMap::new();
        let node = &self.analysis.nodes[index];
        let mut used: Vec<usize> = node.mentions.iter().map(|(var, _)| *var).collect();
        used.sort_unstable();
        used.dedup();
        let mut refs = Vec::new();
        for var in used {
            let Some(access) = self.access.get(&var) else {
                continue;
            };
            let of = &self.analysis.vars[var];
            let expr = match access {
                Access::Native(ident) if *ident == of.ident => continue,
                Access::Native(ident) => syn::parse_quote!(#ident),
                Access::Out(cell, _) => {
                    let name = ours(&of.name, of.ident.span());
                    before.extend(quote!(let #name = #cell.get();));
                    refs.push(of.name.clone());
                    if of.by_ref {
                        syn::parse_quote!(#name)
                    } else {
                        syn::parse_quote!((*#name))
                    }
                }
                Access::Own(cell) => {
                    let name = ours(&of.name, of.ident.span());
                    let mutable = of.mutable.then(|| quote!(mut));
                    before.extend(quote!(let #mutable #name = #cell.take();));
                    syn::parse_quote!(#name)
                }
            };
            with.insert(var, expr);
        }
        let mut stmt = node.stmt.clone();
        let mut rename = Rename {
            names: &node.names,
            with: &with,
        };
        Walk::new(&mut rename).stmt(&mut stmt);
        let mut outers = self.outers.clone();
        for name in refs {
            outers.entry(name).or_default().copy = true;
        }
        let mut nest = Nest::new(self.program, outers, groups.to_vec());
        nest.stmt(&mut stmt);
        self.graph.nodes[index].inside = nest.inside;
        (before, stmt)
    }

    /// One statement as written.
    fn alone(&mut self, index: usize) {
        // macros that are not known see variables under the user's names
        let mentions = self.analysis.nodes[index].mentions.clone();
        for (var, how) in mentions {
            let taken = self.analysis.effect(index, var, &how) != Use::Read;
            let of = &self.analysis.vars[var];
            match self.access.get(&var).cloned() {
                Some(Access::Out(cell, native)) if taken && !of.by_ref => {
                    self.out.extend(quote!(#native = #cell.into_inner();));
                    self.access.insert(var, Access::Native(native));
                }
                _ => {}
            }
            if how == Use::Opaque {
                let of = &self.analysis.vars[var];
                let user = of.ident.clone();
                let value = match self.access.get(&var) {
                    Some(Access::Native(native)) if *native != user => quote!(#native),
                    Some(Access::Out(cell, _)) => quote!(#cell.get()),
                    _ => continue,
                };
                let mutable = of.mutable.then(|| quote!(mut));
                self.out
                    .extend(quote!(#[allow(unused_mut)] let #mutable #user = #value;));
                self.access.insert(var, Access::Native(user));
            }
        }
        let groups = self.groups.clone();
        let (before, stmt) = self.rewritten(index, &groups);
        self.out.extend(before);
        stmt.to_tokens(&mut self.out);
        let binds = self.analysis.nodes[index].binds.clone();
        for var in binds {
            self.access.remove(&var);
        }
        self.note_outer(index);
        self.describe(index);
    }

    fn describe(&mut self, index: usize) {
        let node = &self.analysis.nodes[index];
        let binds: Vec<&str> = node
            .binds
            .iter()
            .map(|var| self.analysis.vars[*var].name.as_str())
            .collect();
        let alone = !matches!(node.role, Role::Floats) && node.judged.is_ok();
        let model = NodeModel::of(node, &binds, alone);
        let inside = std::mem::take(&mut self.graph.nodes[index].inside);
        self.graph.nodes[index] = NodeModel { inside, ..model };
    }

    /// Whether a name stands for one variable in all of this block.
    fn is_unique(&self, var: usize) -> bool {
        let name = &self.analysis.vars[var].name;
        let named = self
            .analysis
            .vars
            .iter()
            .enumerate()
            .filter(|(_, of)| of.name == *name);
        let seen = named.filter(|(at, of)| {
            of.def.is_some()
                || self
                    .analysis
                    .nodes
                    .iter()
                    .any(|node| node.mentions.iter().any(|(var, _)| var == at))
        });
        seen.count() == 1
    }
    fn native(&mut self, var: usize) -> Ident {
        if let Some(native) = self.natives.get(&var) {
            return native.clone();
        }
        let of = &self.analysis.vars[var];
        let native = if self.is_unique(var) {
            of.ident.clone()
        } else {
            ours(
                &format!("{}_{}", of.name, self.program.fresh()),
                of.ident.span(),
            )
        };
        self.natives.insert(var, native.clone());
        native
    }
    fn declare(&mut self, var: usize, native: &Ident, of: Option<&syn::Type>) {
        let mutable = self.analysis.vars[var].mutable.then(|| quote!(mut));
        let of = of.map(|of| quote!(: #of));
        self.out.extend(quote! {
            #[allow(unused_mut, unused_variables, unused_assignments, clippy::needless_late_init)]
            let #mutable #native #of;
        });
    }
    fn is_used_after(&self, var: usize, run: &[usize]) -> bool {
        run.last()
            .is_some_and(|last| self.analysis.later(var, *last).next().is_some())
    }

    /// The cells and variables of a run, in the order of the source.
    fn declarations(&mut self, run: &[usize]) {
        let flow = self.flow();
        for &index in run {
            let floats = self.analysis.nodes[index].role == Role::Floats;
            let typed = match &self.analysis.nodes[index].stmt {
                Stmt::Local(local) => match &local.pat {
                    Pat::Type(typed) if matches!(&*typed.pat, Pat::Ident(_)) => {
                        Some((*typed.ty).clone())
                    }
                    _ => None,
                },
                _ => None,
            };
            for var in self.analysis.nodes[index].binds.clone() {
                let native = self.native(var);
                if !floats {
                    self.declare(var, &native, typed.as_ref());
                    self.access.insert(var, Access::Native(native));
                    continue;
                }
                let of = &self.analysis.vars[var];
                let cell = ours(
                    &format!("{}_cell_{}", of.name, self.program.fresh()),
                    of.ident.span(),
                );
                if self.analysis.is_handed(run, var) && !of.by_ref {
                    self.out.extend(quote!(let #cell = #flow::Own::new();));
                    let mentioned = self.analysis.later(var, index).next().is_some();
                    if mentioned {
                        self.declare(var, &native, None);
                    }
                    self.access.insert(var, Access::Own(cell));
                    continue;
                }
                // one node has all mentions, and one of them takes the value
                let all: Vec<(usize, &Use)> = self.analysis.later(var, index).collect();
                let once = all.first().is_some_and(|(first, _)| {
                    run.contains(first)
                        && all.iter().all(|(at, _)| at == first)
                        && all.iter().any(|(at, how)| {
                            !matches!(
                                self.analysis.effect(*at, var, how),
                                Use::Read | Use::Method(_)
                            )
                        })
                });
                if once && !of.by_ref {
                    self.out.extend(quote!(let #cell = #flow::Own::new();));
                    self.access.insert(var, Access::Own(cell));
                    continue;
                }
                self.out.extend(quote!(let #cell = #flow::Out::new();));
                let taken = self.analysis.later(var, index).any(|(at, how)| {
                    !run.contains(&at) && self.analysis.effect(at, var, how) != Use::Read
                });
                if taken {
                    self.declare(var, &native, None);
                }
                self.access.insert(var, Access::Out(cell, native));
            }
        }
    }

    fn wait(
        &mut self,
        groups: &[Ident],
        schedule: &Ident,
        floaters: &[usize],
        wanted: &[usize],
        before: usize,
        leaves: bool,
    ) {
        if wanted.is_empty() || groups.len() == self.groups.len() {
            return;
        }
        let words = floaters.len().div_ceil(64);
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
    fn run(&mut self, run: &[usize]) {
        let flow = self.flow();
        let edges = self.analysis.edges(run, &self.program.options);
        let places = self.analysis.places(run, &edges);
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
        let words = floaters.len().div_ceil(64);
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
        self.declarations(run);
        let outer = std::mem::take(&mut self.out);
        let schedule = ours("schedule", Span::call_site());
        let mut groups = self.groups.clone();
        self.out
            .extend(quote!(let #schedule = #flow::Schedule::<#gives, #words>::new();));
        self.group(
            run,
            None,
            &places,
            &edges,
            &floaters,
            &schedule,
            &gives,
            &mut groups,
        );
        let mut waited: Vec<usize> = Vec::new();
        for &index in run.iter().filter(|at| !floaters.contains(at)) {
            let wanted: Vec<usize> = edges
                .iter()
                .filter(|edge| {
                    edge.to == index
                        && floaters.contains(&edge.from)
                        && !waited.contains(&edge.from)
                })
                .map(|edge| edge.from)
                .collect();
            let before = floaters.iter().filter(|at| **at < index).count();
            self.wait(&groups, &schedule, &floaters, &wanted, before, leaves);
            waited.extend(wanted);
            self.lane(index, run, &groups);
            self.group(
                run,
                Some(index),
                &places,
                &edges,
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
                    let given = self.given(index, value);
                    if place == last {
                        quote!(_ => { #given })
                    } else {
                        quote!(#place => { #given })
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
        for &index in run {
            self.note_outer(index);
            self.describe(index);
        }
        self.graph.edges.extend(edges);
    }

    /// The lane takes a value over from its cell.
    fn take(&mut self, var: usize) {
        if let Some(Access::Own(cell)) = self.access.get(&var).cloned() {
            let native = self.native(var);
            self.out.extend(quote!(#native = #cell.take();));
            self.access.insert(var, Access::Native(native));
        }
    }
    /// A statement of the lane inside of a run.
    fn lane(&mut self, index: usize, run: &[usize], groups: &[Ident]) {
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

    /// The floaters that are made behind one node of the lane, or before it.
    #[allow(clippy::too_many_arguments)] // all of it is the run at hand
    fn group(
        &mut self,
        run: &[usize],
        behind: Option<usize>,
        places: &[Option<usize>],
        edges: &[Edge],
        floaters: &[usize],
        schedule: &Ident,
        gives: &TokenStream,
        groups: &mut Vec<Ident>,
    ) {
        let members: Vec<usize> = floaters
            .iter()
            .copied()
            .filter(|at| places[*at] == behind)
            .collect();
        if members.is_empty() {
            return;
        }
        let (flow, core) = (self.flow(), self.core());
        let words = floaters.len().div_ceil(64);
        let mut names = Vec::new();
        let mut steps = Vec::new();
        for &index in &members {
            let number = floaters.iter().position(|of| *of == index).unwrap_or(0);
            let name = ours(
                &format!("floater_{}", self.program.fresh()),
                Span::call_site(),
            );
            let future = self.floater(index, run, number, schedule, gives);
            self.out.extend(
                quote!(let mut #name = #core::pin::pin!(#core::option::Option::Some(#future));),
            );
            names.push(name);
            let mut after = vec![0_u64; words];
            for edge in edges.iter().filter(|edge| edge.to == index) {
                if let Some(from) = floaters.iter().position(|of| *of == edge.from) {
                    after[from / 64] |= 1 << (from % 64);
                }
            }
            steps.push(quote!(#flow::Step { number: #number, after: [#(#after),*] }));
        }
        let group = ours(
            &format!("group_{}", self.program.fresh()),
            Span::call_site(),
        );
        let table = ours(
            &format!("STEPS_{}", self.program.fresh()),
            Span::call_site(),
        );
        let count = members.len();
        let wakers = count + 1;
        let bits = wakers.div_ceil(64);
        let (index, op, cx) = (
            ours("index", Span::call_site()),
            ours("op", Span::call_site()),
            ours("cx", Span::call_site()),
        );
        let numbers = 0..count - 1;
        let (last, most) = names.split_last().expect("a group has a member");
        self.out.extend(quote! {
            static #table: [#flow::Step<#words>; #count] = [#(#steps),*];
            let mut #group = #flow::Group::<_, _, #words, #count, #wakers, #bits>::new(
                &#schedule,
                &#table,
                |#index, #op, #cx| match #index {
                    #(#numbers => #flow::step(#most.as_mut(), #op, #cx),)*
                    _ => #flow::step(#last.as_mut(), #op, #cx),
                },
            );
        });
        groups.push(group);
    }

    /// Takes the values of its `return`s out of a floater: the block makes them.
    fn defer(&mut self, index: usize, number: usize, schedule: &Ident) {
        struct Returns<'a> {
            make: &'a mut dyn FnMut(Option<Expr>) -> TokenStream,
        }
        impl VisitMut for Returns<'_> {
            fn visit_expr_closure_mut(&mut self, _: &mut syn::ExprClosure) {}
            fn visit_expr_async_mut(&mut self, _: &mut syn::ExprAsync) {}
            fn visit_item_mut(&mut self, _: &mut syn::Item) {}
            fn visit_expr_mut(&mut self, expr: &mut Expr) {
                if let Expr::Return(of) = expr {
                    let value = of.expr.take().map(|value| *value);
                    *expr = Expr::Verbatim((self.make)(value));
                } else {
                    syn::visit_mut::visit_expr_mut(self, expr);
                }
            }
        }
        let core = self.core();
        let deferred = &mut self.deferred;
        let mut make = |value: Option<Expr>| {
            let place = deferred.len();
            deferred.push((index, value));
            quote!({
                #schedule.leave_at(#number, #place);
                match #core::future::pending::<#core::convert::Infallible>().await {}
            })
        };
        let node = &mut self.analysis.nodes[index];
        Returns { make: &mut make }.visit_stmt_mut(&mut node.stmt);
        let leaving = std::mem::take(&mut node.leaving);
        let mut at = 0;
        let (gone, kept): (Vec<_>, Vec<_>) = std::mem::take(&mut node.mentions)
            .into_iter()
            .partition(|_| {
                at += 1;
                leaving.contains(&(at - 1))
            });
        node.mentions = kept;
        self.given.entry(index).or_default().extend(gone);
    }

    /// `return` of a value that a floater left to the block.
    fn given(&mut self, index: usize, value: Option<Expr>) -> TokenStream {
        let Some(mut value) = value else {
            return quote!(return;);
        };
        let mut before = TokenStream::new();
        let mut with: HashMap<usize, Expr> = HashMap::new();
        let mut given = self.given.get(&index).cloned().unwrap_or_default();
        // one mention each: the one that takes
        given.sort_by_key(|(var, how)| (*var, matches!(how, Use::Read)));
        given.dedup_by_key(|(var, _)| *var);
        for (var, how) in given {
            let of = &self.analysis.vars[var];
            let name = ours(&of.name, of.ident.span());
            let taken = !of.copy && !matches!(how, Use::Read);
            let expr: Expr = match self.access.get(&var) {
                Some(Access::Native(ident)) => syn::parse_quote!(#ident),
                Some(Access::Out(cell, _)) if taken => {
                    before.extend(quote!(let #name = #cell.into_inner();));
                    syn::parse_quote!(#name)
                }
                Some(Access::Out(cell, _)) => {
                    before.extend(quote!(let #name = #cell.get();));
                    if of.by_ref {
                        syn::parse_quote!(#name)
                    } else {
                        syn::parse_quote!((*#name))
                    }
                }
                Some(Access::Own(cell)) => {
                    before.extend(quote!(let #name = #cell.take();));
                    syn::parse_quote!(#name)
                }
                None => continue,
            };
            with.insert(var, expr);
        }
        let names = self.analysis.nodes[index].names.clone();
        let mut rename = Rename {
            names: &names,
            with: &with,
        };
        Walk::new(&mut rename).expr(&mut value, &Use::Value);
        quote!(#before return #value;)
    }

    /// The future of one floater.
    fn floater(
        &mut self,
        index: usize,
        run: &[usize],
        number: usize,
        schedule: &Ident,
        gives: &TokenStream,
    ) -> TokenStream {
        let (flow, core) = (self.flow(), self.core());
        if self.defers && self.analysis.defers(run, index) {
            self.defer(index, number, schedule);
        }
        let (before, stmt) = self.rewritten(index, &[]);
        let Stmt::Local(mut local) = stmt else {
            return TokenStream::new();
        };
        plain_pattern(&mut local.pat);
        let node: &Node = &self.analysis.nodes[index];
        let never = node.leaves().then(|| {
            let left = ours("left", Span::call_site());
            quote!(if let #core::option::Option::Some(#left) = #flow::never::<#gives>() { return #left; })
        });
        let puts = node.binds.iter().filter_map(|var| {
            let ident = &self.analysis.vars[*var].ident;
            match self.access.get(var)? {
                Access::Out(cell, _) | Access::Own(cell) => Some(quote!(#cell.put(#ident);)),
                Access::Native(_) => None,
            }
        });
        // mistakes of moving and borrowing point at the statement
        let at = Span::mixed_site().located_at(node.stmt.span());
        quote_spanned!(at=> async {
            #never
            #before
            #local
            #(#puts)*
            #schedule.done(#number);
            #core::future::pending::<#gives>().await
        })
    }
}

/// Takes `mut` and a leading `ref` from a pattern: the cell has them.
fn plain_pattern(pat: &mut Pat) {
    match pat {
        Pat::Ident(ident) => {
            ident.mutability = None;
            ident.by_ref = None;
            if let Some((_, inner)) = &mut ident.subpat {
                plain_pattern(inner);
            }
        }
        Pat::Paren(of) => plain_pattern(&mut of.pat),
        Pat::Reference(of) => plain_pattern(&mut of.pat),
        Pat::Slice(of) => of.elems.iter_mut().for_each(plain_pattern),
        Pat::Struct(of) => of.fields.iter_mut().for_each(|field| {
            plain_pattern(&mut field.pat);
        }),
        Pat::Tuple(of) => of.elems.iter_mut().for_each(plain_pattern),
        Pat::TupleStruct(of) => of.elems.iter_mut().for_each(plain_pattern),
        Pat::Type(of) => plain_pattern(&mut of.pat),
        _ => {}
    }
}

/// Gives the names of a pattern to us; those names, in order.
fn rename_pattern(pat: &mut Pat) -> Vec<Ident> {
    fn walk(pat: &mut Pat, all: &mut Vec<Ident>) {
        match pat {
            Pat::Ident(ident) => {
                let is_name = ident.subpat.is_some()
                    || !ident.ident.to_string().starts_with(char::is_uppercase);
                if is_name {
                    let name = ours(&format!("{}_in", plain(&ident.ident)), ident.ident.span());
                    all.push(name.clone());
                    ident.ident = name;
                    ident.mutability = None;
                }
                if let Some((_, inner)) = &mut ident.subpat {
                    walk(inner, all);
                }
            }
            Pat::Paren(of) => walk(&mut of.pat, all),
            Pat::Reference(of) => walk(&mut of.pat, all),
            Pat::Slice(of) => of.elems.iter_mut().for_each(|elem| walk(elem, all)),
            Pat::Struct(of) => {
                for field in &mut of.fields {
                    if field.colon_token.is_none() {
                        field.colon_token = Some(Default::default());
                    }
                    walk(&mut field.pat, all);
                }
            }
            Pat::Tuple(of) => of.elems.iter_mut().for_each(|elem| walk(elem, all)),
            Pat::TupleStruct(of) => of.elems.iter_mut().for_each(|elem| walk(elem, all)),
            Pat::Type(of) => walk(&mut of.pat, all),
            _ => {}
        }
    }
    let mut all = Vec::new();
    walk(pat, &mut all);
    debug_assert_eq!(all.len(), bound(pat).len());
    all
}
