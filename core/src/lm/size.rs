//! How much memory a request takes, about.
use super::{Message, Part, Request, Turns};
use serde_json::Value;

impl Request {
    /// Bytes that this request takes by itself, about: its turns with their images, sounds and files. What it shares with
    /// others is not among them: a predictor's prompt and demos, tools, schemas. For those who keep requests and are
    /// bounded.
    ///
    /// ```
    /// use sigflow_core::{Message, Prefix, Request, Text};
    ///
    /// let prompt = Prefix::new(Text::shared("x".repeat(100_000)));
    /// let request = Request::new(prompt, Message::user("y".repeat(1_000)));
    /// assert!((1_000..2_000).contains(&request.bytes()));
    /// ```
    pub fn bytes(&self) -> usize {
        size_of::<Self>() + self.prefix.system.own_bytes() + turns(&self.turns)
    }
}

fn turns(turns: &Turns) -> usize {
    turns.iter().map(message).sum()
}

fn message(message: &Message) -> usize {
    let calls = message.tool_calls.iter();
    let calls = calls
        .map(|call| size_of_val(call) + call.id.len() + call.name.len() + call.arguments.len());
    let replay = message.replay.iter();
    let replay = replay.map(|block| size_of_val(block) + json(&block.block));
    let answers = message.answers.as_ref();
    let answers = answers.map_or(0, |(call, tool)| call.len() + tool.len());
    size_of::<Message>()
        + message.content.own_bytes()
        + message.parts.iter().map(part).sum::<usize>()
        + calls.sum::<usize>()
        + replay.sum::<usize>()
        + answers
}

fn part(part: &Part) -> usize {
    let may = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    size_of::<Part>()
        + match part {
            Part::Text(text) => text.len(),
            Part::Image(image) => image.url.len(),
            Part::Audio(audio) => audio.data.len() + audio.audio_format.len(),
            Part::File(file) => may(&file.file_data) + may(&file.file_id) + may(&file.filename),
            Part::Document(document) => {
                document.data.len()
                    + may(&document.title)
                    + document.media_type.len()
                    + may(&document.context)
            }
            Part::Block(block) => json(block),
        }
}

/// What a value has on the heap.
fn json(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items
            .iter()
            .map(|item| size_of::<Value>() + json(item))
            .sum(),
        Value::Object(members) => {
            // a place in the order, and one in the table
            let place = size_of::<(String, Value)>() + 2 * size_of::<usize>();
            let members = members.iter();
            members
                .map(|(name, value)| place + name.len() + json(value))
                .sum()
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use crate::{Message, Part, Prefix, Request, Text, ToolCall, types::Image};

    fn bytes(turns: Vec<Message>) -> usize {
        Request::new(Prefix::new(Text::borrowed("be brief")), turns).bytes()
    }

    #[test]
    fn what_is_said_is_counted_to_the_byte() {
        let empty = bytes(vec![]);
        let one = bytes(vec![Message::user(String::new())]);
        assert!(one > empty);
        assert_eq!(bytes(vec![Message::user("x".repeat(777))]), one + 777);
        let shared = Message::user(Text::shared("x".repeat(777)));
        assert_eq!(bytes(vec![shared]), one, "others have it too");

        let picture = |length: usize| {
            let image = Image::from_url("x".repeat(length));
            bytes(vec![Message::user_parts(vec![Part::Image(image)])])
        };
        assert_eq!(picture(5_000) - picture(0), 5_000);
        let block = |text: &str| {
            let block = serde_json::json!({ "a": [1, { "b": text }] });
            bytes(vec![Message::user_parts(vec![Part::Block(block)])])
        };
        assert_eq!(block(&"x".repeat(300)) - block(""), 300);
        let called = |arguments: &str| {
            let mut message = Message::assistant("");
            message.tool_calls = vec![ToolCall::new("1", "look", arguments)];
            bytes(vec![message])
        };
        assert_eq!(called(&"x".repeat(40)) - called(""), 40);
    }
}
