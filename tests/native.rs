//! What goes the server's own way and not through the prompt: tools, thoughts, citations.
use serde_json::json;
use sigflow::{
    Adapter, Capabilities, Compatibility, Completion, DynSignature, Effort, FieldEvent, Lm, Native,
    Predict, Record, Response, ResponseFormat, Role, ToolCall, ToolChoice,
    prelude::*,
    testing::Scripted,
    types::{Citation, Citations, Document, Reasoning, Tool, ToolCalls, ToolInvocation},
};

signature! {
    /// Find out what is asked.
    #[derive(Clone)]
    struct Act {
        tools: Vec<Tool>,
        history: History,
        question: String,
    } -> {
        thought: Reasoning,
        calls: ToolCalls,
        answer: Option<String>,
    }
    struct OnlyCalls { question: String, tools: Vec<Tool> } -> { calls: ToolCalls }
    struct MustAnswer { tools: Vec<Tool>, question: String } -> { calls: ToolCalls, answer: String }
    struct Cite { document: Document, question: String } -> {
        answer: String,
        citations: Citations,
    }
    struct Think { question: String } -> {
        #[field(min_len = 3)]
        thought: Reasoning,
        answer: i64,
    }
}

fn search() -> Tool {
    Tool::new("search", "Search for documents.").arg("query", json!({"type": "string"}))
}
fn act() -> Act {
    Act {
        tools: vec![search()],
        history: History::default(),
        question: "How many cats?".into(),
    }
}
fn able() -> Capabilities {
    let mut able = Capabilities::ALL;
    able.reasoning = true;
    able.citations = true;
    able
}
/// A response that thinks, and calls the tools.
fn calling(text: &str, calls: &[(&str, &str)]) -> Response {
    let mut response = Response::text(text);
    let completion = &mut response.completions[0];
    completion.reasoning = Some("I must look.".into());
    completion.tool_calls = calls
        .iter()
        .zip(1..)
        .map(|((name, arguments), at)| ToolCall::new(format!("call_{at}"), *name, *arguments))
        .collect();
    response
}
fn scripted(response: impl Fn() -> Response + Send + 'static) -> Scripted {
    Scripted::new([""; 0]).then_response(response)
}

/// The prompt is that of the signature without the fields, as DSPy deletes them from it.
#[tokio::test]
async fn tools_leave_the_prompt_and_calls_come_back() -> Result<()> {
    let rest = DynSignature::parse("history: History, question -> answer: Optional[str]")?
        .with_instructions("Find out what is asked.");
    for adapter in [Adapter::Json, Adapter::Chat, Adapter::Xml, Adapter::Baml] {
        let script = scripted(|| calling("", &[("search", r#"{"query": "cats"}"#), ("stop", "")]));
        let script = script.capabilities(able());
        let call = act().predict().adapter(adapter).native(Native::ALWAYS);
        let outputs = call.with(&script.lm()).await?;
        assert_eq!(&*outputs.thought, "I must look.");
        assert_eq!(outputs.answer, None);
        let mut expected =
            ToolInvocation::new("search", Record::from_iter([("query", "cats".into())]));
        expected.id = Some("call_1".into());
        let mut second = ToolInvocation::new("stop", Record::default());
        second.id = Some("call_2".into());
        assert_eq!(outputs.calls.tool_calls, [expected, second]);

        let request = &script.requests()[0];
        let inputs = Record::from_iter([
            ("question", "How many cats?".into()),
            ("history", json!({"messages": []})),
        ]);
        let messages = rest.format(adapter, &[], &inputs);
        assert_eq!(
            request.prefix.system.as_str(),
            messages[0].text(),
            "{adapter:?}"
        );
        assert_eq!(request.turns.len(), 1);
        assert_eq!(request.turns[0].text(), messages[1].text(), "{adapter:?}");
        assert_eq!(&*request.tools, [search().spec()]);
        assert_eq!(request.tool_choice, ToolChoice::Auto);
        // who asked for thoughts by name asks the server for them
        assert_eq!(request.settings.reasoning_effort, Some(Effort::Low));
    }
    Ok(())
}

/// DSPy's defaults: tools in the JSON forms, thoughts everywhere, and only if the model can.
#[tokio::test]
async fn capabilities_decide_what_was_not_said() -> Result<()> {
    let reply = "[[ ## thought ## ]]\nText.\n[[ ## calls ## ]]\n{\"tool_calls\": []}\n[[ ## answer ## ]]\n2";
    let json = r#"{"thought": "Text.", "calls": {"tool_calls": []}, "answer": "2"}"#;
    for (adapter, reply) in [(Adapter::Chat, reply), (Adapter::Json, json)] {
        // a model that is not known to do anything: all of it stands in the prompt, as it did
        let script = Scripted::new([reply]);
        let outputs = act().predict().adapter(adapter).with(&script.lm()).await?;
        assert_eq!(&*outputs.thought, "Text.");
        let request = &script.requests()[0];
        assert!(request.tools.is_empty());
        assert!(
            request
                .prefix
                .system
                .as_str()
                .contains("`tools` (list[Tool])")
        );
        assert_eq!(request.settings.reasoning_effort, None);
        // and so it is where it was said
        let script = Scripted::new([reply]).capabilities(able());
        let call = act().predict().adapter(adapter).native(Native::NEVER);
        call.with(&script.lm()).await?;
        let never = &script.requests()[0];
        assert_eq!(never.prefix.system.as_str(), request.prefix.system.as_str());
        assert!(never.tools.is_empty());
    }
    let script = scripted(|| calling(r#"{"answer": "2"}"#, &[])).capabilities(able());
    let outputs = act()
        .predict()
        .adapter(Adapter::Json)
        .with(&script.lm())
        .await?;
    assert_eq!(
        (&*outputs.thought, outputs.answer.as_deref()),
        ("I must look.", Some("2"))
    );
    assert!(outputs.calls.tool_calls.is_empty());
    let request = &script.requests()[0];
    assert_eq!(request.tools.len(), 1);
    // what the user did not set is not sent
    assert_eq!(request.settings.reasoning_effort, None);
    let ResponseFormat::Schema(schema) = &request.response_format else {
        panic!("{:?}", request.response_format);
    };
    assert!(schema.plain.as_str().contains("answer") && !schema.plain.as_str().contains("thought"));
    // chat keeps tools in the prompt, and leaves thoughts to the server
    let text =
        "[[ ## calls ## ]]\n[{\"name\": \"search\", \"args\": {}}]\n[[ ## answer ## ]]\nNone";
    let script = scripted(move || calling(text, &[])).capabilities(able());
    let outputs = act().predict().with(&script.lm()).await?;
    assert_eq!(
        (&*outputs.thought, outputs.calls.tool_calls.len()),
        ("I must look.", 1)
    );
    let request = &script.requests()[0];
    assert!(request.tools.is_empty() && !request.prefix.system.as_str().contains("`thought`"));
    // DSPy asks for a little thinking where nobody said how much; who wants none gets none apart
    let script = scripted(move || calling(text, &[])).capabilities(able());
    let call = act().predict().compatibility(Compatibility::Dspy);
    call.with(&script.lm()).await?;
    assert_eq!(
        script.requests()[0].settings.reasoning_effort,
        Some(Effort::Low)
    );
    let none = Settings {
        reasoning_effort: Some(Effort::None),
        ..Settings::default()
    };
    let request = act()
        .predict()
        .settings(&none)
        .with(&script.lm())
        .request()?;
    assert!(request.prefix.system.as_str().contains("`thought` (str)"));
    Ok(())
}

/// `Auto` and `Tool` do not force a call where the signature has tools of its own.
#[tokio::test]
async fn own_tools_are_never_forced() -> Result<()> {
    for adapter in [Adapter::Auto, Adapter::Tool] {
        let script = scripted(|| calling(r#"{"answer": "2"}"#, &[("search", "{}")]));
        let script = script.capabilities(able());
        let prediction = act()
            .predict()
            .adapter(adapter)
            .with(&script.lm())
            .prediction()
            .await?;
        assert_eq!(
            prediction.adapter.adapter,
            Adapter::Structured,
            "{adapter:?}"
        );
        assert_eq!(prediction.output.calls.tool_calls.len(), 1);
        assert_eq!(prediction.output.answer.as_deref(), Some("2"));
        assert_eq!(script.requests()[0].tool_choice, ToolChoice::Auto);
    }
    // one call of an only tool is no reply in a wrapper
    let script = scripted(|| calling("", &[("search", r#"{"query": "q"}"#)])).capabilities(able());
    let only = OnlyCalls {
        question: "?".into(),
        tools: vec![search()],
    };
    let call = only.predict().adapter(Adapter::Auto).with(&script.lm());
    let prediction = call.prediction().await?;
    assert_eq!(prediction.output.calls.tool_calls[0].args["query"], "q");
    assert_eq!(prediction.adapter.adapter, Adapter::Chat);
    assert_eq!(script.requests()[0].response_format, ResponseFormat::Text);
    Ok(())
}

#[tokio::test]
async fn text_beside_calls_need_not_be_readable() -> Result<()> {
    let native = Native::default().tools(true);
    let script = scripted(|| calling("Let me see.", &[("search", "{'query': 'cats',}")]));
    let outputs = act().predict().native(native).with(&script.lm()).await;
    // `thought` stands in the prompt here, and a response with calls left it out
    let error = outputs.expect_err("no thought");
    assert!(error.to_string().contains("`thought`"), "{error}");
    let partial = error.partial_fields();
    assert_eq!(
        partial["calls"]["tool_calls"][0]["args"],
        json!({"query": "cats"})
    );

    let ask = || MustAnswer {
        tools: vec![search()],
        question: "?".into(),
    };
    let script = scripted(|| calling("", &[("search", "{}")]));
    let error = ask()
        .predict()
        .native(native)
        .with(&script.lm())
        .await
        .expect_err("no answer");
    let said = error.to_string();
    assert!(
        said.contains("`answer`") && said.contains("give it a default"),
        "{said}"
    );
    // without calls the text must be there, and be readable
    let script = scripted(|| calling("", &[]));
    let error = ask()
        .predict()
        .native(native)
        .with(&script.lm())
        .await
        .expect_err("nothing");
    assert!(error.kind() == sigflow::ErrorKind::NoContent, "{error}");
    let script = scripted(|| calling("[[ ## answer ## ]]\nTwo.", &[]));
    let outputs = ask().predict().native(native).with(&script.lm()).await?;
    assert_eq!(
        (outputs.answer.as_str(), outputs.calls.tool_calls.len()),
        ("Two.", 0)
    );
    Ok(())
}

/// A turn with calls and their results stands in the protocol's own messages wherever the tools do.
#[test]
fn the_history_of_calls_is_replayed() {
    let mut call = ToolInvocation::new("search", Record::from_iter([("query", "cats".into())]));
    call.id = Some("call_1".into());
    let calls = ToolCalls::new([call]).answered(["two".into()]);
    let calls = serde_json::to_value(&calls).expect("JSON");
    let mut ask = act();
    ask.history = History::new([Record::from_iter([
        ("question", "How many?".into()),
        ("calls", calls),
    ])]);
    let roles = |native| {
        let call = ask.clone().predict().adapter(Adapter::Chat).native(native);
        let request = call.request().expect("a request");
        request
            .turns
            .iter()
            .map(|message| message.role)
            .collect::<Vec<_>>()
    };
    let text = [Role::User, Role::Assistant, Role::User, Role::User];
    assert_eq!(roles(Native::NEVER), text);
    let native = [Role::User, Role::Assistant, Role::Tool, Role::User];
    assert_eq!(roles(Native::ALWAYS), native);
}

#[tokio::test]
async fn citations_of_the_server_are_the_output() -> Result<()> {
    let document = || Document::new("The sky is blue.");
    let ask = || Cite {
        document: document(),
        question: "Which colour?".into(),
    };
    let cited = || {
        let citation = json!({"cited_text": "blue", "document_index": 0, "start_char_index": 11, "end_char_index": 15});
        let mut response = Response::text("[[ ## answer ## ]]\nBlue.");
        response.completions[0].citations =
            vec![Citation::from_value(citation).expect("a citation")];
        response
    };
    let script = scripted(cited).capabilities(able());
    let outputs = ask().predict().with(&script.lm()).await?;
    assert_eq!(
        (
            outputs.answer.as_str(),
            outputs.citations.citations[0].start_char_index
        ),
        ("Blue.", 11)
    );
    assert!(
        !script.requests()[0]
            .prefix
            .system
            .as_str()
            .contains("`citations` (")
    );
    // none is none
    let script = Scripted::new(["[[ ## answer ## ]]\nBlue."]).capabilities(able());
    let outputs = ask().predict().with(&script.lm()).await?;
    assert!(outputs.citations.citations.is_empty());
    // a text that is held to a schema cites nothing, so it is not
    for adapter in [Adapter::Auto, Adapter::Json] {
        let lm = script.lm();
        let request = ask().predict().adapter(adapter).with(&lm).request()?;
        assert_eq!(request.response_format, ResponseFormat::Text, "{adapter:?}");
        assert!(request.tools.is_empty(), "{adapter:?}");
    }
    Ok(())
}

/// Bounds of what the protocol carries hold, and so do those of a predictor that renders once.
#[tokio::test]
async fn bounds_hold_and_predictors_render_once() -> Result<()> {
    let ask = || Think {
        question: "?".into(),
    };
    let thinking = |thoughts: &'static str| {
        move || {
            let mut response = Response::text("[[ ## answer ## ]]\n4");
            response.completions[0].reasoning = Some(thoughts.into());
            response
        }
    };
    let script = scripted(thinking("Hm")).capabilities(able());
    let error = ask()
        .predict()
        .with(&script.lm())
        .await
        .expect_err("too short");
    assert!(
        error.is_constraint() && error.to_string().contains("`thought`"),
        "{error}"
    );
    assert_eq!(error.partial_fields()["answer"], 4);

    let mut predictor = Predict::<Think>::new().native(Native::default().reasoning(true));
    predictor.set_instructions("Think.");
    let script = scripted(thinking("Two and two.")).then_response(thinking("Again."));
    let lm = script.lm();
    let demo = ask().demo(ThinkOutput {
        thought: "One, one.".into(),
        answer: 2,
    });
    predictor.set_demos([demo]);
    for thoughts in ["Two and two.", "Again."] {
        let outputs = predictor.call(ask()).with(&lm).await?;
        assert_eq!((&*outputs.thought, outputs.answer), (thoughts, 4));
    }
    let requests = script.requests();
    let [one, two] = [&requests[0].prefix, &requests[1].prefix];
    assert!(one.system.as_str().ends_with("Think."));
    assert!(
        !one.demos[1].text().contains("thought"),
        "{}",
        one.demos[1].text()
    );
    assert!(
        std::sync::Arc::ptr_eq(&one.demos, &two.demos),
        "rendered once"
    );
    // the same predictor without: its own prompt
    let reply = "[[ ## thought ## ]]\nText.\n[[ ## answer ## ]]\n1";
    let script = Scripted::new([reply]);
    let call = predictor.call(ask()).native(Native::NEVER);
    call.with(&script.lm()).await?;
    assert!(
        script.requests()[0].prefix.demos[1]
            .text()
            .contains("[[ ## thought ## ]]\nOne, one.")
    );
    Ok(())
}

#[tokio::test]
async fn thoughts_and_calls_stream() -> Result<()> {
    let script = scripted(|| calling("[[ ## answer ## ]]\nTwo.", &[("search", "{\"query\": 1}")]));
    let call = act().predict().native(Native::ALWAYS).with(&script.lm());
    let mut stream = call.stream();
    let mut seen = Vec::new();
    while let Some(event) = stream.next().await? {
        let field = format!("{:?}", event.field);
        match event.what {
            FieldEvent::Started => seen.push(format!("{field} started")),
            FieldEvent::Delta(text) if field == "Thought" => seen.push(text),
            FieldEvent::Finished => seen.push(format!("{field} finished")),
            _ => {}
        }
    }
    assert_eq!(seen[..2], ["Thought started", "I must look."], "{seen:?}");
    for done in ["Thought finished", "Calls finished", "Answer finished"] {
        assert!(seen.iter().any(|one| one == done), "{done}: {seen:?}");
    }
    let prediction = stream.finish().await?;
    assert_eq!(prediction.output.calls.tool_calls[0].args["query"], 1);
    assert_eq!(prediction.output.answer.as_deref(), Some("Two."));
    Ok(())
}

/// Several completions, each with calls of its own.
#[tokio::test]
async fn each_completion_has_its_own() -> Result<()> {
    let lm = Lm::from_fn(|_| async {
        let mut response = calling("", &[("search", "{}")]);
        let second: Completion = calling("{\"answer\": \"Two.\"}", &[]).completions.remove(0);
        response.completions.push(second);
        Ok(response)
    });
    let call = act()
        .predict()
        .adapter(Adapter::Json)
        .native(Native::ALWAYS);
    let outputs = call.n(2).with(&lm).await?;
    let calls: Vec<usize> = outputs
        .iter()
        .map(|one| one.calls.tool_calls.len())
        .collect();
    assert_eq!(calls, [1, 0]);
    assert_eq!(outputs[1].answer.as_deref(), Some("Two."));
    Ok(())
}
