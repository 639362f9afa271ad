//! What macros mention: those that are known are read as expressions, of the others every word counts.
use super::{Sink, Use, Walk, plain, scrutinee};
use crate::program::known::{self, Shape};
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Expr, Ident, Macro, Pat, Token, parse::Parser, punctuated::Punctuated};

impl<S: Sink> Walk<'_, S> {
    pub(in crate::program) fn mac(&mut self, mac: &mut Macro) {
        let read = match known::shape(&mac.path) {
            Some((Shape::Nothing, _)) => true,
            Some((Shape::List, _)) => self.list(mac),
            Some((Shape::Matches, _)) => self.matches(mac),
            Some((Shape::Format(before), _)) => self.format(mac, before),
            None => false,
        };
        if !read {
            self.unknown(mac);
        }
    }
    pub(super) fn unknown(&mut self, mac: &Macro) {
        let path = crate::diag::shown(&mac.path);
        self.facts
            .unknown
            .get_or_insert(format!("`{path}!` is not known"));
        self.tokens(mac.tokens.clone());
    }
    /// Every word in it may be a mention, those in strings too.
    pub(super) fn tokens(&mut self, tokens: TokenStream) {
        let mut points = 0;
        for token in tokens {
            let field = points == 1; // one point, and no range
            points = match &token {
                TokenTree::Punct(punct) if punct.as_char() == '.' => points + 1,
                _ => 0,
            };
            match token {
                TokenTree::Ident(_) if field => {}
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Ident(ident) => {
                    self.mention(&ident, &Use::Opaque);
                }
                TokenTree::Literal(literal) => {
                    let text = literal.to_string();
                    for name in captures(&text) {
                        let ident = match syn::parse_str::<Ident>(&name) {
                            Ok(ident) => ident,
                            Err(_) if name == "self" => Ident::new("self", literal.span()),
                            Err(_) if matches!(&*name, "_" | "super" | "crate" | "Self") => {
                                continue;
                            }
                            Err(_) => Ident::new_raw(&name, literal.span()),
                        };
                        self.mention(&ident, &Use::Opaque);
                    }
                }
                TokenTree::Punct(_) => {}
            }
        }
    }
    fn list(&mut self, mac: &mut Macro) -> bool {
        if let Ok(mut repeat) = syn::parse2::<Expr>({
            let inside = &mac.tokens;
            quote!([#inside])
        }) {
            match &mut repeat {
                Expr::Array(of) => {
                    of.elems
                        .iter_mut()
                        .for_each(|elem| self.expr(elem, &Use::Value));
                    mac.tokens = of.elems.to_token_stream();
                    return true;
                }
                Expr::Repeat(of) => {
                    self.expr(&mut of.expr, &Use::Value);
                    self.expr(&mut of.len, &Use::Value);
                    let (expr, len) = (&of.expr, &of.len);
                    mac.tokens = quote!(#expr; #len);
                    return true;
                }
                _ => {}
            }
        }
        false
    }
    fn matches(&mut self, mac: &mut Macro) -> bool {
        let parser = |input: syn::parse::ParseStream<'_>| {
            let expr: Expr = input.parse()?;
            let comma: Token![,] = input.parse()?;
            let pat = Pat::parse_multi_with_leading_vert(input)?;
            let guard: Option<(Token![if], Expr)> = if input.peek(Token![if]) {
                Some((input.parse()?, input.parse()?))
            } else {
                None
            };
            let end: Option<Token![,]> = input.parse()?;
            Ok((expr, comma, pat, guard, end))
        };
        let Ok((mut expr, comma, mut pat, mut guard, _)) = parser.parse2(mac.tokens.clone()) else {
            return false;
        };
        self.expr(&mut expr, &scrutinee(&pat));
        self.scope(|walk| {
            walk.bind(&mut pat);
            if let Some((_, guard)) = &mut guard {
                walk.expr(guard, &Use::Read);
            }
        });
        let guard = guard.map(|(word, guard)| quote!(#word #guard));
        mac.tokens = quote!(#expr #comma #pat #guard);
        true
    }
    fn format(&mut self, mac: &mut Macro, before: usize) -> bool {
        let parser = Punctuated::<Expr, Token![,]>::parse_terminated;
        let Ok(mut args) = parser.parse2(mac.tokens.clone()) else {
            return false;
        };
        let written: Vec<String> = args.iter().skip(before + 1).filter_map(named).collect();
        let text = match args.iter().nth(before) {
            Some(Expr::Lit(lit)) => match &lit.lit {
                syn::Lit::Str(text) => Some(text.clone()),
                _ => return false,
            },
            None if args.len() <= before => None,
            _ => return false,
        };
        let caught: Vec<String> = text
            .iter()
            .flat_map(|text| captures(&text.value()))
            .collect();
        let caught: Vec<String> = caught
            .into_iter()
            .filter(|name| !written.contains(name))
            .collect();
        for (index, arg) in args.iter_mut().enumerate() {
            let writes = before == 1
                && index == 0
                && mac
                    .path
                    .segments
                    .last()
                    .is_some_and(|last| last.ident.to_string().starts_with("write"));
            let how = if writes { Use::Write } else { Use::Read };
            match arg {
                Expr::Assign(of) if index > before => self.expr(&mut of.right, &how),
                other => self.expr(other, &how),
            }
        }
        let mut more = Vec::new();
        for name in caught {
            let span = text
                .as_ref()
                .map_or_else(proc_macro2::Span::call_site, syn::LitStr::span);
            // a keyword may name an argument
            let ident = Ident::new(&name, span);
            if let Some(other) = self.mention(&ident, &Use::Read) {
                more.push(quote!(#ident = #other));
            }
        }
        if !more.is_empty() && !args.empty_or_trailing() {
            args.push_punct(Token![,](span_of(mac)));
        }
        mac.tokens = quote!(#args #(#more),*);
        true
    }
}

fn span_of(mac: &Macro) -> proc_macro2::Span {
    mac.bang_token.span
}

/// `name = value` among the arguments of a format string.
fn named(arg: &Expr) -> Option<String> {
    let Expr::Assign(of) = arg else { return None };
    match &*of.left {
        Expr::Path(path) => path.path.get_ident().map(plain),
        _ => None,
    }
}

/// The names that a format string catches from around it.
fn captures(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        rest = &rest[open + 1..];
        if let Some(after) = rest.strip_prefix('{') {
            rest = after;
            continue;
        }
        let Some(close) = rest.find('}') else { break };
        let (name, spec) = rest[..close]
            .split_once(':')
            .unwrap_or((&rest[..close], ""));
        rest = &rest[close + 1..];
        let mut push = |name: &str| {
            let word = name.trim();
            let is_name = word.chars().all(|c| c == '_' || c.is_alphanumeric())
                && word.starts_with(|c: char| c == '_' || c.is_alphabetic());
            if is_name && !names.iter().any(|known| known == word) {
                names.push(word.to_owned());
            }
        };
        push(name);
        // widths and precisions: `w$`
        for part in spec.split('$').rev().skip(1) {
            let from = part
                .rfind(|c: char| c != '_' && !c.is_alphanumeric())
                .map_or(0, |at| {
                    at + part[at..].chars().next().map_or(1, char::len_utf8)
                });
            push(&part[from..]);
        }
    }
    names
}
