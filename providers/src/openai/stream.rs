//! A reply in pieces: server-sent events, each a `chat.completion.chunk`.
use super::{
    OpenAi,
    message::{Delta, delta},
    response::{decode, refused, usage},
};
use crate::http::{
    LONGEST_BODY, Reply,
    body::{self, gist},
    client::Open,
    said::Said,
    sse::Events,
    status::{self, said_error},
};
use futures_core::Stream;
use reqwest::header::HeaderMap;
use serde_json::Value;
use sigflow_core::{Chunk, Error, ErrorKind, FinishReason, Request, Result, Usage};
use std::{
    collections::VecDeque,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

type Next = Pin<Box<dyn Future<Output = (Option<Result<Chunk>>, Box<Talk>)> + Send>>;

/// A reply in pieces, as a stream.
pub(super) enum Pieces {
    /// Pieces that are there.
    Ready(Box<Talk>),
    /// Waiting for more.
    Waiting(Next),
    Over,
}

impl Pieces {
    pub(super) fn new(client: Arc<OpenAi>, request: Request) -> Self {
        Pieces::Waiting(Box::pin(async move {
            let mut talk = Box::new(Talk::new(client));
            if let Err(error) = talk.begin(&request).await {
                talk.end(Err(error));
            }
            talk.next().await
        }))
    }
}

impl Stream for Pieces {
    type Item = Result<Chunk>;
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Pieces::Ready(talk) = &mut *self
            && let Some(piece) = talk.pieces.pop_front()
        {
            return Poll::Ready(Some(piece));
        }
        let mut waiting = match std::mem::replace(&mut *self, Pieces::Over) {
            Pieces::Over => return Poll::Ready(None),
            Pieces::Ready(talk) if talk.is_over => return Poll::Ready(None),
            Pieces::Ready(talk) => Box::pin(talk.next()) as Next,
            Pieces::Waiting(waiting) => waiting,
        };
        match waiting.as_mut().poll(cx) {
            Poll::Pending => {
                *self = Pieces::Waiting(waiting);
                Poll::Pending
            }
            Poll::Ready((piece, talk)) => {
                *self = Pieces::Ready(talk);
                Poll::Ready(piece)
            }
        }
    }
}

/// A connection on which a reply arrives, and what is known of the reply.
pub(super) struct Talk {
    client: Arc<OpenAi>,
    open: Option<Open>,
    events: Events,
    bytes: usize,
    pieces: VecDeque<Result<Chunk>>,
    headers: HeaderMap,
    /// The text so far, for an error.
    text: String,
    refusal: String,
    usage: Option<Usage>,
    /// Calls whose name and tool are known: servers repeat them.
    named: Vec<bool>,
    has_head: bool,
    has_calls: bool,
    finish: Option<FinishReason>,
    is_over: bool,
}

impl Talk {
    fn new(client: Arc<OpenAi>) -> Self {
        Talk {
            client,
            open: None,
            events: Events::default(),
            bytes: 0,
            pieces: VecDeque::new(),
            headers: HeaderMap::new(),
            text: String::new(),
            refusal: String::new(),
            usage: None,
            named: Vec::new(),
            has_head: false,
            has_calls: false,
            finish: None,
            is_over: false,
        }
    }

    /// Asks, up to the headers of the reply.
    async fn begin(&mut self, request: &Request) -> Result<()> {
        let client = self.client.clone();
        let body = client.encoder.encode_stream(request)?;
        let headers = client.headers.clone();
        let (http, peer) = (&client.http, &client.peer);
        let mut open = http.open(headers, body, request.deadline, peer).await?;
        if !open.is_success() {
            return Err(status::error(open.whole(peer).await?, peer));
        }
        if open.is_json() {
            // a server that knows no streams answers whole
            let response = decode(open.whole(peer).await?, peer)?;
            self.pieces.extend(response.into_chunks().map(Ok));
            self.is_over = true;
            return Ok(());
        }
        self.headers = open.headers().clone();
        self.open = Some(open);
        Ok(())
    }

    /// The next piece, and the talk to go on with.
    async fn next(mut self: Box<Self>) -> (Option<Result<Chunk>>, Box<Self>) {
        loop {
            if let Some(piece) = self.pieces.pop_front() {
                return (Some(piece), self);
            }
            let Some(open) = self.open.as_mut().filter(|_| !self.is_over) else {
                return (None, self);
            };
            match open.piece(&self.client.peer).await {
                Ok(Some(bytes)) => {
                    let bytes: &[u8] = bytes.as_ref();
                    self.bytes += bytes.len();
                    let mut data = Vec::new();
                    self.events.push(bytes, &mut |event| data.push(event));
                    data.into_iter().for_each(|event| self.event(&event));
                    let longest = self.bytes.max(self.events.waiting());
                    if longest > LONGEST_BODY && !self.is_over {
                        let what = format!("the stream is longer than {} MiB", LONGEST_BODY >> 20);
                        let error = self.client.peer.error(ErrorKind::Decode, what);
                        self.end(Err(error));
                    }
                }
                Ok(None) => {
                    let mut data = Vec::new();
                    self.events.end(&mut |event| data.push(event));
                    data.into_iter().for_each(|event| self.event(&event));
                    self.closed(None);
                }
                Err(error) => self.closed(Some(error)),
            }
        }
    }

    /// The connection ended. After the model's last word nothing of the reply is missing.
    fn closed(&mut self, error: Option<Error>) {
        if self.is_over {
            return;
        }
        if self.finish.is_some() {
            return self.done();
        }
        let error = error.unwrap_or_else(|| {
            let what = "the stream ended before the reply did";
            self.client.peer.error(ErrorKind::Transport, what)
        });
        self.end(Err(error));
    }

    /// The model said all.
    fn done(&mut self) {
        let filtered = self.finish == Some(FinishReason::ContentFilter);
        if self.text.is_empty() && !self.has_calls && (filtered || !self.refusal.is_empty()) {
            let words = Some(std::mem::take(&mut self.refusal)).filter(|words| !words.is_empty());
            let error = refused(words, self.reply(String::new()), &self.client.peer);
            return self.end(Err(error));
        }
        self.end(Ok(Chunk::End(self.usage)));
    }

    fn end(&mut self, last: Result<Chunk>) {
        // what came is no one's but the reader's, and an error keeps it
        let last = last.map_err(|error| match self.text.as_str() {
            "" => error,
            text => error.with_raw_reply(self.client.peer.redactor.clean(text.to_owned())),
        });
        self.pieces.push_back(last);
        self.is_over = true;
        self.open = None;
    }

    /// A reply as the makers of errors want it.
    fn reply(&self, body: String) -> Reply {
        Reply {
            status: self.open.as_ref().map_or(200, Open::status),
            headers: self.headers.clone(),
            body: if self.text.is_empty() {
                body
            } else {
                self.text.clone()
            },
        }
    }

    fn event(&mut self, data: &str) {
        let data = data.trim();
        if self.is_over || data.is_empty() {
            return;
        }
        if data == "[DONE]" {
            return self.done();
        }
        let Ok(Value::Object(mut members)) = body::json(data) else {
            let what = gist(data, 200).unwrap_or_default();
            let what = format!("an event of the stream is no JSON object: {what}");
            let error = self.client.peer.error(ErrorKind::Decode, what);
            let error = self.reply(data.to_owned()).attach(error, &self.client.peer);
            return self.end(Err(error));
        };
        let choices = match members.remove("choices") {
            Some(Value::Array(choices)) => choices,
            _ => Vec::new(),
        };
        let said =
            Said::from_members(&members).or_else(|| choices.iter().find_map(Said::from_success));
        if let Some(said) = said {
            let error = said_error(&said, self.reply(data.to_owned()), &self.client.peer);
            return self.end(Err(error));
        }
        self.head(&mut members);
        self.usage = members.get("usage").and_then(usage).or(self.usage);
        for mut choice in choices {
            let index = choice.get("index").and_then(Value::as_u64).unwrap_or(0);
            if let (0, Some(choice)) = (index, choice.as_object_mut()) {
                self.delta(delta(choice));
            }
        }
    }

    /// Who answers: said by each event, told once.
    fn head(&mut self, members: &mut serde_json::Map<String, Value>) {
        if std::mem::replace(&mut self.has_head, true) {
            return;
        }
        let mut text = |name: &str| match members.remove(name) {
            Some(Value::String(text)) if !text.is_empty() => Some(text),
            _ => None,
        };
        let model = text("model").unwrap_or_else(|| self.client.peer.model.clone());
        let id = text("id");
        let request_id = self.reply(String::new()).request_id().or(id);
        self.pieces.push_back(Ok(Chunk::Head { model, request_id }));
    }

    fn delta(&mut self, delta: Delta) {
        if !delta.reasoning.is_empty() {
            self.pieces.push_back(Ok(Chunk::Reasoning(delta.reasoning)));
        }
        if !delta.text.is_empty() {
            self.text.push_str(&delta.text);
            self.pieces.push_back(Ok(Chunk::Text(delta.text)));
        }
        self.refusal.push_str(&delta.refusal);
        for (index, mut call) in delta.calls {
            self.has_calls = true;
            if self.named.len() <= index && index < 1024 {
                self.named.resize(index + 1, false);
            }
            let Some(named) = self.named.get_mut(index) else {
                continue;
            };
            if *named {
                call.id.clear();
                call.name.clear();
            }
            *named |= !call.name.is_empty();
            self.pieces.push_back(Ok(Chunk::ToolCall {
                index,
                id: call.id,
                name: call.name,
                arguments: call.arguments,
            }));
        }
        let cited = delta.citations.into_iter();
        self.pieces
            .extend(cited.map(|one| Ok(Chunk::Citation(one))));
        if let Some(reason) = delta.finish {
            self.finish = Some(reason.clone());
            self.pieces.push_back(Ok(Chunk::Finish(reason)));
        }
    }
}
