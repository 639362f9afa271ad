//! Fields, parameters, constants and functions called as the locals of expansions.
use ::sigflow::prelude::*;
use ::std::string::String;

const name: u8 = 1;
const value: u8 = 1;
const serializer: u8 = 1;
const inputs: u8 = 1;

fn __output(text: &str) -> bool {
    !text.is_empty()
}
fn __faults(text: &str) -> bool {
    !text.is_empty()
}

/// Its fields shadow what they can.
#[derive(Field, ::std::clone::Clone)]
struct Fields {
    self_: String,
    f: String,
    value: String,
    r#type: String,
    __f: String,
    __p: u8,
    serializer: bool,
    r#fn: u8,
}

#[derive(Field)]
enum Variants {
    Named {
        f: u8,
        __f: u8,
        value: u8,
        __formatter: u8,
        r#match: u8,
        self_: u8,
    },
    Tuple(u8, u8),
    r#Loop,
}

::sigflow::signature! {
    struct Hostile<'a, 'b, 'de> {
        self_: &'a str,
        f: &'b str,
        #[field(check = __output)]
        __output: &'de str,
        __p: String,
        r#type: String,
        input: u8,
        name: u8,
    } -> {
        #[field(check = __faults)]
        __faults: String,
        __values: u8,
        __f: u8,
        output: u8,
        value: u8,
        r#struct: Fields,
        variants: Variants,
        error: u8,
        reasoning_: u8,
    }

    struct Predict_<PREDICT: InputField + ::std::marker::Send + ::std::marker::Sync> { predict: PREDICT } -> { chain_of_thought: String }

    struct r#async { r#await: String } -> { r#move: String }
}

#[::core::prelude::v1::test]
fn the_users_names_are_meant() {
    let f = "1";
    let hostile = Hostile {
        self_: "1",
        f,
        __output: "1",
        __p: String::new(),
        r#type: String::new(),
        input: name,
        name,
    };
    let schema = Hostile::JSON_SCHEMA;
    ::std::assert!(
        schema.contains("\"struct\"") && schema.contains("\"fn\"") && !schema.contains("r#")
    );
    ::std::mem::drop(hostile.predict());
    let variant = Variants::Named {
        f: 1,
        __f: 2,
        value: 3,
        __formatter: 4,
        r#match: 5,
        self_: 6,
    };
    ::std::assert_eq!(
        ::serde_json::to_string(&variant).expect("JSON"),
        r#"{"Named":{"f":1,"__f":2,"value":3,"__formatter":4,"match":5,"self_":6}}"#
    );
    let _ = (
        Variants::Tuple(1, 2),
        Variants::r#Loop,
        value,
        serializer,
        inputs,
    );
    ::std::assert!(r#async::PROMPT.contains("`await` (str)"));
    let ask = r#async {
        r#await: crate::text("a"),
    };
    ::std::assert_eq!(::std::format!("{ask:?}"), r#"async { await: "a" }"#);
}
