//! The model and the checks, on tokens. What users read of them is in `ui-tests/`.
use super::{check, lower, model::Model, parse, repair};
use crate::{attributes::Value, diag::Errors, seen::Seen};
use proc_macro2::TokenStream;
use quote::quote;

/// The model of a block and what there is to say of it.
fn model(input: TokenStream) -> (Model, Vec<String>) {
    let mut errors = Errors::default();
    let ast = parse::parse(input, &mut errors);
    let model = lower::lower(ast, &mut errors);
    check::check(&model, &mut errors);
    (model, errors.messages())
}

fn messages(input: TokenStream) -> Vec<String> {
    model(input).1
}

fn count(input: TokenStream) -> usize {
    messages(input).len()
}

#[test]
fn a_field_has_its_name_type_description_and_options() {
    let (model, messages) = model(quote! {
        /// Rate it.
        pub struct Rate { r#type: String } -> {
            /// from one to five
            #[field(alias = "n", ge = 1, le = 5, default = -0, examples = [1, 5])]
            #[serde(rename = "ignored")]
            stars: Option<u8>,
        }
    });
    assert_eq!(
        messages,
        ["default `-0` of field `stars` breaks `ge = 1`; change one of them"]
    );
    let signature = &model.signatures[0];
    assert_eq!(signature.instructions.shown(), "Rate it.");
    assert_eq!(signature.output_name, "RateOutput");
    assert_eq!(signature.inputs[0].name, "type");
    let stars = &signature.outputs[0];
    assert_eq!(
        (stars.name.as_str(), stars.original.to_string().as_str()),
        ("n", "stars")
    );
    assert_eq!(stars.seen, Seen::Option(Box::new(Seen::Integer(0, 255))));
    assert_eq!(stars.doc.shown(), "from one to five");
    let bounds: Vec<_> = stars
        .attributes
        .bounds
        .iter()
        .map(|bound| (bound.kind, bound.text.as_str()))
        .collect();
    assert_eq!(bounds, [("ge", "1"), ("le", "5")]);
    let examples: Vec<_> = stars
        .attributes
        .examples
        .iter()
        .map(|sample| sample.value.clone())
        .collect();
    assert_eq!(
        examples,
        [Value::Number("1".into()), Value::Number("5".into())]
    );
}

#[test]
fn a_string_has_the_same_model_as_a_struct() {
    let (text, none) = model(quote!(
        Qa = "context: list[str], question -> answer, score: Annotated[float, Field(ge=0)]"
    ));
    assert!(none.is_empty());
    let (written, none) = model(quote! {
        struct Qa { context: Vec<String>, question: String } -> { answer: String, #[field(ge = 0)] score: f64 }
    });
    assert!(none.is_empty());
    let fields = |model: &Model| -> Vec<_> {
        let signature = &model.signatures[0];
        let fields = signature.inputs.iter().chain(&signature.outputs);
        let bounds = |field: &super::model::Field| -> Vec<_> {
            field
                .attributes
                .bounds
                .iter()
                .map(|bound| (bound.kind, bound.text.clone()))
                .collect()
        };
        fields
            .map(|field| (field.name.clone(), field.seen.clone(), bounds(field)))
            .collect()
    };
    assert_eq!(fields(&text), fields(&written));
    let instructions = |model: &Model| model.signatures[0].instructions.shown();
    assert_eq!(instructions(&text), instructions(&written));
}

#[test]
fn names_collide_after_aliasing() {
    let same = quote!(struct Qa { #[field(alias = "b")] a: String } -> { b: String });
    assert_eq!(
        messages(same),
        ["`b` is an input and an output of `Qa`; rename the output, for example to `new_b`"]
    );
    let other = quote!(struct Qa { a: String } -> { #[field(alias = "b")] a: String });
    assert_eq!(count(other), 0);
    let rule =
        quote!(#[serde(rename_all = "camelCase")] struct Qa { a_b: String } -> { aB: String });
    assert_eq!(count(rule), 1);
}

#[test]
fn a_slip_does_not_hide_the_next() {
    let all = messages(quote! {
        struct One { a, b: = 3, String, c: u8 = 1; d: list[str], e String } => { f: () g: &u8 }
        enum Two { A } -> { b: String }
        struct Three(String) -> { b: String }
        type Four<T> = Five<T>;
        = 7
        Six = 6;
        #[signature(strikt)]
        struct Seven { a: String } -> { a: String }
    });
    let expected = [
        "field `a` has no type; write `a: String`",
        "expected the type of field `b`; write `b: String`",
        "type `String` in `One` has no name; write `name: String`",
        "field `c` cannot have a value here; write `#[field(default = …)]` before it",
        "signature `Two` cannot be an `enum`; write `struct Two { inputs } -> { outputs }`",
        "signature `Three` has no named inputs; write them in braces: `struct Three { question: String } -> { answer: String }`",
        "instance `Four` has parameters of its own, so it has no constants; name the type: `type Four = Extract<City>;`",
        "signature `Six` needs a string; write `Six = \"question -> answer\";`",
        "unknown option `strikt` of a signature; did you mean `strict`?",
        "`a` is an input and an output of `Seven`; rename the output, for example to `new_a`",
    ];
    for message in expected {
        assert!(
            all.iter().any(|found| found == message),
            "{message}\nin {all:#?}"
        );
    }
}

#[test]
fn broken_tokens_end() {
    for tokens in [
        quote!(#),
        quote!(# #),
        quote!(pub),
        quote!(struct),
        quote!(struct Qa),
        quote!(
            struct Qa {}
        ),
        quote!(struct Qa {} ->),
        quote!(struct Qa {} -> ;),
        quote!(struct Qa { , } -> { , }),
        quote!(struct Qa { a: } -> { : String }),
        quote!(type),
        quote!(type A),
        quote!(type A =),
        quote!(A =),
        quote!(A),
        quote!(;),
        quote!({}),
        quote!(= = =),
        quote!(struct Qa<T { a: String } -> { b: String }),
        quote!(struct Qa { #[field] a: String } -> { #[field(=)] b: String }),
        quote!(struct Qa { #[field(ge = , le)] a: String } -> { b: String }),
    ] {
        let shown = tokens.to_string();
        assert!(count(tokens) > 0, "{shown}");
    }
}

#[test]
fn bounds_between_whole_numbers() {
    let with = |bounds: TokenStream| quote!(struct Qa { a: String } -> { #[field(#bounds)] b: u8 });
    assert_eq!(count(with(quote!(gt = 1, lt = 3))), 0);
    assert_eq!(count(with(quote!(gt = 1, lt = 2))), 1);
    assert_eq!(count(with(quote!(ge = 1, le = 1))), 0);
    assert_eq!(count(with(quote!(ge = 1, lt = 1))), 1);
    assert_eq!(count(with(quote!(ge = 0.0))), 1);
    assert_eq!(count(with(quote!(lt = 256))), 1);
    assert_eq!(count(with(quote!(multiple_of = 0.5, default = 3))), 0);
    assert_eq!(count(with(quote!(multiple_of = 2, default = 3))), 1);
}

#[test]
fn samples_are_of_the_type_in_depth() {
    let with = |ty: TokenStream, value: TokenStream| quote!(struct Qa { a: String } -> { #[field(default = #value)] b: #ty });
    for (ty, good, bad) in [
        (quote!(String), quote!("a"), quote!(1)),
        (quote!(char), quote!('a'), quote!("ab")),
        (quote!(bool), quote!(true), quote!("true")),
        (quote!(f64), quote!(-1.5), quote!([1])),
        (quote!(Option<u8>), quote!(None), quote!("a")),
        (quote!(Option<u8>), quote!(Some(1)), quote!(Some(256))),
        (quote!(Vec<Vec<u8>>), quote!([[1], []]), quote!([1])),
        (quote!((u8, String)), quote!((1, "a")), quote!((1, "a", 2))),
        (quote!(&'static [String]), quote!(["a"]), quote!([1])),
    ] {
        // the last is a reference, which an output cannot be, sample or not
        let other = usize::from(ty.to_string().starts_with('&'));
        assert_eq!(count(with(ty.clone(), good)), other, "{ty}");
        assert_eq!(count(with(ty.clone(), bad)), other + 1, "{ty}");
    }
}

#[test]
fn what_can_be_mended_is_mended() {
    let (mut model, messages) = model(quote! {
        struct Qa<T> { a: &str, b: &'b mut [T], c: String, c: u8 } -> { d: T }
        struct Hopeless { a: fn() } -> { b: String }
        struct Qa { a: String } -> { b: String }
    });
    assert_eq!(messages.len(), 6, "{messages:#?}");
    repair::repair(&mut model);
    let [qa, hopeless, again] = model.signatures.as_slice() else {
        panic!("three signatures")
    };
    assert!(!qa.broken && hopeless.broken && again.broken);
    assert_eq!(qa.inputs.len(), 3);
    let generics = &qa.generics;
    assert_eq!(
        quote!(#generics).to_string(),
        "< 'b , '__left_out , T : :: sigflow :: __private :: Field >"
    );
    let ty = &qa.inputs[1].ty;
    assert_eq!(quote!(#ty).to_string(), "& 'b [T]");
}

#[test]
fn lifetimes_inside_a_type_are_its_own() {
    let bound =
        quote!(struct Qa<'a> { a: Cow<'a, str>, b: &'static str } -> { c: Vec<&'static str> });
    assert_eq!(count(bound), 1);
    let undeclared = quote!(struct Qa { a: Cow<'a, str> } -> { b: String });
    assert_eq!(
        messages(undeclared),
        ["lifetime `'a` of input `a` is not declared; write `struct Qa<'a>`"]
    );
}
