//! What is checked of inputs and outputs, and how replies are read.
use super::{Checked, GroundedAnswer, GroundedAnswerOutput, REPLY, ask};
use sigflow::{
    Adapter, Capabilities, ErrorKind, ResponseFormat, Settings, prelude::*, testing::Scripted,
};

#[tokio::test]
async fn the_prompt_is_the_constant_and_the_turn_is_dspys() -> Result<()> {
    let script = Scripted::new([REPLY]);
    ask().predict().with(&script.lm()).await?;
    let request = &script.requests()[0];
    assert_eq!(request.prefix.system.as_str(), GroundedAnswer::PROMPT);
    assert_eq!(
        request.turns[0].text(),
        "[[ ## context ## ]]\n[\"Paris is in France\"]\n\n[[ ## question ## ]]\ncapital?\n\n\
         Respond with the corresponding output fields, starting with the field `[[ ## answer ## ]]`, then \
         `[[ ## confidence ## ]]` (must be formatted as a valid Python float), and then ending with the marker \
         for `[[ ## completed ## ]]`."
    );
    assert_eq!(request.settings, Settings::default());
    assert_eq!(request.response_format, ResponseFormat::Text);
    Ok(())
}

#[tokio::test]
async fn inputs_are_checked_before_anything_is_sent() {
    let script = Scripted::new([REPLY]);
    let bad = GroundedAnswer {
        context: vec![String::new(); 4],
        question: String::new(),
    };
    let error = bad.predict().with(&script.lm()).await.unwrap_err();
    assert!(error.is_invalid_input() && !error.is_retryable());
    assert_eq!(error.faults().len(), 2);
    assert_eq!(
        error.to_string(),
        "GroundedAnswer: input `context` is `[\"\",\"\",\"\",\"\"]`, must be at most 3 long; `question` is ``, must be at least 1 long"
    );
    let error = Checked { number: 3 }
        .predict()
        .with(&script.lm())
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "Checked: input `number` is `3`, must be accepted by its check"
    );
    assert!(script.requests().is_empty());
}

#[tokio::test]
async fn outputs_are_checked_and_the_reply_is_kept() {
    let reply = "[[ ## answer ## ]]\nParis\n[[ ## confidence ## ]]\n7";
    let lm = Scripted::new([
        reply,
        "[[ ## answer ## ]]\nParis",
        "hello",
        "",
        "[[ ## answer ## ]]\nno",
    ])
    .lm();
    let error = ask().predict().with(&lm).await.unwrap_err();
    assert!(error.is_constraint() && !error.is_parse());
    assert_eq!(
        error.to_string(),
        "GroundedAnswer: output `confidence` is `7`, must be at most 1.0"
    );
    assert_eq!(error.raw_reply(), Some(reply));

    let error = ask().predict().with(&lm).await.unwrap_err();
    assert!(error.is_parse());
    assert_eq!(
        error.to_string(),
        "GroundedAnswer: output `confidence` is missing, expected a number"
    );

    let error = ask().predict().with(&lm).await.unwrap_err();
    assert_eq!(
        (error.faults().len(), error.raw_reply()),
        (2, Some("hello"))
    );
    assert_eq!(
        ask().predict().with(&lm).await.unwrap_err().kind(),
        ErrorKind::NoContent
    );

    let error = Checked { number: 2 }.predict().with(&lm).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "Checked: output `answer` is `no`, must be polite"
    );
    assert!(error.is_constraint() && error.raw_reply().is_some());
}

#[tokio::test]
async fn the_json_adapter_holds_the_server_to_the_schema_if_it_can_be() -> Result<()> {
    let reply = r#"{"answer": "Paris", "confidence": 0.9}"#;
    for (capabilities, strict) in [(Capabilities::ALL, true), (Capabilities::CHAT, false)] {
        let script = Scripted::new([reply]).capabilities(capabilities);
        let output = ask()
            .predict()
            .adapter(Adapter::Json)
            .with(&script.lm())
            .await?;
        assert_eq!(
            output,
            GroundedAnswerOutput {
                answer: "Paris".into(),
                confidence: 0.9
            }
        );
        let request = &script.requests()[0];
        assert!(request.turns[0].text().ends_with(
            "Respond with a JSON object in the following order of fields: `answer`, then `confidence` (must be \
             formatted as a valid Python float)."
        ));
        match &request.response_format {
            ResponseFormat::Schema(schema) if strict => {
                assert_eq!(
                    schema.openai.as_ref().map(sigflow::Text::as_str),
                    Some(GroundedAnswer::OPENAI_SCHEMA)
                );
                assert_eq!(schema.name.as_str(), "GroundedAnswer");
            }
            ResponseFormat::Text if !strict => {}
            other => panic!("{other:?}"),
        }
    }
    Ok(())
}

signature! {
    /// Rate it.
    struct Rated { text: String } -> {
        #[field(alias = "score")]
        rating: u8,
        #[field(alias = "why")]
        reason: String,
    }
}

/// The model is shown `score`; a reply that says `rating`, as the author's code does, is read too.
#[tokio::test]
async fn a_reply_with_the_names_of_the_struct_is_read() -> Result<()> {
    let shown = "[[ ## score ## ]]\n4\n\n[[ ## why ## ]]\nwarm\n\n[[ ## completed ## ]]\n";
    let own = "{\"rating\": 4, \"reason\": \"warm\"}";
    let script = Scripted::new([shown, own]);
    let lm = script.lm();
    let text = || "warm and dry".to_owned();
    let first = Rated { text: text() }
        .predict()
        .with(&lm)
        .prediction()
        .await?;
    assert!(first.repairs().is_empty());
    let second = Rated { text: text() }
        .predict()
        .adapter(Adapter::Json)
        .with(&lm)
        .prediction()
        .await?;
    assert_eq!((second.output.rating, &*second.output.reason), (4, "warm"));
    let renamed = second.repairs().iter();
    assert_eq!(
        renamed
            .filter(|repair| repair.rule == sigflow::Rule::NameFold)
            .count(),
        2
    );
    Ok(())
}
