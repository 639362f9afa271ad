//! Turns and their blocks.
use super::{Style, messages};
use serde_json::{Value, json};
use sigflow_core::{
    Message, Part, Prefix, PromptCache, ReplayBlock, Request, Role, Text, ToolCall,
    types::{Audio, Document, File, Image},
};

fn written(turns: Vec<Message>) -> Value {
    let request = Request::new(Prefix::new(Text::from("")), turns);
    let mut out = String::from("[");
    let style = Style {
        cites: true,
        cache: None,
    };
    messages(&request, style, &mut out).expect("turns");
    out.push(']');
    serde_json::from_str(&out).expect("JSON")
}
fn blocks(parts: Vec<Part>) -> Value {
    written(vec![Message::user_parts(parts)])[0]["content"].take()
}
fn refused(part: Part) -> String {
    let request = Request::new(
        Prefix::new(Text::from("")),
        vec![Message::user_parts(vec![part])],
    );
    let error = messages(&request, Style::default(), &mut String::new()).expect_err("refused");
    assert!(error.is_configuration(), "{error}");
    error.to_string()
}

#[test]
fn parts_are_sent_in_anthropics_form() {
    let cited = json!({"enabled": true});
    assert_eq!(
        blocks(vec![
            Part::Text("look: ".to_owned()),
            Part::Text(String::new()),
            Part::Image(Image::from_bytes(b"ab", "image/png")),
            Part::Image(Image::from_url("https://h/dog.jpg")),
            Part::Document(Document::new("the text").title("T").context("C")),
            Part::Document(Document::from_pdf(b"%PDF")),
            Part::File(File::from_id("file_1")),
            Part::File(File::from_bytes(b"%PDF", "a.pdf", "application/pdf")),
            Part::File(File::from_bytes("é".as_bytes(), "a.txt", "text/plain")),
            Part::File(File::from_bytes(b"ab", "a.png", "image/png")),
            Part::Block(json!({"type": "search_result"})),
            Part::Block(Image::from_url("https://h/cat.jpg").block()),
        ]),
        json!([
            {"type": "text", "text": "look: "},
            {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "YWI="}},
            {"type": "image", "source": {"type": "url", "url": "https://h/dog.jpg"}},
            {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "the text"},
                "title": "T", "context": "C", "citations": cited},
            {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBERg=="},
                "citations": cited},
            {"type": "document", "source": {"type": "file", "file_id": "file_1"}, "citations": cited},
            {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBERg=="},
                "title": "a.pdf", "citations": cited},
            {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "é"},
                "title": "a.txt", "citations": cited},
            {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "YWI="}},
            {"type": "search_result"},
            {"type": "image", "source": {"type": "url", "url": "https://h/cat.jpg"}},
        ])
    );
}

#[test]
fn what_the_api_has_no_block_for_is_refused() {
    assert!(refused(Part::Audio(Audio::from_base64("AAAA", "wav"))).contains("transcript"));
    assert!(refused(Part::Image(Image::from_url("dog.jpg"))).contains("`dog.jpg`"));
    assert!(refused(Part::File(File::default())).contains("neither"));
    let zip = File::from_bytes(&[0xff, 0xfe], "a.zip", "application/zip");
    assert!(refused(Part::File(zip)).contains("`application/zip`"));
}

#[test]
fn answers_of_tools_are_one_turn_with_what_follows() {
    let mut calls = Message::new(Role::Assistant, "I look.".to_owned());
    calls.tool_calls = vec![
        ToolCall::new("t1", "search", r#" {"q": "cats"}"#),
        ToolCall::new("t2", "time", ""),
        ToolCall::new("t3", "odd", "not JSON"),
    ];
    let mut seen = Message::tool("t2", "time", "");
    seen.parts = vec![Part::Image(Image::from_bytes(b"ab", "image/png"))];
    let turns = vec![
        Message::user("go"),
        calls,
        Message::tool("t1", "search", "three"),
        seen,
        Message::user("and?"),
        Message::assistant("done"),
        Message::user("thanks"),
    ];
    assert_eq!(
        written(turns),
        json!([
            {"role": "user", "content": "go"},
            {"role": "assistant", "content": [
                {"type": "text", "text": "I look."},
                {"type": "tool_use", "id": "t1", "name": "search", "input": {"q": "cats"}},
                {"type": "tool_use", "id": "t2", "name": "time", "input": {}},
                {"type": "tool_use", "id": "t3", "name": "odd", "input": {"invalid_json": "not JSON"}},
            ]},
            {"role": "user", "content": [
                {"type": "tool_result", "tool_use_id": "t1", "content": "three"},
                {"type": "tool_result", "tool_use_id": "t2", "content": [
                    {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "YWI="}}]},
                {"type": "text", "text": "and?"},
            ]},
            {"role": "assistant", "content": "done"},
            {"role": "user", "content": "thanks"},
        ])
    );
    // at the end the turn is closed too
    let last = written(vec![
        Message::tool("t", "f", "x"),
        Message::tool("u", "f", "y"),
    ]);
    assert_eq!(last.as_array().map(Vec::len), Some(1));
    assert_eq!(last[0]["content"].as_array().map(Vec::len), Some(2));
}

#[test]
fn thoughts_go_back_first_and_only_ours() {
    let thought = json!({"type": "thinking", "thinking": "hm", "signature": "c2ln"});
    let hidden = json!({"type": "redacted_thinking", "data": "AAAA"});
    let mut turn = Message::assistant("4");
    turn.tool_calls = vec![ToolCall::new("t", "f", "{}")];
    turn.replay = vec![
        ReplayBlock::new("anthropic", thought.clone()),
        ReplayBlock::new("gemini", json!({"thoughtSignature": "x"})),
        ReplayBlock::new("anthropic", hidden.clone()),
    ];
    assert_eq!(
        written(vec![turn])[0]["content"],
        json!([thought, hidden, {"type": "text", "text": "4"},
            {"type": "tool_use", "id": "t", "name": "f", "input": {}}])
    );
    let mut other = Message::assistant("4");
    other.replay = vec![ReplayBlock::new("gemini", json!({}))];
    assert_eq!(written(vec![other])[0]["content"], "4");
}

#[test]
fn marks_stand_where_they_may() {
    let of = |last: Message| {
        let mut request = Request::new(Prefix::new(Text::from("")), vec![Message::user("x")]);
        request.prefix.demos = [last].into();
        let style = Style {
            cites: false,
            cache: Some(PromptCache::Short),
        };
        let mut out = String::new();
        messages(&request, style, &mut out).expect("turns");
        serde_json::from_str::<Value>(&format!("[{out}]")).expect("JSON");
        out.matches("cache_control").count()
    };
    assert_eq!(of(Message::assistant("a")), 1);
    assert_eq!(of(Message::tool("t", "f", "x")), 1);
    let mut thoughts = Message::assistant("");
    thoughts.replay = vec![ReplayBlock::new("anthropic", json!({"type": "thinking"}))];
    assert_eq!(of(thoughts), 0);
    assert_eq!(
        of(Message::user_parts(vec![Part::Block(
            json!({"cache_control": 1})
        )])),
        1
    );
    assert_eq!(of(Message::assistant("")), 0);
}
