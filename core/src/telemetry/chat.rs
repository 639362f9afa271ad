//! A request to a model, watched from its sending to the end of its reply.
use super::{
    Event, EventKind, Inside, Live, Measurement, Meter, SpanKind, Value, content,
    sink::{conversation, give, tell},
};
use crate::{
    AttemptOutcome, BoxFuture, BoxStream, Chunk, Completion, Error, ErrorKind, Lm, Request,
    Response, ResponseFormat, Result, Scope, ToolCall, lm::Installed,
};
use futures_core::Stream;
use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

/// What is known of a request under way.
struct Chat {
    live: Live,
    /// Those who watch.
    around: Scope,
    /// What the model's own code runs in.
    inside: Option<Scope>,
    /// Its provider is asked again at its end.
    lm: Lm,
    first_chunk: Option<Duration>,
    /// A piece of the reply is with the caller, whose time is not ours.
    is_lent: bool,
    over: bool,
}

impl Chat {
    fn begin(
        scope: &Scope,
        around: Option<&Live>,
        lm: &Lm,
        request: &Request,
        streams: bool,
    ) -> Self {
        let model = lm.name();
        let mut live = Live::of(scope, around, SpanKind::Chat, ["chat ", model].concat());
        let origin = lm.origin();
        let settings = request.settings.or(lm.settings());
        live.set("gen_ai.operation.name", "chat");
        live.set("gen_ai.provider.name", origin.provider.to_owned());
        live.set("gen_ai.request.model", model.to_owned());
        if streams {
            live.set("gen_ai.request.stream", true);
        }
        if let Some(temperature) = settings.temperature {
            live.set("gen_ai.request.temperature", temperature);
        }
        if let Some(top_p) = settings.top_p {
            live.set("gen_ai.request.top_p", top_p);
        }
        if let Some(longest) = settings.max_tokens {
            live.set("gen_ai.request.max_tokens", longest);
        }
        if let Some(seed) = settings.seed {
            live.set("gen_ai.request.seed", seed);
        }
        if let Some(n) = settings.n.filter(|n| *n != 1) {
            live.set("gen_ai.request.choice.count", n);
        }
        if let Some(stop) = &settings.stop {
            live.set("gen_ai.request.stop_sequences", stop.to_vec());
        }
        // text is what comes where nothing is asked for
        if request.response_format != ResponseFormat::Text {
            live.set("gen_ai.output.type", "json");
        }
        conversation(&mut live, scope);
        if let Some(address) = origin.address {
            live.set("server.address", address.to_owned());
        }
        if let Some(port) = origin.port {
            live.set("server.port", port);
        }
        if live.wants_content() {
            if let Some(system) = content::instructions(request) {
                live.set("gen_ai.system_instructions", system);
            }
            live.set("gen_ai.input.messages", content::inputs(request));
            if let Some(tools) = content::tools(&request.tools) {
                live.set("gen_ai.tool.definitions", tools);
            }
        }
        let event = Event::new(EventKind::ProviderRequest);
        let event = event.provider(origin.provider).model(model);
        tell(scope, &event.endpoint("chat"));
        Chat {
            inside: live.inside(scope),
            around: scope.clone(),
            live,
            lm: lm.clone(),
            first_chunk: None,
            is_lent: false,
            over: false,
        }
    }

    /// A piece goes to the caller.
    fn lends(&mut self) {
        if let (false, Some(inside)) = (self.is_lent, self.live.inner()) {
            inside.waits(false);
            self.is_lent = true;
        }
    }
    /// The caller wants the next one.
    fn goes_on(&mut self) {
        if std::mem::take(&mut self.is_lent)
            && let Some(inside) = self.live.inner()
        {
            inside.goes_on();
        }
    }

    /// What of the call's time was ours: nobody knows, where no server was heard of. Out of a cache comes all of it.
    fn tells_overhead(&mut self, lasted: Duration, cached: bool) {
        let Some((waited, knows)) = self.live.inner().map(Inside::waited) else {
            return;
        };
        if !knows && !cached {
            return;
        }
        let seconds = lasted.saturating_sub(waited).as_secs_f64();
        self.live.set("sigflow.overhead_seconds", seconds);
        let provider = self.lm.origin().provider;
        let ours = Measurement::new(Meter::Overhead, provider, seconds);
        #[allow(clippy::let_unit_value)] // nothing where the feature is off
        let _entered = self.live.enter();
        give(&self.around, &ours);
    }

    fn polled<T>(&mut self, poll: impl FnOnce() -> T) -> T {
        let _installed = self.inside.as_mut().map(Installed::new);
        #[allow(clippy::let_unit_value)] // nothing where the feature is off
        let _entered = self.live.enter();
        poll()
    }

    fn answered(&mut self, response: &Response) {
        if self.over {
            return;
        }
        let live = &mut self.live;
        if !response.model.is_empty() {
            live.set("gen_ai.response.model", response.model.clone());
        }
        if let Some(id) = &response.request_id {
            live.set("gen_ai.response.id", id.clone());
        }
        let reasons: Vec<String> = response
            .completions
            .iter()
            .filter_map(|one| one.finish_reason.as_ref())
            .map(|reason| content::finish(reason).to_owned())
            .collect();
        if !reasons.is_empty() {
            live.set("gen_ai.response.finish_reasons", reasons);
        }
        if let Some(usage) = response.usage_in_all() {
            live.set("gen_ai.usage.input_tokens", usage.input_tokens);
            live.set("gen_ai.usage.output_tokens", usage.output_tokens);
            let more = [
                (
                    "gen_ai.usage.cache_read.input_tokens",
                    usage.cached_input_tokens,
                ),
                (
                    "gen_ai.usage.cache_creation.input_tokens",
                    usage.cache_write_tokens,
                ),
                (
                    "gen_ai.usage.reasoning.output_tokens",
                    usage.reasoning_tokens,
                ),
            ];
            for (name, count) in more.into_iter().filter(|(_, count)| *count > 0) {
                live.set(name, count);
            }
        }
        if live.wants_content() {
            let said = content::outputs(&response.completions);
            live.set("gen_ai.output.messages", said);
        }
        self.ends(Some(response), None);
    }

    fn failed(&mut self, error: &Error) {
        if !self.over {
            self.live.fail(error);
            self.ends(None, Some((error.kind(), error)));
        }
    }

    fn ends(&mut self, response: Option<&Response>, failure: Option<(ErrorKind, &Error)>) {
        self.over = true;
        let lasted = self.live.elapsed();
        self.tells_overhead(
            lasted,
            response.is_some_and(|response| response.saved.is_some()),
        );
        let origin = self.lm.origin();
        let attempts = match (response, failure) {
            (Some(response), _) => response.attempts.as_slice(),
            (None, Some((_, error))) => error.attempts(),
            (None, None) => &[],
        };
        let limited =
            |kind: ErrorKind| matches!(kind, ErrorKind::RateLimited | ErrorKind::QuotaSpent);
        let rate_limited = if attempts.is_empty() {
            u64::from(failure.is_some_and(|(kind, _)| limited(kind)))
        } else {
            let refused = attempts.iter().filter(
                |attempt| matches!(attempt.outcome, AttemptOutcome::Failed(kind) if limited(kind)),
            );
            refused.count() as u64
        };
        let mut event = Event::new(EventKind::ProviderResponse)
            .provider(origin.provider)
            .model(self.lm.name())
            .endpoint("chat")
            .succeeded(failure.is_none())
            .duration(lasted)
            .first_chunk(self.first_chunk)
            .attempts(attempts.len().max(1) as u64)
            .rate_limited(rate_limited);
        event.error = failure.map(|(kind, _)| kind);
        event.usage = response.and_then(Response::usage_in_all);
        // all that was paid for: also a failure that was billed, and who lost against a faster one
        let tried = attempts.iter().filter_map(|attempt| attempt.cost);
        let tried = tried.reduce(|one, other| one + other);
        event.cost = tried.or(response.and_then(|response| response.cost));
        event.cached = response.map(|response| response.saved.is_some());
        if let Some(cost) = event.cost {
            self.live.set("sigflow.cost_usd", cost);
        }
        tell(&self.around, &event);
        std::mem::replace(&mut self.live, Live::none()).end();
    }
}

impl Drop for Chat {
    fn drop(&mut self) {
        if !self.over {
            let error = Error::new(ErrorKind::Cancelled, "the call was dropped");
            self.failed(&error);
        }
    }
}

/// A whole reply, watched.
pub(crate) struct ObservedReply {
    reply: BoxFuture<'static, Result<Response>>,
    chat: Chat,
}

impl ObservedReply {
    pub(crate) fn send(
        scope: &Scope,
        around: Option<&Live>,
        lm: &Lm,
        request: Request,
    ) -> BoxFuture<'static, Result<Response>> {
        let mut chat = Chat::begin(scope, around, lm, &request, false);
        // a model may do more at once than make a future
        let reply = chat.polled(|| lm.complete(request));
        Box::pin(ObservedReply { reply, chat })
    }
}

impl Future for ObservedReply {
    type Output = Result<Response>;
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let reply = &mut this.reply;
        let Poll::Ready(result) = this.chat.polled(|| reply.as_mut().poll(cx)) else {
            return Poll::Pending;
        };
        match &result {
            Ok(response) => this.chat.answered(response),
            Err(error) => this.chat.failed(error),
        }
        Poll::Ready(result)
    }
}

/// A reply in pieces, watched.
pub(crate) struct ObservedStream {
    pieces: BoxStream<'static, Result<Chunk>>,
    chat: Chat,
    content: bool,
    response: Response,
    completion: Completion,
}

impl ObservedStream {
    pub(crate) fn send(
        scope: &Scope,
        around: Option<&Live>,
        lm: &Lm,
        request: Request,
    ) -> BoxStream<'static, Result<Chunk>> {
        let mut chat = Chat::begin(scope, around, lm, &request, true);
        let pieces = chat.polled(|| lm.stream(request));
        Box::pin(ObservedStream {
            pieces,
            content: chat.live.wants_content(),
            chat,
            response: Response::default(),
            completion: Completion::default(),
        })
    }
    fn sees(&mut self, chunk: &Chunk) {
        let says = matches!(
            chunk,
            Chunk::Text(_) | Chunk::Reasoning(_) | Chunk::ToolCall { .. }
        );
        if says && self.chat.first_chunk.is_none() {
            let after = self.chat.live.elapsed();
            self.chat.first_chunk = Some(after);
            let name = "gen_ai.response.time_to_first_chunk";
            self.chat.live.set(name, Value::Float(after.as_secs_f64()));
        }
        match chunk {
            Chunk::Text(text) if self.content => self.completion.text.push_str(text),
            Chunk::Reasoning(text) if self.content => {
                let thoughts = self.completion.reasoning.get_or_insert_default();
                thoughts.push_str(text);
            }
            Chunk::ToolCall {
                index,
                id,
                name,
                arguments,
            } if self.content => {
                let calls = &mut self.completion.tool_calls;
                while calls.len() <= *index {
                    calls.push(ToolCall::new("", "", ""));
                }
                calls[*index].id.push_str(id);
                calls[*index].name.push_str(name);
                calls[*index].arguments.push_str(arguments);
            }
            Chunk::Head { model, request_id } => {
                self.response.model.clone_from(model);
                self.response.request_id.clone_from(request_id);
            }
            Chunk::Restart => {
                self.response = Response::default();
                self.completion = Completion::default();
            }
            Chunk::Attempts(attempts) => self.response.attempted(attempts.clone()),
            Chunk::Saved(saved) => self.response.saved = Some(*saved),
            Chunk::Finish(reason) => self.completion.finish_reason = Some(reason.clone()),
            Chunk::End(usage) => {
                self.response.usage = *usage;
                self.response.completions = vec![std::mem::take(&mut self.completion)];
                self.chat.answered(&self.response);
            }
            _ => {}
        }
    }
}

impl Stream for ObservedStream {
    type Item = Result<Chunk>;
    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let pieces = &mut this.pieces;
        this.chat.goes_on();
        let Poll::Ready(piece) = this.chat.polled(|| pieces.as_mut().poll_next(cx)) else {
            return Poll::Pending;
        };
        match &piece {
            Some(Ok(chunk)) => {
                this.sees(chunk);
                this.chat.lends();
            }
            Some(Err(error)) => this.chat.failed(error),
            None => {}
        }
        Poll::Ready(piece)
    }
}
