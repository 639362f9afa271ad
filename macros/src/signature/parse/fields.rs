//! The fields between two braces.
use super::Field;
use crate::diag::{Errors, shown};
use proc_macro2::TokenTree;
use syn::{
    AngleBracketedGenericArguments, Attribute, Ident, Token, Type, Visibility, braced,
    ext::IdentExt, parse::ParseStream, parse_quote_spanned, token,
};

/// Reads the fields of signature `signature`. What cannot be read sets `broken`; the fields after it are
/// read all the same.
pub(super) fn fields(
    signature: &Ident,
    input: ParseStream<'_>,
    errors: &mut Errors,
    broken: &mut bool,
) -> syn::Result<Vec<Field>> {
    let content;
    braced!(content in input);
    let mut fields = Vec::new();
    while !content.is_empty() {
        match field(signature, &content, errors) {
            Ok(Some(field)) => {
                end(&field.name, &content, errors);
                fields.push(field);
            }
            Ok(None) => {}
            Err(error) => {
                *broken = true;
                errors.push(error);
                skip(&content);
                let _ = content.parse::<Token![,]>();
            }
        }
    }
    Ok(fields)
}

/// The comma after a field. Without one the next field is read all the same.
fn end(name: &Ident, content: ParseStream<'_>, errors: &mut Errors) {
    if content.is_empty() || content.parse::<Token![,]>().is_ok() {
        return;
    }
    if content.peek(Token![;]) {
        let semicolon = content.parse::<Token![;]>();
        if let Ok(semicolon) = semicolon {
            errors.on(
                semicolon,
                format!("field `{name}` ends with `;`; write `,`"),
            );
        }
        return;
    }
    errors.push(content.error(format!("expected `,` after field `{name}`; add it")));
    let begins_field = content.peek(Token![#])
        || content.peek(Token![pub])
        || content.peek(Ident::peek_any) && content.peek2(Token![:]) && !content.peek2(Token![::]);
    if !begins_field {
        skip(content);
        let _ = content.parse::<Token![,]>();
    }
}

/// Skips to the comma that ends a field. Commas inside `<…>` are not taken for one.
fn skip(content: ParseStream<'_>) {
    let mut depth = 0;
    while !(content.is_empty() || depth == 0 && content.peek(Token![,])) {
        if content.peek(Token![<]) {
            depth += 1;
        } else if content.peek(Token![>]) && !content.peek(Token![->]) {
            depth -= i32::from(depth > 0);
        }
        let _ = content.parse::<TokenTree>();
    }
}

fn field(
    signature: &Ident,
    content: ParseStream<'_>,
    errors: &mut Errors,
) -> syn::Result<Option<Field>> {
    let attributes = content.call(Attribute::parse_outer)?;
    if let (Some(last), true) = (attributes.last(), content.is_empty()) {
        errors.on(
            last,
            format!(
                "this belongs to no field of `{signature}`; move it before the field it is about"
            ),
        );
        return Ok(None);
    }
    let visibility: Visibility = content.parse()?;
    let name = name(signature, content, errors)?;
    let ty = ty(signature, &name, content, errors)?;
    if content.peek(Token![=]) {
        let equals: Token![=] = content.parse()?;
        errors.on(
            equals,
            format!(
                "field `{name}` cannot have a value here; write `#[field(default = …)]` before it"
            ),
        );
        skip(content);
    }
    Ok(Some(Field {
        attributes,
        visibility,
        name,
        ty,
    }))
}

/// A field's name. A keyword is noted and read as if it were written raw.
fn name(signature: &Ident, content: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Ident> {
    if content.peek(Ident) {
        return content.parse();
    }
    let keyword = content
        .peek(Ident::peek_any)
        .then(|| content.call(Ident::parse_any))
        .transpose()?;
    match keyword {
        Some(word)
            if !matches!(
                word.to_string().as_str(),
                "self" | "Self" | "super" | "crate" | "_"
            ) =>
        {
            errors.at(
                word.span(),
                format!(
                    "field `{word}` of `{signature}` is a keyword of Rust; write `r#{word}`, the model still reads `{word}`"
                ),
            );
            Ok(Ident::new_raw(&word.to_string(), word.span()))
        }
        Some(word) => Err(syn::Error::new(
            word.span(),
            format!(
                "`{word}` cannot name a field of `{signature}`; use another name, or `alias` to show this one to the model"
            ),
        )),
        None => Err(content.error(format!(
            "expected the name of a field of `{signature}`; write `name: Type`"
        ))),
    }
}

/// The colon and the type behind a name.
fn ty(
    signature: &Ident,
    name: &Ident,
    content: ParseStream<'_>,
    errors: &mut Errors,
) -> syn::Result<Type> {
    if content.peek(Token![:]) && !content.peek(Token![::]) {
        content.parse::<Token![:]>()?;
        let ty: Type = content.parse().map_err(|error| {
            let message = format!("expected the type of field `{name}`; write `{name}: String`");
            syn::Error::new(error.span(), message)
        })?;
        return match python(&ty, content) {
            Some(rust) => Err(syn::Error::new_spanned(
                &ty,
                format!(
                    "the type of field `{name}` is written as in Python; write `{name}: {rust}`, or the whole signature as a string"
                ),
            )),
            None => Ok(ty),
        };
    }
    if name.to_string().starts_with(char::is_uppercase) {
        // `{ Vec<String> }`: a type without a name
        let arguments: Option<AngleBracketedGenericArguments> = content
            .peek(Token![<])
            .then(|| content.parse())
            .transpose()?;
        let written = shown(&quote::quote!(#name #arguments));
        return Err(syn::Error::new(
            name.span(),
            format!("type `{written}` in `{signature}` has no name; write `name: {written}`"),
        ));
    }
    let ends = content.is_empty() || content.peek(Token![,]);
    let after = (!ends).then(|| content.parse::<Type>().ok()).flatten();
    match after {
        Some(ty) => {
            errors.at(
                name.span(),
                format!(
                    "field `{name}` has no `:` before its type; write `{name}: {}`",
                    shown(&ty)
                ),
            );
            Ok(ty)
        }
        None => {
            errors.at(
                name.span(),
                format!("field `{name}` has no type; write `{name}: String`"),
            );
            skip(content);
            // most fields are text, so this guess makes the fewest false errors elsewhere
            Ok(parse_quote_spanned!(name.span()=> ::std::string::String))
        }
    }
}

/// What to write for `list[str]`, Python's brackets behind a name.
fn python(ty: &Type, content: ParseStream<'_>) -> Option<&'static str> {
    let Type::Path(path) = ty else { return None };
    let word = path.path.get_ident()?.to_string();
    let rust = match word.as_str() {
        "list" | "List" => "Vec<…>",
        "dict" | "Dict" => "BTreeMap<String, …>",
        "set" | "Set" => "BTreeSet<…>",
        "tuple" | "Tuple" => "(…, …)",
        "optional" | "Optional" => "Option<…>",
        _ => return None,
    };
    content.peek(token::Bracket).then_some(rust)
}
