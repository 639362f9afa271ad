//! The most that a request may take, as it is known before it is sent.
use sigflow_core::{Lm, Message, Part, Request, ResponseFormat, Usage};

/// Tokens of a reply whose longest length neither the call says nor the table: the most that our own clients ask for of a
/// model that they do not know.
const REPLY: u64 = 8_192;
/// Tokens around a message: its role, and what marks its beginning and its end.
const MESSAGE: usize = 16;
/// Tokens around a tool or a schema, beside its own text.
const TOOL: usize = 64;
/// Tokens that providers write before tools and schemas: Anthropic's are the most, some 350.
const TOOLS: usize = 512;

/// The most tokens of prompt and reply. A token stands for a byte of text at least, in every tokenizer that is in use: they
/// go by bytes, or fall back to them. Usual English takes a quarter of it, other scripts and symbols up to all of it.
/// What is no text is not counted, for nobody knows.
pub(super) fn most(request: &Request, lm: &Lm, longest: Option<u64>) -> Usage {
    let settings = request.settings.or(lm.settings());
    let reply = settings.max_tokens.map(u64::from);
    let reply = reply.or(longest).unwrap_or(REPLY);
    let completions = u64::from(settings.n.unwrap_or(1).max(1));
    Usage::new(prompt(request) as u64, reply.saturating_mul(completions))
}

fn prompt(request: &Request) -> usize {
    let demos = request.prefix.demos.iter();
    let messages = demos.chain(&*request.turns).map(message);
    let system = request.prefix.system.as_str().len() + MESSAGE;
    let tools = request.tools.iter();
    let tools = tools.map(|tool| {
        TOOL + tool.name.len() + tool.description.len() + tool.parameters.as_str().len()
    });
    let schema = match &request.response_format {
        ResponseFormat::Schema(schema) => {
            let dialects = [&schema.openai, &schema.anthropic, &schema.gemini];
            let dialects = dialects.into_iter().flatten().chain([&schema.plain]);
            let longest = dialects.map(|text| text.as_str().len()).max();
            TOOL + schema.name.as_str().len() + longest.unwrap_or_default()
        }
        _ => 0,
    };
    let before = if request.tools.is_empty() && schema == 0 {
        0
    } else {
        TOOLS
    };
    before + system + schema + messages.chain(tools).sum::<usize>()
}

fn message(message: &Message) -> usize {
    let calls = message.tool_calls.iter();
    let calls = calls.map(|call| TOOL + call.id.len() + call.name.len() + call.arguments.len());
    let answers = message
        .answers
        .iter()
        .map(|(id, name)| id.len() + name.len());
    let replay = message.replay.iter();
    let replay = replay.map(|block| block.block.to_string().len());
    // words of parts are in the text already
    let parts = message.parts.iter().map(|part| match part {
        Part::Document(_) | Part::Block(_) => part.block().to_string().len(),
        _ => 0,
    });
    let beside = calls.chain(answers).chain(replay).chain(parts);
    MESSAGE + message.text().len() + beside.sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::{REPLY, most};
    use sigflow_core::{Lm, Message, Prefix, Request, Response, ToolCall, ToolSpec};

    fn lm() -> Lm {
        Lm::from_fn(|_| async { Ok(Response::text("ok")) })
    }

    #[test]
    fn a_byte_of_any_script_may_be_a_token() {
        for text in ["be brief", "鑫龘鑫龘", "\u{1f9ff}\u{10450}", "}{~|}{~|"] {
            let text = text.repeat(100);
            let bytes = text.len() as u64;
            let request = Request::new(Prefix::new("".into()), Message::user(text));
            let tokens = most(&request, &lm(), None).input_tokens;
            assert!(
                (bytes..bytes + 100).contains(&tokens),
                "{tokens} of {bytes}"
            );
        }
    }

    #[test]
    fn all_that_is_sent_as_text_counts() {
        let mut request = Request::new(Prefix::new("s".repeat(100).into()), Message::user("u"));
        let counted = |request: &Request| most(request, &lm(), None).input_tokens;
        let plain = counted(&request);
        assert!((100..200).contains(&plain), "{plain}");
        let mut said = Message::assistant("");
        said.tool_calls = vec![ToolCall::new("1", "search", "x".repeat(1_000))];
        request.turns.push(said);
        let with_call = counted(&request);
        assert!(with_call >= plain + 1_000);
        request.tools = vec![ToolSpec::new("search", "d".repeat(500), "{}")].into();
        assert!(counted(&request) >= with_call + 500);
    }

    #[test]
    fn a_reply_is_as_long_as_the_call_allows_else_as_the_model_can() {
        let mut request = Request::new(Prefix::new("".into()), Message::user("u"));
        let reply = |request: &Request, longest| most(request, &lm(), longest).output_tokens;
        assert_eq!(reply(&request, None), REPLY);
        assert_eq!(reply(&request, Some(128_000)), 128_000);
        request.settings.n = Some(3);
        assert_eq!(reply(&request, Some(1_000)), 3_000);
        request.settings.max_tokens = Some(20);
        assert_eq!(reply(&request, Some(128_000)), 60);
    }
}
