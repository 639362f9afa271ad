//! Reads one reply so many times, for callgrind: `streaming WHAT SIZE BYTES TIMES`, in pieces of `SIZE` bytes, or
//! at once where that is `whole`. `drain` takes the same pieces from the model and does nothing with them.
//!
//! `benches/streaming.sh` runs it twice for each and divides the difference.
use sigflow::{LanguageModel, Lm, Message, Prefix, Request, Text};
use sigflow_bench::streaming::{Reply, What, streamed, whole};
use std::{future::poll_fn, hint::black_box, sync::Arc};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let word = |index: usize| arguments.get(index).map_or("", String::as_str);
    let number = |index: usize| word(index).parse::<usize>().unwrap_or(1);
    let Some((_, what)) = What::ALL.into_iter().find(|(name, _)| *name == word(0)) else {
        eprintln!(
            "usage: streaming WHAT SIZE|whole|drain BYTES TIMES; {:?}",
            What::ALL
        );
        std::process::exit(2);
    };
    let reply = Reply {
        text: what.text(number(2)).into(),
        size: word(1).parse().unwrap_or(4),
    };
    let lm = Lm::new(reply.clone());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        for _ in 0..number(3) {
            match word(1) {
                "whole" => drop(black_box(whole(what, &lm).await.expect("outputs"))),
                "drain" => {
                    let turn = vec![Message::user(String::new())];
                    let request = Request::new(Prefix::new(Text::from("")), turn);
                    let mut pieces = Arc::new(reply.clone()).stream(request);
                    while let Some(piece) = poll_fn(|cx| pieces.as_mut().poll_next(cx)).await {
                        drop(black_box(piece));
                    }
                }
                _ => drop(black_box(streamed(what, &lm).await.expect("outputs"))),
            }
        }
    });
}
