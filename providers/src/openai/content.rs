//! Messages in OpenAI's form: words, or a list of content parts; tools that were called, and their answers.
use super::{Profile, profiles::ReplayForm};
use crate::wire::string;
use serde_json::{Value, json};
use sigflow_core::{Message, Part, Text, ToolCall, types::Document};
use std::fmt::Write as _;

/// How a message is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Written {
    /// It ends what shall be cached: this stands in its last part.
    pub(super) mark: Option<&'static str>,
    /// For this server.
    pub(super) profile: Profile,
}

/// A content that is only words: text, or one part where there must be a mark in it.
pub(super) fn words(text: &Text, mark: Option<&str>, out: &mut String) {
    let Some(mark) = mark else {
        return text.write_json(out);
    };
    out.push_str("[{\"type\":\"text\",\"text\":");
    text.write_json(out);
    out.push_str(mark);
    out.push_str("}]");
}

/// One message but for the system's.
pub(super) fn message(message: &Message, how: Written, out: &mut String) {
    out.push_str("{\"role\":\"");
    out.push_str(message.role.as_str());
    out.push('"');
    if let Some((id, _)) = &message.answers {
        out.push_str(",\"tool_call_id\":");
        string(id, out);
    }
    out.push_str(",\"content\":");
    if !message.parts.is_empty() {
        out.push('[');
        for (index, part) in message.parts.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            self::part(part, out);
        }
        if let (Some(mark), Some('}')) = (how.mark, out.chars().next_back()) {
            out.pop();
            out.push_str(mark);
            out.push('}');
        }
        out.push(']');
    } else if message.text().is_empty() && !message.tool_calls.is_empty() {
        out.push_str("null");
    } else {
        words(&message.content, how.mark, out);
    }
    if how.profile.quirks().replay != ReplayForm::None {
        replay(message, how.profile, out);
    }
    if !message.tool_calls.is_empty() {
        out.push_str(",\"tool_calls\":[");
        for (index, call) in message.tool_calls.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            tool_call(call, out);
        }
        out.push(']');
    }
    out.push('}');
}

/// What the server wants back of its own turns; of no other server's.
fn replay(message: &Message, profile: Profile, out: &mut String) {
    let own = message.replay.iter();
    for replay in own.filter(|replay| replay.provider == profile.name()) {
        for (name, value) in replay.block.as_object().into_iter().flatten() {
            if matches!(name.as_str(), "reasoning_content" | "reasoning_details") {
                let _ = write!(out, ",\"{name}\":{value}");
            }
        }
    }
}

fn part(part: &Part, out: &mut String) {
    match part {
        Part::Text(text) => {
            out.push_str("{\"type\":\"text\",\"text\":");
            string(text, out);
            out.push('}');
        }
        Part::Document(document) => {
            let _ = write!(out, "{}", self::document(document));
        }
        other => {
            let _ = write!(out, "{}", other.block());
        }
    }
}

/// OpenAI has no documents: one of text is text below its title, a PDF is a file.
fn document(document: &Document) -> Value {
    if document.is_pdf() {
        let name = document.title.as_deref().unwrap_or("document.pdf");
        let data = format!("data:application/pdf;base64,{}", document.data);
        return json!({"type": "file", "file": {"file_data": data, "filename": name}});
    }
    let head: Vec<&str> = [&document.title, &document.context]
        .into_iter()
        .filter_map(|text| text.as_deref().filter(|text| !text.is_empty()))
        .collect();
    let text = if head.is_empty() {
        document.data.clone()
    } else {
        format!("{}\n{}", head.join("\n"), document.data)
    };
    json!({"type": "text", "text": text})
}

fn tool_call(call: &ToolCall, out: &mut String) {
    out.push_str("{\"id\":");
    string(&call.id, out);
    out.push_str(",\"type\":\"function\",\"function\":{\"name\":");
    string(&call.name, out);
    out.push_str(",\"arguments\":");
    string(&call.arguments, out);
    out.push_str("}}");
}

#[cfg(test)]
mod tests {
    use super::{Profile, Written, message};
    use serde_json::{Value, json};
    use sigflow_core::{
        Message, Part, Role, ToolCall,
        types::{Audio, Document, File, Image},
    };

    fn written(of: &Message) -> Value {
        let how = Written {
            mark: None,
            profile: Profile::Other,
        };
        let mut out = String::new();
        message(of, how, &mut out);
        serde_json::from_str(&out).expect("JSON")
    }

    #[test]
    fn parts_are_sent_in_openais_form() {
        let parts = vec![
            Part::Text("look: ".to_owned()),
            Part::Image(Image::from_bytes(b"ab", "image/png")),
            Part::Audio(Audio::from_base64("AAAA", "wav")),
            Part::File(File::from_id("file-1")),
            Part::Document(Document::new("the text").title("T")),
            Part::Document(Document::from_pdf(b"%PDF")),
        ];
        assert_eq!(
            written(&Message::user_parts(parts)),
            json!({"role": "user", "content": [
                {"type": "text", "text": "look: "},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,YWI="}},
                {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}},
                {"type": "file", "file": {"file_id": "file-1"}},
                {"type": "text", "text": "T\nthe text"},
                {"type": "file", "file": {
                    "file_data": "data:application/pdf;base64,JVBERg==", "filename": "document.pdf"}},
            ]})
        );
    }

    #[test]
    fn tools_that_were_called_and_their_answers() {
        let mut call = Message::new(Role::Assistant, String::new());
        call.tool_calls = vec![ToolCall::new("call_1", "search", r#"{"q": "cats"}"#)];
        assert_eq!(
            written(&call),
            json!({"role": "assistant", "content": null, "tool_calls": [{
                "id": "call_1", "type": "function",
                "function": {"name": "search", "arguments": "{\"q\": \"cats\"}"}}]})
        );
        assert_eq!(
            written(&Message::tool("call_1", "search", "three".to_owned())),
            json!({"role": "tool", "tool_call_id": "call_1", "content": "three"})
        );
    }
}
