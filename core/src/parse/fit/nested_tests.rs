//! Lists, maps, tuples, records, variants, unions.
use super::tests::{aligned, aligned_field, made, named, of, reads, refuses, word};
use crate::{
    constant::Ref,
    schema::{Body, Constraint, FieldDef, Limit, Schema, Variant},
};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn lists_and_sets() {
    reads(
        &of::<Vec<i64>>(),
        &[
            (json!([1, "2", 3.0]), json!([1, 2, 3])),
            (json!("[1, 2,]"), json!([1, 2])),
            (json!(7), json!([7])),
            (json!([]), json!([])),
        ],
    );
    reads(&of::<Vec<String>>(), &[(json!("one"), json!(["one"]))]);
    reads(
        &of::<BTreeSet<String>>(),
        &[(json!(["a", "b", "a"]), json!(["a", "b"]))],
    );
    refuses(&of::<Vec<i64>>(), &[json!(null)], "out: a list");
    assert_eq!(
        aligned(of::<Vec<Vec<i64>>>(), json!([[1, "x"], "y", [null]])),
        Err(vec![
            "out[0][1]: an integer".into(),
            "out[1][0]: an integer".into(),
            "out[2][0]: an integer".into()
        ])
    );
    reads(&of::<[i64; 2]>(), &[(json!(["1", 2]), json!([1, 2]))]);
    refuses(
        &of::<[i64; 2]>(),
        &[json!([1]), json!([1, 2, 3])],
        "out: a list of 2",
    );
}

#[test]
fn tuples_in_either_form() {
    let pair = of::<(i64, String)>();
    reads(
        &pair,
        &[
            (json!(["1", "x"]), json!([1, "x"])),
            (json!({"1": "x", "0": 1}), json!([1, "x"])),
            (json!("[1, 'x']"), json!([1, "x"])),
            (json!("(1, 'x')"), json!([1, "x"])),
        ],
    );
    refuses(
        &pair,
        &[
            json!([1]),
            json!({"0": 1}),
            json!("x"),
            json!(null),
            json!([1, "x", 2]),
        ],
        "out: a list of 2",
    );
    assert_eq!(
        aligned(pair, json!({"0": "x", "1": "y"})),
        Err(vec!["out[0]: an integer".into()])
    );
}

#[test]
fn maps_in_every_form() {
    let map = of::<BTreeMap<i64, bool>>();
    let expected = json!({"1": true, "-2": false});
    reads(
        &map,
        &[
            (json!({"1": "yes", " -2 ": 0}), expected.clone()),
            (
                json!([{"key": 1, "value": true}, {"value": false, "key": "-2"}]),
                expected.clone(),
            ),
            (json!([["1", true], [-2, false]]), expected.clone()),
            (json!("{'1': True, '-2': False}"), expected),
            (json!([]), json!({})),
        ],
    );
    refuses(
        &map,
        &[
            json!([1]),
            json!([{"key": 1}]),
            json!([[1]]),
            json!("x"),
            json!(null),
        ],
        "out: an object",
    );
    assert_eq!(
        aligned(map, json!({"eins": true, "2": "perhaps"})),
        Err(vec![
            "out.eins: an integer".into(),
            "out.2: true or false".into()
        ])
    );
}

#[test]
fn variants_with_data() {
    let data = Variant {
        data: Some(of::<(i64, bool)>()),
        ..word("Both")
    };
    let thing = named(Body::Variants(Ref::shared(std::sync::Arc::from(vec![
        word("Nothing"),
        data,
    ]))));
    reads(
        &thing,
        &[
            (json!("nothing"), json!("Nothing")),
            (json!({"Nothing": null}), json!("Nothing")),
            (json!({"both": ["1", "yes"]}), json!({"Both": [1, true]})),
            (
                json!({"Both": {"0": 1, "1": true}}),
                json!({"Both": [1, true]}),
            ),
            (json!("{\"Both\": [1, true]}"), json!({"Both": [1, true]})),
        ],
    );
    refuses(
        &thing,
        &[
            json!("both"),
            json!({"Neither": 1}),
            json!(null),
            json!({"Both": [1, true], "Nothing": null}),
            json!(3),
        ],
        "out: one of `Nothing`, `Both`",
    );
    assert_eq!(
        aligned(thing, json!({"Both": [1, "x"]})),
        Err(vec!["out.Both[1]: true or false".into()])
    );
}

#[test]
fn records() {
    let fields = vec![
        FieldDef::new(Ref::new("first_name"), of::<String>()),
        FieldDef {
            default: Some(Ref::new("[1]")),
            ..FieldDef::new(Ref::new("list"), of::<Vec<i64>>())
        },
        FieldDef::new(Ref::new("maybe"), of::<Option<bool>>()),
        FieldDef {
            constraints: Ref::new(const { &[Constraint::Ge(Limit::new(1.0, Ref::new("1")))] }),
            ..FieldDef::new(Ref::new("count"), of::<u8>())
        },
    ];
    let record = named(Body::Record(Ref::shared(std::sync::Arc::from(fields))));
    reads(
        &record,
        &[
            (
                json!({"first_name": "x", "count": 1}),
                json!({"first_name": "x", "list": [1], "maybe": null, "count": 1}),
            ),
            (
                json!({"FirstName": "x", "List": null, "MAYBE": "no", "count": "2", "more": 1}),
                json!({"first_name": "x", "list": [1], "maybe": false, "count": 2}),
            ),
            (
                json!("{first_name: 'x', count: 3}"),
                json!({"first_name": "x", "list": [1], "maybe": null, "count": 3}),
            ),
        ],
    );
    refuses(
        &record,
        &[json!(null), json!("x"), json!([1])],
        "out: an object `Thing`",
    );
    assert_eq!(
        aligned(record, json!({"count": 0, "list": ["x"]})),
        Err(vec![
            "out.first_name: text".into(),
            "out.list[0]: an integer".into(),
            "out.count: at least 1".into()
        ])
    );
}

#[test]
fn a_missing_list_of_the_type_around_is_empty() {
    // a tree, and a list of words that closes no cycle
    let children = made(Schema::List(made(Schema::Recursion(1))));
    let by_name = made(Schema::Map(of::<String>(), made(Schema::Recursion(1))));
    let fields = vec![
        FieldDef::new(Ref::new("children"), children),
        FieldDef::new(Ref::new("by_name"), by_name),
        FieldDef::new(Ref::new("words"), of::<Vec<String>>()),
    ];
    let tree = named(Body::Record(Ref::shared(std::sync::Arc::from(fields))));
    let leaf = json!({"children": [], "by_name": {}, "words": []});
    reads(
        &tree,
        &[(
            json!({"words": [], "children": [{"words": []}]}),
            json!({"children": [leaf], "by_name": {}, "words": []}),
        )],
    );
    assert_eq!(
        aligned(tree, json!({"children": [{}]})).map_err(|faults| faults.len()),
        Err(2)
    );
}

#[test]
fn unions_take_what_fits_best() {
    let union = made(Schema::Union(Ref::shared(std::sync::Arc::from(vec![
        of::<i64>(),
        of::<bool>(),
        of::<Vec<String>>(),
    ]))));
    reads(
        &union,
        &[
            (json!(5), json!(5)),
            (json!("5"), json!(5)),
            (json!(true), json!(true)),
            (json!(["a"]), json!(["a"])),
            (json!("yes"), json!(true)),
        ],
    );
    refuses(
        &union,
        &[json!(null)],
        "out: an integer or true or false or a list",
    );
}

#[test]
fn bounds_are_checked_where_they_stand() {
    let bounded = made(Schema::List(made(Schema::Constrained(
        of::<i64>(),
        Ref::new(const { &[Constraint::Le(Limit::new(3.0, Ref::new("3")))] }),
    ))));
    let field = FieldDef {
        constraints: Ref::new(&[Constraint::MaxLen(2)]),
        ..FieldDef::new(Ref::new("out"), bounded)
    };
    assert_eq!(aligned_field(&field, json!([1, "2"])), Ok(json!([1, 2])));
    assert_eq!(
        aligned_field(&field, json!([1, 4, 3])),
        Err(vec![
            "out[1]: at most 3".into(),
            "out: at most 2 long".into()
        ])
    );
}

#[test]
fn deep_values_end() {
    let schema = of::<Vec<Vec<i64>>>();
    let list = named(Body::Record(Ref::shared(std::sync::Arc::from(vec![
        FieldDef::new(
            Ref::new("next"),
            made(Schema::Optional(made(Schema::Recursion(1)))),
        ),
    ]))));
    let mut value = json!({});
    for _ in 0..1000 {
        value = json!({ "next": value });
    }
    let faults = aligned(list, value).expect_err("too deep");
    assert_eq!(faults.len(), 1);
    assert!(aligned(schema, json!([[[1]]])).is_err());
}
