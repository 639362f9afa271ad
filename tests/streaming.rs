//! Replies that are read while they arrive.
use sigflow::{ErrorKind, Event, prelude::*, testing::Scripted};

signature! {
    /// Answer the question from the passages.
    #[derive(Clone)]
    pub struct GroundedAnswer {
        context: Vec<String>,
        question: String,
    } -> {
        answer: String,
        #[field(ge = 0.0, le = 1.0)]
        confidence: f64,
    }
}

fn ask() -> GroundedAnswer {
    GroundedAnswer {
        context: vec!["Paris is in France.".into()],
        question: "Where is Paris?".into(),
    }
}

#[tokio::test]
async fn a_growing_answer() -> Result<()> {
    let lm = Scripted::new(["[[ ## answer ## ]]\nIn France [[1]].\n\n[[ ## confidence ## ]]\n0.9\n\n[[ ## completed ## ]]"]).lm();
    let mut stream = ask().predict().with(&lm).stream();
    let mut seen = Vec::new();
    let mut grown = Vec::new();
    while let Some(Event { field, what, .. }) = stream.next().await? {
        seen.push((field, what));
        if let Part::Growing(text) = &stream.partial().answer {
            grown.push(text.to_string());
        }
    }
    let shown: String = seen
        .iter()
        .filter_map(|(field, what)| match (field, what) {
            (GroundedAnswerField::Answer, FieldEvent::Delta(text)) => Some(text.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(shown, "In France [[1]].");
    assert_eq!(seen[0], (GroundedAnswerField::Answer, FieldEvent::Started));
    assert_eq!(
        seen.last(),
        Some(&(GroundedAnswerField::Confidence, FieldEvent::Finished))
    );
    assert!(
        grown.len() > 3
            && grown
                .iter()
                .all(|text| "In France [[1]].".starts_with(text)),
        "{grown:?}"
    );
    assert_eq!(stream.partial().confidence, Part::Done(0.9));
    assert!((stream.finish().await?.confidence - 0.9).abs() < f64::EPSILON);
    Ok(())
}

#[tokio::test]
async fn a_bound_that_is_broken_ends_the_loop() {
    let lm = Scripted::new(["[[ ## confidence ## ]]\n1.9\n\n[[ ## answer ## ]]\nIn France."]).lm();
    let mut stream = ask().predict().with(&lm).stream();
    let error = loop {
        match stream.next().await {
            Ok(Some(_)) => {}
            Ok(None) => panic!("no error"),
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind(), ErrorKind::Constraint);
    assert_eq!(error.faults()[0].path, "confidence");
    assert!(!stream.text().contains("France"), "{}", stream.text());
    // whoever wants to goes on
    while stream.next().await.expect("the rest").is_some() {}
    assert_eq!(
        stream.partial().answer.done().map(String::as_str),
        Some("In France.")
    );
    let error = stream.finish().await.expect_err("as a call");
    assert_eq!(
        (error.kind(), error.path()),
        (ErrorKind::Constraint, "GroundedAnswer")
    );
}

#[tokio::test]
async fn a_reasoning_is_an_output_too() -> Result<()> {
    let lm = Scripted::new(["[[ ## reasoning ## ]]\nLook.\n\n[[ ## answer ## ]]\nIn France.\n\n[[ ## confidence ## ]]\n1"]).lm();
    let mut stream = ask().chain_of_thought().with(&lm).stream();
    let mut first = None;
    while let Some(event) = stream.next().await? {
        first.get_or_insert(event.field);
    }
    assert_eq!(first, Some(sigflow::stream::ReasonedField::Reasoning));
    assert_eq!(
        stream.partial().answer.done().map(String::as_str),
        Some("In France.")
    );
    assert_eq!(stream.finish().await?.output.reasoning, "Look.");
    Ok(())
}

/// A reply in pieces of `size` characters; 0: in one.
fn script(reply: &str, size: usize) -> Scripted {
    let characters: Vec<char> = reply.chars().collect();
    let pieces: Vec<String> = match size {
        0 => vec![reply.to_owned()],
        size => characters.chunks(size).map(String::from_iter).collect(),
    };
    Scripted::new([""; 0]).then_pieces(pieces)
}

signature! {
    /// Everything that grows, and what does not.
    #[derive(Clone, PartialEq)]
    struct Rich { text: String } -> {
        title: String,
        note: Option<String>,
        tags: Vec<String>,
        pages: Vec<Page>,
        #[field(ge = 0, le = 10)]
        stars: u8,
        open: bool,
    }
}

#[derive(Field, Clone, PartialEq)]
struct Page {
    number: u32,
    words: String,
}

const REPLIES: &[(sigflow::Adapter, &str)] = &[
    (
        Adapter::Chat,
        "[[ ## title ## ]]\n A [[ ## \r\n title \n\n[[ ## note ## ]]\nnone é😀\n\n[[ ## tags ## ]]\n[\"a\", \"b, c\"]\n\n[[ ## pages ## ]]\n[{\"number\": 1, \"words\": \"x [[ ## y ## ]]\"}, {\"number\": 2, \"words\": \"]\"}]\n\n[[ ## stars ## ]]\n7\n\n[[ ## open ## ]]\nTrue\n\n[[ ## completed ## ]]\n",
    ),
    (
        Adapter::Chat,
        "<think>the stars [[ ## stars ## ]] are\n[[ ## stars ## ]]\n3</think>\nHere you are.\n[[ ## title ## ]]\nI say [[ ## stars ## ]] here.\n[[ ## stars ## ]]\nseven\n[[ ## tags ## ]]\n- a\n- b\n[[ ## pages ## ]]\n```json\n[{number: 1, words: 'x'}]\n```\n[[ ## open ## ]]\nyes",
    ),
    (
        Adapter::Chat,
        "[[ ## title ## ]] A title [[ ## tags ## ]] [\"a\"] [[ ## pages ## ]] [] [[ ## stars ## ]] 7 [[ ## open ## ]] true",
    ),
    (
        Adapter::Chat,
        "[[ ## title ## ]]\nA\n[[ ## tags ## ]]\n[\n[[ ## stars ## ]]\n70\n[[ ## open ## ]]\nmaybe",
    ),
    (Adapter::Chat, "No idea."),
    (
        Adapter::Chat,
        "{\"title\": \"in JSON\", \"tags\": [], \"pages\": [], \"stars\": 1, \"open\": false}",
    ),
    (
        Adapter::Json,
        "```json\n{\"title\": \"a \\\"b\\\" \\ud83d\\ude00\\n\", \"note\": null, \"tags\": [\"a\", \"b\"], \"pages\": [{\"number\": 1, \"words\": \"}\"}], \"stars\": 7, \"open\": true}\n```",
    ),
    (
        Adapter::Json,
        "{'title': 'single', tags: [a, b], \"pages\": [], stars: \"7\", open: yes,}",
    ),
    (
        Adapter::Json,
        "{\"title\": \"an \"inner\" quote\", \"tags\": [\"a\"], \"pages\": [], \"stars\": 7, \"open\": true}",
    ),
    (
        Adapter::Json,
        "Sure {x}: {\"Title\": \"folded\", \"tags\": \"one\", \"pages\": {\"number\": 1, \"words\": \"w\"}, \"more\": 1, \"stars\": 7.0, \"open\": 1}",
    ),
    (
        Adapter::Json,
        "{\"title\": \"twice\", \"title\": \"again\", \"tags\": [], \"pages\": [], \"stars\": 7, \"open\": true}",
    ),
    (Adapter::Json, "{\"title\": \"cut\", \"tags\": [\"a\", \"b"),
    (
        Adapter::Json,
        "{\"result\": {\"title\": \"inside\", \"tags\": [], \"pages\": [], \"stars\": 7, \"open\": true}}",
    ),
    (
        Adapter::Baml,
        "{\"title\": \"baml\", \"tags\": [], \"pages\": [], \"stars\": 7, \"open\": true} and more",
    ),
    (
        Adapter::Xml,
        "<title>\n1 &lt; 2 <b>x</b> &amp; \n</title>\n<tags>[\"a\"]</tags>\n<pages><item><number>1</number><words>w</words></item></pages>\n<stars>7</stars>\n<open>true</open>",
    ),
    (
        Adapter::Xml,
        "<title>a <stars>5</stars> b</title><tags>a</tags><stars>7</stars><open>true</open>",
    ),
];

/// The outputs as they are shown, or all that an error says.
fn told<T: serde::Serialize>(result: Result<Prediction<T>>) -> String {
    match result {
        Ok(prediction) => {
            let output = serde_json::to_value(&prediction.output).expect("JSON");
            format!("{output} {:?}", prediction.repairs())
        }
        Err(error) => format!(
            "{error:?} {:?} {:?}",
            error.faults(),
            error.partial_fields()
        ),
    }
}

/// However a reply is cut, its end is what the same call gives without a stream; the deltas of a text are the
/// text; and at the end of a reply that can be read each part is the output.
#[tokio::test]
async fn the_end_is_that_of_a_call() -> Result<()> {
    let ask = || Rich { text: "…".into() };
    for (adapter, reply) in REPLIES {
        let whole = ask()
            .predict()
            .adapter(*adapter)
            .prediction()
            .with(&script(reply, 0).lm())
            .await;
        let value = whole
            .as_ref()
            .ok()
            .map(|whole| serde_json::to_value(&whole.output).expect("JSON"));
        let expected = told(whole);
        for size in [0, 1, 2, 3, 5, 7, 11] {
            let script = script(reply, size);
            let mut stream = ask()
                .predict()
                .adapter(*adapter)
                .with(&script.lm())
                .stream();
            let mut title = String::new();
            let mut last = None;
            loop {
                match stream.next().await {
                    Ok(Some(event)) => {
                        if let (RichField::Title, FieldEvent::Delta(more)) =
                            (&event.field, &event.what)
                        {
                            title += more;
                        }
                        last = Some(event.what);
                    }
                    Ok(None) => break,
                    Err(error) => assert!(error.is_parse() || error.is_constraint(), "{error:?}"),
                }
            }
            if let Some(value) = &value {
                let partial = stream.partial();
                assert_eq!(
                    partial.title.done().map(String::as_str),
                    value["title"].as_str(),
                    "{reply}"
                );
                assert!(
                    partial.tags.is_done()
                        && partial.pages.is_done()
                        && partial.stars.is_done()
                        && partial.open.is_done(),
                    "{reply}: {partial:?}"
                );
                assert_eq!(last, Some(FieldEvent::Finished));
                // of two titles the first was shown, and of a text in doubt its certain beginning
                if !reply.contains("again") && !reply.contains("inner") {
                    assert_eq!(Some(title.as_str()), value["title"].as_str(), "{reply}");
                }
            }
            assert_eq!(
                told(stream.finish().await),
                expected,
                "{reply} in pieces of {size}"
            );
        }
    }
    Ok(())
}

/// The same through a signature made at run time.
#[tokio::test]
async fn dynamic_signatures_stream_by_name() -> Result<()> {
    let signature = DynSignature::parse("question -> answer, tags: list[str], stars: int")?;
    let ask = || signature.ask([("question", "…".into())]);
    let reply =
        "[[ ## answer ## ]]\nParis it is\n[[ ## tags ## ]]\n[\"a\", \"b\"]\n[[ ## stars ## ]]\n5";
    let whole = told(
        ask()?
            .predict()
            .prediction()
            .with(&script(reply, 0).lm())
            .await,
    );
    for size in 0..9 {
        let mut stream = ask()?.predict().with(&script(reply, size).lm()).stream();
        let mut answers = Vec::new();
        while let Some(event) = stream.next().await? {
            assert!(["answer", "tags", "stars"].contains(&event.field.as_str()));
            if event.field == "answer" {
                answers.extend(stream.partial()["answer"].so_far().cloned());
            }
        }
        assert!(
            answers
                .iter()
                .all(|text| "Paris it is".starts_with(text.as_str().expect("text")))
        );
        assert_eq!(
            stream.partial()["tags"].done(),
            Some(&serde_json::json!(["a", "b"]))
        );
        assert!(stream.partial()["other"].is_absent());
        assert_eq!(told(stream.finish().await), whole);
    }
    Ok(())
}

#[tokio::test]
async fn a_stream_that_breaks_off_keeps_what_came() {
    let broken = || sigflow::Error::new(ErrorKind::Transport, "reset");
    let script = Scripted::new([""; 0])
        .then_broken(
            [
                "[[ ## answer ## ]]\nPa",
                "ris\n[[ ## conf",
                "idence ## ]]\n0",
            ],
            broken,
        )
        .then_pieces([""; 0]);
    let lm = script.lm();
    let mut stream = ask().predict().with(&lm).stream();
    let error = loop {
        match stream.next().await {
            Ok(event) => assert!(event.is_some()),
            Err(error) => break error,
        }
    };
    assert_eq!(
        (error.kind(), error.path()),
        (ErrorKind::Transport, "GroundedAnswer")
    );
    assert!(
        error
            .raw_reply()
            .is_some_and(|text| text.ends_with("]]\n0"))
    );
    assert_eq!(error.field::<String>("answer").as_deref(), Some("Paris"));
    assert!(stream.next().await.is_ok_and(|event| event.is_none()));
    let again = stream.finish().await.expect_err("it broke off");
    assert_eq!(again.kind(), ErrorKind::Transport);
    // an empty reply is the same error as of a call
    let error = ask()
        .predict()
        .with(&lm)
        .stream()
        .finish()
        .await
        .expect_err("empty");
    assert_eq!(error.kind(), ErrorKind::NoContent);
    // streams are in the history, with how they ended
    let history = lm.history();
    assert_eq!(history.len(), 2);
    assert_eq!(
        (history[0].error, history[1].error),
        (Some(ErrorKind::Transport), None)
    );
    assert!(history[1].usage.is_some());
}

#[tokio::test]
async fn the_second_of_two_steps_streams() -> Result<()> {
    let lm = Scripted::new([
        "Paris, quite sure.",
        "[[ ## answer ## ]]\nParis\n[[ ## confidence ## ]]\n1",
    ])
    .lm();
    let mut stream = ask().predict().adapter(Adapter::TwoStep).with(&lm).stream();
    while stream.next().await?.is_some() {}
    let prediction = stream.finish().await?;
    assert_eq!(
        (prediction.calls, prediction.answer.as_deref()),
        (2, Some("Paris, quite sure."))
    );
    assert_eq!(prediction.output.answer, "Paris");
    Ok(())
}

/// Dropping a stream drops the model's.
#[tokio::test]
async fn who_has_seen_enough_stops_paying() -> Result<()> {
    use sigflow::{BoxStream, Chunk};
    use std::{
        pin::Pin,
        sync::{
            Arc,
            atomic::{AtomicUsize, Ordering},
        },
        task::{Context, Poll},
    };
    #[derive(Default)]
    struct Endless(Arc<AtomicUsize>, Arc<AtomicUsize>);
    struct Pieces(Arc<Endless>);
    impl futures_core::Stream for Pieces {
        type Item = Result<Chunk>;
        fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            let text = match self.0.0.fetch_add(1, Ordering::Relaxed) {
                0 => "[[ ## answer ## ]]\nParis",
                _ => " and on",
            };
            Poll::Ready(Some(Ok(Chunk::Text(text.into()))))
        }
    }
    impl Drop for Pieces {
        fn drop(&mut self) {
            self.0.1.fetch_add(1, Ordering::Relaxed);
        }
    }
    impl LanguageModel for Endless {
        fn complete(self: Arc<Self>, _: Request) -> BoxFuture<'static, Result<Response>> {
            Box::pin(async { Ok(Response::text("")) })
        }
        fn stream(self: Arc<Self>, _: Request) -> BoxStream<'static, Result<Chunk>> {
            Box::pin(Pieces(self))
        }
        fn name(&self) -> &'static str {
            "endless"
        }
    }
    let model = Arc::new(Endless::default());
    let lm = Lm::from_arc(model.clone());
    let mut stream = ask().predict().with(&lm).stream();
    while stream
        .partial()
        .answer
        .so_far()
        .is_none_or(|text| text.len() <= 20)
    {
        stream.next().await?;
    }
    assert_eq!(model.1.load(Ordering::Relaxed), 0);
    drop(stream);
    assert_eq!(model.1.load(Ordering::Relaxed), 1);
    assert!(model.0.load(Ordering::Relaxed) < 6);
    // a deadline ends a stream that does not
    let mut stream = ask()
        .predict()
        .deadline(std::time::Duration::from_millis(20))
        .with(&lm)
        .stream();
    let error = loop {
        if let Err(error) = stream.next().await {
            break error;
        }
    };
    assert_eq!(error.kind(), ErrorKind::Timeout);
    Ok(())
}

/// A stream is a stream and can cross threads.
#[test]
fn a_stream_is_send() {
    fn is_stream<T: futures_core::Stream + Send + Unpin>(_: &T) {}
    is_stream(&ask().predict().stream());
    is_stream(&ask().chain_of_thought().prediction().stream());
}
