//! A few expansions to read, as documentation of what the macros make.
use proc_macro2::TokenStream;
use quote::quote;

fn pretty(tokens: TokenStream) -> String {
    prettyplease::unparse(&syn::parse2(tokens).expect("items"))
}

#[test]
fn a_signature() {
    let tokens = crate::signature::signature(quote! {
        /// Answer the question from the passages.
        #[derive(Clone)]
        pub struct GroundedAnswer<'a> {
            /// may hold relevant facts
            context: &'a [String],
            question: String,
        } -> {
            /// often between one and five words
            #[field(check = is_short)]
            answer: String,
            #[field(ge = 0.0, le = 1.0)]
            confidence: f64,
        }
    });
    insta::assert_snapshot!(pretty(tokens));
}

#[test]
fn a_signature_with_type_parameters_and_an_instance() {
    let tokens = crate::signature::signature(quote! {
        struct Extract<T: Field> { text: String } -> { value: T }
        #[signature(strict(openai))]
        type ExtractCity = Extract<City>;
    });
    insta::assert_snapshot!(pretty(tokens));
}

#[test]
fn a_struct() {
    let tokens = crate::field::derive(quote! {
        /// A person.
        struct Person {
            /// full name
            name: String,
            #[field(ge = 0, le = 150)]
            age: u8,
            friends: Vec<Person>,
        }
    });
    insta::assert_snapshot!(pretty(tokens));
}

#[test]
fn an_enum() {
    let tokens = crate::field::derive(quote! {
        #[field(rename_all = "snake_case")]
        enum Shape {
            Dot,
            Circle(f64),
            Box { width: f64, height: f64 },
        }
    });
    insta::assert_snapshot!(pretty(tokens));
}

#[test]
fn a_struct_of_predictors() {
    let tokens = crate::predictors::derive(quote! {
        struct MultiHop<T: Field> {
            search: Vec<Predict<SearchQuery<'static>>>,
            #[predictors(rename = "answer")]
            extract: ChainOfThought<Extract<T>>,
            #[predictors(parameter)]
            hops: usize,
            #[predictors(skip)]
            index: Arc<dyn Retriever>,
        }
    });
    insta::assert_snapshot!(pretty(tokens));
}
