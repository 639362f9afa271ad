//! Every type that may stand in a signature.
use sigflow::prelude::*;
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque},
    sync::Arc,
};

signature! {
    struct Scalars {
        a: i8, b: i16, c: i32, d: i64, e: i128, f: isize,
        g: u8, h: u16, i: u32, j: u64, k: u128, l: usize,
        m: f32, n: f64, o: bool, p: char, q: String,
    } -> {
        r: i8, s: u128, t: f32, u: bool, v: char, w: String, x: serde_json::Value,
    }

    struct Containers {
        list: Vec<String>,
        many: VecDeque<u8>,
        some: Option<String>,
        nested: Vec<Option<Vec<u8>>>,
    } -> {
        set: BTreeSet<String>,
        hashed: HashSet<char>,
        map: BTreeMap<String, u8>,
        by_number: HashMap<i32, Vec<bool>>,
        pair: (String, f64),
        eight: (u8, u8, u8, u8, u8, u8, u8, u8),
        three: [f64; 3],
        boxed: Box<str>,
        shared: Arc<str>,
        slice: Box<[u8]>,
        owned: Cow<'static, str>,
        pointer: Box<Option<String>>,
    }

    struct Borrowed<'a, 'b> {
        text: &'a str,
        list: &'b [String],
        texts: &'a [&'b str],
        maybe: Option<&'a str>,
        cow: Cow<'b, str>,
        cows: Cow<'a, [u8]>,
        fixed: &'static str,
        value: &'a serde_json::Value,
    } -> { answer: String }
}

fn main() {
    let text = String::from("a");
    let list = [text.clone()];
    let ask = Borrowed {
        text: &text,
        list: &list,
        texts: &["a"],
        maybe: Some(&text),
        cow: Cow::Borrowed(&text),
        cows: Cow::Borrowed(&[1]),
        fixed: "a",
        value: &serde_json::Value::Null,
    };
    let _ = ask.predict();
    assert!(Scalars::PROMPT.contains("`q` (str)"));
    assert!(Containers::JSON_SCHEMA.contains("by_number"));
}
