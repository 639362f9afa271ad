//! Streams as tests read them: all that one says, and the reply that its pieces make.
use sigflow_core::{Chunk, Completion, Error, LanguageModel, Request, ToolCall};
use std::{future::poll_fn, sync::Arc};

/// All that a stream says: its chunks, or its error after them, behind which nothing may come.
pub async fn all<M>(model: Arc<M>, request: Request) -> (Vec<Chunk>, Option<Error>)
where
    M: LanguageModel + ?Sized,
{
    let mut stream = model.stream(request);
    let mut chunks = Vec::new();
    loop {
        match poll_fn(|cx| stream.as_mut().poll_next(cx)).await {
            None => return (chunks, None),
            Some(Ok(chunk)) => chunks.push(chunk),
            Some(Err(error)) => {
                let after = poll_fn(|cx| stream.as_mut().poll_next(cx)).await;
                assert!(after.is_none(), "an error is the end");
                return (chunks, Some(error));
            }
        }
    }
}

/// The words of the reply.
pub fn text(chunks: &[Chunk]) -> String {
    let texts = chunks.iter().filter_map(|chunk| match chunk {
        Chunk::Text(text) => Some(text.as_str()),
        _ => None,
    });
    texts.collect()
}

/// Puts the pieces together, as the core does for a stream's end.
pub fn whole(chunks: &[Chunk]) -> Completion {
    let mut completion = Completion::default();
    for chunk in chunks.iter().cloned() {
        match chunk {
            Chunk::Text(text) => completion.text.push_str(&text),
            Chunk::Reasoning(text) => completion.reasoning.get_or_insert_default().push_str(&text),
            Chunk::ToolCall {
                index,
                id,
                name,
                arguments,
            } => {
                let calls = &mut completion.tool_calls;
                while calls.len() <= index {
                    calls.push(ToolCall::new("", "", ""));
                }
                calls[index].id.push_str(&id);
                calls[index].name.push_str(&name);
                calls[index].arguments.push_str(&arguments);
            }
            Chunk::Citation(citation) => completion.citations.push(citation),
            Chunk::Replay(block) => completion.replay.push(block),
            Chunk::Finish(reason) => completion.finish_reason = Some(reason),
            _ => {}
        }
    }
    completion
}

/// Both say the same: a whole reply, and one in pieces.
#[track_caller]
pub fn same(one: &Completion, other: &Completion) {
    assert_eq!(one.text, other.text);
    assert_eq!(one.reasoning, other.reasoning);
    assert_eq!(one.tool_calls, other.tool_calls);
    assert_eq!(one.citations, other.citations);
    assert_eq!(one.finish_reason, other.finish_reason);
    assert_eq!(one.replay, other.replay);
}
