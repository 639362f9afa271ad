//! Who floats, who runs in the lane, who stands alone, and why.
use super::{Analysis, Node, Role};
use crate::program::{
    names::{Use, bound},
    pure::Judged,
};
use syn::{Block, Expr, Pat, Stmt};

impl Analysis {
    fn is_only_dropped(node: &Node) -> bool {
        let Stmt::Expr(Expr::Call(call), Some(_)) = &node.stmt else {
            return false;
        };
        matches!(&*call.func, Expr::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "drop"))
            && call.args.len() == 1
            && matches!(call.args.first(), Some(Expr::Path(_)))
    }

    pub(super) fn give_roles(&mut self, may_leave: bool) {
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
                && matches!(&*of.func, Expr::Path(path) if crate::program::known::function(&path.path))
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
