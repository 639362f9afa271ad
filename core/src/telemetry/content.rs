//! Prompts and replies as OpenTelemetry's conventions have them: JSON text of messages that are made of typed parts.
//! Nothing here runs unless a scope [wants content](crate::Scope::with_content).
use crate::{
    Completion, FinishReason, Message, Part, Record, Request, Role, ToolCall, ToolSpec,
    types::{Document, File},
};
use serde_json::{Map, Value, json};

/// The system prompt; nothing where there is none.
pub(super) fn instructions(request: &Request) -> Option<String> {
    let system = request.prefix.system.as_str();
    (!system.is_empty()).then(|| json!([words(system)]).to_string())
}

/// All that is said before the reply.
pub(super) fn inputs(request: &Request) -> String {
    let all = request.prefix.demos.iter().chain(&request.turns);
    all.map(message).collect::<Value>().to_string()
}

/// The replies.
pub(super) fn outputs(completions: &[Completion]) -> String {
    completions
        .iter()
        .map(output)
        .collect::<Value>()
        .to_string()
}

/// What the model may call; nothing where there is nothing.
pub(super) fn tools(tools: &[ToolSpec]) -> Option<String> {
    let all = tools.iter().map(|tool| {
        let parameters = parsed(tool.parameters.as_str());
        json!({"type": "function", "name": tool.name, "description": tool.description, "parameters": parameters})
    });
    (!tools.is_empty()).then(|| all.collect::<Value>().to_string())
}

/// Inputs of a signature, as one message of JSON.
pub(super) fn asked(inputs: Record) -> String {
    let said = inputs.into_json().to_string();
    json!([{"role": Role::User.as_str(), "parts": [words(&said)]}]).to_string()
}

/// Outputs of a signature, as one message of JSON.
pub(super) fn answered(outputs: &Record) -> String {
    let said = outputs.clone().into_json().to_string();
    let role = Role::Assistant.as_str();
    json!([{"role": role, "parts": [words(&said)], "finish_reason": "stop"}]).to_string()
}

/// The words of the conventions, where they have one.
pub(super) fn finish(reason: &FinishReason) -> &str {
    match reason {
        FinishReason::Stop => "stop",
        FinishReason::Length => "length",
        FinishReason::ToolCalls => "tool_call",
        FinishReason::ContentFilter => "content_filter",
        FinishReason::Other(other) => other,
    }
}

fn words(text: &str) -> Value {
    json!({"type": "text", "content": text})
}

/// JSON where it is JSON, else the text.
fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| text.into())
}

fn call(call: &ToolCall) -> Value {
    json!({"type": "tool_call", "id": call.id, "name": call.name, "arguments": parsed(&call.arguments)})
}

fn message(message: &Message) -> Value {
    let text = message.text();
    let mut parts: Vec<Value> = match &message.answers {
        Some((id, _)) => vec![json!({"type": "tool_call_response", "id": id, "response": text})],
        None if message.parts.is_empty() && text.is_empty() => Vec::new(),
        None if message.parts.is_empty() => vec![words(text)],
        None => message.parts.iter().map(part).collect(),
    };
    parts.extend(message.tool_calls.iter().map(call));
    json!({"role": message.role.as_str(), "parts": parts})
}

fn part(part: &Part) -> Value {
    match part {
        Part::Text(text) => words(text),
        Part::Image(image) => by_address(&image.url, "image"),
        Part::Audio(audio) => {
            let media_type = format!("audio/{}", audio.audio_format);
            blob(&media_type, "audio", &audio.data)
        }
        Part::File(file) => of_file(file),
        Part::Document(document) => of_document(document),
        // a part may be of any type of its own; what has none gets one
        Part::Block(block) if block["type"].is_string() => block.clone(),
        Part::Block(block) => json!({"type": "block", "content": block}),
    }
}

fn blob(media_type: &str, modality: &str, content: &str) -> Value {
    json!({"type": "blob", "mime_type": media_type, "modality": modality, "content": content})
}

/// An address stands for what is there, a data URI for its bytes.
fn by_address(address: &str, modality: &str) -> Value {
    let data = address.strip_prefix("data:");
    match data.and_then(|data| data.split_once(";base64,")) {
        Some((media_type, content)) => blob(media_type, modality, content),
        None => json!({"type": "uri", "modality": modality, "uri": address}),
    }
}

fn of_file(file: &File) -> Value {
    let data = file.file_data.as_deref();
    match (data, &file.file_id) {
        (Some(data), _) => by_address(data, "document"),
        (None, Some(id)) => json!({"type": "file", "modality": "document", "file_id": id}),
        (None, None) => file.block(),
    }
}

fn of_document(document: &Document) -> Value {
    if document.is_pdf() {
        blob(&document.media_type, "document", &document.data)
    } else {
        words(&document.data)
    }
}

fn output(completion: &Completion) -> Value {
    let mut parts = Vec::new();
    if let Some(thoughts) = &completion.reasoning {
        parts.push(json!({"type": "reasoning", "content": thoughts}));
    }
    if !completion.text.is_empty() {
        parts.push(words(&completion.text));
    }
    parts.extend(completion.tool_calls.iter().map(call));
    let mut message = Map::new();
    message.insert("role".into(), Role::Assistant.as_str().into());
    message.insert("parts".into(), parts.into());
    // the schema of the conventions asks for one, and readers drop all messages where one is missing
    let reason = completion.finish_reason.as_ref().map_or("unknown", finish);
    message.insert("finish_reason".into(), reason.into());
    message.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Prefix, Text,
        types::{Audio, Image},
    };

    #[test]
    fn each_part_has_the_form_of_the_conventions() {
        let parts = vec![
            Part::Text("What is it?".into()),
            Part::Image(Image::from_url("https://example.com/dog.jpg")),
            Part::Image(Image::from_bytes(b"\x89PNG", "image/png")),
            Part::Audio(Audio::from_base64("UklGRg==", "wav")),
            Part::File(File::from_id("file-1")),
            Part::File(File::from_bytes(b"hi", "note.txt", "text/plain")),
            Part::Document(Document::new("Water boils.")),
            Part::Document(Document::from_pdf(b"%PDF")),
            Part::Block(json!({"type": "video", "id": 3})),
            Part::Block(json!({"id": 4})),
        ];
        let mut wants = Message::assistant("");
        wants.tool_calls = vec![
            ToolCall::new("call-1", "weather", r#"{"city":"Paris"}"#),
            ToolCall::new("call-2", "weather", "{\"city\":"),
        ];
        let turns = vec![
            Message::user_parts(parts),
            wants,
            Message::tool("call-1", "weather", "12 °C"),
        ];
        let request = Request::new(Prefix::new(Text::from("be brief")), turns);
        let read = |text: String| -> Value { serde_json::from_str(&text).unwrap() };
        assert_eq!(
            read(instructions(&request).unwrap()),
            json!([{"type": "text", "content": "be brief"}])
        );
        assert_eq!(
            read(inputs(&request)),
            json!([
                {"role": "user", "parts": [
                    {"type": "text", "content": "What is it?"},
                    {"type": "uri", "modality": "image", "uri": "https://example.com/dog.jpg"},
                    {"type": "blob", "mime_type": "image/png", "modality": "image", "content": "iVBORw=="},
                    {"type": "blob", "mime_type": "audio/wav", "modality": "audio", "content": "UklGRg=="},
                    {"type": "file", "modality": "document", "file_id": "file-1"},
                    {"type": "blob", "mime_type": "text/plain", "modality": "document", "content": "aGk="},
                    {"type": "text", "content": "Water boils."},
                    {"type": "blob", "mime_type": "application/pdf", "modality": "document", "content": "JVBERg=="},
                    {"type": "video", "id": 3},
                    {"type": "block", "content": {"id": 4}},
                ]},
                {"role": "assistant", "parts": [
                    {"type": "tool_call", "id": "call-1", "name": "weather", "arguments": {"city": "Paris"}},
                    {"type": "tool_call", "id": "call-2", "name": "weather", "arguments": "{\"city\":"},
                ]},
                {"role": "tool", "parts": [
                    {"type": "tool_call_response", "id": "call-1", "response": "12 °C"},
                ]},
            ])
        );
        let spec = ToolSpec::new("weather", "of a city", r#"{"type":"object"}"#);
        assert_eq!(
            read(tools(&[spec]).unwrap()),
            json!([{"type": "function", "name": "weather", "description": "of a city", "parameters": {"type": "object"}}])
        );
        assert_eq!(tools(&[]), None);
    }

    #[test]
    fn a_reply_always_says_why_it_ended() {
        let mut thought = Completion::text("Paris");
        thought.reasoning = Some("a capital".into());
        thought.finish_reason = Some(FinishReason::Length);
        let said: Value = serde_json::from_str(&outputs(&[thought, Completion::text("")])).unwrap();
        assert_eq!(
            said,
            json!([
                {"role": "assistant", "finish_reason": "length", "parts": [
                    {"type": "reasoning", "content": "a capital"},
                    {"type": "text", "content": "Paris"},
                ]},
                {"role": "assistant", "finish_reason": "unknown", "parts": []},
            ])
        );
    }
}
