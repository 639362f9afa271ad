//! What a block means, each part with the tokens it came from.
pub(crate) use crate::attributes::Strict;
use crate::{attributes::FieldAttributes, docs::Doc, paths::Krate, seen::Seen};
use proc_macro2::{Span, TokenStream};
use syn::{
    Attribute, GenericParam, Generics, Ident, Lifetime, Type, TypeReference, Visibility,
    WherePredicate, visit::Visit,
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
    /// Whether an input borrows, as far as its tokens tell. `Cow` does also where its lifetime was
    /// forgotten, and rustc's one error of that is enough.
    pub(crate) fn borrows(&self) -> bool {
        self.generics.lifetimes().next().is_some()
            || self.inputs.iter().any(|field| borrows(&field.ty))
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

fn borrows(ty: &Type) -> bool {
    struct Search(bool);
    impl<'ast> Visit<'ast> for Search {
        fn visit_lifetime(&mut self, _: &'ast Lifetime) {
            self.0 = true;
        }
        fn visit_type_reference(&mut self, _: &'ast TypeReference) {
            self.0 = true;
        }
        fn visit_ident(&mut self, ident: &'ast Ident) {
            self.0 |= ident == "Cow";
        }
    }
    let mut search = Search(false);
    search.visit_type(ty);
    search.0
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
