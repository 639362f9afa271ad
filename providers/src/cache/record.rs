//! A reply that arrives in pieces, put together.
use sigflow_core::{Chunk, Completion, Response, ToolCall, Usage};

/// The pieces so far.
#[derive(Default)]
pub(super) struct Recorder {
    response: Response,
    completion: Completion,
    /// A piece came that is not known here: the whole would not be what came.
    is_strange: bool,
}

impl Recorder {
    pub(super) fn take(&mut self, chunk: &Chunk) {
        let completion = &mut self.completion;
        match chunk {
            Chunk::Text(text) => completion.text.push_str(text),
            Chunk::Reasoning(text) => {
                completion.reasoning.get_or_insert_default().push_str(text);
            }
            Chunk::ToolCall {
                index,
                id,
                name,
                arguments,
            } => {
                // a server that leaves numbers out cannot make us fill the gap
                if *index > completion.tool_calls.len() {
                    self.is_strange = true;
                    return;
                }
                if *index == completion.tool_calls.len() {
                    completion.tool_calls.push(ToolCall::new("", "", ""));
                }
                let call = &mut completion.tool_calls[*index];
                call.id.push_str(id);
                call.name.push_str(name);
                call.arguments.push_str(arguments);
            }
            Chunk::Citation(citation) => completion.citations.push(citation.clone()),
            Chunk::Head { model, request_id } => {
                self.response.model.clone_from(model);
                self.response.request_id.clone_from(request_id);
            }
            Chunk::Logprobs(tokens) => completion.logprobs.extend_from_slice(tokens),
            Chunk::Replay(block) => completion.replay.push(block.clone()),
            Chunk::Restart => *self = Recorder::default(),
            Chunk::Finish(reason) => completion.finish_reason = Some(reason.clone()),
            Chunk::Saved(saved) => self.response.saved = Some(*saved),
            // of the call and not of the reply; and the end, which has its own way
            Chunk::Attempts(_) | Chunk::End(_) => {}
            _ => self.is_strange = true,
        }
    }
    /// The reply, if it is known whole.
    pub(super) fn end(self, usage: Option<Usage>) -> Option<Response> {
        let mut response = self.response;
        response.usage = usage;
        response.completions = vec![self.completion];
        (!self.is_strange).then_some(response)
    }
}
