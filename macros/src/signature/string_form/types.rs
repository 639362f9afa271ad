//! Python's types as Rust's.
use super::{Form, identifier};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use sigflow_grammar::{Constant, Dspy, ML_TYPES, Type, pascal_case};
use syn::ext::IdentExt;

impl Form<'_> {
    /// The Rust type of a Python one.
    pub(super) fn rust(&mut self, ty: &Type, place: &str) -> Result<TokenStream, String> {
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
            Type::Dspy(Dspy::Code { language: Some(_) }) => {
                return Err("code of a language needs a type for it; use the struct form with `Code<L>` and a `Language` of your own, or write `Code`".to_owned());
            }
            Type::Dspy(dspy) => {
                let name = format_ident!("{}", dspy.name());
                quote!(#p::types::#name)
            }
            Type::Named(name) if ML_TYPES.contains(&name.as_str()) => {
                // how long a vector is only its model knows
                let name = match name.as_str() {
                    "embedding" => "EmbeddingVec".to_owned(),
                    other => pascal_case(other),
                };
                let name = format_ident!("{name}");
                quote!(#p::types::#name)
            }
            other @ Type::Named(_) => {
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
