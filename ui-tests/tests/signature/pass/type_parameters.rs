//! Signatures and types with parameters, and their instances.
use sigflow::prelude::*;

#[derive(Field)]
struct City {
    name: String,
}

#[derive(Field)]
struct Ranked<T> {
    value: T,
    rank: u32,
    better: Vec<Ranked<T>>,
}

#[derive(Field)]
enum Either<A, B> {
    One(A),
    Other { value: B, next: Option<Box<Self>> },
}

signature! {
    /// Extract it.
    pub(crate) struct Extract<T: Field> { text: String } -> { value: T }

    struct Compare<A: InputField + Send, B: Field> { left: A, right: B } -> { better: B, sure: bool }

    struct Sorted<T> where T: Field { items: Vec<T> } -> { items_sorted: Vec<T> }

    struct Fixed<const N: usize> { text: String } -> { numbers: [f64; N] }

    struct Search<'a, T: Field> { text: &'a str } -> { found: Either<T, Ranked<T>> }

    /// A city.
    #[signature(strict(openai))]
    pub(crate) type ExtractCity = Extract<City>;
    type ExtractRanked = Extract<Ranked<City>>;
}

async fn generic<T: Field>(lm: &Lm, text: String) -> Result<T> {
    Ok(Extract::<T>::new(text).predict().with(lm).await?.value)
}

fn main() {
    let _ = Extract::<City>::new("a".into()).predict();
    let _ = Compare::<&str, u8>::new("a", 1).predict();
    let _ = Sorted::<u8>::new(vec![1]).chain_of_thought();
    let _ = Search::<City>::new("a").predict();
    let _ = Fixed::<3>::new("a".into()).predict();
    let lm = sigflow::testing::Scripted::new([""]).lm();
    drop(generic::<City>(&lm, "a".into()));
    assert!(ExtractCity::PROMPT.contains("Extract it."));
    assert!(ExtractRanked::JSON_SCHEMA.contains("Ranked"));
    let either: Either<u8, City> = Either::Other { value: City { name: "a".into() }, next: None };
    assert_eq!(format!("{either:?}"), r#"Other { value: City { name: "a" }, next: None }"#);
    let _: Either<u8, u8> = Either::One(1);
}
