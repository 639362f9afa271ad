//! What bodies of requests have in common, whatever the server: settings of a call, tools, objects inside, and how
//! long all of it will be. What differs (names, and where things stand) is said by the format that writes.
use super::json::{number, string, strings};
use serde_json::{Map, Value};
use sigflow_core::{
    Dialect, Error, ErrorKind, Message, Part, Request, ResponseFormat, Result, Settings, ToolSpec,
};
use std::fmt::{Display, Write as _};

/// `{"model":"…"`: how most bodies begin.
pub(crate) fn model(name: &str) -> String {
    let mut head = String::from("{\"model\":");
    string(name, &mut head);
    head
}

/// `,"name":7` of a whole number, where it is set.
pub(crate) fn whole(name: &str, value: Option<impl Display>, out: &mut String) {
    if let Some(value) = value {
        let _ = write!(out, ",\"{name}\":{value}");
    }
}

/// `temperature` and what the server calls nucleus sampling, where they are set.
///
/// # Errors
/// Of kind `Configuration`: JSON has no word for what is not finite.
pub(crate) fn sampling(settings: &Settings, top_p: &str, out: &mut String) -> Result<()> {
    for (name, value) in [
        ("temperature", settings.temperature),
        (top_p, settings.top_p),
    ] {
        if let Some(value) = value {
            number(name, value, out)?;
        }
    }
    Ok(())
}

/// `,"name":["…"]` of the texts that end a reply, where there are any.
pub(crate) fn stop(name: &str, settings: &Settings, out: &mut String) {
    if let Some(stop) = settings.stop.as_deref().filter(|stop| !stop.is_empty()) {
        let _ = write!(out, ",\"{name}\":");
        strings(stop, out);
    }
}

/// `,"logprobs":true,"top_logprobs":2`, under the server's two names: how many others are told only where any are
/// wanted.
pub(crate) fn logprobs([whether, others]: [&str; 2], top: u8, out: &mut String) {
    let _ = write!(out, ",\"{whether}\":true");
    whole(others, Some(top).filter(|top| *top > 0), out);
}

/// `,"name":{…}` of members that are each written with a comma before them. Without members there is no object.
///
/// # Errors
/// Those of `members`.
pub(crate) fn inside(
    name: &str,
    out: &mut String,
    members: impl FnOnce(&mut String) -> Result<()>,
) -> Result<()> {
    let before = out.len();
    let _ = write!(out, ",\"{name}\":");
    let start = out.len();
    members(out)?;
    if out.len() == start {
        out.truncate(before);
    } else {
        // in the place of the first comma
        out.replace_range(start..=start, "{");
        out.push('}');
    }
    Ok(())
}

/// What the user's own members say of such an object, `said` being theirs of this name.
///
/// # Errors
/// Of kind `Configuration`, where it is no object.
pub(crate) fn own_inside(name: &str, said: Option<Value>) -> Result<Map<String, Value>> {
    match said {
        None => Ok(Map::new()),
        Some(Value::Object(inside)) => Ok(inside),
        Some(_) => Err(wrong(format!("extra member `{name}` must be an object"))),
    }
}

/// Tools, with commas between them: `open`, the name, the description of those that have one, and what `rest` writes
/// of the object that is then open.
pub(crate) fn tools(
    tools: &[ToolSpec],
    open: &str,
    out: &mut String,
    rest: impl Fn(&ToolSpec, &mut String),
) {
    for (index, tool) in tools.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        out.push_str(open);
        out.push_str("\"name\":");
        string(&tool.name, out);
        if !tool.description.is_empty() {
            out.push_str(",\"description\":");
            string(&tool.description, out);
        }
        rest(tool, out);
    }
}

/// `,"name":{…}` of a tool's arguments, in the server's dialect where the tool has them all.
pub(crate) fn parameters(name: &str, tool: &ToolSpec, dialect: Dialect, out: &mut String) {
    let _ = write!(out, ",\"{name}\":");
    out.push_str(tool.arguments(dialect).0.as_str());
}

/// All messages but for the system's: demos, then turns.
pub(crate) fn messages(request: &Request) -> impl Iterator<Item = &Message> {
    request.prefix.demos.iter().chain(&*request.turns)
}

/// Enough bytes for most bodies, so that the text is not copied again while it grows. Around each message stand
/// `around` bytes.
pub(crate) fn estimate(request: &Request, around: usize) -> usize {
    let texts = request
        .messages()
        .map(|(_, text)| text.as_str().len() + around);
    let texts: usize = texts.sum();
    let parts: usize = messages(request).map(beside).sum();
    let schema = match &request.response_format {
        ResponseFormat::Schema(schema) => {
            let others = [&schema.openai, &schema.anthropic, &schema.gemini];
            let others = others.into_iter().flatten();
            let forms = others.chain([&schema.plain]);
            // one of them is written as a text in JSON, with an escape before each quote
            forms.map(|form| form.as_str().len()).max().unwrap_or(0) * 5 / 4
        }
        _ => 0,
    };
    let tools = request.tools.iter();
    let tools = tools.map(|tool| tool.parameters.as_str().len() + tool.description.len() + 120);
    texts + texts / 16 + parts + schema + tools.sum::<usize>() + 512
}

/// How much longer a message is than its words.
fn beside(message: &Message) -> usize {
    let part = |part: &Part| match part {
        Part::Image(image) => image.url.len(),
        Part::Audio(audio) => audio.data.len(),
        Part::File(file) => file.file_data.as_deref().unwrap_or_default().len(),
        Part::Document(document) => document.data.len(),
        _ => 0,
    };
    let parts = message.parts.iter().map(|each| part(each) + 120);
    let calls = message.tool_calls.iter();
    let calls = calls.map(|call| call.arguments.len() + 100);
    parts.sum::<usize>() + calls.sum::<usize>()
}

/// A form of the reply that is newer than this writer.
#[cold]
pub(crate) fn unknown_format(format: &ResponseFormat, whose: &str) -> Error {
    wrong(format!("response format {format:?} is unknown to {whose}"))
}

/// What cannot be sent as it is asked, and what to do about it.
#[cold]
pub(crate) fn wrong(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Configuration, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sigflow_core::{OutputSchema, Prefix, ToolCall, types::Image};

    fn written(write: impl FnOnce(&mut String)) -> String {
        let mut out = String::from("{\"a\":1");
        write(&mut out);
        out.push('}');
        out
    }

    #[test]
    fn an_object_inside_stands_only_with_members() {
        let settings = Settings {
            temperature: Some(0.5),
            stop: Some([String::from("\"")].into()),
            ..Settings::default()
        };
        let full = written(|out| {
            let members = |out: &mut String| {
                sampling(&settings, "topP", out)?;
                stop("stops", &settings, out);
                Ok(())
            };
            inside("in", out, members).expect("numbers");
        });
        assert_eq!(full, r#"{"a":1,"in":{"temperature":0.5,"stops":["\""]}}"#);
        let empty = written(|out| inside("in", out, |_| Ok(())).expect("nothing"));
        assert_eq!(empty, "{\"a\":1}");
    }

    #[test]
    fn what_is_not_set_is_not_written() {
        let settings = Settings {
            stop: Some([].into()),
            ..Settings::default()
        };
        let out = written(|out| {
            sampling(&settings, "top_p", out).expect("nothing");
            whole("seed", settings.seed, out);
            stop("stop", &settings, out);
        });
        assert_eq!(out, "{\"a\":1}");
        let logprobs = |top| written(|out| logprobs(["sure", "top"], top, out));
        assert_eq!(logprobs(0), r#"{"a":1,"sure":true}"#);
        assert_eq!(logprobs(2), r#"{"a":1,"sure":true,"top":2}"#);
    }

    #[test]
    fn what_is_no_number_is_refused() {
        let settings = Settings {
            top_p: Some(f64::NAN),
            ..Settings::default()
        };
        let error = sampling(&settings, "topP", &mut String::new()).expect_err("no number");
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains("topP"), "{error}");
    }

    #[test]
    fn own_members_of_an_object_are_one() {
        let own = own_inside("options", Some(serde_json::json!({"num_ctx": 1})));
        assert!(own.is_ok_and(|own| own["num_ctx"] == 1));
        assert!(own_inside("options", None).is_ok_and(|own| own.is_empty()));
        let error = own_inside("options", Some(Value::from(1))).expect_err("no object");
        assert!(error.to_string().contains("`options` must be an object"));
    }

    #[test]
    fn an_estimate_holds_a_body_in_any_form() {
        let mut user = Message::user("x".repeat(1_000));
        user.parts = vec![Part::Image(Image::from_base64(
            &"A".repeat(4_000),
            "image/png",
        ))];
        user.tool_calls = vec![ToolCall::new("1", "f", "{}".repeat(500))];
        let mut request = Request::new(Prefix::new("s".repeat(2_000).into()), vec![user]);
        request.tools = [ToolSpec::new("f", "d".repeat(300), "{}")].into();
        let mut schema = OutputSchema::new("x", "{}");
        schema.openai = Some("{\"type\":\"object\"}".repeat(100).into());
        request.response_format = ResponseFormat::Schema(schema);
        let least = 2_000 + 1_000 + 4_000 + 1_000 + 300 + 1_700;
        let estimate = estimate(&request, 40);
        assert!(
            (least..least * 5 / 4 + 1_000).contains(&estimate),
            "{estimate}"
        );
    }
}
