//! Tokens to `Ast`: grammar only. Accepts more than is valid, so that one slip does not hide the next,
//! and goes on as if the author had written what the message says.
mod fields;
mod structs;

use crate::diag::Errors;
use proc_macro2::{Span, TokenStream, TokenTree};
use structs::struct_form;
use syn::{
    Attribute, Generics, Ident, LitStr, Token, Type, Visibility,
    parse::{ParseStream, Parser},
};

/// A block as written.
pub(crate) struct Ast {
    pub(crate) items: Vec<Item>,
}

pub(crate) enum Item {
    Struct(StructForm),
    Text(TextForm),
    Alias(AliasForm),
}

/// `struct Name { inputs } -> { outputs }`
pub(crate) struct StructForm {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) name: Ident,
    pub(crate) generics: Generics,
    pub(crate) inputs: Vec<Field>,
    pub(crate) outputs: Vec<Field>,
    /// A mistake was noted that leaves the fields unknown.
    pub(crate) broken: bool,
    /// The outputs are missing, and that was noted.
    pub(crate) no_outputs: bool,
}

/// A field as written.
pub(crate) struct Field {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) name: Ident,
    pub(crate) ty: Type,
}

/// `Name = "question -> answer";`
pub(crate) struct TextForm {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) name: Ident,
    pub(crate) text: LitStr,
}

/// `type Name = Signature<Argument>;`
pub(crate) struct AliasForm {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) name: Ident,
    pub(crate) ty: Type,
}

pub(crate) fn parse(input: TokenStream, errors: &mut Errors) -> Ast {
    let mut items = Vec::new();
    let block = |input: ParseStream<'_>| {
        if input.is_empty() {
            errors.at(
                Span::call_site(),
                "`signature!` is empty; declare one: `struct Qa { question: String } -> { answer: String }`",
            );
        }
        while !input.is_empty() {
            let start = input.cursor();
            match item(input, errors) {
                Ok(item) => items.extend(item),
                Err(error) => {
                    errors.push(error);
                    // a token at which no item can begin must not be met again
                    if input.cursor() == start {
                        let _ = input.parse::<TokenTree>();
                    }
                    to_next_item(input);
                }
            }
        }
        Ok(())
    };
    if let Err(error) = block.parse2(input) {
        errors.push(error);
    }
    Ast { items }
}

/// Skips to what looks like the start of another signature.
fn to_next_item(input: ParseStream<'_>) {
    let starts = |input: ParseStream<'_>| {
        input.peek(Token![struct])
            || input.peek(Token![pub])
            || input.peek(Token![type])
            || input.peek(Token![#])
            || input.peek(Ident) && input.peek2(Token![=])
    };
    while !input.is_empty() && !starts(input) {
        let _ = input.parse::<TokenTree>();
    }
}

fn item(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Option<Item>> {
    let attributes = input.call(Attribute::parse_outer)?;
    let visibility: Visibility = input.parse()?;
    if input.peek(Token![type]) {
        return alias(attributes, visibility, input, errors).map(|form| form.map(Item::Alias));
    }
    if input.peek(Token![struct]) {
        input.parse::<Token![struct]>()?;
        return struct_form(attributes, visibility, input, errors)
            .map(|form| form.map(Item::Struct));
    }
    if input.peek(Token![enum]) || input.peek(Token![union]) && !input.peek2(Token![=]) {
        let keyword: TokenTree = input.parse()?;
        let name = named(input, &format!("`{keyword}`"))?;
        errors.at(
            name.span(),
            format!(
                "signature `{name}` cannot be an `{keyword}`; write `struct {name} {{ inputs }} -> {{ outputs }}`"
            ),
        );
        to_next_item(input);
        return Ok(None);
    }
    let name: Ident = input.parse().map_err(|error| {
        let message = "expected a signature; write `struct Qa { question: String } -> { answer: String }` or `Qa = \"question -> answer\";`";
        syn::Error::new(error.span(), message)
    })?;
    if input.peek(Token![=]) {
        input.parse::<Token![=]>()?;
        let text = input.parse().map_err(|error| {
            syn::Error::new(
                error.span(),
                format!(
                    "signature `{name}` needs a string; write `{name} = \"question -> answer\";`"
                ),
            )
        })?;
        end(input);
        return Ok(Some(Item::Text(TextForm {
            attributes,
            visibility,
            name,
            text,
        })));
    }
    errors.at(
        name.span(),
        format!(
            "`{name}` begins no signature; write `struct {name} {{ inputs }} -> {{ outputs }}` or `{name} = \"question -> answer\";`"
        ),
    );
    to_next_item(input);
    Ok(None)
}

fn named(input: ParseStream<'_>, before: &str) -> syn::Result<Ident> {
    input.parse().map_err(|error| {
        let message = format!("expected a name after {before}; write one, as in `struct Qa`");
        syn::Error::new(error.span(), message)
    })
}

fn alias(
    attributes: Vec<Attribute>,
    visibility: Visibility,
    input: ParseStream<'_>,
    errors: &mut Errors,
) -> syn::Result<Option<AliasForm>> {
    input.parse::<Token![type]>()?;
    let name = named(input, "`type`")?;
    let generics: Generics = input.parse()?;
    if let Some(parameter) = generics.params.first() {
        errors.on(
            parameter,
            format!(
                "instance `{name}` has parameters of its own, so it has no constants; name the type: `type {name} = Extract<City>;`"
            ),
        );
        to_next_item(input);
        return Ok(None);
    }
    let rest = |input: ParseStream<'_>| {
        input.parse::<Token![=]>()?;
        input.parse::<Type>()
    };
    let ty = rest(input).map_err(|error| {
        let message =
            format!("instance `{name}` names no signature; write `type {name} = Extract<City>;`");
        syn::Error::new(error.span(), message)
    })?;
    end(input);
    Ok(Some(AliasForm {
        attributes,
        visibility,
        name,
        ty,
    }))
}

/// The semicolon, which the last item of a block may leave out.
fn end(input: ParseStream<'_>) {
    if input.peek(Token![;]) {
        let _ = input.parse::<Token![;]>();
    }
}
