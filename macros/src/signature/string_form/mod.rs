//! DSPy's string form to the same model as the struct form.
mod types;

use super::{
    lower::{cfgs, derived, derives_serde, instructions, not_docs, output_name},
    model::{Field, Signature},
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
use sigflow_grammar::{Constant, Names, Type};
use syn::{Attribute, Generics, Ident, Visibility};

pub(crate) fn lower(form: TextForm, errors: &mut Errors) -> Option<Signature> {
    let TextForm {
        mut attributes,
        visibility,
        name,
        text,
    } = form;
    let derived = derived(&attributes);
    let serde = derives_serde(&derived);
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
    let cfgs = cfgs(&attributes);
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
        attributes: not_docs(attributes),
        derived,
        output_name: output_name(&name),
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
                    Some(Bound {
                        kind: "pattern",
                        text,
                        ..
                    }) if regex_lite::Regex::new(&text).is_err() => {
                        return Err(format!("pattern `{text}` does not compile; change it"));
                    }
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
        let words = words(ty.unannotated());
        let ty: syn::Type = syn::parse2(tokens).map_err(|error| error.to_string())?;
        let original = identifier(&field.name, self.span);
        Ok(Field {
            visibility: self.visibility.clone(),
            name: field.name.clone(),
            name_span: self.span,
            seen: words.map_or_else(|| Seen::of(&ty), Seen::Words),
            ty,
            doc: Doc::Text(description.unwrap_or_default()),
            attributes,
            original,
        })
    }
}

/// The words of a `Literal`, if it has only words: the docs show them as the prompt does.
fn words(ty: &Type) -> Option<Vec<String>> {
    let Type::Literal(values) = ty else {
        return None;
    };
    let word = |value: &Constant| match value {
        Constant::Str(text) => Some(text.clone()),
        _ => None,
    };
    values.iter().map(word).collect()
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
