//! `Ast` to the model: what the block means, each part with the tokens it came from.
use super::{
    parse::{AliasForm, Ast, Field as AstField, Item, StructForm},
    string_form,
};
pub(crate) use crate::attributes::Strict;
use crate::{
    attributes::{FieldAttributes, SignatureAttributes},
    case,
    diag::Errors,
    docs::{Doc, doc},
    paths::Krate,
    seen::Seen,
};
use proc_macro2::{Span, TokenStream};
use sigflow_grammar::default_instructions;
use syn::{
    Attribute, GenericParam, Generics, Ident, Meta, Type, Visibility, WherePredicate,
    ext::IdentExt, visit::Visit,
};

/// What a block means.
#[derive(Default)]
pub(crate) struct Model {
    pub(crate) signatures: Vec<Signature>,
    pub(crate) aliases: Vec<Alias>,
}

/// A signature.
pub(crate) struct Signature {
    pub(crate) krate: Krate,
    /// The user's attributes without ours and without docs.
    pub(crate) attributes: Vec<Attribute>,
    /// `#[cfg(…)]` among them: they go to everything that is made.
    pub(crate) cfgs: Vec<Attribute>,
    /// Traits that the user derives already.
    pub(crate) derived: Vec<String>,
    pub(crate) visibility: Visibility,
    pub(crate) name: Ident,
    pub(crate) output_name: Ident,
    pub(crate) generics: Generics,
    pub(crate) instructions: Doc,
    pub(crate) strict: Strict,
    pub(crate) inputs: Vec<Field>,
    pub(crate) outputs: Vec<Field>,
    /// Types that were made for a string form.
    pub(crate) extra: TokenStream,
    /// A mistake leaves the fields unknown: judge no further than is certain, and expand nothing.
    pub(crate) broken: bool,
    /// The outputs are missing, and that was noted.
    pub(crate) no_outputs: bool,
}

/// A field of a signature.
pub(crate) struct Field {
    pub(crate) original: Ident,
    pub(crate) visibility: Visibility,
    /// The name in prompt and JSON, and where it was written.
    pub(crate) name: String,
    pub(crate) name_span: Span,
    pub(crate) ty: Type,
    pub(crate) seen: Seen,
    pub(crate) doc: Doc,
    pub(crate) attributes: FieldAttributes,
}

/// One instance of a signature with type parameters.
pub(crate) struct Alias {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) cfgs: Vec<Attribute>,
    pub(crate) krate: Krate,
    pub(crate) visibility: Visibility,
    pub(crate) name: Ident,
    pub(crate) ty: Type,
    pub(crate) strict: Strict,
}

impl Model {
    /// Whether an earlier signature has the same name; under `cfg` only one of them may be there.
    pub(crate) fn is_repeated(&self, index: usize) -> bool {
        let this = &self.signatures[index];
        let mut earlier = self.signatures[..index].iter();
        earlier
            .any(|other| other.name == this.name && other.cfgs.is_empty() && this.cfgs.is_empty())
    }
    pub(crate) fn names(&self) -> impl Iterator<Item = String> {
        self.signatures
            .iter()
            .map(|signature| signature.name.to_string())
    }
}

impl Signature {
    pub(crate) fn is_generic(&self) -> bool {
        self.generics
            .params
            .iter()
            .any(|parameter| !matches!(parameter, GenericParam::Lifetime(_)))
    }
    /// The type parameters that no input mentions: the struct carries them in `output_type`.
    pub(crate) fn needs_marker(&self) -> bool {
        self.generics.type_params().any(|parameter| {
            !self
                .inputs
                .iter()
                .any(|field| mentions(&field.ty, &parameter.ident))
        })
    }
    /// The bound that a type parameter should have, if it has none.
    pub(crate) fn missing_bound(&self, parameter: &syn::TypeParam) -> Option<&'static str> {
        let ident = &parameter.ident;
        let where_clause = self.generics.where_clause.iter();
        let mut predicates = where_clause.flat_map(|clause| &clause.predicates);
        let bounded = !parameter.bounds.is_empty()
            || predicates.any(|predicate| match predicate {
                WherePredicate::Type(predicate) => mentions(&predicate.bounded_ty, ident),
                _ => false,
            });
        let used = |fields: &[Field]| fields.iter().any(|field| mentions(&field.ty, ident));
        match bounded {
            true => None,
            false if used(&self.outputs) => Some("Field"),
            false if used(&self.inputs) => Some("InputField + Send"),
            false => None,
        }
    }
    /// The parameters that an output mentions.
    pub(crate) fn output_generics(&self) -> Generics {
        let mut generics = self.generics.clone();
        generics.params = generics
            .params
            .into_iter()
            .filter(|parameter| match parameter {
                GenericParam::Lifetime(_) => false,
                GenericParam::Type(parameter) => self
                    .outputs
                    .iter()
                    .any(|field| mentions(&field.ty, &parameter.ident)),
                GenericParam::Const(parameter) => self
                    .outputs
                    .iter()
                    .any(|field| mentions(&field.ty, &parameter.ident)),
            })
            .collect();
        if generics.params.len() != self.generics.params.len() {
            // a where clause may speak of what is not there
            generics.where_clause = None;
        }
        generics
    }
}

/// Whether a type mentions an identifier.
pub(crate) fn mentions(ty: &Type, ident: &Ident) -> bool {
    struct Search<'a>(&'a Ident, bool);
    impl<'ast> Visit<'ast> for Search<'_> {
        fn visit_ident(&mut self, ident: &'ast Ident) {
            self.1 |= ident == self.0;
        }
    }
    let mut search = Search(ident, false);
    search.visit_type(ty);
    search.1
}

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
