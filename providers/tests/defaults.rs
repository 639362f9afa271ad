//! The figures the product ships with, section by section as the reference of defaults has them: a changed default is a
//! failing test here and a line in the changelog. Figures that show in `Debug` are read there, and where something
//! happens by them it is made to happen. Signatures and calls are in the core's file of this name.
#![cfg(feature = "openai")]
mod support;

#[path = "defaults/calls.rs"]
mod calls;
#[path = "defaults/errors.rs"]
mod errors;
#[path = "defaults/reference.rs"]
mod reference;
#[path = "defaults/schemas.rs"]
mod schemas;
#[path = "defaults/series.rs"]
mod series;
#[path = "defaults/telemetry.rs"]
mod telemetry;
#[path = "defaults/transport.rs"]
mod transport;

use sigflow_core::{LanguageModel, Phase};
use std::{fmt::Debug, sync::Arc};
use support::{Server, ask};

/// A figure: what it is, ours as the product has it now, what it shall be.
type Figure = (&'static str, String, &'static str);

#[track_caller]
fn assert_all(figures: &[Figure]) {
    let wrong: Vec<_> = figures
        .iter()
        .filter(|(_, ours, wanted)| ours != wanted)
        .collect();
    assert!(wrong.is_empty(), "(figure, ours, wanted): {wrong:#?}");
}

/// What a value's `Debug` says of one of its fields.
#[track_caller]
fn shown(of: &impl Debug, field: &str) -> String {
    let text = format!("{of:?}");
    let begin = [" ", "{ "].map(|before| format!("{before}{field}: "));
    let Some(at) = begin.iter().find_map(|it| Some(text.find(it)? + it.len())) else {
        panic!("no field `{field}` in {text}");
    };
    let mut depth = 0_i32;
    let rest = text[at..].chars().take_while(|c| {
        depth += match c {
            '{' | '(' | '[' => 1,
            '}' | ')' | ']' => -1,
            _ => 0,
        };
        depth > 0 || depth == 0 && *c != ','
    });
    rest.collect::<String>().trim_end().to_owned()
}

/// How a stream of a new client's ended: by which limit, and after how many seconds.
async fn stream(server: &Server) -> (Option<Phase>, u64) {
    let start = tokio::time::Instant::now();
    let mut stream = Arc::new(server.client()).stream(ask("q"));
    loop {
        match std::future::poll_fn(|cx| stream.as_mut().poll_next(cx)).await {
            Some(Ok(_)) => {}
            Some(Err(error)) => return (error.phase(), start.elapsed().as_secs()),
            None => return (None, start.elapsed().as_secs()),
        }
    }
}

/// An event of a stream with a piece of text, and the last one.
fn event(text: &str) -> Vec<u8> {
    let delta = serde_json::json!({"choices": [{"index": 0, "delta": {"content": text}}]});
    format!("data: {delta}\n\n").into_bytes()
}
const LAST: &[u8] =
    b"data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
const HEAD: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
