//! The cache of responses with its disk: what is left after crashes, of several processes, of files of no use.
#![cfg(all(feature = "cache", unix))]
mod crash;
mod disk;
mod hang;
#[path = "../../../journal/tests/support/mod.rs"]
mod support;

use sigflow_core::{Lm, Message, Prefix, Request, Response};
use sigflow_providers::{Cached, ResponseCache};
use std::{
    path::Path,
    sync::{Arc, Mutex},
};

fn question(number: u64) -> Request {
    let words = format!("What is number {number}?");
    Request::new(Prefix::new("Be short.".into()), Message::user(words))
}

/// The only right answer, of a length that depends on the question.
fn answer(number: u64) -> String {
    let bytes = support::value(number);
    bytes
        .iter()
        .map(|byte| char::from(b'a' + byte % 26))
        .collect()
}

/// The number of a question of ours.
fn number(request: &Request) -> u64 {
    let words = request.turns[0].text();
    let digits = words.trim_matches(|c: char| !c.is_ascii_digit());
    digits.parse().expect("a number")
}

/// A model that says what it is asked, each time.
fn model(cache: &ResponseCache, asked: impl Fn(u64) + Send + Sync + 'static) -> Lm {
    let asked = Arc::new(asked);
    let lm = Lm::from_fn(move |request| {
        let asked = asked.clone();
        async move {
            let number = number(&request);
            asked(number);
            // a server takes a while
            tokio::task::yield_now().await;
            Ok(Response::text(answer(number)))
        }
    });
    // the same model in each process and for each test
    Cached::new(lm).cache(cache).known_as("answers").lm()
}

/// A model that counts.
fn counting(cache: &ResponseCache) -> (Lm, Arc<Mutex<Vec<u64>>>) {
    let asked: Arc<Mutex<Vec<u64>>> = Arc::default();
    let noted = asked.clone();
    (
        model(cache, move |number| {
            noted.lock().expect("a list").push(number);
        }),
        asked,
    )
}

fn on_disk(path: &Path) -> ResponseCache {
    ResponseCache::builder().disk(path).build()
}

async fn ask(lm: &Lm, number: u64) {
    let response = lm.complete(question(number)).await.expect("a reply");
    assert_eq!(
        response.completions[0].text,
        answer(number),
        "the wrong answer to {number}"
    );
}

/// The process that is killed, or does something else by its role. Run as a test of its own it does nothing.
#[test]
fn child() {
    if let Some((role, path, from)) = support::role() {
        crash::child(&role, &path, from);
    }
}
