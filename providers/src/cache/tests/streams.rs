//! Replies in pieces.
use super::*;

#[tokio::test]
async fn streams_and_whole_replies_answer_for_each_other() {
    let stage = Stage::new(
        "tiny",
        [
            pieces(&["o", "ne"], Act::Answer(" more")),
            Act::Answer("two"),
        ],
    );
    let cache = ResponseCache::new();
    let lm = cached(&stage, &cache);
    let first = all(lm.stream(question())).await;
    let whole = said(&first);
    assert!(
        whole.starts_with("one") && ended(&first).expect("an end").is_some(),
        "{first:?}"
    );
    let again = all(lm.stream(question())).await;
    assert_eq!((said(&again), ended(&again)), (whole.clone(), Ok(None)));
    let saved =
        |chunk: &Result<Chunk>| matches!(chunk, Ok(Chunk::Saved(saved)) if saved.usage.is_some());
    assert!(again.iter().any(saved));
    assert_eq!(ask(&lm, question()).await, whole);
    // and the other way
    ask(&lm, asking("else")).await;
    assert_eq!(said(&all(lm.stream(asking("else"))).await), "two");
    assert_eq!(stage.count(), 2);
}

#[tokio::test]
async fn a_stream_that_did_not_end_well_is_not_kept() {
    let broken = |then| pieces(&["o"], then);
    let acts = [
        broken(Act::Cut),
        broken(fail(ErrorKind::Server)),
        Act::Answer("whole"),
    ];
    let (stage, cache) = (Stage::new("tiny", acts), ResponseCache::new());
    let lm = cached(&stage, &cache);
    assert!(ended(&all(lm.stream(question())).await).is_err());
    let failed = all(lm.stream(question())).await;
    assert!(matches!(failed.last(), Some(Err(_))));
    assert_eq!(cache.stats(0).size, 0);
    assert_eq!(said(&all(lm.stream(question())).await), "whole");
    let error = all(lm.stream(with_text(CachePolicy::Only))).await.pop();
    assert!(
        error
            .expect("a word")
            .expect_err("not there")
            .is_not_cached()
    );
    assert_eq!(
        (stage.count(), cache.stats(0).size, cache.flights().count()),
        (3, 1, 0)
    );
}

fn with_text(policy: CachePolicy) -> Request {
    let mut request = asking("something new");
    request.cache = policy;
    request
}

#[tokio::test]
async fn a_stream_of_several_completions_goes_past() {
    let (stage, cache) = (Stage::new("tiny", ONE), ResponseCache::new());
    let lm = cached(&stage, &cache);
    let mut several = question();
    several.settings.n = Some(2);
    all(lm.stream(several.clone())).await;
    all(lm.stream(several)).await;
    assert_eq!((stage.count(), cache.stats(0).size), (2, 0));
}

#[tokio::test]
async fn a_stream_that_may_ask_nobody_asks_nobody() {
    let (stage, cache) = (Stage::new("tiny", ONE), ResponseCache::new());
    let three = sigflow_core::Settings {
        n: Some(3),
        ..sigflow_core::Settings::default()
    };
    let three = cached(&stage, &cache).with_settings(&three);
    let mut several = with(CachePolicy::Only);
    several.settings.n = Some(2);
    let plain = cached(&stage, &cache);
    for (lm, request) in [(&three, with(CachePolicy::Only)), (&plain, several)] {
        let error = all(lm.stream(request)).await.pop().expect("a word");
        assert!(error.expect_err("nothing is there").is_not_cached());
    }
    assert_eq!((stage.count(), cache.stats(0).misses), (0, 2));
}

#[test]
fn pieces_make_the_reply_that_they_came_from() {
    let mut response = Response::text("Paris");
    response.model = "tiny".into();
    response.request_id = Some("req".into());
    response.usage = Some(Usage::new(7, 3));
    let completion = &mut response.completions[0];
    completion.reasoning = Some("so".into());
    completion.tool_calls = (0..3)
        .map(|n| sigflow_core::ToolCall::new(n.to_string(), "search", "{}"))
        .collect();
    completion.citations = vec![Citation {
        kind: "char_location".into(),
        cited_text: "blue".into(),
        document_index: 0,
        document_title: None,
        start_char_index: 1,
        end_char_index: 2,
        supported_text: None,
    }];
    completion.finish_reason = Some(sigflow_core::FinishReason::Stop);
    let logprob = sigflow_core::Logprob::new("Paris", -0.5);
    completion.logprobs = vec![sigflow_core::TokenLogprob::new(logprob, vec![])];
    completion.replay = vec![sigflow_core::ReplayBlock::new("gemini", 1.into())];
    let mut record = Recorder::default();
    for chunk in [Chunk::Text("void".into()), Chunk::Restart] {
        record.take(&chunk);
    }
    response
        .clone()
        .into_chunks()
        .for_each(|chunk| record.take(&chunk));
    let again = record.end(response.usage).expect("known pieces");
    assert_eq!(format!("{again:?}"), format!("{response:?}"));

    // a gap in the calls is nothing that can be told again
    let mut record = Recorder::default();
    record.take(&Chunk::ToolCall {
        index: 1,
        id: String::new(),
        name: String::new(),
        arguments: String::new(),
    });
    assert!(record.end(None).is_none());
}
