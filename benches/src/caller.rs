//! A call as a user makes it who wants all that stands around a client.
use crate::replies_of_chat::text;
use sigflow::{
    Breaker, Chunk, Limit, Limiter, Lm, Message, OpenAi, Prefix, Prices, Request, Retry, Text,
    prelude::*, telemetry::Telemetry,
};
use std::{future::poll_fn, sync::Arc};

/// Whatever went wrong.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

signature! {
    /// Answer in one sentence.
    struct Ask { prompt: String } -> { answer: String }
}

/// What is measured of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row {
    /// A request to the model, as adapters make it: no signature, no span.
    Request,
    /// A call of a signature: its prompt is rendered, the reply read into its output. No span.
    Call,
    /// The same under a [`Telemetry`] with prices: spans of the call, the request and the HTTP attempt, and counts.
    Watched,
}

impl Row {
    /// All of them.
    pub const ALL: [Row; 3] = [Row::Request, Row::Call, Row::Watched];
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Row::Request => "request",
            Row::Call => "call",
            Row::Watched => "watched",
        }
    }
    /// The row of a name.
    pub fn named(name: &str) -> Option<Row> {
        Row::ALL.into_iter().find(|row| row.name() == name)
    }
}

/// Who calls: a client with limits of requests and tokens, a breaker, and retries that stand ready.
#[derive(Clone)]
pub struct Caller {
    row: Row,
    streams: bool,
    lm: Lm,
    telemetry: Telemetry,
    prefix: Prefix,
    prompt: Arc<str>,
}

impl Caller {
    /// Around a client; prompts have so many bytes.
    pub fn new(client: OpenAi, row: Row, streams: bool, bytes: usize) -> Self {
        // far above what one thread can do: they count, and nobody waits
        let limit = Limit::new().requests(1 << 32).tokens(1 << 50);
        let limited = Limiter::new(limit).around(&Lm::new(client));
        let prices = Prices::new();
        let telemetry = Telemetry::builder()
            .price(move |_, model, usage| prices.cost(model, usage))
            .build();
        Caller {
            row,
            streams,
            lm: Retry::new(limited).gate(Breaker::new().gate()).lm(),
            telemetry,
            prefix: Prefix::new(Text::from("Answer in one sentence.")),
            prompt: text(bytes).into(),
        }
    }

    /// The prompt of a call.
    pub fn prompt(&self) -> String {
        self.prompt.as_ref().to_owned()
    }

    /// One call; gives the length of its text.
    ///
    /// # Errors
    /// Those of the call.
    pub async fn call(&self, prompt: String) -> Result<usize, Failure> {
        match (self.row, self.streams) {
            (Row::Request, false) => {
                let response = self.lm.complete(self.request(prompt)).await?;
                Ok(response.completions[0].text.len())
            }
            (Row::Request, true) => {
                let mut stream = self.lm.stream(self.request(prompt));
                let mut length = 0;
                while let Some(chunk) = poll_fn(|cx| stream.as_mut().poll_next(cx)).await {
                    if let Chunk::Text(piece) = chunk? {
                        length += piece.len();
                    }
                }
                Ok(length)
            }
            (Row::Call, false) => self.answer(prompt).await,
            (Row::Call, true) => self.pieces(prompt).await,
            (Row::Watched, false) => self.telemetry.watch(self.answer(prompt)).await,
            (Row::Watched, true) => self.telemetry.watch(self.pieces(prompt)).await,
        }
    }

    fn request(&self, prompt: String) -> Request {
        Request::new(self.prefix.clone(), Message::user(prompt))
    }

    async fn answer(&self, prompt: String) -> Result<usize, Failure> {
        let answer = Ask { prompt }.predict().with(&self.lm).await?.answer;
        Ok(answer.len())
    }

    /// Each piece is taken, and the answer at the end.
    async fn pieces(&self, prompt: String) -> Result<usize, Failure> {
        let mut stream = Ask { prompt }.predict().with(&self.lm).stream();
        while stream.next().await?.is_some() {}
        Ok(stream.finish().await?.output.answer.len())
    }
}
