//! Bodies, byte by byte.
use super::*;
use serde_json::json;
use sigflow_core::{Message, Prefix, Settings, Text, ToolSpec};
use std::sync::Arc;

fn encoder() -> Encoder {
    Encoder::new("m", Profile::Other, &Map::new()).expect("an encoder")
}
fn request() -> Request {
    Request::new(
        Prefix::new(Text::from("be brief")),
        vec![Message::user("hi \"you\"\n".to_owned())],
    )
}
fn encode(request: &Request) -> String {
    encoder().encode(request).expect("a body")
}
const BARE: &str = r#"{"model":"m","messages":[{"role":"system","content":"be brief"},{"role":"user","content":"hi \"you\"\n"}]"#;

#[test]
fn what_is_not_set_is_not_sent() {
    assert_eq!(encode(&request()), format!("{BARE}}}"));
}

#[test]
fn an_empty_system_prompt_is_not_sent() {
    let request = Request::new(
        Prefix::new(Text::from("")),
        vec![Message::user("hi".to_owned())],
    );
    assert_eq!(
        encode(&request),
        r#"{"model":"m","messages":[{"role":"user","content":"hi"}]}"#
    );
}

#[test]
fn demos_stand_between_system_and_turns() {
    let mut request = request();
    request.prefix.demos = Arc::from([
        Message::user("q".to_owned()),
        Message::assistant("a".to_owned()),
    ]);
    let body: Value = serde_json::from_str(&encode(&request)).expect("JSON");
    let roles: Vec<&str> = body["messages"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|m| m["role"].as_str())
        .collect();
    assert_eq!(roles, ["system", "user", "assistant", "user"]);
}

#[test]
fn settings_in_one_order() {
    let mut request = request();
    request.settings = Settings {
        temperature: Some(0.2),
        top_p: Some(1.0),
        max_tokens: Some(7),
        n: Some(2),
        seed: Some(-3),
        reasoning_effort: Some(sigflow_core::Effort::High),
        stop: Some(Arc::from(["a\"".to_owned(), "b".to_owned()])),
        ..Settings::default()
    };
    let settings = r#","temperature":0.2,"top_p":1,"max_tokens":7,"n":2,"seed":-3,"reasoning_effort":"high","stop":["a\"","b"]}"#;
    assert_eq!(encode(&request), format!("{BARE}{settings}"));
    let newer = Encoder::new("m", Profile::OpenAi, &Map::new()).expect("an encoder");
    assert!(
        newer
            .encode(&request)
            .expect("a body")
            .contains(r#","max_completion_tokens":7,"#)
    );
}

#[test]
fn numbers_that_are_none_are_refused() {
    for value in [f64::NAN, f64::INFINITY] {
        let mut request = request();
        request.settings.temperature = Some(value);
        let error = encoder().encode(&request).expect_err("no JSON for it");
        assert!(
            error.is_configuration() && error.to_string().contains("temperature"),
            "{error}"
        );
    }
}

#[test]
fn schemas_strict_and_plain() {
    let mut request = request();
    let mut schema = OutputSchema::new("answer".to_owned(), r#"{"type":"object"}"#.to_owned());
    request.response_format = ResponseFormat::Schema(schema.clone());
    let plain = r#","response_format":{"type":"json_schema","json_schema":{"name":"answer","strict":false,"schema":{"type":"object"}}}}"#;
    assert_eq!(encode(&request), format!("{BARE}{plain}"));
    schema.openai = Some(r#"{"type":"object","additionalProperties":false}"#.to_owned().into());
    request.response_format = ResponseFormat::Schema(schema);
    let strict = r#","response_format":{"type":"json_schema","json_schema":{"name":"answer","strict":true,"schema":{"type":"object","additionalProperties":false}}}}"#;
    assert_eq!(encode(&request), format!("{BARE}{strict}"));
    request.response_format = ResponseFormat::JsonObject;
    assert_eq!(
        encode(&request),
        format!(r#"{BARE},"response_format":{{"type":"json_object"}}}}"#)
    );
}

#[test]
fn tools_and_the_choice_among_them() {
    let mut request = request();
    request.tool_choice = ToolChoice::Required;
    assert_eq!(
        encode(&request),
        format!("{BARE}}}"),
        "a choice among no tools"
    );
    let schema = r#"{"type":"object","properties":{}}"#;
    request.tools = Arc::from([
        ToolSpec::new("f", "does \"f\"", schema),
        ToolSpec::new("g", "", schema),
    ]);
    let tools = format!(
        r#","tools":[{{"type":"function","function":{{"name":"f","description":"does \"f\"","parameters":{schema}}}}},{{"type":"function","function":{{"name":"g","parameters":{schema}}}}}]"#
    );
    for (choice, words) in [
        (ToolChoice::Auto, ""),
        (ToolChoice::None, r#","tool_choice":"none""#),
        (ToolChoice::Required, r#","tool_choice":"required""#),
        (
            ToolChoice::Named("g".to_owned()),
            r#","tool_choice":{"type":"function","function":{"name":"g"}}"#,
        ),
    ] {
        request.tool_choice = choice;
        assert_eq!(encode(&request), format!("{BARE}{tools}{words}}}"));
    }
}

#[test]
fn extra_members_come_last_and_never_twice() {
    let extra = json!({"reasoning_effort": "low", "provider": {"order": ["a"]}});
    let extra = extra.as_object().expect("an object");
    let encoder = Encoder::new("m", Profile::Other, extra).expect("an encoder");
    let body = encoder.encode(&request()).expect("a body");
    assert_eq!(
        body,
        format!(r#"{BARE},"reasoning_effort":"low","provider":{{"order":["a"]}}}}"#)
    );
    for ours in OURS {
        let mut extra = Map::new();
        extra.insert((*ours).to_owned(), Value::Null);
        assert!(Encoder::new("m", Profile::Other, &extra).is_err(), "{ours}");
    }
}

#[test]
fn the_estimate_holds_for_common_bodies() {
    let mut request = request();
    request.turns = Message::user("a line of text\n".repeat(200)).into();
    let body = encode(&request);
    assert!(encoder().estimate(&request) >= body.len());
}

/// The body of a call whose signature has tools of its own: they stand in `tools`, and not in the prompt.
#[test]
fn tools_of_a_signature_in_the_body() {
    use sigflow_core::{Adapter, Ask, DynSignature, Native};

    let tool =
        json!({"name": "search", "desc": "Searches.", "args": {"query": {"type": "string"}}});
    let signature = "question, tools: list[Tool] -> thought: Reasoning, calls: ToolCalls, answer: Optional[str]";
    let signature = DynSignature::parse(signature).expect("a signature");
    let ask = signature
        .ask([("question", "How many?".into()), ("tools", json!([tool]))])
        .expect("inputs");
    let call = ask.predict().adapter(Adapter::Json);
    let request = call.native(Native::ALWAYS).request().expect("a request");
    let body: Value = serde_json::from_str(&encode(&request)).expect("JSON");
    assert_eq!(
        body["tools"],
        json!([{"type": "function", "function": {"name": "search", "description": "Searches.", "parameters": {
            "type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"],
        }}}])
    );
    assert_eq!(body["reasoning_effort"], "low");
    // an extra member that says it for all calls is not written twice
    let extra = json!({"reasoning_effort": "high"});
    let extra = extra.as_object().expect("an object");
    let encoder = Encoder::new("m", Profile::Other, extra).expect("an encoder");
    let text = encoder.encode(&request).expect("a body");
    assert_eq!(text.matches("reasoning_effort").count(), 1, "{text}");
    assert_eq!(body.get("tool_choice"), None);
    let prompt = body["messages"].to_string();
    assert!(prompt.contains("How many?") && prompt.contains("answer"));
    for gone in ["Searches", "thought` (", "calls` ("] {
        assert!(!prompt.contains(gone), "{gone}: {prompt}");
    }
}
