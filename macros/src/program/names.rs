//! Who mentions what, and how: one walk over expressions that knows scopes, for reading and for renaming.
mod macros;

use super::known::{self, Receiver};
use quote::ToTokens;
use std::collections::HashSet;
use syn::{Block, Expr, Ident, Member, Pat, Stmt, Token};

/// How a variable is mentioned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// Only borrowed, for sure.
    Read,
    /// By value: moved, or copied.
    Value,
    /// One of its fields by value.
    Field(String),
    /// What a method of that name is called on.
    Method(String),
    /// Changed, or borrowed to be changed.
    Write,
    /// By a macro that is not known.
    Opaque,
}

/// What an expression does, apart from its names. Closures and async blocks do nothing yet.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    pub(super) awaits: usize,
    /// A `?`.
    pub(super) asks: bool,
    pub(super) returns: bool,
    /// A `break` or `continue` of a loop around it.
    pub(super) jumps: bool,
    /// A `return` whose value must be made where it stands.
    pub(super) returns_here: bool,
    /// A macro that is not known.
    pub(super) unknown: Option<String>,
}

/// What hears of each mention, and may put something in its place.
pub(super) trait Sink {
    /// `leaving`: inside of the value of a `return`.
    fn mention(&mut self, name: &Ident, how: &Use, leaving: bool) -> Option<Expr>;
}

/// The walk.
pub(super) struct Walk<'s, S> {
    sink: &'s mut S,
    scopes: Vec<HashSet<String>>,
    pub(super) facts: Facts,
    /// Inside of how many closures and async blocks.
    lazy: usize,
    /// Inside of how many of them that take what they mention.
    moving: usize,
    loops: usize,
    /// Inside of the value of a `return` of this function.
    leaving: bool,
}

/// The names that a pattern binds.
pub(super) fn bound(pat: &Pat) -> Vec<&syn::PatIdent> {
    let mut all = Vec::new();
    collect(pat, &mut all);
    all
}

fn collect<'p>(pat: &'p Pat, all: &mut Vec<&'p syn::PatIdent>) {
    match pat {
        Pat::Ident(ident) => {
            let name = ident.ident.to_string();
            if ident.subpat.is_some() || !name.starts_with(char::is_uppercase) {
                all.push(ident);
            }
            if let Some((_, inner)) = &ident.subpat {
                collect(inner, all);
            }
        }
        Pat::Guard(guard) => collect(&guard.pat, all),
        // the alternatives bind the same names
        Pat::Or(or) => or
            .cases
            .first()
            .into_iter()
            .for_each(|case| collect(case, all)),
        Pat::Paren(paren) => collect(&paren.pat, all),
        Pat::Reference(reference) => collect(&reference.pat, all),
        Pat::Slice(slice) => slice.elems.iter().for_each(|elem| collect(elem, all)),
        Pat::Struct(of) => of.fields.iter().for_each(|field| collect(&field.pat, all)),
        Pat::Tuple(tuple) => tuple.elems.iter().for_each(|elem| collect(elem, all)),
        Pat::TupleStruct(tuple) => tuple.elems.iter().for_each(|elem| collect(elem, all)),
        Pat::Type(typed) => collect(&typed.pat, all),
        _ => {}
    }
}

/// A name as it is written without `r#`.
pub(super) fn plain(ident: &Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").map(str::to_owned).unwrap_or(text)
}

impl<'s, S: Sink> Walk<'s, S> {
    pub(super) fn new(sink: &'s mut S) -> Self {
        Self {
            sink,
            scopes: Vec::new(),
            facts: Facts::default(),
            lazy: 0,
            moving: 0,
            loops: 0,
            leaving: false,
        }
    }
    fn scope<T>(&mut self, inside: impl FnOnce(&mut Self) -> T) -> T {
        self.scopes.push(HashSet::new());
        let result = inside(self);
        self.scopes.pop();
        result
    }
    fn bind(&mut self, pat: &mut Pat) {
        for ident in bound(pat) {
            let name = plain(&ident.ident);
            if let Some(scope) = self.scopes.last_mut() {
                scope.insert(name);
            }
        }
        if let Pat::Guard(guard) = pat {
            self.expr(&mut guard.guard, &Use::Read);
        }
    }
    fn mention(&mut self, ident: &Ident, how: &Use) -> Option<Expr> {
        let name = plain(ident);
        if self.scopes.iter().any(|scope| scope.contains(&name)) {
            self.facts.returns_here |= self.leaving;
            return None;
        }
        let how = if self.moving > 0 && *how != Use::Opaque {
            &Use::Value
        } else {
            how
        };
        self.sink.mention(ident, how, self.leaving)
    }
    pub(super) fn block(&mut self, block: &mut Block) {
        self.scope(|walk| block.stmts.iter_mut().for_each(|stmt| walk.stmt(stmt)));
    }
    pub(super) fn stmt(&mut self, stmt: &mut Stmt) {
        match stmt {
            Stmt::Local(local) => {
                if let Some(init) = &mut local.init {
                    let how = scrutinee(&local.pat);
                    self.expr(&mut init.expr, &how);
                    if let Some((_, otherwise)) = &mut init.diverge {
                        self.expr(otherwise, &Use::Value);
                    }
                }
                self.bind(&mut local.pat);
            }
            Stmt::Expr(expr, _) => self.expr(expr, &Use::Value),
            Stmt::Macro(of) => self.mac(&mut of.mac),
            Stmt::Item(syn::Item::Macro(of)) => self.unknown(&of.mac),
            Stmt::Item(_) => {}
        }
    }
    pub(super) fn expr(&mut self, expr: &mut Expr, how: &Use) {
        let value = &Use::Value;
        match expr {
            Expr::Path(path) => {
                if let Some(ident) = path.path.get_ident().cloned()
                    && let Some(other) = self.mention(&ident, how)
                {
                    *expr = other;
                }
            }
            Expr::Reference(of) => {
                let how = if of.mutability.is_some() {
                    Use::Write
                } else {
                    Use::Read
                };
                self.expr(&mut of.expr, &how);
            }
            Expr::RawAddr(of) => self.expr(&mut of.expr, &Use::Write),
            Expr::Field(of) => {
                let how = match how {
                    Use::Value => match &of.member {
                        Member::Named(name) => Use::Field(name.to_string()),
                        Member::Unnamed(index) => Use::Field(index.index.to_string()),
                    },
                    other => other.clone(),
                };
                self.expr(&mut of.base, &how);
            }
            Expr::Index(of) => {
                let how = if *how == Use::Write {
                    Use::Write
                } else {
                    Use::Read
                };
                self.expr(&mut of.expr, &how);
                self.expr(&mut of.index, value);
            }
            Expr::MethodCall(of) => {
                let name = of.method.to_string();
                let how = match known::method(&name, of.args.len()) {
                    Receiver::Reads => Use::Read,
                    Receiver::Takes => Use::Value,
                    Receiver::Writes => Use::Write,
                    Receiver::Unknown => Use::Method(name),
                };
                self.expr(&mut of.receiver, &how);
                of.args.iter_mut().for_each(|arg| self.expr(arg, value));
            }
            Expr::Unary(of) => {
                let how = match (&of.op, how) {
                    (syn::UnOp::Deref(_), Use::Value) => Use::Field("*".to_owned()),
                    (syn::UnOp::Deref(_), other) => other.clone(),
                    _ => Use::Value,
                };
                self.expr(&mut of.expr, &how);
            }
            Expr::Binary(of) => {
                use syn::BinOp as Op;
                let (left, right) = match of.op {
                    Op::Eq(_) | Op::Ne(_) | Op::Lt(_) | Op::Le(_) | Op::Gt(_) | Op::Ge(_) => {
                        (Use::Read, Use::Read)
                    }
                    Op::And(_)
                    | Op::Or(_)
                    | Op::Add(_)
                    | Op::Sub(_)
                    | Op::Mul(_)
                    | Op::Div(_)
                    | Op::Rem(_)
                    | Op::BitXor(_)
                    | Op::BitAnd(_)
                    | Op::BitOr(_)
                    | Op::Shl(_)
                    | Op::Shr(_) => (Use::Value, Use::Value),
                    _ => (Use::Write, Use::Value),
                };
                self.expr(&mut of.left, &left);
                self.expr(&mut of.right, &right);
            }
            Expr::Assign(of) => {
                self.expr(&mut of.right, value);
                self.expr(&mut of.left, &Use::Write);
            }
            Expr::Call(of) => {
                self.expr(&mut of.func, &Use::Method(String::new()));
                of.args.iter_mut().for_each(|arg| self.expr(arg, value));
            }
            Expr::Closure(of) => {
                let moving = usize::from(of.capture.is_some());
                self.lazily(moving, |walk| {
                    of.inputs.iter_mut().for_each(|input| walk.bind(input));
                    walk.expr(&mut of.body, value);
                });
            }
            Expr::Async(of) => {
                let moving = usize::from(of.capture.is_some());
                self.lazily(moving, |walk| walk.block(&mut of.block));
            }
            Expr::Macro(of) => self.mac(&mut of.mac),
            Expr::If(of) => {
                self.scope(|walk| {
                    walk.expr(&mut of.cond, value);
                    walk.block(&mut of.then_branch);
                });
                if let Some((_, otherwise)) = &mut of.else_branch {
                    self.expr(otherwise, how);
                }
            }
            Expr::Let(of) => {
                let how = scrutinee(&of.pat);
                self.expr(&mut of.expr, &how);
                self.bind(&mut of.pat);
            }
            Expr::Match(of) => {
                let takes = of.arms.iter().any(|arm| scrutinee(&arm.pat) == Use::Value);
                let how = if takes { Use::Value } else { Use::Read };
                self.expr(&mut of.expr, &how);
                for arm in &mut of.arms {
                    self.scope(|walk| {
                        walk.bind(&mut arm.pat);
                        walk.expr(&mut arm.body, value);
                    });
                }
            }
            Expr::Block(of) => self.block(&mut of.block),
            Expr::Unsafe(of) => self.block(&mut of.block),
            Expr::Const(_) | Expr::Lit(_) | Expr::Infer(_) => {}
            Expr::ForLoop(of) => {
                self.expr(&mut of.expr, value);
                self.loops += 1;
                self.scope(|walk| {
                    walk.bind(&mut of.pat);
                    walk.block(&mut of.body);
                });
                self.loops -= 1;
            }
            Expr::While(of) => {
                self.loops += 1;
                self.scope(|walk| {
                    walk.expr(&mut of.cond, value);
                    walk.block(&mut of.body);
                });
                self.loops -= 1;
            }
            Expr::Loop(of) => {
                self.loops += 1;
                self.block(&mut of.body);
                self.loops -= 1;
            }
            Expr::Struct(of) => {
                for field in &mut of.fields {
                    if field.colon_token.is_some() {
                        self.expr(&mut field.expr, value);
                    } else if let Member::Named(name) = field.member.clone()
                        && let Some(other) = self.mention(&name, value)
                    {
                        field.expr = other;
                        field.colon_token = Some(Token![:](name.span()));
                    }
                }
                if let Some(rest) = &mut of.rest {
                    self.expr(rest, value);
                }
            }
            Expr::Array(of) => of.elems.iter_mut().for_each(|elem| self.expr(elem, value)),
            Expr::Tuple(of) => of
                .elems
                .iter_mut()
                .for_each(|elem| self.expr(elem, how_of_parts(how))),
            Expr::Repeat(of) => {
                self.expr(&mut of.expr, value);
                self.expr(&mut of.len, value);
            }
            Expr::Range(of) => {
                for end in [&mut of.start, &mut of.end].into_iter().flatten() {
                    self.expr(end, value);
                }
            }
            Expr::Cast(of) => self.expr(&mut of.expr, value),
            Expr::Paren(of) => self.expr(&mut of.expr, how),
            Expr::Group(of) => self.expr(&mut of.expr, how),
            Expr::Try(of) => {
                self.facts.asks |= self.lazy == 0;
                self.expr(&mut of.expr, value);
            }
            Expr::Await(of) => {
                self.facts.awaits += usize::from(self.lazy == 0);
                self.expr(&mut of.base, value);
            }
            Expr::Return(of) => {
                self.facts.returns |= self.lazy == 0;
                let before = (self.facts.awaits, self.facts.asks);
                let leaving = std::mem::replace(&mut self.leaving, self.lazy == 0);
                if let Some(inner) = &mut of.expr {
                    self.facts.asks = false;
                    self.expr(inner, value);
                    self.facts.returns_here |= before.0 != self.facts.awaits || self.facts.asks;
                    self.facts.asks |= before.1;
                }
                self.leaving = leaving;
            }
            Expr::Break(of) => {
                let out = self.lazy == 0 && (self.loops == 0 || of.label.is_some());
                self.facts.jumps |= out;
                if let Some(inner) = &mut of.expr {
                    self.expr(inner, value);
                }
            }
            Expr::Continue(of) => {
                self.facts.jumps |= self.lazy == 0 && (self.loops == 0 || of.label.is_some());
            }
            other => {
                // forms that have no name here: whatever they mention is not known
                let tokens = other.to_token_stream();
                self.facts
                    .unknown
                    .get_or_insert_with(|| "a form that is not known".to_owned());
                self.tokens(tokens);
            }
        }
    }
    fn lazily(&mut self, moving: usize, inside: impl FnOnce(&mut Self)) {
        let loops = std::mem::take(&mut self.loops);
        self.lazy += 1;
        self.moving += moving;
        self.scope(inside);
        self.lazy -= 1;
        self.moving -= moving;
        self.loops = loops;
    }
}

fn how_of_parts(how: &Use) -> &Use {
    match how {
        Use::Read => &Use::Read,
        Use::Write => &Use::Write,
        _ => &Use::Value,
    }
}

/// How a pattern takes what it is matched with.
fn scrutinee(pat: &Pat) -> Use {
    let names = bound(pat);
    if names
        .iter()
        .any(|ident| ident.by_ref.is_some() && ident.mutability.is_some())
    {
        Use::Write
    } else if names.iter().any(|ident| ident.by_ref.is_none()) {
        Use::Value
    } else {
        Use::Read
    }
}
