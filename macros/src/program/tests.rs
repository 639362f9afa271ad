use quote::quote;

fn expanded(attribute: proc_macro2::TokenStream, item: proc_macro2::TokenStream) -> String {
    let tokens = super::program(attribute, item);
    match syn::parse2(tokens.clone()) {
        Ok(file) => prettyplease::unparse(&file),
        Err(error) => panic!("{error}: {tokens}"),
    }
}

#[test]
fn two_calls_are_a_group() {
    let text = expanded(
        quote!(pure(call)),
        quote!(
            pub async fn race(text: &str) -> Res<String> {
                let a = call("a", 30, text).await?;
                let b = call("b", 10, text).await?;
                Ok(a + &b)
            }
        ),
    );
    assert_eq!(text.matches("Group").count(), 1, "{text}");
}

#[test]
fn calls_whose_way_is_chosen_float_like_others() {
    let text = expanded(
        quote!(),
        quote!(
            pub async fn both(text: &str) -> Result<(String, String)> {
                let one = First { text }
                    .predict()
                    .strategy(Strategy::Auto)
                    .reasoning()
                    .await?;
                let other = Second { text }
                    .predict()
                    .strategy(Strategy::Auto)
                    .compare(&many)
                    .await?;
                Ok((one.output.answer, other.output.answer))
            }
        ),
    );
    assert_eq!(text.matches("Group").count(), 1, "{text}");
    // the predictor is named before the way is chosen, so that its state counts
    assert_eq!(text.matches(".using(").count(), 2, "{text}");
}
