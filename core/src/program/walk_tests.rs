//! Paths as DSPy has them.
use super::{DynPredict, DynProgram, Predictor, Predictors, Walk, WalkMut};
use crate::{DynSignature, Error};
use std::collections::{BTreeMap, HashMap};

fn predictor(text: &str) -> DynPredict {
    DynPredict::new(DynSignature::parse(text).expect("a signature"))
}

/// As DSPy's `Inner` of the recorded state `nested_twice`.
struct Inner {
    first: DynPredict,
    chain: DynProgram,
    many: Vec<Box<dyn Predictors>>,
    table: BTreeMap<&'static str, DynPredict>,
    none: Option<DynPredict>,
    hops: usize,
}

impl Inner {
    fn new() -> Self {
        let chain = || {
            let signature = DynSignature::parse("query -> reasoning, answer").expect("a signature");
            DynProgram::from_signatures([("predict", signature)]).expect("a program")
        };
        Inner {
            first: predictor("question -> query"),
            chain: chain(),
            many: vec![Box::new(predictor("a -> b")), Box::new(chain())],
            table: BTreeMap::from([("x", predictor("p -> q")), ("y z", predictor("r -> s"))]),
            none: None,
            hops: 2,
        }
    }
}

impl Predictors for Inner {
    fn walk<'a>(&'a self, walk: &mut Walk<'a>) {
        walk.member("first", &self.first);
        walk.member("chain", &self.chain);
        walk.member("many", &self.many);
        walk.member("table", &self.table);
        walk.member("none", &self.none);
        walk.parameter("hops", &self.hops);
    }
    fn walk_mut<'a>(&'a mut self, walk: &mut WalkMut<'a>) {
        walk.member("first", &mut self.first);
        walk.member("chain", &mut self.chain);
        walk.member("many", &mut self.many);
        walk.member("table", &mut self.table);
        walk.member("none", &mut self.none);
        walk.parameter("hops", &mut self.hops);
    }
}

struct Outer {
    inner: Inner,
    judge: DynPredict,
}
impl Predictors for Outer {
    fn walk<'a>(&'a self, walk: &mut Walk<'a>) {
        walk.member("inner", &self.inner);
        walk.member("judge", &self.judge);
    }
    fn walk_mut<'a>(&'a mut self, walk: &mut WalkMut<'a>) {
        walk.member("inner", &mut self.inner);
        walk.member("judge", &mut self.judge);
    }
}

const PATHS: [&str; 7] = [
    "inner.first",
    "inner.chain.predict",
    "inner.many[0]",
    "inner.many[1].predict",
    "inner.table['x']",
    "inner.table['y z']",
    "judge",
];

#[test]
fn paths_are_those_that_dspy_recorded() {
    let mut outer = Outer {
        inner: Inner::new(),
        judge: predictor("answer -> ok: bool"),
    };
    let paths = |found: Vec<String>| assert_eq!(found, PATHS);
    paths(
        outer
            .named_predictors()
            .into_iter()
            .map(|(path, _)| path)
            .collect(),
    );
    paths(
        outer
            .named_predictors_mut()
            .into_iter()
            .map(|(path, _)| path)
            .collect(),
    );
    let parameters = outer.named_parameters();
    assert_eq!(parameters.len(), 1);
    assert_eq!(
        (parameters[0].0.as_str(), parameters[0].1.value()),
        ("inner.hops", 2.into())
    );
}

#[test]
fn a_part_is_changed_by_its_path() {
    let mut inner = Inner::new();
    inner
        .predictor_mut("table['y z']")
        .expect("a predictor")
        .set_instructions("Other.");
    assert_eq!(inner.table["y z"].instructions(), "Other.");
    inner
        .set_parameter("hops", 5.into())
        .expect("a value that fits");
    assert_eq!(inner.hops, 5);
    let error = inner
        .set_parameter("hops", (-1).into())
        .expect_err("a negative number");
    assert!(
        error.is_invalid_input() && error.path() == "hops",
        "{error}"
    );
    assert_eq!(inner.hops, 5);
}

#[test]
fn what_is_not_there_is_named_with_what_is_close() {
    let inner = Inner::new();
    let said = |error: Option<Error>| error.map(|error| error.to_string()).unwrap_or_default();
    assert_eq!(
        said(inner.predictor("table['z']").err()),
        "the program has no predictor `table['z']`; did you mean `table['x']`?"
    );
    assert_eq!(
        said(inner.parameter("threshold").err()),
        "the program has no parameter `threshold`; write one of `hops`"
    );
    assert_eq!(
        said(predictor("a -> b").parameter("k").err()),
        "the program has no parameter `k`; it has no parameters at all"
    );
}

#[test]
fn a_predictor_alone_is_self() {
    let alone = predictor("a -> b");
    assert_eq!(alone.named_predictors()[0].0, "self");
    let list = [predictor("a -> b"), predictor("b -> c")];
    assert_eq!(list.named_predictors()[1].0, "[1]");
}

#[test]
fn a_hash_map_is_walked_in_one_order() {
    let keys: Vec<u32> = (0..40).collect();
    let map: HashMap<u32, DynPredict> =
        keys.iter().map(|key| (*key, predictor("a -> b"))).collect();
    let found: Vec<_> = map
        .named_predictors()
        .into_iter()
        .map(|(path, _)| path)
        .collect();
    let mut sorted: Vec<_> = keys.iter().map(ToString::to_string).collect();
    sorted.sort();
    let sorted: Vec<_> = sorted.iter().map(|key| format!("['{key}']")).collect();
    assert_eq!(found, sorted);
}
