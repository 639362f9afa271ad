//! All kinds of parts, and a crate under another path, without imports.
#![no_implicit_prelude]
#![deny(warnings)]

::sigflow::signature! {
    pub struct Ask<'a> { question: &'a str } -> { answer: ::std::string::String }
    pub struct Extract<T: ::sigflow::Field> { text: ::std::string::String } -> { value: T }
}

mod facade {
    pub(crate) use ::sigflow as inner;
}

#[derive(::sigflow::Predictors)]
#[predictors(crate = crate::facade::inner)]
pub struct Program<'w, T: ::sigflow::Field, P, const N: usize>
where
    P: ::std::marker::Sync,
{
    pub first: ::sigflow::Predict<Ask<'static>>,
    r#type: ::sigflow::ChainOfThought<Extract<T>>,
    walk: [P; N],
    boxed: ::std::option::Option<::std::boxed::Box<dyn ::sigflow::Predictors + 'w>>,
    #[predictors(parameter)]
    __walk: f64,
    #[predictors(skip)]
    _name: &'w str,
}

fn main() {
    let mut program = Program::<'_, i64, _, 2> {
        first: ::sigflow::Predict::new(),
        r#type: ::sigflow::Predict::new(),
        walk: [::sigflow::Predict::<Ask<'static>>::new(), ::sigflow::Predict::new()],
        boxed: ::std::option::Option::None,
        __walk: 1.0,
        _name: "",
    };
    let paths: ::std::vec::Vec<_> = ::std::iter::Iterator::collect(::std::iter::Iterator::map(
        ::std::iter::IntoIterator::into_iter(::sigflow::Predictors::named_predictors_mut(&mut program)),
        |(path, _)| path,
    ));
    ::std::assert_eq!(paths, ["first", "type.predict", "walk[0]", "walk[1]"]);
}
