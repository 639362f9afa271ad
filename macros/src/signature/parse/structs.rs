//! `struct Name { inputs } -> { outputs }`
use super::{Field, StructForm, end, fields::fields, named, to_next_item};
use crate::diag::{Errors, shown};
use syn::{
    Attribute, Generics, Ident, Token, Type, Visibility, parse::ParseStream, spanned::Spanned,
    token,
};

pub(super) fn struct_form(
    attributes: Vec<Attribute>,
    visibility: Visibility,
    input: ParseStream<'_>,
    errors: &mut Errors,
) -> syn::Result<Option<StructForm>> {
    let name = named(input, "`struct`")?;
    let mut generics: Generics = input.parse()?;
    generics.where_clause = input.parse()?;
    if !input.peek(token::Brace) {
        let fault = if input.peek(token::Paren) {
            "no named inputs"
        } else {
            "no inputs"
        };
        errors.at(
            name.span(),
            format!(
                "signature `{name}` has {fault}; write them in braces: `struct {name} {{ question: String }} -> {{ answer: String }}`"
            ),
        );
        to_next_item(input);
        return Ok(None);
    }
    let mut broken = false;
    let inputs = fields(&name, input, errors, &mut broken)?;
    let outputs = outputs(&name, input, errors, &mut broken)?;
    if input.peek(Token![where]) {
        let keyword: Token![where] = input.parse()?;
        errors.on(keyword, format!("signature `{name}` has `where` after the outputs; move it before the inputs: `struct {name}<T> where T: Field {{ … }} -> {{ … }}`"));
        to_next_item(input);
    }
    end(input);
    Ok(Some(StructForm {
        attributes,
        visibility,
        name,
        generics,
        inputs,
        no_outputs: outputs.is_none(),
        outputs: outputs.unwrap_or_default(),
        broken,
    }))
}

/// `-> { outputs }`; `None` if they are missing, which is noted.
fn outputs(
    name: &Ident,
    input: ParseStream<'_>,
    errors: &mut Errors,
    broken: &mut bool,
) -> syn::Result<Option<Vec<Field>>> {
    if input.peek(Token![->]) {
        input.parse::<Token![->]>()?;
    } else if input.peek(Token![=>]) {
        let arrow: Token![=>] = input.parse()?;
        errors.on(
            arrow,
            format!("signature `{name}` has `=>` between inputs and outputs; write `->`"),
        );
    } else if input.peek(token::Brace) {
        errors.at(
            name.span(),
            format!(
                "signature `{name}` has no `->` between inputs and outputs; write `struct {name} {{ … }} -> {{ … }}`"
            ),
        );
    } else {
        errors.at(
            name.span(),
            format!(
                "signature `{name}` has no outputs; add them after the inputs: `-> {{ answer: String }}`"
            ),
        );
        return Ok(None);
    }
    if input.peek(token::Brace) {
        return fields(name, input, errors, broken).map(Some);
    }
    // `-> String`: the type is there, its name is missing
    let Ok(ty) = input.parse::<Type>() else {
        errors.at(
            name.span(),
            format!(
                "signature `{name}` has no outputs after `->`; write them in braces: `-> {{ answer: String }}`"
            ),
        );
        to_next_item(input);
        return Ok(None);
    };
    errors.on(
        &ty,
        format!(
            "the output of signature `{name}` has no name; write it in braces: `-> {{ answer: {} }}`",
            shown(&ty)
        ),
    );
    Ok(Some(vec![Field {
        attributes: Vec::new(),
        visibility: Visibility::Inherited,
        name: Ident::new("answer", ty.span()),
        ty,
    }]))
}
