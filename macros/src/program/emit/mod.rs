//! From a block to the tokens that run it.
//!
//! A run of statements becomes
//! ```text
//! let mut cell = Out::new();                // where floaters put their values, in the order of the source
//! let (put, get) = cell.split();
//! let lane;                                 // the lane's own variables
//! {
//!     let schedule = Schedule::<R, 1>::new(&WAITS);
//!     let mut one = pin!(Some(async { let x = …; put.put(x); schedule.done(0); pending().await }));
//!     let mut group = Group::new(&schedule, [1], 1, |index, op, cx| …);
//!     if let Some(left) = group.drive(schedule.until(&[1], 1)).await { return left; }
//!     lane = …;                             // its awaits are `group.host(…).await`
//! }
//! ```
//! and all other statements stay as they are. Each token of the user stands in it once.
mod declare;
mod floater;
mod pattern;
mod run;

use super::{
    Program,
    edges::{Edge, Kind, Piece},
    graph::{GraphModel, NodeModel},
    names::{Sink, Use, Walk, plain},
    nest::Nest,
    nodes::{Analysis, Outer, Outers, Role, add_pattern},
};
use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use std::collections::HashMap;
use syn::{Block, Expr, Ident, Stmt};

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

/// The name of the right to put into a cell, to get from it, to take from it.
fn right(to: &str, cell: &Ident) -> Ident {
    format_ident!("{to}_{cell}", span = cell.span())
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
        let with = self.names.get(&plain(ident));
        let with = with.and_then(|var| self.with.get(var))?;
        // mistakes of moving and borrowing point at the mention
        syn::parse2(located(with.to_token_stream(), ident.span())).ok()
    }
}

/// The same tokens, with the meaning that their names have, at another place.
fn located(tokens: TokenStream, at: Span) -> TokenStream {
    let at = |token| match token {
        TokenTree::Group(group) => {
            let mut inner = Group::new(group.delimiter(), located(group.stream(), at));
            inner.set_span(group.span().located_at(at));
            TokenTree::Group(inner)
        }
        mut token => {
            token.set_span(token.span().located_at(at));
            token
        }
    };
    tokens.into_iter().map(at).collect()
}

/// One block on its way to tokens.
pub(super) struct Emit<'p> {
    program: &'p Program,
    analysis: Analysis,
    outers: Outers,
    groups: Vec<Ident>,
    /// The run at hand.
    current: Vec<usize>,
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
        current: Vec::new(),
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
    pub(super) fn flow(&self) -> TokenStream {
        let krate = &self.program.krate;
        quote!(#krate::__private::flow)
    }
    pub(super) fn core(&self) -> TokenStream {
        let krate = &self.program.krate;
        quote!(#krate::__private::core)
    }

    /// The edges of what stands alone, and of what comes after it.
    pub(super) fn order(&mut self, to: usize, behind: Option<usize>, since: &[usize]) {
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
    pub(super) fn note_outer(&mut self, index: usize) {
        if let Stmt::Local(local) = &self.analysis.nodes[index].stmt {
            add_pattern(&mut self.outers, &local.pat);
        }
    }

    /// A statement with its variables under the names they have here, and its blocks scheduled.
    pub(super) fn rewritten(&mut self, index: usize, groups: &[Ident]) -> (TokenStream, Stmt) {
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
                    let get = right("get", cell);
                    before.extend(quote!(let #name = #get.get();));
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
                    let take = right("take", cell);
                    before.extend(quote!(let #mutable #name = #take.take();));
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
        // what this run has bound before it is not noted yet
        for &before in self.current.iter().filter(|at| **at < index) {
            for var in &self.analysis.nodes[before].binds {
                let of = &self.analysis.vars[*var];
                let outer = Outer {
                    copy: of.copy,
                    exclusive: of.exclusive,
                    mutable: of.mutable,
                };
                outers.insert(of.name.clone(), outer);
            }
        }
        for name in refs {
            outers.entry(name).or_default().copy = true;
        }
        let binds: Vec<&str> = node
            .binds
            .iter()
            .map(|var| self.analysis.vars[*var].name.as_str())
            .collect();
        let name = NodeModel::of(node, &binds, false).name;
        let mut nest = Nest::new(self.program, outers, groups.to_vec(), name);
        nest.stmt(&mut stmt);
        self.graph.nodes[index].inside = nest.inside;
        (before, stmt)
    }

    /// One statement as written.
    pub(super) fn alone(&mut self, index: usize) {
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
                    Some(Access::Out(cell, _)) => {
                        let get = right("get", cell);
                        quote!(#get.get())
                    }
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

    pub(super) fn describe(&mut self, index: usize) {
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
}
