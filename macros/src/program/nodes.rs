//! The statements of a block as nodes, and its variables: who mentions what, who may float, and why not.
mod effects;
mod roles;

use super::{
    names::{self, Facts, Sink, Use, Walk, bound, plain},
    options::Options,
    pure::{Awaited, Judged, Purity},
};
use std::collections::HashMap;
use syn::{Block, Expr, Ident, Pat, Stmt, Type, visit::Visit};

/// What is known about a variable from outside of the block.
#[derive(Clone, Copy, Default)]
pub(super) struct Outer {
    /// Its type as written is `Copy`.
    pub(super) copy: bool,
    /// A `&mut`, or bound from one: every mention may change something.
    pub(super) exclusive: bool,
    pub(super) mutable: bool,
}
pub(super) type Outers = HashMap<String, Outer>;

pub(super) struct Var {
    pub(super) ident: Ident,
    pub(super) name: String,
    pub(super) mutable: bool,
    pub(super) by_ref: bool,
    /// The node that binds it; none for those from outside.
    pub(super) def: Option<usize>,
    pub(super) copy: bool,
    pub(super) exclusive: bool,
    /// The last node that changes it.
    pub(super) last_write: Option<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Role {
    /// Starts as soon as what it reads is there.
    Floats,
    /// Runs in the lane.
    Lane,
    /// Everything before it ends first, everything after it waits for it.
    Alone,
    /// An item that stands anywhere.
    Item,
    /// The value of the block.
    Tail,
}

pub(super) struct Node {
    pub(super) stmt: Stmt,
    pub(super) binds: Vec<usize>,
    pub(super) mentions: Vec<(usize, Use)>,
    /// Which of them stand in the value of a `return`.
    pub(super) leaving: Vec<usize>,
    pub(super) names: HashMap<String, usize>,
    pub(super) facts: Facts,
    pub(super) judged: Judged,
    pub(super) awaited: Option<Awaited>,
    pub(super) role: Role,
    pub(super) fence: bool,
}

impl Node {
    /// Whether it may leave the function.
    pub(super) fn leaves(&self) -> bool {
        self.facts.asks || self.facts.returns
    }
}

pub(super) struct Analysis {
    pub(super) vars: Vec<Var>,
    pub(super) nodes: Vec<Node>,
}

struct Finder<'a> {
    current: &'a HashMap<String, usize>,
    names: HashMap<String, usize>,
    mentions: Vec<(usize, Use)>,
    leaving: Vec<usize>,
}
impl Sink for Finder<'_> {
    fn mention(&mut self, ident: &Ident, how: &Use, leaving: bool) -> Option<Expr> {
        let name = plain(ident);
        if let Some(var) = self.current.get(&name) {
            if leaving {
                self.leaving.push(self.mentions.len());
            }
            self.mentions.push((*var, how.clone()));
            self.names.insert(name, *var);
        }
        None
    }
}

/// Whether a type as written is `Copy`.
pub(super) fn is_copy(of: &Type) -> bool {
    match of {
        Type::Reference(reference) => reference.mutability.is_none(),
        Type::Path(path) => {
            const NAMES: &[&str] = &[
                "bool", "char", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32",
                "i64", "i128", "isize", "f32", "f64", "Duration",
            ];
            path.path
                .get_ident()
                .is_some_and(|name| NAMES.contains(&name.to_string().as_str()))
        }
        _ => false,
    }
}
pub(super) fn is_exclusive(of: &Type) -> bool {
    matches!(of, Type::Reference(reference) if reference.mutability.is_some())
}

/// Finds a first await, and what it waits for.
struct FirstAwait<'o> {
    purity: &'o Purity<'o>,
    found: Option<Awaited>,
}
impl<'ast> Visit<'ast> for FirstAwait<'_> {
    fn visit_expr_await(&mut self, of: &'ast syn::ExprAwait) {
        syn::visit::visit_expr_await(self, of);
        let found = self.purity.awaited(of);
        if self.found.is_none() || matches!(found, Awaited::Model(_) | Awaited::Program(_)) {
            self.found = Some(found);
        }
    }
    fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}
    fn visit_expr_async(&mut self, _: &'ast syn::ExprAsync) {}
}

impl Analysis {
    /// Looks at a block whose last expression is its value if `has_tail`.
    pub(super) fn new(block: &Block, outers: &Outers, options: &Options, may_leave: bool) -> Self {
        let purity = Purity { options };
        let mut all = Self {
            vars: Vec::new(),
            nodes: Vec::new(),
        };
        let mut current: HashMap<String, usize> = HashMap::new();
        for (name, outer) in outers {
            current.insert(name.clone(), all.vars.len());
            all.vars.push(Var {
                ident: Ident::new("outer", proc_macro2::Span::call_site()),
                name: name.clone(),
                mutable: outer.mutable,
                by_ref: false,
                def: None,
                copy: outer.copy,
                exclusive: outer.exclusive,
                last_write: None,
            });
        }
        let count = block.stmts.len();
        for (index, stmt) in block.stmts.iter().enumerate() {
            let node = all.node(index, index + 1 == count, stmt, &mut current, &purity);
            all.nodes.push(node);
        }
        let is_macro = |node: &Node| matches!(node.stmt, Stmt::Item(syn::Item::Macro(_)));
        if all.nodes.iter().any(is_macro) {
            // other items may use it, and it is only known behind where it stands
            let items = all.nodes.iter_mut().filter(|node| node.role == Role::Item);
            items.for_each(|node| node.role = Role::Alone);
        }
        all.prove_copies();
        all.find_writes();
        all.give_roles(may_leave);
        all
    }

    fn node(
        &mut self,
        index: usize,
        last: bool,
        stmt: &Stmt,
        current: &mut HashMap<String, usize>,
        purity: &Purity<'_>,
    ) -> Node {
        let mut finder = Finder {
            current,
            names: HashMap::new(),
            mentions: Vec::new(),
            leaving: Vec::new(),
        };
        let mut walk = Walk::new(&mut finder);
        walk.stmt(&mut stmt.clone());
        let facts = walk.facts.clone();
        let Finder {
            names,
            mentions,
            leaving,
            ..
        } = finder;
        let mut first = FirstAwait {
            purity,
            found: None,
        };
        first.visit_stmt(stmt);
        let mut binds = Vec::new();
        let mut judged = Err("a statement runs in source order".to_owned());
        if let Stmt::Local(local) = stmt {
            judged = match &local.init {
                None => Err("a declaration without a value".to_owned()),
                Some(init) => purity.expr(&init.expr).and_then(|()| {
                    init.diverge
                        .iter()
                        .try_for_each(|(_, otherwise)| purity.expr(otherwise))
                }),
            };
            let (copy, typed_exclusive) = match &local.pat {
                Pat::Type(typed) => (is_copy(&typed.ty), is_exclusive(&typed.ty)),
                _ => (false, false),
            };
            // what is bound from something that may be changed may be a way to it
            let from_exclusive = mentions.iter().any(|(var, how)| {
                self.vars[*var].exclusive
                    || (*how == Use::Write && self.vars[*var].def.is_some() && local.init.as_ref().is_some_and(|init| matches!(&*init.expr, Expr::Reference(of) if of.mutability.is_some())))
            }) || local.init.as_ref().is_some_and(|init| matches!(&*init.expr, Expr::Reference(of) if of.mutability.is_some()));
            for ident in bound(&local.pat) {
                let name = plain(&ident.ident);
                current.insert(name.clone(), self.vars.len());
                binds.push(self.vars.len());
                self.vars.push(Var {
                    ident: ident.ident.clone(),
                    name,
                    mutable: ident.mutability.is_some(),
                    by_ref: ident.by_ref.is_some(),
                    def: Some(index),
                    copy: copy || (ident.by_ref.is_some() && ident.mutability.is_none()),
                    exclusive: typed_exclusive
                        || (from_exclusive && !copy)
                        || (ident.by_ref.is_some() && ident.mutability.is_some()),
                    last_write: None,
                });
            }
        }
        let role = match stmt {
            Stmt::Item(syn::Item::Macro(_)) => Role::Alone,
            Stmt::Item(_) => Role::Item,
            Stmt::Expr(_, None) if last => Role::Tail,
            Stmt::Macro(of) if last && of.semi_token.is_none() => Role::Tail,
            _ => Role::Lane,
        };
        Node {
            stmt: stmt.clone(),
            binds,
            mentions,
            leaving,
            names,
            facts,
            judged,
            awaited: first.found,
            role,
            fence: false,
        }
    }
}

/// Names that are visible inside a statement, beside those of the block.
pub(super) fn add_pattern(outers: &mut Outers, pat: &Pat) {
    let copy = matches!(pat, Pat::Type(typed) if is_copy(&typed.ty));
    let exclusive = matches!(pat, Pat::Type(typed) if is_exclusive(&typed.ty));
    for ident in names::bound(pat) {
        let mutable = ident.mutability.is_some();
        outers.insert(
            plain(&ident.ident),
            Outer {
                copy,
                exclusive,
                mutable,
            },
        );
    }
}
