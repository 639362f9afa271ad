//! DSPy's string form to the same model as the struct form.
use super::{
    model::{Field, Signature, instructions},
    parse::TextForm,
};
use crate::{
    attributes::{Bound, FieldAttributes, SignatureAttributes},
    diag::Errors,
    docs::{Doc, doc},
    paths::Krate,
    seen::Seen,
};
use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use sigflow_grammar::{Constant, Names, Type, pascal_case};
use syn::{Attribute, Generics, Ident, Visibility, ext::IdentExt};

pub(crate) fn lower(form: TextForm, errors: &mut Errors) -> Option<Signature> {
    let TextForm {
        mut attributes,
        visibility,
        name,
        text,
    } = form;
    let derived = super::model::derived(&attributes);
    let serde = super::model::derives_serde(&derived);
    let ours = SignatureAttributes::take(&mut attributes, serde, errors);
    let source = text.value();
    let ast = match sigflow_grammar::parse_with(&source, Names::Listed(&[])) {
        Ok(ast) => ast,
        Err(error) => {
            // stable Rust cannot point inside a literal, so the message draws the place
            errors.at(text.span(), located(&name, &error.render(&source)));
            return None;
        }
    };
    let cfgs = super::model::cfgs(&attributes);
    let mut form = Form {
        krate: &ours.krate,
        cfgs: &cfgs,
        name: &name,
        visibility: &visibility,
        span: text.span(),
        extra: TokenStream::new(),
    };
    let mut broken = false;
    let mut side = |fields: &[sigflow_grammar::Field]| {
        let mut all = Vec::new();
        for field in fields {
            match form.field(field) {
                Ok(field) => all.push(field),
                Err(message) => {
                    broken = true;
                    let error = sigflow_grammar::Error::new(field.ty_span, message);
                    errors.at(text.span(), located(&name, &error.render(&source)));
                }
            }
        }
        all
    };
    let (inputs, outputs) = (side(&ast.inputs), side(&ast.outputs));
    let extra = form.extra;
    let instructions = doc(&attributes).or_else(|| instructions(&inputs, &outputs));
    Some(Signature {
        cfgs,
        attributes: super::model::not_docs(attributes),
        derived,
        output_name: super::model::output_name(&name),
        krate: ours.krate,
        visibility,
        name,
        generics: Generics::default(),
        instructions,
        strict: ours.strict,
        inputs,
        outputs,
        extra,
        broken,
        no_outputs: false,
    })
}

/// The first line names the signature; the place is drawn below.
fn located(name: &Ident, rendered: &str) -> String {
    format!("in signature `{name}`: {rendered}")
}

struct Form<'a> {
    krate: &'a Krate,
    cfgs: &'a [Attribute],
    name: &'a Ident,
    visibility: &'a Visibility,
    span: Span,
    /// Types made for literals and unions.
    extra: TokenStream,
}

impl Form<'_> {
    fn field(&mut self, field: &sigflow_grammar::Field) -> Result<Field, String> {
        let ty = field.type_or_str();
        let mut attributes = FieldAttributes::default();
        let mut description = None;
        if let Type::Annotated { constraints, .. } = &ty {
            for constraint in constraints {
                match bound(constraint, self.span) {
                    Some(bound) => attributes.bounds.push(bound),
                    None => {
                        if let ("description", Constant::Str(text)) =
                            (constraint.name.as_str(), &constraint.value)
                        {
                            description = Some(text.clone());
                        }
                    }
                }
            }
        }
        let tokens = self.rust(&ty, &field.name)?;
        let ty: syn::Type = syn::parse2(tokens).map_err(|error| error.to_string())?;
        let original = identifier(&field.name, self.span);
        Ok(Field {
            visibility: self.visibility.clone(),
            name: field.name.clone(),
            name_span: self.span,
            seen: Seen::of(&ty),
            ty,
            doc: Doc::Text(description.unwrap_or_default()),
            attributes,
            original,
        })
    }

    /// The Rust type of a Python one.
    fn rust(&mut self, ty: &Type, place: &str) -> Result<TokenStream, String> {
        let krate = self.krate;
        let p = quote!(#krate::__private);
        Ok(match ty {
            Type::Str | Type::Bytes => quote!(#p::std::string::String),
            Type::Int => quote!(#p::core::primitive::i64),
            Type::Float => quote!(#p::core::primitive::f64),
            Type::Bool => quote!(#p::core::primitive::bool),
            Type::Any | Type::Object => quote!(#p::Value),
            Type::List { item, .. } | Type::TupleVariadic { item } => {
                let item = self.rust(item, place)?;
                quote!(#p::std::vec::Vec<#item>)
            }
            Type::Set { item, .. } | Type::FrozenSet { item, .. } => {
                if matches!(
                    item.unannotated(),
                    Type::Float | Type::Any | Type::Dict { .. }
                ) {
                    return Err(
                        "a set needs items that can be told apart; write `list[…]`".to_owned()
                    );
                }
                let item = self.rust(item, place)?;
                quote!(#p::std::collections::BTreeSet<#item>)
            }
            Type::Dict { key, value, bare } => {
                let key = match key.unannotated() {
                    Type::Int => quote!(#p::core::primitive::i64),
                    Type::Str => quote!(#p::std::string::String),
                    _ if *bare => quote!(#p::std::string::String),
                    _ => {
                        return Err(
                            "a map's keys are text or whole numbers; write `dict[str, …]`"
                                .to_owned(),
                        );
                    }
                };
                let value = self.rust(value, place)?;
                quote!(#p::std::collections::BTreeMap<#key, #value>)
            }
            Type::Tuple { bare: true, .. } => quote!(#p::std::vec::Vec<#p::Value>),
            Type::Tuple { items, .. } => {
                if items.is_empty() || items.len() > 8 {
                    return Err("a tuple has one to eight items; write `list[…]`".to_owned());
                }
                let items = items
                    .iter()
                    .map(|item| self.rust(item, place))
                    .collect::<Result<Vec<_>, _>>()?;
                quote!((#(#items,)*))
            }
            Type::Union(options) => {
                let some: Vec<&Type> = options
                    .iter()
                    .filter(|option| !matches!(option, Type::None))
                    .collect();
                let [one] = some.as_slice() else {
                    return Err("a union of several types has no name in Rust; use the struct form with an enum: `#[derive(Field)] enum Either { Text(String), Number(f64) }`".to_owned());
                };
                let inner = self.rust(one, place)?;
                if some.len() == options.len() {
                    inner
                } else {
                    quote!(#p::core::option::Option<#inner>)
                }
            }
            Type::Literal(values) => self.literal(values, place)?,
            Type::Annotated { inner, .. } => self.rust(inner, place)?,
            Type::None => {
                return Err(
                    "a field that can only be `None` says nothing; write `Optional[…]`".to_owned(),
                );
            }
            Type::DateTime
            | Type::Date
            | Type::Time
            | Type::TimeDelta
            | Type::Decimal
            | Type::Uuid
            | Type::Complex => {
                return Err(format!(
                    "`{}` has several types in Rust; use the struct form with the one you want, for example `chrono::NaiveDate`",
                    sigflow_grammar::python_name(ty)
                ));
            }
            other => {
                return Err(format!(
                    "`{}` is not offered in a string yet; use `str`, or the struct form with a type of your own",
                    sigflow_grammar::python_name(other)
                ));
            }
        })
    }

    /// An enum for `Literal['a', 'b']`, named by signature and field.
    fn literal(&mut self, values: &[Constant], place: &str) -> Result<TokenStream, String> {
        let mut names: Vec<Ident> = Vec::new();
        let mut variants = Vec::new();
        let optional = values.iter().any(|value| matches!(value, Constant::None));
        for value in values {
            let word = match value {
                Constant::Str(text) => text.clone(),
                Constant::None => continue,
                _ => return Err("a literal that is no text has no name in Rust; write `int` or `bool`, or put it in quotes".to_owned()),
            };
            let mut name = pascal_case(
                &word
                    .chars()
                    .map(|c| if c.is_alphanumeric() { c } else { '_' })
                    .collect::<String>(),
            );
            if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
                name = format!("Value{name}");
            }
            let mut ident = identifier(&name, self.span);
            while names.contains(&ident) {
                name.push('_');
                ident = identifier(&name, self.span);
            }
            names.push(ident.clone());
            let doc = format!("`{word}`");
            variants.push(quote!(#[doc = #doc] #[field(alias = #word, desc = "")] #ident));
        }
        if variants.is_empty() {
            return Err("a literal needs a text; write `Literal['yes', 'no']`".to_owned());
        }
        let (krate, visibility, cfgs) = (self.krate, self.visibility, self.cfgs);
        let name = format_ident!(
            "{}{}",
            self.name.unraw(),
            pascal_case(place),
            span = self.span
        );
        let doc = format!("`{place}` of [`{}`].", self.name.unraw());
        let path = krate.0.as_ref().map(|path| quote!(, crate = #path));
        self.extra.extend(quote! {
            #(#cfgs)*
            #[doc = #doc]
            #[derive(
                #krate::__private::DeriveField, #krate::__private::std::clone::Clone, #krate::__private::std::marker::Copy,
                #krate::__private::std::cmp::PartialEq, #krate::__private::std::cmp::Eq,
                #krate::__private::std::cmp::PartialOrd, #krate::__private::std::cmp::Ord, #krate::__private::std::hash::Hash
            )]
            #[field(literal #path)]
            #visibility enum #name { #(#variants),* }
        });
        Ok(if optional {
            quote!(#krate::__private::core::option::Option<#name>)
        } else {
            quote!(#name)
        })
    }
}

fn bound(constraint: &sigflow_grammar::Constraint, span: Span) -> Option<Bound> {
    let kind = match constraint.name.as_str() {
        "ge" => "ge",
        "gt" => "gt",
        "le" => "le",
        "lt" => "lt",
        "multiple_of" => "multiple_of",
        "min_length" => "min_len",
        "max_length" => "max_len",
        "pattern" => "pattern",
        _ => return None,
    };
    let text = match &constraint.value {
        Constant::Str(text) => text.clone(),
        Constant::Int(number) => number.to_string(),
        Constant::Float(number) => format!("{number:?}"),
        Constant::Bool(_) | Constant::None => return None,
    };
    Some(Bound { kind, text, span })
}

/// A field's name as a Rust identifier: keywords are written raw.
fn identifier(name: &str, span: Span) -> Ident {
    let checked: Result<Ident, _> = syn::parse_str(name);
    match checked {
        Ok(_) => Ident::new(name, span),
        Err(_) => Ident::new_raw(name, span),
    }
}
