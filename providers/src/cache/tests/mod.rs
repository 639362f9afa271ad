//! Replies that are paid once: over a stage that counts who asks.
mod bounds;
mod flights;
mod kept;
mod known;
mod streams;

use super::{Cached, ResponseCache, flight::Flights, record::Recorder};
use crate::{
    Prices, Retry, Router, Spending,
    calling::testing::{Act, Stage, after, fail, limited, pieces, question, timed_out},
};
use sigflow_core::{
    Attempt, Billed, BoxStream, CachePolicy, Chunk, ErrorKind, Eviction, LanguageModel as _, Lm,
    Message, Phase, Request, Response, Result, Scope, Usage, types::Citation,
};
use std::{future::poll_fn, sync::Arc, task::Poll, time::Duration};
use tokio::task::JoinSet;

fn asking(text: &str) -> Request {
    let mut request = question();
    request.turns = Message::user(text.to_owned()).into();
    request
}

fn with(policy: CachePolicy) -> Request {
    let mut request = question();
    request.cache = policy;
    request
}

fn cached(stage: &Arc<Stage>, cache: &ResponseCache) -> Lm {
    Cached::new(stage.lm()).cache(cache).lm()
}

fn text(response: &Response) -> &str {
    &response.completions[0].text
}

async fn ask(lm: &Lm, request: Request) -> String {
    text(&lm.complete(request).await.expect("a reply")).to_owned()
}

async fn all(mut stream: BoxStream<'static, Result<Chunk>>) -> Vec<Result<Chunk>> {
    let mut chunks = Vec::new();
    while let Some(chunk) = poll_fn(|cx| stream.as_mut().poll_next(cx)).await {
        chunks.push(chunk);
    }
    chunks
}

fn said(chunks: &[Result<Chunk>]) -> String {
    let texts = chunks.iter().filter_map(|chunk| match chunk {
        Ok(Chunk::Text(text)) => Some(text.as_str()),
        _ => None,
    });
    texts.collect()
}

/// The tokens that the end tells.
fn ended(chunks: &[Result<Chunk>]) -> Result<Option<Usage>, &'static str> {
    match chunks.last() {
        Some(Ok(Chunk::End(usage))) => Ok(*usage),
        _ => Err("there is no end"),
    }
}

const ONE: [Act; 2] = [Act::Answer("one"), Act::Answer("two")];
