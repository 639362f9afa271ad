//! The statements of a block as nodes, and its variables: who mentions what, who may float, and why not.
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

/// Whether an initialiser keeps a temporary alive for its binding: `&made()`.
fn extends(expr: &Expr) -> bool {
    fn is_place(expr: &Expr) -> bool {
        match expr {
            Expr::Path(_) | Expr::Lit(_) => true,
            Expr::Field(of) => is_place(&of.base),
            Expr::Index(of) => is_place(&of.expr),
            Expr::Paren(of) => is_place(&of.expr),
            Expr::Group(of) => is_place(&of.expr),
            Expr::Unary(of) => matches!(of.op, syn::UnOp::Deref(_)) && is_place(&of.expr),
            _ => false,
        }
    }
    match expr {
        Expr::Reference(of) => !is_place(&of.expr),
        Expr::Paren(of) => extends(&of.expr),
        Expr::Group(of) => extends(&of.expr),
        Expr::Cast(of) => extends(&of.expr),
        Expr::Tuple(of) => of.elems.iter().any(extends),
        Expr::Array(of) => of.elems.iter().any(extends),
        Expr::Struct(of) => of.fields.iter().any(|field| extends(&field.expr)),
        Expr::Call(of) => {
            of.args.iter().any(extends)
                && matches!(&*of.func, Expr::Path(path) if super::known::function(&path.path))
        }
        Expr::If(of) => {
            tail(&of.then_branch).is_some_and(extends)
                || of
                    .else_branch
                    .as_ref()
                    .is_some_and(|(_, otherwise)| extends(otherwise))
        }
        Expr::Match(of) => of.arms.iter().any(|arm| extends(&arm.body)),
        Expr::Block(of) => tail(&of.block).is_some_and(extends),
        _ => false,
    }
}

fn tail(block: &Block) -> Option<&Expr> {
    match block.stmts.last() {
        Some(Stmt::Expr(expr, None)) => Some(expr),
        _ => None,
    }
}

fn attributes(stmt: &Stmt) -> &[syn::Attribute] {
    match stmt {
        Stmt::Local(local) => &local.attrs,
        Stmt::Macro(of) => &of.attrs,
        Stmt::Expr(expr, _) => match expr {
            Expr::Call(of) => &of.attrs,
            Expr::MethodCall(of) => &of.attrs,
            Expr::Block(of) => &of.attrs,
            Expr::If(of) => &of.attrs,
            Expr::Match(of) => &of.attrs,
            Expr::ForLoop(of) => &of.attrs,
            Expr::While(of) => &of.attrs,
            Expr::Loop(of) => &of.attrs,
            Expr::Return(of) => &of.attrs,
            Expr::Macro(of) => &of.attrs,
            Expr::Unsafe(of) => &of.attrs,
            Expr::Assign(of) => &of.attrs,
            Expr::Await(of) => &of.attrs,
            Expr::Try(of) => &of.attrs,
            _ => &[],
        },
        Stmt::Item(_) => &[],
    }
}

fn is_configured(stmt: &Stmt) -> bool {
    let by = |attribute: &syn::Attribute| {
        attribute.path().is_ident("cfg") || attribute.path().is_ident("cfg_attr")
    };
    attributes(stmt).iter().any(by)
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

    /// The mentions of a variable after a node.
    pub(super) fn later(&self, var: usize, after: usize) -> impl Iterator<Item = (usize, &Use)> {
        let nodes = self.nodes.iter().enumerate().skip(after + 1);
        nodes.flat_map(move |(index, node)| {
            let here = node.mentions.iter().filter(move |(of, _)| *of == var);
            here.map(move |(_, how)| (index, how))
        })
    }

    /// The same without those of macros that are not known: their words may be anything.
    fn surely_later(&self, var: usize, after: usize) -> bool {
        self.later(var, after).any(|(_, how)| *how != Use::Opaque)
    }

    /// A use by value with a use after it, on one path, says that the type is `Copy`.
    fn prove_copies(&mut self) {
        for var in 0..self.vars.len() {
            let written = self
                .nodes
                .iter()
                .any(|node| node.mentions.contains(&(var, Use::Write)));
            if self.vars[var].copy || written {
                continue;
            }
            let proves = |(index, node): (usize, &Node)| {
                let falls_through =
                    !node.facts.returns && !node.facts.jumps && node.facts.unknown.is_none();
                falls_through
                    && node.mentions.contains(&(var, Use::Value))
                    && self.surely_later(var, index)
            };
            if self.nodes.iter().enumerate().any(proves) {
                self.vars[var].copy = true;
            }
        }
    }

    fn find_writes(&mut self) {
        for (index, node) in self.nodes.iter().enumerate() {
            for (var, how) in &node.mentions {
                let var = &mut self.vars[*var];
                let writes = match how {
                    Use::Write | Use::Opaque => true,
                    Use::Method(_) => var.mutable,
                    _ => false,
                };
                if writes && (*how != Use::Opaque || var.mutable) {
                    var.last_write = Some(index);
                }
            }
        }
    }

    /// What a mention does for sure, by what comes after it.
    pub(super) fn effect(&self, index: usize, var: usize, how: &Use) -> Use {
        let of = &self.vars[var];
        if of.copy && !matches!(how, Use::Write | Use::Opaque) {
            return Use::Read;
        }
        let node = &self.nodes[index];
        let goes_on = !node.facts.returns && !node.facts.jumps && node.facts.unknown.is_none();
        match how {
            Use::Method(_) if of.mutable => Use::Write,
            Use::Method(name) => {
                let read_before = self.nodes[..index].iter().any(|node| {
                    node.mentions
                        .iter()
                        .any(|(v, how)| *v == var && matches!(how, Use::Method(n) if n == name))
                });
                let used_after = goes_on && self.surely_later(var, index);
                if used_after || read_before {
                    Use::Read
                } else {
                    how.clone()
                }
            }
            Use::Field(field) => {
                let again = goes_on
                    && self.later(var, index).any(|(_, how)| match how {
                        Use::Field(other) => other == field,
                        Use::Opaque => false,
                        _ => true,
                    });
                let before = self.nodes[..index]
                    .iter()
                    .any(|node| node.mentions.contains(&(var, Use::Field(field.clone()))));
                if again || before {
                    Use::Read
                } else {
                    how.clone()
                }
            }
            other => other.clone(),
        }
    }

    /// Whether its fields are moved out one after another.
    fn is_partial(&self, var: usize) -> bool {
        let fields = self.nodes.iter().enumerate().flat_map(|(index, node)| {
            node.mentions
                .iter()
                .filter(move |(of, _)| *of == var)
                .map(move |(_, how)| (index, how))
        });
        let moved = fields.filter(|(index, how)| {
            matches!(how, Use::Field(_)) && matches!(self.effect(*index, var, how), Use::Field(_))
        });
        moved.count() > 1
    }

    fn is_only_dropped(node: &Node) -> bool {
        let Stmt::Expr(Expr::Call(call), Some(_)) = &node.stmt else {
            return false;
        };
        matches!(&*call.func, Expr::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "drop"))
            && call.args.len() == 1
            && matches!(call.args.first(), Some(Expr::Path(_)))
    }

    fn give_roles(&mut self, may_leave: bool) {
        for index in (0..self.nodes.len()).rev() {
            if self.nodes[index].role != Role::Lane {
                continue;
            }
            let (role, fence, judged) = self.role(index, may_leave);
            let node = &mut self.nodes[index];
            node.role = role;
            node.fence = fence;
            node.judged = judged;
        }
    }

    fn role(&self, index: usize, may_leave: bool) -> (Role, bool, Judged) {
        let node = &self.nodes[index];
        let because = |why: &str| Err(why.to_owned());
        if is_configured(&node.stmt) {
            return (Role::Alone, false, because("it stands under `cfg`"));
        }
        if let Some(why) = &node.facts.unknown {
            return (Role::Alone, false, because(why));
        }
        let local = match &node.stmt {
            Stmt::Local(local) => local,
            Stmt::Expr(expr, _) => {
                let composite = matches!(
                    expr,
                    Expr::If(_)
                        | Expr::Match(_)
                        | Expr::Block(_)
                        | Expr::ForLoop(_)
                        | Expr::While(_)
                        | Expr::Loop(_)
                        | Expr::Unsafe(_)
                        | Expr::Assign(_)
                        | Expr::Binary(_)
                );
                if node.facts.awaits > 0 && !composite {
                    return (
                        Role::Alone,
                        true,
                        because("what is awaited without a binding holds back what comes after it"),
                    );
                }
                if node.facts.returns || node.facts.jumps {
                    return (Role::Alone, false, because("it may leave the block"));
                }
                return (Role::Lane, false, node.judged.clone());
            }
            _ => return (Role::Lane, false, node.judged.clone()),
        };
        let Some(init) = &local.init else {
            return (Role::Alone, false, node.judged.clone());
        };
        let used = node.binds.iter().any(|var| {
            self.later(*var, index)
                .any(|(at, _)| !Self::is_only_dropped(&self.nodes[at]))
        });
        if !used {
            let effects = node.facts.awaits > 0 || node.judged.is_err();
            if effects {
                return (
                    Role::Alone,
                    true,
                    because("a binding that is not read holds back what comes after it"),
                );
            }
            let simple = !extends(&init.expr)
                && !node.facts.returns
                && !node.facts.jumps
                && init.diverge.is_none();
            let hoists = simple && bound(&local.pat).iter().all(|ident| ident.by_ref.is_none());
            return (
                if hoists { Role::Lane } else { Role::Alone },
                false,
                because("nothing waits for it"),
            );
        }
        let patterns = bound(&local.pat);
        let whole = matches!(&local.pat, Pat::Ident(ident) if ident.subpat.is_none() && ident.mutability.is_none());
        let refs = patterns.iter().any(|ident| ident.by_ref.is_some());
        let may_float = node
            .judged
            .clone()
            .and_then(|()| self.may_float(index, init, refs && !whole, may_leave));
        let read_by_floater = || {
            node.binds.iter().any(|var| {
                self.later(*var, index)
                    .any(|(at, _)| self.nodes[at].role == Role::Floats)
            })
        };
        match may_float {
            Ok(()) if node.facts.awaits > 0 || read_by_floater() => {
                return (Role::Floats, false, Ok(()));
            }
            Ok(()) => {
                if node.facts.returns || init.diverge.is_some() || refs || extends(&init.expr) {
                    return (Role::Alone, false, because("it may leave the block"));
                }
                return (Role::Lane, false, because("no call reads it"));
            }
            Err(_) => {}
        }
        let alone = node.facts.returns
            || node.facts.jumps
            || init.diverge.is_some()
            || refs
            || extends(&init.expr);
        (
            if alone { Role::Alone } else { Role::Lane },
            false,
            may_float,
        )
    }

    fn may_float(
        &self,
        index: usize,
        init: &syn::LocalInit,
        refs: bool,
        may_leave: bool,
    ) -> Judged {
        let node = &self.nodes[index];
        if node.facts.jumps {
            return Err("it may leave a loop".to_owned());
        }
        if node.leaves() && !may_leave {
            return Err("what the function gives back has no name here (`impl Trait`)".to_owned());
        }
        if refs {
            return Err("its pattern borrows".to_owned());
        }
        if extends(&init.expr) {
            return Err("it keeps a temporary alive".to_owned());
        }
        for (at, (var, how)) in node.mentions.iter().enumerate() {
            let of = &self.vars[*var];
            let kept = node.facts.returns_here
                && node.leaving.contains(&at)
                && self.effect(index, *var, how) != Use::Read
                && self.later(*var, index).next().is_some();
            if kept {
                return Err(format!("it may give `{}` back, which others read", of.name));
            }
            if of.exclusive {
                return Err(format!("`{}` is borrowed to be changed", of.name));
            }
            if matches!(how, Use::Write | Use::Opaque) {
                return Err(format!("it may change `{}`", of.name));
            }
            if of.last_write.is_some_and(|write| write >= index) {
                return Err(format!("`{}` is changed after it", of.name));
            }
            if self.is_partial(*var) {
                return Err(format!("`{}` is taken apart", of.name));
            }
        }
        Ok(())
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
