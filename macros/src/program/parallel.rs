//! `#[parallel(n)]`: turns of a loop at the same time.
//!
//! A turn begins with values that change nothing and ends with statements. The first part of up to `n` turns
//! runs at once, each as a future of its own; the second part runs in the order of the turns:
//! ```text
//! let mut turns = Turns::new(n);
//! let begin = |item| turn(async move { … (a, b) });
//! loop {
//!     while turns.has_room() && … { turns.push(begin(items.next())) }
//!     match turns.next().await { Some(Ok((a, b))) => { …statements… } Some(Err(left)) => return left, None => break }
//! }
//! ```
use super::{
    Program, emit,
    graph::GraphModel,
    names::{Sink, Use, Walk, bound, plain},
    nest::beside,
    nodes::{Analysis, Node, Outers, add_pattern},
};
use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use std::collections::HashMap;
use syn::{Attribute, Block, Expr, ExprForLoop, Ident, Stmt, parse_quote, spanned::Spanned};

/// Takes the mark from a loop: how many turns at once.
pub(super) fn turns(attrs: &mut Vec<Attribute>) -> Option<Expr> {
    let at = attrs
        .iter()
        .position(|attr| attr.path().is_ident("parallel"))?;
    attrs.remove(at).parse_args().ok()
}

/// Puts references in the place of what stands outside of the loop.
struct Borrow<'a> {
    outers: &'a Outers,
    found: HashMap<String, (Ident, Ident)>,
}
impl Sink for Borrow<'_> {
    fn mention(&mut self, ident: &Ident, _: &Use, _: bool) -> Option<Expr> {
        let name = plain(ident);
        if !self.outers.contains_key(&name) {
            return None;
        }
        let span = Span::mixed_site().located_at(ident.span());
        let reference = format_ident!("{}_outside", name, span = span);
        let (_, reference) = self.found.entry(name).or_insert((ident.clone(), reference));
        Some(parse_quote!((*#reference)))
    }
}

/// Where the part of a turn ends that may run beside other turns.
fn split(program: &Program, analysis: &Analysis) -> Option<usize> {
    let nodes = &analysis.nodes;
    let at = nodes
        .iter()
        .position(|node| {
            !matches!(node.stmt, Stmt::Local(_)) || node.judged.is_err() || node.facts.jumps
        })
        .unwrap_or(nodes.len());
    let rest = &nodes[at..];
    let mut good = true;
    let changed = |node: &Node| {
        let vars = node.mentions.iter().map(|(var, _)| &analysis.vars[*var]);
        let mut vars =
            vars.filter(|of| of.def.is_none() && (of.exclusive || of.last_write.is_some()));
        vars.next().map(|of| of.name.clone())
    };
    let depends = |node: &Node, name: &str| {
        let message = format!(
            "turns of this `#[parallel]` loop depend on each other: this reads `{name}`, which a turn changes; remove `#[parallel]`, or change it after the loop"
        );
        program.errors.borrow_mut().on(&node.stmt, message);
    };
    for node in rest.iter().filter(|node| node.facts.awaits > 0) {
        good = false;
        if let Some(name) = changed(node) {
            depends(node, &name);
            continue;
        }
        let why = match &node.judged {
            Err(why) if matches!(node.stmt, Stmt::Local(_)) => why.clone(),
            _ => "a statement that awaits may have effects".to_owned(),
        };
        let message = format!(
            "a turn of a `#[parallel]` loop cannot wait here: {why}; remove `#[parallel]`, or bind the call before the first statement of the turn"
        );
        program.errors.borrow_mut().on(&node.stmt, message);
    }
    for node in &nodes[..at] {
        if let Some(name) = changed(node) {
            depends(node, &name);
            good = false;
        }
    }
    good.then_some(at)
}

/// The loop as tokens, and what a turn looks like.
pub(super) fn turn_loop(
    program: &Program,
    of: &ExprForLoop,
    bound_of_turns: &Expr,
    outers: &Outers,
    groups: &[Ident],
) -> (TokenStream, GraphModel) {
    let mut inner = outers.clone();
    add_pattern(&mut inner, &of.pat);
    let analysis = Analysis::new(&of.body, &inner, &program.options, true);
    let at = split(program, &analysis);
    let (attrs, label, pat, expr) = (&of.attrs, &of.label, &of.pat, &of.expr);
    let leaves = analysis
        .nodes
        .iter()
        .take(at.unwrap_or(0))
        .any(|node| node.facts.asks || node.facts.returns);
    let at = match at {
        Some(at) if at > 0 && !(leaves && program.hidden) && !program.options.sequential => at,
        _ => {
            let (body, graph) = emit::block(program, &of.body, &inner, groups, "turn");
            return (quote!(#(#attrs)* #label for #pat in #expr { #body }), graph);
        }
    };
    let (first, rest) = of.body.stmts.split_at(at);

    // what the statements read of the turn: bindings of its first part, and of the pattern
    let mut carried: Vec<(Ident, bool)> = Vec::new();
    let mut names: Vec<&syn::PatIdent> = bound(pat);
    for stmt in first {
        if let Stmt::Local(local) = stmt {
            names.extend(bound(&local.pat));
        }
    }
    for ident in names.iter().rev() {
        let name = plain(&ident.ident);
        let read = analysis.nodes[at..]
            .iter()
            .any(|node| node.names.contains_key(&name));
        if read && !carried.iter().any(|(known, _)| plain(known) == name) {
            carried.push((ident.ident.clone(), ident.mutability.is_some()));
        }
    }
    let values = carried.iter().map(|(name, _)| name);
    let takes = carried.iter().map(|(name, mutable)| {
        let mutable = mutable.then(|| quote!(mut));
        quote!(#mutable #name)
    });

    // the first part, with references to what is outside
    let mut visible = outers.clone();
    for ident in bound(pat) {
        visible.remove(&plain(&ident.ident));
    }
    let mut borrow = Borrow {
        outers: &visible,
        found: HashMap::new(),
    };
    let mut block = Block {
        brace_token: of.body.brace_token,
        stmts: first.to_vec(),
    };
    {
        // names that the turn binds hide those outside, statement by statement
        let mut hidden: Vec<String> = Vec::new();
        for stmt in &mut block.stmts {
            let mut open = visible.clone();
            hidden.iter().for_each(|name| {
                open.remove(name);
            });
            let mut one = Borrow {
                outers: &open,
                found: std::mem::take(&mut borrow.found),
            };
            Walk::new(&mut one).stmt(stmt);
            borrow.found = one.found;
            if let Stmt::Local(local) = stmt {
                hidden.extend(bound(&local.pat).iter().map(|ident| plain(&ident.ident)));
            }
        }
    }
    block
        .stmts
        .push(Stmt::Expr(parse_quote!((#(#values,)*)), None));
    let mut inside = inner.clone();
    for (_, reference) in borrow.found.values() {
        inside.entry(plain(reference)).or_default().copy = true;
    }
    let (body, graph) = emit::block(program, &block, &inside, &[], "turn");

    let krate = &program.krate;
    let (flow, core) = (
        quote!(#krate::__private::flow),
        quote!(#krate::__private::core),
    );
    let gives = if leaves {
        program.gives.clone()
    } else {
        quote!(())
    };
    let ours = |name: &str| Ident::new(name, Span::mixed_site());
    let (turns, items, more, begin, item, done, put, get, values, left) = (
        ours("turns"),
        ours("items"),
        ours("more"),
        ours("begin"),
        ours("item"),
        ours("done"),
        ours("put"),
        ours("get"),
        ours("values"),
        ours("left"),
    );
    let references = borrow
        .found
        .values()
        .map(|(name, reference)| quote!(let #reference = &#name;));
    let never = leaves.then(|| {
        quote!(if let #core::option::Option::Some(#left) = #flow::never::<#gives>() { return #left; })
    });
    let leave = if leaves {
        quote!(return #left)
    } else {
        quote!({ let () = #left; break })
    };
    let next: Expr = parse_quote!(#turns.next());
    let next = beside(groups, &next, pat.span());
    let (rest, _) = emit::block(
        program,
        &Block {
            brace_token: of.body.brace_token,
            stmts: rest.to_vec(),
        },
        &inner,
        groups,
        "statements",
    );
    let tokens = quote! {{
        #(#references)*
        let mut #items = #core::iter::IntoIterator::into_iter(#expr);
        let #begin = #flow::begin(&#items, |#pat| async move {
            let mut #done = #flow::Out::new();
            let (mut #put, #get) = #done.split();
            let #left = #flow::turn(#get, async {
                #never
                let #values = { #body };
                #put.put(#values);
                #core::future::pending::<#gives>().await
            }).await;
            match #left {
                #core::option::Option::Some(#left) => #core::result::Result::Err(#left),
                #core::option::Option::None => #core::result::Result::Ok(#done.into_inner()),
            }
        });
        let mut #turns = #flow::Turns::new(#bound_of_turns);
        let mut #more = true;
        #(#attrs)*
        #label loop {
            while #more && #turns.has_room() {
                match #core::iter::Iterator::next(&mut #items) {
                    #core::option::Option::Some(#item) => #turns.push(#begin(#item)),
                    #core::option::Option::None => #more = false,
                }
            }
            match #next {
                #core::option::Option::None => break,
                #core::option::Option::Some(#core::result::Result::Ok((#(#takes,)*))) => { #rest }
                #core::option::Option::Some(#core::result::Result::Err(#left)) => #leave,
            }
        }
    }};
    (tokens, graph)
}
