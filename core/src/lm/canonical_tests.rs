use super::super::{
    CachePolicy, Effort, Handling, Message, OutputSchema, Part, Prefix, PromptCache, ReplayBlock,
    Request, ResponseFormat, Role, Text, ToolCall, ToolChoice, ToolSpec,
};
use crate::types::{Audio, Document, File, Image};
use serde_json::json;
use std::{collections::HashMap, sync::Arc, time::Instant};

fn base() -> Request {
    let mut request = Request::new(Prefix::new("Be short.".into()), Message::user("Where?"));
    request.prefix.demos = Arc::from([Message::user("When?"), Message::assistant("Now.")]);
    request
}

fn with(change: impl FnOnce(&mut Request)) -> Request {
    let mut request = base();
    change(&mut request);
    request
}

fn part(part: Part) -> Request {
    with(|request| request.turns = Message::user_parts(vec![part]).into())
}

fn file(data: Option<&str>, id: Option<&str>, name: Option<&str>) -> Request {
    let mut file = File::from_bytes(b"", "", "");
    file.file_data = data.map(Into::into);
    file.file_id = id.map(Into::into);
    file.filename = name.map(Into::into);
    part(Part::File(file))
}

#[test]
fn whatever_reaches_the_model_tells_requests_apart() {
    let mut document = Document::new("blue");
    document.title = Some("sky".into());
    let mut other = document.clone();
    (other.title, other.context) = (None, Some("sky".into()));
    let schema = |change: fn(&mut OutputSchema)| {
        let mut schema = OutputSchema::new("reply", "{}");
        change(&mut schema);
        with(|request| request.response_format = ResponseFormat::Schema(schema))
    };
    let tool = |change: fn(&mut ToolSpec)| {
        let mut tool = ToolSpec::new("search", "looks", "{}");
        change(&mut tool);
        with(|request| request.tools = Arc::from([tool]))
    };
    let turn = |change: fn(&mut Message)| {
        let mut message = Message::user("Where?");
        change(&mut message);
        with(|request| request.turns = message.into())
    };
    let requests = vec![
        base(),
        with(|request| request.prefix.system = "Be long.".into()),
        with(|request| request.prefix.demos = Arc::from([])),
        turn(|message| message.role = Role::Assistant),
        turn(|message| message.content = "Where".into()),
        turn(|message| message.tool_calls = vec![ToolCall::new("1", "a", "{}")]),
        turn(|message| message.tool_calls = vec![ToolCall::new("1", "a{}", "")]),
        turn(|message| message.answers = Some(("1".into(), "a".into()))),
        turn(|message| message.replay = vec![ReplayBlock::new("gemini", json!(1))]),
        turn(|message| message.replay = vec![ReplayBlock::new("bedrock", json!(1))]),
        turn(|message| message.replay = vec![ReplayBlock::new("bedrock", json!("1"))]),
        part(Part::Text("Where?".into())),
        part(Part::Image(Image::from_url("a"))),
        part(Part::Audio(Audio::from_base64("a", "wav"))),
        part(Part::Audio(Audio::from_base64("a", "mp3"))),
        part(Part::Document(document)),
        part(Part::Document(other)),
        part(Part::Block(json!({ "type": "image" }))),
        file(Some("a"), None, None),
        file(None, Some("a"), None),
        file(None, None, Some("a")),
        tool(|_| ()),
        tool(|tool| tool.description.clear()),
        tool(|tool| tool.parameters = "[]".into()),
        tool(|tool| tool.strict = true),
        tool(|tool| tool.dialects = Some(Arc::new(OutputSchema::new("reply", "{}")))),
        with(|request| request.tool_choice = ToolChoice::None),
        with(|request| request.tool_choice = ToolChoice::Required),
        with(|request| request.tool_choice = ToolChoice::Named("search".into())),
        with(|request| request.response_format = ResponseFormat::JsonObject),
        schema(|_| ()),
        schema(|schema| schema.openai = Some("{}".into())),
        schema(|schema| schema.anthropic = Some("{}".into())),
        schema(|schema| schema.gemini = Some("{}".into())),
        with(|request| request.settings.temperature = Some(0.0)),
        with(|request| request.settings.temperature = Some(0.1)),
        with(|request| request.settings.top_p = Some(0.1)),
        with(|request| request.settings.max_tokens = Some(1)),
        with(|request| request.settings.n = Some(1)),
        with(|request| request.settings.seed = Some(1)),
        with(|request| request.settings.seed = Some(-1)),
        with(|request| request.settings.logprobs = Some(1)),
        with(|request| request.settings.reasoning_effort = Some(Effort::Low)),
        with(|request| request.settings.stop = Some(Arc::from(["a".to_owned(), "b".to_owned()]))),
        with(|request| request.settings.stop = Some(Arc::from(["ab".to_owned()]))),
        with(|request| request.settings.prompt_cache = Some(PromptCache::Short)),
        with(|request| request.settings.prompt_cache = Some(PromptCache::Long)),
        with(|request| request.rollout = 1),
    ];
    let mut known = HashMap::new();
    for (index, request) in requests.iter().enumerate() {
        let before = known.insert(request.canonical("tiny"), index);
        assert_eq!(before, None, "{request:?}");
        assert!(!known.contains_key(&request.canonical("tin")));
    }
}

#[test]
fn what_does_not_reach_the_model_makes_no_difference() {
    let same = [
        with(|request| request.deadline = Some(Instant::now())),
        with(|request| request.cache = CachePolicy::Refresh),
        with(|request| request.handling = Handling::new().retries(0).dollars(0.1)),
        with(|request| request.prefix.system = Text::shared("Be short.")),
        with(|request| {
            let demos: Vec<Message> = request.prefix.demos.to_vec();
            request.prefix.demos = Arc::from([]);
            request.turns = demos.into_iter().chain([Message::user("Where?")]).collect();
        }),
    ];
    for request in same {
        assert_eq!(request.canonical("tiny"), base().canonical("tiny"));
    }
}
