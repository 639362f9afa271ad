//! What floats: groups of futures, and values of `return`s that the block makes for them.
use super::{Access, Emit, Rename, ours, pattern::plain_pattern, right};
use crate::program::{
    names::{Use, Walk},
    nodes::Node,
};
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use std::collections::HashMap;
use syn::{Expr, Ident, Stmt, spanned::Spanned, visit_mut::VisitMut};

/// Where the floaters of a run are made.
pub(super) struct Places {
    pub(super) of: Vec<Option<usize>>,
    /// Words with a bit for each floater and for the lane of each group.
    pub(super) words: usize,
}

impl Emit<'_> {
    /// The floaters that are made behind one node of the lane, or before it.
    #[allow(clippy::too_many_arguments)] // all of it is the run at hand
    pub(super) fn group(
        &mut self,
        run: &[usize],
        behind: Option<usize>,
        places: &Places,
        floaters: &[usize],
        schedule: &Ident,
        gives: &TokenStream,
        groups: &mut Vec<Ident>,
    ) {
        let members: Vec<usize> = floaters
            .iter()
            .copied()
            .filter(|at| places.of[*at] == behind)
            .collect();
        if members.is_empty() {
            return;
        }
        let (flow, core) = (self.flow(), self.core());
        let words = places.words;
        let mut names = Vec::new();
        let mut numbers = Vec::new();
        let mut mine = vec![0_u64; words];
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
            numbers.push(number);
            mine[number / 64] |= 1 << (number % 64);
        }
        let group = ours(
            &format!("group_{}", self.program.fresh()),
            Span::call_site(),
        );
        let (number, op, cx) = (
            ours("number", Span::call_site()),
            ours("op", Span::call_site()),
            ours("cx", Span::call_site()),
        );
        let lane = floaters.len() + groups.len() - self.groups.len();
        numbers.pop();
        let (last, most) = names.split_last().expect("a group has a member");
        self.out.extend(quote! {
            let mut #group = #flow::Group::new(
                &#schedule,
                [#(#mine),*],
                #lane,
                |#number, #op, #cx| match #number {
                    #(#numbers => #flow::step(#most.as_mut(), #op, #cx),)*
                    _ => #flow::step(#last.as_mut(), #op, #cx),
                },
            );
        });
        groups.push(group);
    }

    /// Takes the values of its `return`s out of a floater: the block makes them.
    pub(super) fn defer(&mut self, index: usize, number: usize, schedule: &Ident) {
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
    pub(super) fn given(&mut self, index: usize, value: Option<Expr>) -> TokenStream {
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
                    let get = right("get", cell);
                    before.extend(quote!(let #name = #get.get();));
                    if of.by_ref {
                        syn::parse_quote!(#name)
                    } else {
                        syn::parse_quote!((*#name))
                    }
                }
                Some(Access::Own(cell)) => {
                    let take = right("take", cell);
                    before.extend(quote!(let #name = #take.take();));
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
    pub(super) fn floater(
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
                Access::Out(cell, _) | Access::Own(cell) => {
                    let put = right("put", cell);
                    Some(quote!(#put.put(#ident);))
                }
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
