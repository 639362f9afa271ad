//! A type as its author wrote it, and the rules it must keep.
use super::infinite::infinite;
use crate::{
    attributes::{FieldAttributes, TypeAttributes},
    case,
    diag::{Errors, shown},
    docs::{Doc, doc},
    seen::Seen,
};
use proc_macro2::Span;
use syn::{
    Data, DeriveInput, Fields, Generics, Ident, Token, Type, ext::IdentExt, punctuated::Punctuated,
};

pub(crate) struct Model {
    pub(crate) attributes: TypeAttributes,
    pub(crate) ident: Ident,
    /// The name in schemas.
    pub(crate) name: String,
    pub(crate) generics: Generics,
    pub(crate) doc: Doc,
    pub(crate) shape: Shape,
    /// The fields that hold the type itself without indirection.
    pub(crate) infinite: Errors,
}

pub(crate) enum Shape {
    /// Named fields.
    Record(Vec<Field>),
    /// One unnamed field: looks like what it holds.
    Wrapper(Type),
    /// Variants without data.
    Words(Vec<Variant>),
    /// Variants, some with data.
    Variants(Vec<Variant>),
    /// A mistake leaves it open, and was noted.
    Unknown,
}

pub(crate) struct Field {
    pub(crate) original: Ident,
    pub(crate) name: String,
    pub(crate) name_span: Span,
    pub(crate) ty: Type,
    pub(crate) seen: Seen,
    pub(crate) doc: Doc,
    pub(crate) attributes: FieldAttributes,
}

pub(crate) struct Variant {
    pub(crate) original: Ident,
    pub(crate) name: String,
    pub(crate) name_span: Span,
    pub(crate) attributes: FieldAttributes,
    pub(crate) doc: Doc,
    pub(crate) data: Payload,
}

pub(crate) enum Payload {
    None,
    /// `Circle(f64)`, `Line(Point, Point)`
    Tuple(Vec<Type>),
    /// `Circle { radius: f64 }`
    Record(Vec<Field>),
}

impl Model {
    /// Whether a value borrows: then it can only be an input.
    pub(crate) fn borrows(&self) -> bool {
        self.generics.lifetimes().next().is_some()
    }
    /// All fields with names, those of variants too.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &Field> {
        let own: &[Field] = match &self.shape {
            Shape::Record(fields) => fields,
            _ => &[],
        };
        let of_variants = self
            .variants()
            .iter()
            .flat_map(|variant| match &variant.data {
                Payload::Record(fields) => fields.as_slice(),
                _ => &[],
            });
        own.iter().chain(of_variants)
    }
    pub(crate) fn variants(&self) -> &[Variant] {
        match &self.shape {
            Shape::Words(variants) | Shape::Variants(variants) => variants,
            _ => &[],
        }
    }
}

pub(crate) fn lower(item: DeriveInput, errors: &mut Errors) -> Model {
    let attributes = TypeAttributes::read(&item.attrs, errors);
    let ident = item.ident;
    let shape = match item.data {
        Data::Struct(data) => structure(&ident, data.fields, &attributes, errors),
        Data::Enum(data) => variants(&ident, data, &attributes, errors),
        Data::Union(_) => {
            errors.at(
                ident.span(),
                format!("union `{ident}` cannot be read from JSON; use an enum with data: `enum {ident} {{ One(Type), … }}`"),
            );
            Shape::Unknown
        }
    };
    Model {
        infinite: infinite(&shape, &ident),
        name: attributes
            .name
            .clone()
            .unwrap_or_else(|| ident.unraw().to_string()),
        doc: doc(&item.attrs),
        attributes,
        ident,
        generics: item.generics,
        shape,
    }
}

fn structure(
    ident: &Ident,
    fields: Fields,
    attributes: &TypeAttributes,
    errors: &mut Errors,
) -> Shape {
    match fields {
        Fields::Named(fields) => Shape::Record(record(
            fields.named,
            attributes.rename_all.as_deref(),
            errors,
        )),
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
            let field = fields.unnamed.into_iter().next();
            field.map_or(Shape::Unknown, |field| {
                Shape::Wrapper(unnamed(ident, field, errors))
            })
        }
        Fields::Unnamed(_) => {
            errors.at(
                ident.span(),
                format!("struct `{ident}` has fields without names, which JSON cannot write; write `struct {ident} {{ name: Type, … }}`"),
            );
            Shape::Unknown
        }
        Fields::Unit => {
            errors.at(
                ident.span(),
                format!("struct `{ident}` has no fields, so there is nothing to ask; add one: `struct {ident} {{ name: String }}`"),
            );
            Shape::Unknown
        }
    }
}

/// The type of a field without a name. Options need a name to speak of.
fn unnamed(owner: &Ident, field: syn::Field, errors: &mut Errors) -> Type {
    for attribute in &field.attrs {
        if attribute.path().is_ident("field") || attribute.path().is_ident("serde") {
            errors.on(
                attribute,
                format!("options of the unnamed field of `{owner}` are not read; name it: `{owner} {{ #[field(…)] value: {} }}`", shown(&field.ty)),
            );
        }
    }
    field.ty
}

fn record(
    fields: Punctuated<syn::Field, Token![,]>,
    rule: Option<&str>,
    errors: &mut Errors,
) -> Vec<Field> {
    let mut all = Vec::new();
    for field in fields {
        let Some(original) = field.ident else {
            continue;
        };
        let mut attributes = FieldAttributes::read(&field.attrs, errors);
        attributes.called(&original);
        let (name, name_span) = match &attributes.alias {
            Some((alias, span)) => (alias.clone(), *span),
            None => (
                case::field(&original.unraw().to_string(), rule),
                original.span(),
            ),
        };
        let doc = match &attributes.desc {
            Some(text) => Doc::Text(text.clone()),
            None => doc(&field.attrs),
        };
        let seen = Seen::of(&field.ty);
        all.push(Field {
            original,
            name,
            name_span,
            ty: field.ty,
            seen,
            doc,
            attributes,
        });
    }
    all
}

fn variants(
    ident: &Ident,
    data: syn::DataEnum,
    attributes: &TypeAttributes,
    errors: &mut Errors,
) -> Shape {
    if data.variants.is_empty() {
        errors.at(
            ident.span(),
            format!("enum `{ident}` has no variants, so it has no value; add one: `enum {ident} {{ One }}`"),
        );
        return Shape::Unknown;
    }
    let mut all = Vec::new();
    for variant in data.variants {
        let mut own = FieldAttributes::read(&variant.attrs, errors);
        own.called(&variant.ident);
        let (name, name_span) = match &own.alias {
            Some((alias, span)) => (alias.clone(), *span),
            None => {
                let name = variant.ident.unraw().to_string();
                (
                    case::variant(&name, attributes.rename_all.as_deref()),
                    variant.ident.span(),
                )
            }
        };
        let rule = own
            .rename_all
            .as_deref()
            .or(attributes.rename_all_fields.as_deref());
        let data = match variant.fields {
            Fields::Unit => Payload::None,
            Fields::Unnamed(fields) => {
                let fields = fields.unnamed.into_iter();
                Payload::Tuple(
                    fields
                        .map(|field| unnamed(&variant.ident, field, errors))
                        .collect(),
                )
            }
            Fields::Named(fields) => Payload::Record(record(fields.named, rule, errors)),
        };
        let doc = match &own.desc {
            Some(text) => Doc::Text(text.clone()),
            None => doc(&variant.attrs),
        };
        all.push(Variant {
            original: variant.ident,
            name,
            name_span,
            attributes: own,
            doc,
            data,
        });
    }
    // the name in Rust of one variant may be what another is called in JSON: there it means that one
    let names: Vec<String> = all.iter().map(|variant| variant.name.clone()).collect();
    for variant in &mut all {
        let also = &mut variant.attributes.also;
        *also = also.take().filter(|also| !names.contains(also));
    }
    let mut empty = false;
    for variant in &all {
        if matches!(&variant.data, Payload::Tuple(types) if types.is_empty()) {
            empty = true;
            let name = &variant.original;
            errors.at(
                name.span(),
                format!("variant `{name}` has empty brackets; remove them"),
            );
        }
    }
    if empty {
        return Shape::Unknown;
    }
    if all
        .iter()
        .all(|variant| matches!(variant.data, Payload::None))
    {
        Shape::Words(all)
    } else {
        Shape::Variants(all)
    }
}
