//! Section 3: which way a question is asked, in which form, how its reply is read, what is sampled.
use super::{ask, assert_all};
use serde_json::json;
use sigflow_core::{
    Adapter, Ask, Capabilities, Completion, DynAsk, DynPredict, DynSignature, ErrorKind, Lm,
    Prediction, Predictor, Record, Response, Result, Sampling, Settings, Strategic, Strategy,
    ToolCall, testing::Scripted,
};

/// The order of `Strategy::Auto`, each rule beaten by the one before it, and the names.
#[tokio::test]
async fn strategies() {
    let reply = "[[ ## reasoning ## ]]\nIt is.\n[[ ## answer ## ]]\nyes";
    let (lm, many) = (
        Scripted::new([reply; 9]).lm(),
        Scripted::new([reply; 2]).lm(),
    );
    let signature = DynSignature::parse("question -> answer").expect("a signature");
    let plain = DynPredict::new(signature);
    let mut tuned = plain.clone();
    tuned.set_instructions("Say yes.");
    let call = |predictor: &DynPredict, strategy| {
        let call = predictor.call([("question", json!("Is it?"))]);
        call.expect("a question").with(&lm).strategy(strategy)
    };
    let name = |prediction: Result<Prediction<Record>>| {
        let choice = prediction.expect("an answer").strategy;
        choice.expect("one was chosen").strategy.to_string()
    };
    let all = |strategic: Strategic<DynAsk>| strategic.reasoning().compare(&many);
    let auto = |predictor: &DynPredict| call(predictor, Strategy::Auto);
    assert_all(&[
        (
            "forced by the caller",
            name(all(call(&tuned, Strategy::Standard)).await),
            "standard",
        ),
        (
            "reasoning required",
            name(all(auto(&tuned)).await),
            "chain_of_thought",
        ),
        (
            "more than one provider",
            name(auto(&tuned).compare(&many).await),
            "multi_provider",
        ),
        ("optimised state", name(auto(&tuned).await), "optimized"),
        ("nothing of it", name(auto(&plain).await), "standard"),
    ]);
    let names = [
        Strategy::Standard,
        Strategy::ChainOfThought,
        Strategy::MultiProvider,
        Strategy::Optimized,
    ];
    assert_eq!(
        names.map(Strategy::as_str).join(", "),
        "standard, chain_of_thought, multi_provider, optimized"
    );
}

/// Function calling, structured output, JSON mode, chat: the first that model and signature can do.
#[tokio::test]
async fn request_forms() {
    let able = |[tools, json_schema, json_object]: [bool; 3]| {
        let mut able = Capabilities::CHAT;
        (able.tools, able.json_schema, able.json_object) = (tools, json_schema, json_object);
        able
    };
    let form = async |signature: &str, abilities| {
        let lm = Scripted::new([r#"{"answer": "yes"}"#]).lm();
        let lm = lm.with_capabilities(able(abilities)).adapter(Adapter::Auto);
        let call = ask(signature, ("question", json!("?"))).predict().with(&lm);
        let chosen = call.prediction().await.expect("an answer").adapter;
        format!("{:?}", chosen.adapter)
    };
    // what may be anything fits no strict schema
    let (fits, unfit) = ("question -> answer", "question -> answer: Any");
    assert_all(&[
        ("all", form(fits, [true, true, true]).await, "Tool"),
        (
            "tools alone",
            form(fits, [true, false, false]).await,
            "Tool",
        ),
        (
            "no tools",
            form(fits, [false, true, true]).await,
            "Structured",
        ),
        ("no schemas", form(fits, [false, false, true]).await, "Json"),
        ("no JSON", form(fits, [false, false, false]).await, "Chat"),
        ("all, unfit", form(unfit, [true, true, true]).await, "Json"),
        (
            "no JSON, unfit",
            form(unfit, [true, true, false]).await,
            "Chat",
        ),
    ]);
    // who does not choose is asked in chat
    let lm = Scripted::new(["[[ ## answer ## ]]\nyes"]).lm();
    let call = ask(fits, ("question", json!("?"))).predict().with(&lm);
    let chosen = call.prediction().await.expect("an answer").adapter;
    assert_eq!(chosen.adapter, Adapter::Chat);
}

/// The tool call, JSON in the content, marked text; what has none of them is an error with the reply.
#[tokio::test]
async fn the_order_in_which_a_reply_is_read() {
    const CALL: &str = r#"{"answer": "called"}"#;
    const JSON: &str = r#"{"answer": "JSON"}"#;
    const MARKED: &str = "[[ ## answer ## ]]\nmarked";
    let read = async |text: String, call: Option<&'static str>| {
        let lm = Lm::from_fn(move |_| {
            let mut completion = Completion::text(text.clone());
            let call = call.map(|arguments| ToolCall::new("1", "execute", arguments));
            completion.tool_calls.extend(call);
            let mut response = Response::text("");
            response.completions = vec![completion];
            async { Ok(response) }
        });
        let ask = ask("question -> answer", ("question", json!("?")));
        let answer = ask.predict().adapter(Adapter::Tool).with(&lm).await;
        match answer {
            Ok(outputs) => outputs["answer"].as_str().unwrap_or_default().to_owned(),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::NoContent, "{error}");
                format!("nothing of `{}`", error.raw_reply().unwrap_or("no reply"))
            }
        }
    };
    let all = format!("{JSON}\n\n{MARKED}");
    assert_all(&[
        ("all", read(all.clone(), Some(CALL)).await, "called"),
        ("no call", read(all, None).await, "JSON"),
        ("no JSON", read(MARKED.to_owned(), None).await, "marked"),
        (
            "nothing",
            read("I would rather not.".to_owned(), None).await,
            "nothing of `I would rather not.`",
        ),
        (
            "not a word",
            read(String::new(), None).await,
            "nothing of ``",
        ),
    ]);
}

/// Nothing is sent that the user did not set; the presets are for who asks.
#[tokio::test]
async fn sampling() {
    for adapter in Adapter::ALL {
        let script = Scripted::new([r#"{"answer": "yes"}"#; 2]).capabilities(Capabilities::ALL);
        let ask = ask("question -> answer", ("question", json!("?")));
        // two steps read words
        let _ = ask.predict().adapter(adapter).with(&script.lm()).await;
        for request in script.requests() {
            assert_eq!(request.settings, Settings::default(), "{adapter:?}");
        }
    }
    let figures = |settings: Settings| {
        let Settings {
            temperature,
            max_tokens,
            ..
        } = settings;
        assert_eq!(
            settings,
            Settings {
                temperature,
                max_tokens,
                ..Settings::default()
            }
        );
        format!("{temperature:?}, {max_tokens:?}")
    };
    assert_all(&[
        (
            "default text",
            figures(Sampling::default_text()),
            "Some(0.7), Some(2048)",
        ),
        (
            "chain of thought with checked steps",
            figures(Sampling::checked_reasoning()),
            "Some(0.3), Some(4096)",
        ),
    ]);
}
