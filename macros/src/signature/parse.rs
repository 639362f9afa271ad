//! Tokens to `Ast`: grammar only. Accepts more than is valid, so that one slip does not hide the next.
use crate::diag::Errors;
use proc_macro2::{Span, TokenStream, TokenTree};
use syn::{
    Attribute, Generics, Ident, LitStr, Token, Type, Visibility, braced,
    parse::{ParseStream, Parser},
    token,
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
    /// `None`: an error has been noted already.
    pub(crate) outputs: Option<Vec<Field>>,
    /// A mistake was noted inside: the fields may not be all.
    pub(crate) broken: bool,
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
            match item(input, errors) {
                Ok(Some(item)) => items.push(item),
                Ok(None) => {}
                Err(error) => {
                    errors.push(error);
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
    while !input.is_empty() && !input.peek(Token![struct]) && !input.peek(Token![pub]) && !input.peek(Token![#]) {
        let _ = input.parse::<TokenTree>();
    }
}

fn item(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Option<Item>> {
    let attributes = input.call(Attribute::parse_outer)?;
    let visibility: Visibility = input.parse()?;
    if input.peek(Token![type]) {
        input.parse::<Token![type]>()?;
        let name = input.parse()?;
        input.parse::<Token![=]>()?;
        let ty = input.parse()?;
        end(input);
        return Ok(Some(Item::Alias(AliasForm { attributes, visibility, name, ty })));
    }
    if input.peek(Token![struct]) {
        input.parse::<Token![struct]>()?;
        return struct_form(attributes, visibility, input, errors).map(|form| form.map(Item::Struct));
    }
    if input.peek(Token![enum]) || input.peek(Token![union]) && !input.peek2(Token![=]) {
        let keyword: TokenTree = input.parse()?;
        let name: Ident = input.parse()?;
        errors.at(
            name.span(),
            format!("signature `{name}` cannot be an `{keyword}`; write `struct {name} {{ inputs }} -> {{ outputs }}`"),
        );
        to_next_item(input);
        return Ok(None);
    }
    let name: Ident = input.parse().map_err(|error| {
        syn::Error::new(error.span(), "expected a signature; write `struct Qa { question: String } -> { answer: String }` or `Qa = \"question -> answer\";`")
    })?;
    if input.peek(Token![=]) {
        input.parse::<Token![=]>()?;
        let text = input.parse().map_err(|error| {
            syn::Error::new(error.span(), format!("signature `{name}` needs a string; write `{name} = \"question -> answer\";`"))
        })?;
        end(input);
        return Ok(Some(Item::Text(TextForm { attributes, visibility, name, text })));
    }
    errors.at(
        name.span(),
        format!("`{name}` begins no signature; write `struct {name} {{ inputs }} -> {{ outputs }}` or `{name} = \"question -> answer\";`"),
    );
    to_next_item(input);
    Ok(None)
}

/// The semicolon, which the last item of a block may leave out.
fn end(input: ParseStream<'_>) {
    if input.peek(Token![;]) {
        let _ = input.parse::<Token![;]>();
    }
}

fn struct_form(
    attributes: Vec<Attribute>,
    visibility: Visibility,
    input: ParseStream<'_>,
    errors: &mut Errors,
) -> syn::Result<Option<StructForm>> {
    let name: Ident = input.parse()?;
    let mut generics: Generics = input.parse()?;
    generics.where_clause = input.parse()?;
    if input.peek(token::Paren) {
        errors.at(
            name.span(),
            format!("signature `{name}` has no named inputs; write them in braces: `struct {name} {{ question: String }} -> {{ answer: String }}`"),
        );
        to_next_item(input);
        return Ok(None);
    }
    if !input.peek(token::Brace) {
        errors.at(
            name.span(),
            format!("signature `{name}` has no inputs; write them in braces: `struct {name} {{ question: String }} -> {{ answer: String }}`"),
        );
        end(input);
        to_next_item(input);
        return Ok(None);
    }
    let mut broken = false;
    let inputs = fields(input, errors, &mut broken)?;
    let outputs = if input.peek(Token![->]) {
        input.parse::<Token![->]>()?;
        if input.peek(token::Brace) {
            Some(fields(input, errors, &mut broken)?)
        } else {
            // `-> String`: the type is there, its name is missing
            let ty: Option<Type> = input.parse().ok();
            let shown = ty.map_or_else(|| "String".to_owned(), |ty| quote::quote!(#ty).to_string());
            errors.at(
                name.span(),
                format!("the outputs of signature `{name}` need names; write them in braces: `-> {{ answer: {shown} }}`"),
            );
            end(input);
            None
        }
    } else if input.peek(token::Brace) {
        errors.at(
            name.span(),
            format!("signature `{name}` has no `->` between inputs and outputs; write `struct {name} {{ … }} -> {{ … }}`"),
        );
        let _ = fields(input, errors, &mut broken)?;
        None
    } else {
        errors.at(
            name.span(),
            format!("signature `{name}` has no outputs; add them after the inputs: `-> {{ answer: String }}`"),
        );
        end(input);
        None
    };
    end(input);
    Ok(Some(StructForm { attributes, visibility, name, generics, inputs, outputs, broken }))
}

fn fields(input: ParseStream<'_>, errors: &mut Errors, broken: &mut bool) -> syn::Result<Vec<Field>> {
    let content;
    braced!(content in input);
    let mut fields = Vec::new();
    while !content.is_empty() {
        match field(&content) {
            Ok(field) => fields.push(field),
            Err(error) => {
                *broken = true;
                errors.push(error);
                skip_field(&content);
            }
        }
        if content.peek(Token![,]) {
            let _ = content.parse::<Token![,]>();
        } else if !content.is_empty() {
            *broken = true;
            let last = fields.last().map(|field| field.name.to_string()).unwrap_or_default();
            errors.push(content.error(format!("expected `,` after field `{last}`; put one between two fields")));
            skip_field(&content);
            let _ = content.parse::<Token![,]>();
        }
    }
    Ok(fields)
}

/// Skips to the comma that ends a field. Commas inside `<…>` are counted in, not taken for one.
fn skip_field(content: ParseStream<'_>) {
    let mut depth = 0;
    while !content.is_empty() && !(depth == 0 && content.peek(Token![,])) {
        if content.peek(Token![<]) {
            depth += 1;
        } else if content.peek(Token![>]) && !content.peek(Token![->]) {
            depth -= i32::from(depth > 0);
        }
        let _ = content.parse::<TokenTree>();
    }
}

fn field(content: ParseStream<'_>) -> syn::Result<Field> {
    let attributes = content.call(Attribute::parse_outer)?;
    let visibility = content.parse()?;
    let name: Ident = content
        .parse()
        .map_err(|error| syn::Error::new(error.span(), "expected the name of a field; write `name: Type`"))?;
    if !content.peek(Token![:]) {
        return Err(syn::Error::new(name.span(), format!("field `{name}` has no type; write `{name}: String`")));
    }
    content.parse::<Token![:]>()?;
    let ty: Type = content
        .parse()
        .map_err(|error| syn::Error::new(error.span(), format!("expected the type of field `{name}`; write `{name}: String`")))?;
    if content.peek(Token![=]) {
        let equals: Token![=] = content.parse()?;
        return Err(syn::Error::new(
            equals.spans[0],
            format!("field `{name}` cannot have a value here; write `#[field(default = …)]` before it"),
        ));
    }
    Ok(Field { attributes, visibility, name, ty })
}
