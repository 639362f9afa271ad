//! A server dies in the middle of an answer, and nobody who asks notices more than a new beginning.
//!
//! ```text
//! cargo run --example fallback
//! ```
//!
//! Two servers on this machine speak OpenAI's chat completions. The first is asked; it is killed while an answer
//! streams, and later started again. Nothing else is needed: no key, no network.
use sigflow::{Attempt, AttemptOutcome, RetryRule, Route, Router, openai_compatible, prelude::*};
use std::{io::Write as _, time::Duration};

signature! {
    /// Answer the question in one sentence.
    struct Answer<'a> { question: &'a str } -> { answer: String }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut first = server::Server::start("127.0.0.1:0", "large-2026").await?;
    let spare = server::Server::start("127.0.0.1:0", "small-2026").await?;

    // as a user writes it; `Lm::fallback([one, other])` does the same with names and settings of its own
    let lm = Router::new([
        Route::new("first", openai_compatible(first.url(), "large")?),
        Route::new("spare", openai_compatible(spare.url(), "small")?),
    ])
    .retry(RetryRule::new().base(Duration::from_millis(100)))
    // shorter than usual, for the example
    .cooldown(Duration::from_millis(400), Duration::from_secs(1))
    .lm();

    let question = "Why does a bridge need a gap?";
    println!("All is well.");
    ask(&lm, question).await?;

    println!("\nThe first server is killed while it answers.");
    let mut stream = Answer { question }.predict().with(&lm).stream();
    let mut words = 0;
    while let Some(event) = stream.next().await? {
        match event.what {
            FieldEvent::Delta(text) => {
                print!("{text}");
                words += 1;
            }
            FieldEvent::Restarted => println!(" … (void: the answer begins anew)"),
            FieldEvent::Finished => println!(),
            _ => {}
        }
        std::io::stdout().flush()?;
        if words == 4 {
            first.kill();
        }
    }
    let prediction = stream.finish().await?;
    show(&prediction.model, &prediction.attempts);

    println!("\nWhile it is down it is left alone, but for a probe now and then.");
    for _ in 0..4 {
        ask(&lm, question).await?;
        tokio::time::sleep(Duration::from_millis(150)).await;
    }

    println!("\nIt is started again, and found.");
    let first = first.start_again().await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    ask(&lm, question).await?;

    println!("\nBoth are killed: the error has all that was tried.");
    drop((first, spare));
    let error = ask(&lm, question).await.expect_err("nobody is left");
    println!("{error}");
    show("nobody", error.attempts());

    println!(
        "\nFor the history each was one call: {} calls.",
        lm.history().len()
    );
    Ok(())
}

async fn ask(lm: &Lm, question: &str) -> Result<()> {
    let prediction = Answer { question }.predict().with(lm).prediction().await?;
    println!("{}", prediction.output.answer);
    show(&prediction.model, &prediction.attempts);
    Ok(())
}

fn show(model: &str, attempts: &[Attempt]) {
    println!("  answered by {model}");
    for attempt in attempts {
        let how = match attempt.outcome {
            AttemptOutcome::Answered => "answered".to_owned(),
            AttemptOutcome::Failed(kind) => format!("{kind:?}, billed: {:?}", attempt.billed),
            _ => "left".to_owned(),
        };
        let (waited, took) = (attempt.waited.as_millis(), attempt.duration.as_millis());
        println!(
            "    {:<6} {how} (waited {waited} ms, took {took} ms)",
            attempt.route
        );
    }
}

/// The least of a server that speaks OpenAI's chat completions.
mod server {
    use std::{io, net::SocketAddr, time::Duration};
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::{TcpListener, TcpStream},
        task::{JoinHandle, JoinSet},
    };

    const WORDS: &str =
        "[[ ## answer ## ]]\nIt grows in the heat of summer and would push its own ends away.";

    pub(crate) struct Server {
        address: SocketAddr,
        model: &'static str,
        running: JoinHandle<()>,
    }

    impl Server {
        pub(crate) async fn start(address: &str, model: &'static str) -> io::Result<Self> {
            let listener = TcpListener::bind(address).await?;
            Ok(Server {
                address: listener.local_addr()?,
                model,
                running: tokio::spawn(serve(listener, model)),
            })
        }
        pub(crate) fn url(&self) -> String {
            format!("http://{}/v1", self.address)
        }
        /// All its connections end where they stand.
        pub(crate) fn kill(&mut self) {
            self.running.abort();
        }
        pub(crate) async fn start_again(&self) -> io::Result<Self> {
            Server::start(&self.address.to_string(), self.model).await
        }
    }

    impl Drop for Server {
        fn drop(&mut self) {
            self.kill();
        }
    }

    async fn serve(listener: TcpListener, model: &'static str) {
        // dropped with this task, and its connections with it
        let mut connections = JoinSet::new();
        while let Ok((connection, _)) = listener.accept().await {
            connections.spawn(answer(connection, model));
        }
    }

    /// Requests of one connection, until it is closed.
    async fn answer(mut connection: TcpStream, model: &'static str) -> io::Result<()> {
        let mut bytes = Vec::new();
        loop {
            let request = loop {
                if let Some(request) = take_request(&mut bytes) {
                    break request;
                }
                if connection.read_buf(&mut bytes).await? == 0 {
                    return Ok(());
                }
            };
            if !request["stream"].as_bool().unwrap_or(false) {
                let body = serde_json::json!({
                    "model": model,
                    "choices": [{"index": 0, "message": {"role": "assistant", "content": WORDS}, "finish_reason": "stop"}],
                    "usage": {"prompt_tokens": 90, "completion_tokens": 20, "total_tokens": 110},
                })
                .to_string();
                let head = format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
                    body.len()
                );
                connection.write_all((head + &body).as_bytes()).await?;
                continue;
            }
            let head =
                "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
            connection.write_all(head.as_bytes()).await?;
            for word in WORDS.split_inclusive(' ') {
                let event = serde_json::json!({"model": model, "choices": [{"index": 0, "delta": {"content": word}}]});
                let event = format!("data: {event}\n\n");
                connection.write_all(event.as_bytes()).await?;
                tokio::time::sleep(Duration::from_millis(40)).await;
            }
            let end = serde_json::json!({"model": model, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]});
            let end = format!("data: {end}\n\ndata: [DONE]\n\n");
            return connection.write_all(end.as_bytes()).await;
        }
    }

    /// The body of the first request in `bytes`, once all of it is there.
    fn take_request(bytes: &mut Vec<u8>) -> Option<serde_json::Value> {
        let head = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
        let text = String::from_utf8_lossy(&bytes[..head]).to_lowercase();
        let length: usize = text
            .split("content-length:")
            .nth(1)?
            .lines()
            .next()?
            .trim()
            .parse()
            .ok()?;
        if bytes.len() < head + length {
            return None;
        }
        let body = serde_json::from_slice(&bytes[head..head + length]).unwrap_or_default();
        bytes.drain(..head + length);
        Some(body)
    }
}
