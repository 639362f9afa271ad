//! `#[program(…)]`: what the author says beside the body.
use crate::diag::{Errors, hint};
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Expr, Ident, Path, Token, Type, ext::IdentExt, parse::ParseStream, parse::Parser};

const OPTIONS: &[&str] = &[
    "pure",
    "eager",
    "sequential",
    "strict",
    "local",
    "params",
    "method",
    "crate",
];

/// A parameter of the user's own: `k: usize = 3`.
#[derive(Clone)]
#[allow(dead_code)] // read where predictors and parameters are made
pub(crate) struct Parameter {
    pub(crate) name: Ident,
    pub(crate) of: Type,
    pub(crate) default: Expr,
}

/// The options, judged.
#[derive(Clone)]
pub(crate) struct Options {
    /// Functions, methods and closures that change nothing.
    pub(crate) pure: Vec<String>,
    /// Pure nodes start before earlier exits are decided.
    pub(crate) eager: bool,
    pub(crate) sequential: bool,
    pub(crate) strict: bool,
    /// The future need not be `Send`.
    #[allow(dead_code)] // read where the program's trait is implemented
    pub(crate) local: bool,
    #[allow(dead_code)] // as above
    pub(crate) params: Vec<Parameter>,
    /// The function stands in an `impl` though it has no receiver.
    pub(crate) method: bool,
    pub(crate) krate: Option<Path>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            pure: Vec::new(),
            eager: true,
            sequential: false,
            strict: false,
            local: false,
            params: Vec::new(),
            method: false,
            krate: None,
        }
    }
}

/// Reads them all; what is wrong is noted, what is right is kept.
pub(super) fn parse(tokens: TokenStream, errors: &mut Errors) -> Options {
    let mut options = Options::default();
    let mut seen: Vec<String> = Vec::new();
    let parser = |input: ParseStream<'_>| {
        while !input.is_empty() {
            let word = input.call(Ident::parse_any)?;
            let name = word.to_string();
            if seen.contains(&name) && name != "pure" {
                errors.at(
                    word.span(),
                    format!("`{name}` is said twice; remove one of them"),
                );
            }
            one(&word, &name, input, &mut options, errors)?;
            seen.push(name);
            if input.is_empty() {
                break;
            }
            if !input.peek(Token![,]) {
                let message =
                    "two options of `program` stand side by side; put a comma between them";
                return Err(input.error(message));
            }
            input.parse::<Token![,]>()?;
        }
        Ok(())
    };
    if let Err(error) = parser.parse2(tokens) {
        errors.push(error);
    }
    options
}

fn one(
    word: &Ident,
    name: &str,
    input: ParseStream<'_>,
    options: &mut Options,
    errors: &mut Errors,
) -> syn::Result<()> {
    match name {
        "pure" => {
            if !input.peek(syn::token::Paren) {
                let message = "`pure` names what changes nothing; write `pure(search, fetch)`";
                errors.at(word.span(), message);
                return Ok(());
            }
            let inside;
            syn::parenthesized!(inside in input);
            let names = inside.parse_terminated(Path::parse_mod_style, Token![,])?;
            for path in names {
                if let Some(last) = path.segments.last() {
                    options.pure.push(last.ident.to_string());
                }
            }
        }
        "eager" => {
            let value = if input.peek(Token![=]) {
                input.parse::<Token![=]>()?;
                input.parse::<syn::LitBool>()?.value
            } else {
                true
            };
            options.eager = value;
        }
        "params" => {
            let inside;
            syn::parenthesized!(inside in input);
            let all = inside.parse_terminated(
                |input: ParseStream<'_>| {
                    let name: Ident = input.parse()?;
                    input.parse::<Token![:]>()?;
                    let of: Type = input.parse()?;
                    if !input.peek(Token![=]) {
                        let message = format!(
                            "parameter `{name}` has no default; write `{name}: {} = …`",
                            of.to_token_stream()
                        );
                        return Err(syn::Error::new(name.span(), message));
                    }
                    input.parse::<Token![=]>()?;
                    let default: Expr = input.parse()?;
                    Ok(Parameter { name, of, default })
                },
                Token![,],
            )?;
            options.params.extend(all);
        }
        "sequential" => options.sequential = true,
        "strict" => options.strict = true,
        "local" => options.local = true,
        "method" => options.method = true,
        "crate" => {
            input.parse::<Token![=]>()?;
            options.krate = Some(input.call(Path::parse_mod_style)?);
        }
        _ => {
            let message = format!(
                "unknown option `{name}` of `program`{}",
                hint(name, OPTIONS)
            );
            errors.at(word.span(), message);
            // its value is skipped, so that the options after it are read
            while !input.is_empty() && !input.peek(Token![,]) {
                input.parse::<proc_macro2::TokenTree>()?;
            }
        }
    }
    Ok(())
}
