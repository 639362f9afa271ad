//! Bodies, byte by byte.
use super::*;
use serde_json::json;
use sigflow_core::{Effort, Message, OutputSchema, Part, Prefix, Text, ToolSpec, types::Document};
use std::sync::Arc;

fn encoder(model: &str) -> Encoder {
    Encoder::new(model, None, &Map::new()).expect("an encoder")
}
fn request() -> Request {
    Request::new(
        Prefix::new(Text::from("be brief")),
        vec![Message::user("hi \"you\"\n".to_owned())],
    )
}
fn encode(model: &str, request: &Request) -> String {
    encoder(model).encode(request, false).expect("a body")
}
fn json_of(model: &str, request: &Request) -> Value {
    serde_json::from_str(&encode(model, request)).expect("JSON")
}
fn refused(model: &str, request: &Request) -> String {
    let error = encoder(model).encode(request, false).expect_err("refused");
    assert!(error.is_configuration(), "{error}");
    error.to_string()
}
const BARE: &str = r#"{"model":"m","max_tokens":8192,"system":"be brief","messages":[{"role":"user","content":"hi \"you\"\n"}]"#;

#[test]
fn what_is_not_set_is_not_sent() {
    assert_eq!(encode("m", &request()), format!("{BARE}}}"));
    let streamed = encoder("m").encode(&request(), true).expect("a body");
    assert_eq!(streamed, format!("{BARE},\"stream\":true}}"));
    let mut bare = request();
    bare.prefix.system = Text::from("");
    assert!(!encode("m", &bare).contains("system"));
}

#[test]
fn the_longest_reply_is_the_calls_the_builders_or_the_models() {
    let mut request = request();
    assert_eq!(json_of("claude-sonnet-4-5", &request)["max_tokens"], 64_000);
    let builders = Encoder::new("claude-sonnet-4-5", Some(99), &Map::new()).expect("an encoder");
    assert!(
        builders
            .encode(&request, false)
            .expect("a body")
            .contains("\"max_tokens\":99,")
    );
    request.settings.max_tokens = Some(7);
    assert!(
        builders
            .encode(&request, false)
            .expect("a body")
            .contains("\"max_tokens\":7,")
    );
}

#[test]
fn settings_in_one_order() {
    let mut request = request();
    request.settings = Settings {
        temperature: Some(0.2),
        top_p: Some(0.9),
        seed: Some(-3),
        n: Some(1),
        stop: Some(Arc::from(["a\"".to_owned(), "b".to_owned()])),
        ..Settings::default()
    };
    let settings = r#","temperature":0.2,"top_p":0.9,"stop_sequences":["a\"","b"]}"#;
    assert_eq!(encode("m", &request), format!("{BARE}{settings}"));
}

#[test]
fn what_the_api_cannot_say_is_refused() {
    let mut many = request();
    many.settings.n = Some(2);
    assert!(refused("m", &many).contains("`n`"));
    let mut sure = request();
    sure.settings.logprobs = Some(0);
    assert!(refused("m", &sure).contains("`logprobs`"));
    let mut warm = request();
    warm.settings.temperature = Some(f64::NAN);
    assert!(refused("m", &warm).contains("temperature"));
    warm.settings.temperature = Some(0.5);
    assert!(refused("claude-opus-4-7", &warm).contains("takes no `temperature`"));
    warm.settings.temperature = Some(1.0);
    assert_eq!(json_of("claude-opus-4-7", &warm).get("temperature"), None);
}

#[test]
fn thoughts_and_effort() {
    let mut request = request();
    request.settings.reasoning_effort = Some(Effort::Low);
    let body = json_of("claude-sonnet-4-5", &request);
    assert_eq!(
        body["thinking"],
        json!({"type": "enabled", "budget_tokens": 2048})
    );
    assert_eq!(body.get("output_config"), None);
    let body = json_of("claude-opus-4-6", &request);
    assert_eq!(body["thinking"], json!({"type": "adaptive"}));
    assert_eq!(body["output_config"], json!({"effort": "low"}));
    // an extra member that says it for all calls is not written twice
    let extra = json!({"thinking": {"type": "enabled", "budget_tokens": 5000}});
    let extra = extra.as_object().expect("an object");
    let encoder = Encoder::new("claude-sonnet-4-5", None, extra).expect("an encoder");
    let body = encoder.encode(&request, false).expect("a body");
    assert!(
        body.matches("\"thinking\"").count() == 1 && body.contains("5000"),
        "{body}"
    );
}

#[test]
fn schemas_in_anthropics_form() {
    let mut request = request();
    let mut schema = OutputSchema::new("answer", r#"{"type":"object"}"#);
    request.response_format = ResponseFormat::Schema(schema.clone());
    let plain = r#","output_config":{"format":{"type":"json_schema","schema":{"type":"object"}}}}"#;
    assert_eq!(encode("m", &request), format!("{BARE}{plain}"));
    schema.anthropic = Some(r#"{"type":"object","additionalProperties":false}"#.into());
    request.response_format = ResponseFormat::Schema(schema);
    request.settings.reasoning_effort = Some(Effort::High);
    let body = json_of("claude-opus-4-5", &request);
    assert_eq!(
        body["output_config"],
        json!({"effort": "high", "format": {"type": "json_schema",
            "schema": {"type": "object", "additionalProperties": false}}})
    );
    request.response_format = ResponseFormat::JsonObject;
    request.settings.reasoning_effort = None;
    assert_eq!(encode("m", &request), format!("{BARE}}}"));
}

#[test]
fn tools_and_the_choice_among_them() {
    let mut request = request();
    request.tool_choice = ToolChoice::Required;
    assert_eq!(
        encode("m", &request),
        format!("{BARE}}}"),
        "a choice among no tools"
    );
    let schema = r#"{"type":"object","properties":{}}"#;
    let mut strict = ToolSpec::new("g", "", schema);
    strict.strict = true;
    request.tools = Arc::from([ToolSpec::new("f", "does \"f\"", schema), strict]);
    let tools = format!(
        r#","tools":[{{"name":"f","description":"does \"f\"","input_schema":{schema}}},{{"name":"g","strict":true,"input_schema":{schema}}}]"#
    );
    for (choice, words) in [
        (ToolChoice::Auto, ""),
        (ToolChoice::None, r#","tool_choice":{"type":"none"}"#),
        (ToolChoice::Required, r#","tool_choice":{"type":"any"}"#),
        (
            ToolChoice::Named("g".to_owned()),
            r#","tool_choice":{"type":"tool","name":"g"}"#,
        ),
    ] {
        request.tool_choice = choice;
        assert_eq!(encode("m", &request), format!("{BARE}{tools}{words}}}"));
    }
}

#[test]
fn what_the_server_shall_keep_is_marked() {
    let mut request = request();
    request.prefix.demos = Arc::from([
        Message::user("q".to_owned()),
        Message::assistant("a".to_owned()),
    ]);
    request.tools = Arc::from([ToolSpec::new("f", "", "{}"), ToolSpec::new("g", "", "{}")]);
    assert!(!encode("m", &request).contains("cache_control"));
    request.settings.prompt_cache = Some(PromptCache::Short);
    let body = json_of("m", &request);
    let mark = json!({"type": "ephemeral"});
    assert_eq!(
        body["system"],
        json!([{"type": "text", "text": "be brief", "cache_control": mark}])
    );
    assert_eq!(body["tools"][0].get("cache_control"), None);
    assert_eq!(body["tools"][1]["cache_control"], mark);
    assert_eq!(body["messages"][0]["content"], "q");
    assert_eq!(
        body["messages"][1]["content"],
        json!([{"type": "text", "text": "a", "cache_control": mark}])
    );
    assert_eq!(body["messages"][2]["content"], "hi \"you\"\n");
    request.settings.prompt_cache = Some(PromptCache::Long);
    let text = encode("m", &request);
    assert_eq!(
        text.matches(r#""cache_control":{"type":"ephemeral","ttl":"1h"}"#)
            .count(),
        3
    );
    // nothing to keep
    let mut bare = Request::new(Prefix::new(Text::from("")), vec![Message::user("x")]);
    bare.settings.prompt_cache = Some(PromptCache::Short);
    assert!(!encode("m", &bare).contains("cache_control"));
}

#[test]
fn documents_are_cited_but_beside_a_schema() {
    let mut request = request();
    let parts = vec![
        Part::Document(Document::new("blue")),
        Part::Text("?".into()),
    ];
    request.turns = Message::user_parts(parts).into();
    let block = |request: &Request| json_of("m", request)["messages"][0]["content"][0].clone();
    assert_eq!(block(&request)["citations"], json!({"enabled": true}));
    request.response_format = ResponseFormat::Schema(OutputSchema::new("a", "{}"));
    assert_eq!(block(&request).get("citations"), None);
}

#[test]
fn extra_members_come_last_and_never_twice() {
    let extra = json!({"metadata": {"user_id": "u"}, "service_tier": "auto"});
    let extra = extra.as_object().expect("an object");
    let encoder = Encoder::new("m", None, extra).expect("an encoder");
    let body = encoder.encode(&request(), false).expect("a body");
    let last = r#","metadata":{"user_id":"u"},"service_tier":"auto"}"#;
    assert_eq!(body, format!("{BARE}{last}"));
    for ours in OURS {
        let mut extra = Map::new();
        extra.insert((*ours).to_owned(), Value::Null);
        assert!(Encoder::new("m", None, &extra).is_err(), "{ours}");
    }
}

#[test]
fn the_estimate_holds_for_common_bodies() {
    let mut request = request();
    request.turns = Message::user("a line of text\n".repeat(200)).into();
    let body = encode("m", &request);
    assert!(encoder("m").estimate(&request) >= body.len());
}
