//! The cells and variables of a run, in the order of the source.
use super::{Access, Emit, ours, right};
use crate::program::{names::Use, nodes::Role};
use quote::quote;
use syn::{Ident, Pat, Stmt};

impl Emit<'_> {
    /// Whether a name stands for one variable in all of this block.
    pub(super) fn is_unique(&self, var: usize) -> bool {
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
    pub(super) fn native(&mut self, var: usize) -> Ident {
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
    pub(super) fn declare(&mut self, var: usize, native: &Ident, of: Option<&syn::Type>) {
        let mutable = self.analysis.vars[var].mutable.then(|| quote!(mut));
        let of = of.map(|of| quote!(: #of));
        self.out.extend(quote! {
            #[allow(unused_mut, unused_variables, unused_assignments, clippy::needless_late_init)]
            let #mutable #native #of;
        });
    }
    pub(super) fn is_used_after(&self, var: usize, run: &[usize]) -> bool {
        run.last()
            .is_some_and(|last| self.analysis.later(var, *last).next().is_some())
    }

    fn own(&mut self, cell: &Ident) {
        let flow = self.flow();
        let (put, take) = (right("put", cell), right("take", cell));
        self.out.extend(quote! {
            let mut #cell = #flow::Own::new();
            #[allow(unused_mut, unused_variables)]
            let (mut #put, mut #take) = #cell.split();
        });
    }

    /// The cells and variables of a run, in the order of the source.
    pub(super) fn declarations(&mut self, run: &[usize]) {
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
                    self.own(&cell);
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
                    self.own(&cell);
                    self.access.insert(var, Access::Own(cell));
                    continue;
                }
                let (put, get) = (right("put", &cell), right("get", &cell));
                self.out.extend(quote! {
                    let mut #cell = #flow::Out::new();
                    #[allow(unused_mut, unused_variables)]
                    let (mut #put, #get) = #cell.split();
                });
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
}
