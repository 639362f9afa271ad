//! What is public is documented, by the user's words or ours.
pub(crate) mod api {
    //! As a library would export it.
    use ::sigflow::Field;
    use ::std::string::String;

    /// A person.
    #[derive(Field)]
    pub(crate) struct Person {
        /// full name
        pub(crate) name: String,
    }

    ::sigflow::signature! {
        pub(crate) struct Find { text: String } -> { person: Person, #[field(alias = "why")] pub(crate) reason: String }
        pub(crate) struct Extract<T: Field> { text: String } -> { value: T }
        pub(crate) type ExtractPerson = Extract<Person>;
        pub(crate) QA = "question -> mood: Literal['a', 'b']";
    }
}

#[::core::prelude::v1::test]
fn fields_are_seen_as_far_as_their_signature() {
    let _ = api::Find {
        text: ::std::string::String::new(),
    };
    let _ = (
        api::Find::PROMPT,
        api::ExtractPerson::ANALYSIS,
        api::QAMood::A,
    );
}
