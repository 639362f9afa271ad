//! Signatures made at run time, end to end.
use super::{DynSignature, FieldSpec, TypeDefinition, TypeRegistry, TypeSpec};
use crate::{
    Adapter, Ask, InputField, Record,
    constant::Ref,
    schema::{Constraint, FieldDef, Limit, What, render},
    signature::{Def, SignatureDef},
    testing::Scripted,
};
use serde_json::json;

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime")
        .block_on(future)
}

#[test]
fn a_string_becomes_a_call() {
    block_on(async {
        let signature =
            DynSignature::parse("context: list[str], question -> answer, confidence: float")
                .expect("valid");
        let reply = "[[ ## answer ## ]]\nParis\n\n[[ ## confidence ## ]]\n0.5";
        let script = Scripted::new([reply, reply, reply]);
        let lm = script.lm();
        let ask = signature
            .ask([("context", json!(["x"])), ("question", json!("Which?"))])
            .expect("valid");
        let outputs = ask.clone().predict().with(&lm).await.expect("an answer");
        assert_eq!(
            outputs.into_json(),
            json!({"answer": "Paris", "confidence": 0.5})
        );
        let all = ask.clone().predict().n(2).with(&lm).await.expect("answers");
        assert_eq!(all.len(), 2);
        let lm = Scripted::new([format!("[[ ## reasoning ## ]]\nEasy.\n\n{reply}")]).lm();
        let reasoned = ask
            .chain_of_thought()
            .with(&lm)
            .prediction()
            .await
            .expect("an answer");
        assert_eq!(
            (
                reasoned.output.reasoning.as_str(),
                &reasoned.output["answer"]
            ),
            ("Easy.", &json!("Paris"))
        );
    });
}

#[test]
fn a_prompt_is_rendered_once_and_is_what_format_shows() {
    block_on(async {
        let signature = DynSignature::parse("question -> answer: int").expect("valid");
        let script = Scripted::new(["[[ ## answer ## ]]\n1", "[[ ## answer ## ]]\n2"]);
        let lm = script.lm();
        for _ in 0..2 {
            signature
                .ask([("question", json!("Q"))])
                .expect("valid")
                .predict()
                .with(&lm)
                .await
                .expect("an answer");
        }
        let requests = script.requests();
        let (one, two) = (&requests[0].prefix.system, &requests[1].prefix.system);
        assert!(
            std::ptr::eq(one.as_str(), two.as_str()),
            "both share one text"
        );
        let shown = signature.format(
            Adapter::Chat,
            &[],
            &Record::from_iter([("question", json!("Q"))]),
        );
        let sent: Vec<_> = requests[0]
            .messages()
            .map(|(role, text)| (role, text.as_str().to_owned()))
            .collect();
        assert_eq!(
            shown
                .iter()
                .map(|m| (m.role, m.text().to_owned()))
                .collect::<Vec<_>>(),
            sent
        );
    });
}

#[test]
fn demos_stand_before_the_question() {
    block_on(async {
        let signature = DynSignature::parse("question -> answer").expect("valid");
        let script = Scripted::new(["[[ ## answer ## ]]\n1"]);
        let demo = Record::from_iter([("question", json!("D")), ("answer", json!("E"))]);
        let ask = signature
            .ask([("question", json!("Q"))])
            .expect("valid")
            .demos([demo]);
        ask.predict().with(&script.lm()).await.expect("an answer");
        assert_eq!(script.requests()[0].prefix.demos.len(), 2);
    });
}

#[test]
fn all_faults_of_the_inputs_are_listed() {
    let signature = DynSignature::builder("Rate")
        .field(FieldSpec::input("stars", "int").ge(1).le(5))
        .input("tags", "list[str]")
        .input("note", "str | None")
        .field(FieldSpec::input("mode", "Literal['fast', 'slow']").default("fast"))
        .output("ok", "bool")
        .build()
        .expect("valid");
    let error = signature
        .ask([
            ("stars", json!(9)),
            ("tags", json!("x")),
            ("moode", json!(1)),
        ])
        .expect_err("faults");
    assert_eq!(
        error.to_string(),
        "Rate: input `moode` is unknown, expected `mode`; `stars` is `9`, must be at most 5; \
         `tags` is `x`, expected a list"
    );
    let ask = signature
        .ask([("stars", json!("3")), ("tags", json!([]))])
        .expect("valid");
    assert_eq!(
        format!("{ask:?}"),
        r#"{"stars": Number(3), "tags": Array [], "note": Null, "mode": String("fast")}"#
    );
}

#[test]
fn what_cannot_be_is_an_error_that_says_what_to_do() {
    let person = |ty: &str| {
        TypeRegistry::new().with(
            "Person",
            TypeDefinition::record([FieldSpec::member("p", ty)]),
        )
    };
    let build = |field: FieldSpec| {
        DynSignature::builder("S")
            .field(field)
            .build()
            .expect_err("an error")
            .to_string()
    };
    for (error, expected) in [
        (
            build(FieldSpec::output("_a", "str")),
            "field `_a` begins with an underscore; write `a`",
        ),
        (
            build(FieldSpec::output("a b", "str")),
            "field `a b` has signs that no name has; write `a_b`",
        ),
        (
            build(FieldSpec::output("a", "int").ge("x")),
            "field `a`: `ge` is `\"x\"`; write a number",
        ),
        (
            build(FieldSpec::output("a", "int").ge(3).lt(3)),
            "field `a`: no value can keep all of its bounds; widen one of them",
        ),
        (
            build(FieldSpec::output("a", "int").max_length(3)),
            "field `a`: `max_length` does not bound values of type `int`; take it away",
        ),
        (
            build(FieldSpec::output("a", "int").default("x")),
            "field `a`: its default does not fit: `a` is `x`, expected an integer",
        ),
        (
            build(FieldSpec::output("a", "int").le(3).example(4)),
            "field `a`: its example does not fit: `a` is `4`, must be at most 3",
        ),
        (
            build(FieldSpec::member("a", "int")),
            "field `a` is a record's member; write `FieldSpec::input` or `FieldSpec::output`",
        ),
    ] {
        assert_eq!(error, expected);
    }
    let unknown = DynSignature::parse_with("a -> b: Person", &person("Persn"))
        .expect_err("an error")
        .to_string();
    assert!(
        unknown.starts_with(
            "field `b`: type `Person`: field `p`: unknown type `Persn`; did you mean `Person`?"
        ),
        "{unknown}"
    );
    let alias = TypeRegistry::new().with("A", "list[A]");
    assert!(DynSignature::parse_with("a -> b: A", &alias).is_err());
}

#[test]
fn recursive_types_are_read_and_shown() {
    let node = [
        FieldSpec::member("value", "str"),
        FieldSpec::member("next", "Node | None").default(()),
    ];
    let types = TypeRegistry::new().with("Node", TypeDefinition::record(node));
    let signature = DynSignature::parse_with("text -> list: Node", &types).expect("valid");
    let shown = signature.format(Adapter::Chat, &[], &Record::default());
    assert!(shown[0].text().contains(r##""$ref": "#/$defs/Node"}"##));
    let lm = Scripted::new([r#"[[ ## list ## ]]
{"value": "a", "next": {"value": "b"}}"#])
    .lm();
    let ask = signature.ask([("text", json!("t"))]).expect("valid");
    let outputs = block_on(async { ask.predict().with(&lm).await }).expect("an answer");
    assert_eq!(
        outputs["list"],
        json!({"value": "a", "next": {"value": "b", "next": null}})
    );
}

#[test]
fn many_types_that_name_each_other_end_in_time() {
    let names: Vec<String> = (0..40).map(|index| format!("T{index}")).collect();
    let mut types = TypeRegistry::new();
    for name in &names {
        let members = names
            .iter()
            .enumerate()
            .map(|(index, other)| FieldSpec::member(format!("m{index}"), format!("list[{other}]")));
        types.register(name, TypeDefinition::record(members));
    }
    let error = DynSignature::parse_with("a -> b: T0", &types)
        .expect_err("too many")
        .to_string();
    assert!(
        error.contains("is made of too many types; split it"),
        "{error}"
    );
}

#[test]
fn types_print_the_names_they_have() {
    let record = TypeDefinition::record([FieldSpec::member("color", "Color")]);
    let types = TypeRegistry::new()
        .with("Color", TypeDefinition::words(["red"]))
        .with("Page_Color_", record.title("Page[Color]"))
        .with("Numbers", "frozenset[int]");
    let text =
        "a -> b: tuple[Page_Color_, Color], c: Numbers, d: frozenset[Color], e: tuple[int, ...]";
    let signature = DynSignature::parse_with(text, &types).expect("valid");
    let printed: Vec<_> = signature
        .outputs()
        .iter()
        .map(FieldDef::python_type)
        .collect();
    assert_eq!(
        printed,
        [
            "tuple[Page[Color], Color]",
            "frozenset[int]",
            "frozenset[Color]",
            "tuple[int, Ellipsis]"
        ]
    );
}

#[test]
fn deep_types_are_refused_and_never_overflow() {
    let deep = format!(
        "a -> b: {}int{}",
        "list[".repeat(100_000),
        "]".repeat(100_000)
    );
    assert!(DynSignature::parse(&deep).is_err());
    let mut types = TypeRegistry::new().with("A0", "int");
    for index in 1..60 {
        types.register(
            format!("A{index}"),
            format!("{}A{}{}", "list[".repeat(20), index - 1, "]".repeat(20)).as_str(),
        );
    }
    let error = DynSignature::parse_with("a -> b: A59", &types)
        .expect_err("too deep")
        .to_string();
    assert!(error.contains("flatten it"), "{error}");
}

#[test]
fn edits_keep_their_types() {
    let types = TypeRegistry::new().with("Color", TypeDefinition::words(["red", "green"]));
    let signature = DynSignature::parse_with("a -> b", &types).expect("valid");
    let longer = signature
        .append(FieldSpec::output("c", "list[Color]"))
        .expect("valid");
    assert_eq!(
        format!("{longer:?}"),
        "StringSignature(a: str -> b: str, c: list[Color])"
    );
    assert_eq!(longer.delete("c"), signature);
    assert_eq!(
        longer.instructions(),
        "Given the fields `a`, produce the fields `b`."
    );
    assert_eq!(
        longer.with_instructions("").instructions(),
        "Given the fields `a`, produce the fields `b`, `c`."
    );
    assert_eq!(
        TypeSpec::of::<Option<Vec<u8>>>(),
        TypeSpec::of::<Option<Vec<u8>>>()
    );
}

/// What `signature!` would fill in for a static signature of every kind of field.
static STATIC: SignatureDef = SignatureDef {
    name: Ref::new("Rate"),
    instructions: Ref::new("Rate the text."),
    inputs: Ref::new(const { &[FieldDef::new(Ref::new("texts"), <Vec<String>>::SCHEMA)] }),
    outputs: Ref::new(
        const {
            &[
                FieldDef {
                    name: Ref::new("stars"),
                    aliases: Ref::new(&[]),
                    doc: Ref::new("how good"),
                    schema: <Option<i64>>::SCHEMA,
                    constraints: Ref::new(
                        const { &[Constraint::Ge(Limit::new(1.0, Ref::new("1")))] },
                    ),
                    default: None,
                    examples: Ref::new(&[]),
                    dspy: None,
                    spelled: None,
                },
                FieldDef::new(
                    Ref::new("by_name"),
                    <std::collections::BTreeMap<String, (f64, bool)>>::SCHEMA,
                ),
            ]
        },
    ),
};

#[test]
fn static_and_dynamic_prompts_are_the_same_bytes() {
    let dynamic = DynSignature::builder("Rate")
        .instructions("Rate the text.")
        .input("texts", "list[str]")
        .field(
            FieldSpec::output("stars", "Optional[int]")
                .description("how good")
                .ge(1),
        )
        .output("by_name", "dict[str, tuple[float, bool]]")
        .build()
        .expect("valid");
    let from_static = DynSignature::from_def(&Def::new(Ref::new(&STATIC)));
    let demo = Record::from_iter([
        ("texts", json!(["a"])),
        ("stars", json!(null)),
        ("by_name", json!({"a": [1.5, true]})),
    ]);
    let inputs = Record::from_iter([("texts", json!(["b"]))]);
    for adapter in [Adapter::Chat, Adapter::Json] {
        let messages = |signature: &DynSignature| {
            signature.format(adapter, std::slice::from_ref(&demo), &inputs)
        };
        assert_eq!(messages(&dynamic), messages(&from_static));
        let fixed = render(What::System(adapter, None), &STATIC, false);
        assert_eq!(messages(&dynamic)[0].text(), fixed);
    }
    let reasoned = DynSignature::from_def(&Def {
        reasoning: true,
        ..Def::new(Ref::new(&STATIC))
    });
    assert_eq!(reasoned.canonical(), "texts -> reasoning, stars, by_name");
}
