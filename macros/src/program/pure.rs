//! What changes nothing: forms that are known to, and calls of what the author names.
use super::{known, members::THIS, options::Options};
use syn::{Block, Expr, ExprAwait, Stmt};

/// What is awaited, as far as its words tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Awaited {
    /// `Type { … }.predict()`, `Type::ctor(…).chain_of_thought()`, `self.field.call(…)`: the signature or field.
    Model(String),
    /// `Type::run(…)`.
    Program(String),
    /// A function or method of `pure(…)`.
    Named(String),
    /// Anything else.
    Unknown(String),
}

/// Why an expression belongs to the host lane; `Ok` if it changes nothing.
pub(super) type Judged = Result<(), String>;

/// Judges by the options of one program.
pub(super) struct Purity<'o> {
    pub(super) options: &'o Options,
}

impl Purity<'_> {
    fn named(&self, name: &str) -> bool {
        self.options.pure.iter().any(|pure| pure == name)
    }

    /// What an await waits for.
    pub(super) fn awaited(&self, of: &ExprAwait) -> Awaited {
        let mut at = &*of.base;
        loop {
            match at {
                Expr::MethodCall(call) => {
                    let name = call.method.to_string();
                    if known::ASKS.contains(&name.as_str()) {
                        if let Some(signature) = asked(&call.receiver) {
                            return Awaited::Model(signature);
                        }
                    } else if name == "call"
                        && let Some(field) = field_of_self(&call.receiver)
                    {
                        return Awaited::Model(field);
                    } else if self.named(&name) {
                        return Awaited::Named(name);
                    } else if !known::is_setting(&name) {
                        return Awaited::Unknown(name);
                    }
                    at = &call.receiver;
                }
                Expr::Call(call) => {
                    let Expr::Path(path) = &*call.func else {
                        return Awaited::Unknown("a call".to_owned());
                    };
                    if let Some(program) = within(&path.path) {
                        return Awaited::Program(program);
                    }
                    let mut segments = path.path.segments.iter().rev();
                    let name = segments
                        .next()
                        .map(|last| last.ident.to_string())
                        .unwrap_or_default();
                    let owner = segments.next().map(|owner| owner.ident.to_string());
                    if self.named(&name) {
                        return Awaited::Named(name);
                    }
                    return match owner {
                        Some(owner) if name == "run" && owner.starts_with(char::is_uppercase) => {
                            Awaited::Program(owner)
                        }
                        _ => Awaited::Unknown(name),
                    };
                }
                Expr::Paren(inner) => at = &inner.expr,
                Expr::Group(inner) => at = &inner.expr,
                Expr::Path(path) => return Awaited::Unknown(crate::diag::shown(path)),
                _ => return Awaited::Unknown("what is awaited".to_owned()),
            }
        }
    }

    pub(super) fn expr(&self, expr: &Expr) -> Judged {
        let all = |exprs: &mut dyn Iterator<Item = &Expr>| -> Judged {
            for expr in exprs {
                self.expr(expr)?;
            }
            Ok(())
        };
        match expr {
            Expr::Lit(_) | Expr::Path(_) | Expr::Async(_) | Expr::Closure(_) => Ok(()),
            Expr::Reference(of) if of.mutability.is_none() => self.expr(&of.expr),
            Expr::Reference(_) => Err("`&mut` may change something".to_owned()),
            Expr::Unary(of) => self.expr(&of.expr),
            Expr::Binary(of) => {
                use syn::BinOp as Op;
                match of.op {
                    Op::AddAssign(_)
                    | Op::SubAssign(_)
                    | Op::MulAssign(_)
                    | Op::DivAssign(_)
                    | Op::RemAssign(_)
                    | Op::BitXorAssign(_)
                    | Op::BitAndAssign(_)
                    | Op::BitOrAssign(_)
                    | Op::ShlAssign(_)
                    | Op::ShrAssign(_) => Err("an assignment changes something".to_owned()),
                    _ => all(&mut [&*of.left, &*of.right].into_iter()),
                }
            }
            Expr::Field(of) => self.expr(&of.base),
            Expr::Index(of) => all(&mut [&*of.expr, &*of.index].into_iter()),
            Expr::Paren(of) => self.expr(&of.expr),
            Expr::Group(of) => self.expr(&of.expr),
            Expr::Cast(of) => self.expr(&of.expr),
            Expr::Try(of) => self.expr(&of.expr),
            Expr::Let(of) => self.expr(&of.expr),
            Expr::Tuple(of) => all(&mut of.elems.iter()),
            Expr::Array(of) => all(&mut of.elems.iter()),
            Expr::Repeat(of) => all(&mut [&*of.expr, &*of.len].into_iter()),
            Expr::Range(of) => all(&mut of.start.iter().chain(&of.end).map(|end| &**end)),
            Expr::Struct(of) => {
                let rest = of.rest.iter().map(|rest| &**rest);
                all(&mut of.fields.iter().map(|field| &field.expr).chain(rest))
            }
            Expr::Call(of) => self.call(of),
            Expr::MethodCall(of) => self.method(of),
            Expr::Macro(of) => match known::shape(&of.mac.path) {
                Some((shape, true)) => self.arguments(&of.mac, shape),
                _ => Err(format!(
                    "macro `{}!` may do anything",
                    crate::diag::shown(&of.mac.path)
                )),
            },
            Expr::Await(of) => match self.awaited(of) {
                Awaited::Unknown(_) if says_asks(&of.base) => {
                    Err("this model call is not seen, so it is not tuned".to_owned())
                }
                Awaited::Unknown(name) => Err(format!(
                    "`{name}` may have effects; if it has none: `pure({name})`"
                )),
                _ => self.expr(&of.base),
            },
            Expr::If(of) => {
                self.expr(&of.cond)?;
                self.block(&of.then_branch)?;
                of.else_branch
                    .iter()
                    .try_for_each(|(_, otherwise)| self.expr(otherwise))
            }
            Expr::Match(of) => {
                self.expr(&of.expr)?;
                for arm in &of.arms {
                    if let syn::Pat::Guard(guard) = &arm.pat {
                        self.expr(&guard.guard)?;
                    }
                    self.expr(&arm.body)?;
                }
                Ok(())
            }
            Expr::Block(of) if of.label.is_none() => self.block(&of.block),
            Expr::Return(of) => of.expr.iter().try_for_each(|inner| self.expr(inner)),
            Expr::Unsafe(_) => Err("an `unsafe` block may do anything".to_owned()),
            Expr::Assign(_) => Err("an assignment changes something".to_owned()),
            Expr::ForLoop(_) | Expr::While(_) | Expr::Loop(_) => {
                Err("the turns of a loop are statements".to_owned())
            }
            _ => Err("this form is not known to change nothing".to_owned()),
        }
    }

    pub(super) fn block(&self, block: &Block) -> Judged {
        for (index, stmt) in block.stmts.iter().enumerate() {
            match stmt {
                Stmt::Local(local) => {
                    if matches!(local.pat, syn::Pat::Wild(_)) {
                        return Err("`let _` is a statement".to_owned());
                    }
                    if let Some(init) = &local.init {
                        self.expr(&init.expr)?;
                        init.diverge
                            .iter()
                            .try_for_each(|(_, otherwise)| self.expr(otherwise))?;
                    }
                }
                Stmt::Expr(expr, semi) => {
                    let last = index + 1 == block.stmts.len();
                    if !(last && (semi.is_none() || matches!(expr, Expr::Return(_)))) {
                        return Err("a statement inside may have effects".to_owned());
                    }
                    self.expr(expr)?;
                }
                Stmt::Macro(_) => return Err("a macro inside may do anything".to_owned()),
                Stmt::Item(_) => {}
            }
        }
        Ok(())
    }

    fn call(&self, of: &syn::ExprCall) -> Judged {
        of.args.iter().try_for_each(|arg| self.argument(arg))?;
        let Expr::Path(path) = &*of.func else {
            return Err("what is called here is not known".to_owned());
        };
        let name = path
            .path
            .segments
            .last()
            .map(|last| last.ident.to_string())
            .unwrap_or_default();
        if known::function(&path.path)
            || self.named(&name)
            || name == "run"
            || within(&path.path).is_some()
        {
            return Ok(());
        }
        Err(format!(
            "`{name}` may have effects; if it has none: `pure({name})`"
        ))
    }

    fn method(&self, of: &syn::ExprMethodCall) -> Judged {
        let name = of.method.to_string();
        self.expr(&of.receiver)?;
        of.args.iter().try_for_each(|arg| self.argument(arg))?;
        let fine = match known::method(&name, of.args.len()) {
            known::Receiver::Reads | known::Receiver::Takes => true,
            // on a temporary nobody sees the change
            known::Receiver::Writes => !is_place(&of.receiver),
            known::Receiver::Unknown => {
                self.named(&name)
                    || known::ASKS.contains(&name.as_str())
                    || (name == "call" && field_of_self(&of.receiver).is_some())
                    || (known::is_setting(&name) && asks(&of.receiver))
            }
        };
        if fine {
            Ok(())
        } else {
            Err(format!(
                "method `{name}` may have effects; if it has none: `pure({name})`"
            ))
        }
    }

    /// A closure that is handed over may run: then what it does counts.
    fn argument(&self, arg: &Expr) -> Judged {
        match arg {
            Expr::Closure(of) => self.expr(&of.body),
            other => self.expr(other),
        }
    }

    fn arguments(&self, mac: &syn::Macro, shape: known::Shape) -> Judged {
        use syn::parse::Parser;
        if matches!(shape, known::Shape::Nothing) {
            return Ok(());
        }
        if matches!(shape, known::Shape::Matches) {
            let first = |input: syn::parse::ParseStream<'_>| {
                let expr: Expr = input.parse()?;
                input.parse::<proc_macro2::TokenStream>()?;
                Ok(expr)
            };
            let parsed = first.parse2(mac.tokens.clone());
            return parsed.map_or_else(
                |_| Err("its arguments are not known".to_owned()),
                |expr| self.expr(&expr),
            );
        }
        let inside = &mac.tokens;
        let list: Result<Expr, _> = syn::parse2(quote::quote!([#inside]));
        match list {
            Ok(Expr::Array(of)) => of.elems.iter().try_for_each(|elem| match elem {
                Expr::Assign(of) => self.expr(&of.right),
                other => self.expr(other),
            }),
            Ok(Expr::Repeat(of)) => self.expr(&of.expr),
            _ => Err("its arguments are not known".to_owned()),
        }
    }
}

/// Whether a chain of methods asks a signature somewhere.
pub(super) fn asks(expr: &Expr) -> bool {
    match expr {
        Expr::MethodCall(of) => {
            let name = of.method.to_string();
            known::ASKS.contains(&name.as_str()) || name == "call" || asks(&of.receiver)
        }
        _ => false,
    }
}

/// Whether a model is asked by name: `question.predict()`.
fn says_asks(expr: &Expr) -> bool {
    match expr {
        Expr::MethodCall(of) => {
            (known::ASKS.contains(&of.method.to_string().as_str()) && of.args.is_empty())
                || says_asks(&of.receiver)
        }
        _ => false,
    }
}

fn is_place(expr: &Expr) -> bool {
    match expr {
        Expr::Path(_) => true,
        Expr::Field(of) => is_place(&of.base),
        Expr::Index(of) => is_place(&of.expr),
        Expr::Paren(of) => is_place(&of.expr),
        Expr::Unary(of) => matches!(of.op, syn::UnOp::Deref(_)),
        _ => false,
    }
}

/// The type of `Type { … }` and `Type::ctor(…)`, as written.
pub(super) fn asked_type(receiver: &Expr) -> Option<syn::Path> {
    match receiver {
        Expr::Struct(of) if of.qself.is_none() => Some(of.path.clone()),
        Expr::Call(call) => {
            let Expr::Path(path) = &*call.func else {
                return None;
            };
            if path.qself.is_some() {
                return None;
            }
            let mut of = path.path.clone();
            of.segments.pop();
            of.segments.pop_punct();
            let owner = of.segments.last()?.ident.to_string();
            owner.starts_with(char::is_uppercase).then_some(of)
        }
        Expr::Paren(of) => asked_type(&of.expr),
        Expr::Group(of) => asked_type(&of.expr),
        _ => None,
    }
}

/// The signature of `Type { … }` and `Type::ctor(…)`.
fn asked(receiver: &Expr) -> Option<String> {
    let of = asked_type(receiver)?;
    of.segments.last().map(|last| last.ident.to_string())
}

/// The program of `__private::programs::within::<Program, _>(…)`, which a nested call has become.
fn within(path: &syn::Path) -> Option<String> {
    let last = path.segments.last()?;
    let owner = path.segments.iter().rev().nth(1)?;
    if last.ident != "within" || owner.ident != "programs" {
        return None;
    }
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first()? {
        syn::GenericArgument::Type(syn::Type::Path(of)) => {
            of.path.segments.last().map(|last| last.ident.to_string())
        }
        _ => None,
    }
}

fn field_of_self(receiver: &Expr) -> Option<String> {
    let Expr::Field(of) = receiver else {
        return None;
    };
    let syn::Member::Named(name) = &of.member else {
        return None;
    };
    match &*of.base {
        Expr::Path(path) if path.path.is_ident("self") || path.path.is_ident(THIS) => {
            Some(name.to_string())
        }
        Expr::Field(_) => field_of_self(&of.base).map(|outer| format!("{outer}.{name}")),
        _ => None,
    }
}
