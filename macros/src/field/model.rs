//! A type as its author wrote it, and the rules it must keep.
use crate::{
    attributes::{FieldAttributes, TypeAttributes},
    case,
    diag::Errors,
    docs::{Doc, doc},
    seen::Seen,
    signature::check_field,
};
use proc_macro2::Span;
use std::collections::HashMap;
use syn::{Data, DeriveInput, Fields, Generics, Ident, Type, ext::IdentExt, visit::Visit};

pub(crate) struct Model {
    pub(crate) attributes: TypeAttributes,
    pub(crate) ident: Ident,
    /// The name in schemas.
    pub(crate) name: String,
    pub(crate) generics: Generics,
    pub(crate) doc: Doc,
    pub(crate) shape: Shape,
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
}

pub(crate) struct Field {
    pub(crate) original: Ident,
    pub(crate) name: String,
    pub(crate) name_span: Span,
    pub(crate) ty: Type,
    pub(crate) doc: Doc,
    pub(crate) attributes: FieldAttributes,
}

pub(crate) struct Variant {
    pub(crate) original: Ident,
    pub(crate) name: String,
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
    pub(crate) fn fields(&self) -> &[Field] {
        match &self.shape {
            Shape::Record(fields) => fields,
            _ => &[],
        }
    }
}

pub(crate) fn lower(item: DeriveInput, errors: &mut Errors) -> Option<Model> {
    let attributes = TypeAttributes::read(&item.attrs, errors);
    let ident = item.ident;
    let rule = attributes.rename_all.as_deref();
    let shape = match item.data {
        Data::Struct(data) => match data.fields {
            Fields::Named(fields) => Shape::Record(record(fields.named, rule, errors)),
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                Shape::Wrapper(fields.unnamed.into_iter().next()?.ty)
            }
            Fields::Unnamed(_) => {
                errors.at(ident.span(), format!("struct `{ident}` has unnamed fields, which JSON cannot name; write `struct {ident} {{ name: Type, … }}`"));
                return None;
            }
            Fields::Unit => {
                errors.at(ident.span(), format!("struct `{ident}` has no fields, so it says nothing; add one, or use an enum"));
                return None;
            }
        },
        Data::Enum(data) => variants(&ident, data, rule, errors),
        Data::Union(_) => {
            errors.at(ident.span(), format!("union `{ident}` cannot be read from JSON; use an enum with data: `enum {ident} {{ One(Type), … }}`"));
            return None;
        }
    };
    let name = attributes.name.clone().unwrap_or_else(|| ident.unraw().to_string());
    let model = Model { name, doc: doc(&item.attrs), attributes, ident, generics: item.generics, shape };
    check_recursion(&model, errors);
    if let (Some(span), false) = (model.attributes.literal, matches!(model.shape, Shape::Words(_))) {
        errors.at(span, format!("`literal` is for an enum of words, and `{}` is none; remove it", model.ident));
    }
    Some(model)
}

fn record(
    fields: syn::punctuated::Punctuated<syn::Field, syn::Token![,]>,
    rule: Option<&str>,
    errors: &mut Errors,
) -> Vec<Field> {
    let mut names: HashMap<String, ()> = HashMap::new();
    let mut all = Vec::new();
    for field in fields {
        let Some(original) = field.ident else { continue };
        let attributes = FieldAttributes::read(&field.attrs, errors);
        let (name, name_span) = match &attributes.alias {
            Some((alias, span)) => (alias.clone(), *span),
            None => (case::field(&original.unraw().to_string(), rule), original.span()),
        };
        if attributes.skip.is_none() && names.insert(name.clone(), ()).is_some() {
            errors.at(name_span, format!("two fields are called `{name}`; rename one of them"));
        }
        let seen = Seen::of(&field.ty);
        check_field(&original.to_string(), &seen, &attributes, errors);
        let doc = match &attributes.desc {
            Some(text) => Doc::Text(text.clone()),
            None => doc(&field.attrs),
        };
        all.push(Field { original, name, name_span, ty: field.ty, doc, attributes });
    }
    all
}

fn variants(ident: &Ident, data: syn::DataEnum, rule: Option<&str>, errors: &mut Errors) -> Shape {
    if data.variants.is_empty() {
        errors.at(ident.span(), format!("enum `{ident}` has no variants, so no value; add one"));
    }
    let mut names: HashMap<String, ()> = HashMap::new();
    let mut all = Vec::new();
    for variant in data.variants {
        let attributes = FieldAttributes::read(&variant.attrs, errors);
        let (name, span) = match &attributes.alias {
            Some((alias, span)) => (alias.clone(), *span),
            None => (case::variant(&variant.ident.unraw().to_string(), rule), variant.ident.span()),
        };
        if names.insert(name.clone(), ()).is_some() {
            errors.at(span, format!("two variants are called `{name}`; rename one of them"));
        }
        if let Some(bound) = attributes.bounds.first() {
            errors.at(bound.span, format!("`{}` bounds a value, and `{name}` is a variant; move it to a field", bound.kind));
        }
        let payload = match variant.fields {
            Fields::Unit => Payload::None,
            Fields::Unnamed(fields) => Payload::Tuple(fields.unnamed.into_iter().map(|field| field.ty).collect()),
            Fields::Named(fields) => Payload::Record(record(fields.named, None, errors)),
        };
        if matches!(&payload, Payload::Tuple(types) if types.is_empty()) {
            errors.at(span, format!("variant `{name}` has empty brackets; remove them"));
        }
        let doc = match attributes.desc {
            Some(text) => Doc::Text(text),
            None => doc(&variant.attrs),
        };
        all.push(Variant { original: variant.ident, name, doc, data: payload });
    }
    if all.iter().all(|variant| matches!(variant.data, Payload::None)) { Shape::Words(all) } else { Shape::Variants(all) }
}

/// A field that holds the type itself without indirection has no finite size: said here in words that
/// name the fix, before rustc's E0072 and its followers.
fn check_recursion(model: &Model, errors: &mut Errors) {
    let direct = |ty: &Type| is_direct(ty, &model.ident);
    let report = |errors: &mut Errors, field: &str, ty: &Type| {
        let ident = &model.ident;
        errors.on(ty, format!("field `{field}` contains `{ident}` itself, which would be infinite in size; write `Box<{ident}>`, `Option<Box<{ident}>>` or `Vec<{ident}>`"));
    };
    for field in model.fields() {
        if direct(&field.ty) {
            report(errors, &field.original.to_string(), &field.ty);
        }
    }
    if let Shape::Variants(variants) = &model.shape {
        for variant in variants {
            match &variant.data {
                Payload::Tuple(types) => {
                    types.iter().filter(|ty| direct(ty)).for_each(|ty| report(errors, &variant.name, ty));
                }
                Payload::Record(fields) => fields.iter().filter(|field| direct(&field.ty)).for_each(|field| report(errors, &field.original.to_string(), &field.ty)),
                Payload::None => {}
            }
        }
    }
}

/// Whether a type is `ident` itself, or holds it in an `Option`, a tuple or an array.
fn is_direct(ty: &Type, ident: &Ident) -> bool {
    match ty {
        Type::Path(path) if path.qself.is_none() => {
            let Some(last) = path.path.segments.last() else { return false };
            if path.path.segments.len() == 1 && (last.ident == *ident || last.ident == "Self") {
                return true;
            }
            last.ident == "Option" && inner_types(last).iter().any(|inner| is_direct(inner, ident))
        }
        Type::Tuple(tuple) => tuple.elems.iter().any(|inner| is_direct(inner, ident)),
        Type::Array(array) => is_direct(&array.elem, ident),
        Type::Paren(paren) => is_direct(&paren.elem, ident),
        _ => false,
    }
}

fn inner_types(segment: &syn::PathSegment) -> Vec<&Type> {
    struct Inner<'a>(Vec<&'a Type>);
    impl<'a> Visit<'a> for Inner<'a> {
        fn visit_type(&mut self, ty: &'a Type) {
            self.0.push(ty);
        }
    }
    let mut inner = Inner(Vec::new());
    inner.visit_path_arguments(&segment.arguments);
    inner.0
}
