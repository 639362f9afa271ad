//! `Ast` to the model.
use super::{
    model::{Alias, Field, Model, Signature},
    parse::{AliasForm, Ast, Field as AstField, Item, StructForm},
    string_form,
};
use crate::{
    attributes::{FieldAttributes, SignatureAttributes},
    case,
    diag::Errors,
    docs::{Doc, doc},
    seen::Seen,
};
use proc_macro2::TokenStream;
use sigflow_grammar::default_instructions;
use syn::{Attribute, Ident, Meta, Visibility, ext::IdentExt};

pub(crate) fn lower(ast: Ast, errors: &mut Errors) -> Model {
    let mut model = Model::default();
    for item in ast.items {
        match item {
            Item::Struct(form) => model.signatures.push(struct_form(form, errors)),
            Item::Text(form) => model.signatures.extend(string_form::lower(form, errors)),
            Item::Alias(form) => model.aliases.push(alias(form, errors)),
        }
    }
    model
}

fn struct_form(form: StructForm, errors: &mut Errors) -> Signature {
    let StructForm {
        mut attributes,
        visibility,
        name,
        generics,
        inputs,
        outputs,
        broken,
        no_outputs,
    } = form;
    let derived = derived(&attributes);
    let serde = derives_serde(&derived);
    let ours = SignatureAttributes::take(&mut attributes, serde, errors);
    let written = doc(&attributes);
    let rule = ours.rename_all.as_deref();
    let mut lower = |fields: Vec<AstField>| -> Vec<Field> {
        let fields = fields.into_iter();
        fields
            .map(|ast| field(ast, &visibility, rule, serde, errors))
            .collect()
    };
    let (inputs, outputs) = (lower(inputs), lower(outputs));
    Signature {
        krate: ours.krate,
        cfgs: cfgs(&attributes),
        derived,
        attributes: not_docs(attributes),
        output_name: output_name(&name),
        instructions: written.or_else(|| instructions(&inputs, &outputs)),
        visibility,
        name,
        generics,
        strict: ours.strict,
        inputs,
        outputs,
        extra: TokenStream::new(),
        broken,
        no_outputs,
    }
}

pub(crate) fn output_name(name: &Ident) -> Ident {
    quote::format_ident!("{}Output", name.unraw(), span = name.span())
}

/// All but doc comments, which become instructions: `#[doc(hidden)]` stays.
pub(crate) fn not_docs(mut attributes: Vec<Attribute>) -> Vec<Attribute> {
    attributes.retain(|attribute| {
        !attribute.path().is_ident("doc") || matches!(attribute.meta, Meta::List(_))
    });
    attributes
}

pub(crate) fn derives_serde(derived: &[String]) -> bool {
    derived
        .iter()
        .any(|name| name == "Serialize" || name == "Deserialize")
}

/// DSPy's instructions when there are none.
pub(crate) fn instructions(inputs: &[Field], outputs: &[Field]) -> Doc {
    let names = |fields: &[Field]| {
        fields
            .iter()
            .map(|field| field.name.clone())
            .collect::<Vec<_>>()
    };
    let (inputs, outputs) = (names(inputs), names(outputs));
    let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
    let outputs: Vec<&str> = outputs.iter().map(String::as_str).collect();
    Doc::Text(default_instructions(&inputs, &outputs))
}

fn field(
    field: AstField,
    signature: &Visibility,
    rule: Option<&str>,
    serde: bool,
    errors: &mut Errors,
) -> Field {
    let mut attributes = FieldAttributes::read(&field.attributes, errors);
    if serde {
        // the author derives serde's traits, and knows what its options do there
        attributes.forms.clear();
        let options = field.attributes.iter();
        let options = options.filter(|attribute| attribute.path().is_ident("serde"));
        attributes.rest.extend(options.cloned());
    }
    attributes.called(&field.name);
    let (name, name_span) = match &attributes.alias {
        Some((alias, span)) => (alias.clone(), *span),
        None => {
            let name = field.name.unraw().to_string();
            (case::field(&name, rule), field.name.span())
        }
    };
    let doc = match &attributes.desc {
        Some(text) => Doc::Text(text.clone()),
        None => doc(&field.attributes),
    };
    // fields are seen as far as their signature, unless they say otherwise
    let visibility = match field.visibility {
        Visibility::Inherited => signature.clone(),
        written => written,
    };
    Field {
        visibility,
        name,
        name_span,
        seen: Seen::of(&field.ty),
        ty: field.ty,
        doc,
        attributes,
        original: field.name,
    }
}

fn alias(form: AliasForm, errors: &mut Errors) -> Alias {
    let AliasForm {
        mut attributes,
        visibility,
        name,
        ty,
    } = form;
    let ours = SignatureAttributes::take(&mut attributes, false, errors);
    let cfgs = cfgs(&attributes);
    Alias {
        attributes,
        cfgs,
        krate: ours.krate,
        visibility,
        name,
        ty,
        strict: ours.strict,
    }
}

pub(crate) fn cfgs(attributes: &[Attribute]) -> Vec<Attribute> {
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("cfg"))
        .cloned()
        .collect()
}

/// The last names of what the user derives.
pub(crate) fn derived(attributes: &[Attribute]) -> Vec<String> {
    let mut names = Vec::new();
    for attribute in attributes {
        if !attribute.path().is_ident("derive") || !matches!(attribute.meta, Meta::List(_)) {
            continue;
        }
        let _ = attribute.parse_nested_meta(|meta| {
            names.extend(
                meta.path
                    .segments
                    .last()
                    .map(|segment| segment.ident.to_string()),
            );
            Ok(())
        });
    }
    names
}
