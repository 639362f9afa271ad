//! One call over loopback by our client, and by what one writes by hand with reqwest and serde:
//!
//! ```text
//! wire serve [CHUNKS]                          prints its address; answers whole, or by a stream of so many chunks
//! wire ours|floor ADDRESS TIMES CONCURRENCY    calls, and prints the time and the allocations of one
//! wire ours-stream|floor-stream ADDRESS TIMES CONCURRENCY
//! ```
//!
//! `benches/wire.sh` runs them under callgrind and by the clock.
use sigflow::{Chunk, LanguageModel, Message, OpenAi, Prefix, Request};
use sigflow_bench::{
    allocations::{self, Counting},
    inputs, render,
};
use std::{
    hint::black_box,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const KEY: &str = "sk-bench-0123456789abcdef";
const QUESTION: &str = "What is the capital of France, and since when? Answer in one sentence.";

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let number = |at: usize| arguments.get(at).and_then(|text| text.parse().ok());
    match arguments.first().map(String::as_str) {
        Some("serve") => runtime.block_on(serve(number(1).unwrap_or(0))),
        Some(what) if arguments.len() == 4 => {
            let (times, concurrency) = (number(2).unwrap_or(1), number(3).unwrap_or(1));
            runtime.block_on(run(what.to_owned(), &arguments[1], times, concurrency))
        }
        _ => Err("wire serve [CHUNKS] | wire ours|floor|ours-stream|floor-stream ADDRESS TIMES CONCURRENCY".into()),
    }
}

async fn run(what: String, address: &str, times: usize, concurrency: usize) -> Result<(), Failure> {
    let base = format!("http://{address}/v1");
    let predictor = sigflow_bench::predictor(0);
    let prefix = render(&predictor, inputs())?.prefix;
    let system = prefix.system.as_str().to_owned();
    let caller: Arc<dyn Caller> = if what.starts_with("ours") {
        let model = OpenAi::builder("gpt-5-mini").base_url(&base).api_key(KEY);
        Arc::new(Ours(
            Arc::new(model.max_concurrent_calls(concurrency).build()?),
            prefix,
        ))
    } else {
        Arc::new(Floor {
            client: reqwest::Client::builder().no_proxy().build()?,
            system,
            url: format!("{base}/chat/completions"),
        })
    };
    let streams = what.ends_with("stream");
    // connections are made, caches filled
    let mut words = 0;
    for _ in 0..concurrency {
        words = caller.clone().call(streams).await?;
    }
    let (before, start) = (allocations::count(), Instant::now());
    let mut tasks = Vec::new();
    for worker in 0..concurrency {
        let caller = caller.clone();
        let mine = times / concurrency + usize::from(worker < times % concurrency);
        tasks.push(tokio::spawn(async move {
            for _ in 0..mine {
                black_box(caller.clone().call(streams).await?);
            }
            Ok::<(), Failure>(())
        }));
    }
    for task in tasks {
        task.await??;
    }
    let spent = start.elapsed() / u32::try_from(times.max(1))?;
    let allocated = (allocations::count() - before) / times.max(1) as u64;
    println!("{what}: {spent:?} a call, {allocated} allocations, {words} bytes of text");
    Ok(())
}

type Words = std::pin::Pin<Box<dyn Future<Output = Result<usize, Failure>> + Send>>;
trait Caller: Send + Sync {
    /// One call; gives the length of the text.
    fn call(self: Arc<Self>, streams: bool) -> Words;
}

/// The prompt is made once, as predictors do.
struct Ours(Arc<OpenAi>, Prefix);
impl Caller for Ours {
    fn call(self: Arc<Self>, streams: bool) -> Words {
        Box::pin(async move {
            let request = Request::new(self.1.clone(), Message::user(QUESTION.to_owned()));
            if !streams {
                let response = self.0.clone().complete(request).await?;
                return Ok(response.completions[0].text.len());
            }
            let mut stream = self.0.clone().stream(request);
            let mut text = String::new();
            while let Some(chunk) = std::future::poll_fn(|cx| stream.as_mut().poll_next(cx)).await {
                if let Chunk::Text(piece) = chunk? {
                    text.push_str(&piece);
                }
            }
            Ok(text.len())
        })
    }
}

/// What one writes by hand.
struct Floor {
    client: reqwest::Client,
    system: String,
    url: String,
}

#[derive(serde::Serialize)]
struct Asked<'a> {
    model: &'a str,
    messages: [Said<'a>; 2],
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    stream: bool,
}
#[derive(serde::Serialize)]
struct Said<'a> {
    role: &'a str,
    content: &'a str,
}
#[derive(serde::Deserialize)]
struct Answer {
    #[allow(dead_code)]
    id: String,
    #[allow(dead_code)]
    model: String,
    choices: Vec<Choice>,
    #[allow(dead_code)]
    usage: Option<Tokens>,
}
#[derive(serde::Deserialize)]
struct Choice {
    message: Option<Content>,
    delta: Option<Content>,
    #[allow(dead_code)]
    finish_reason: Option<String>,
}
#[derive(serde::Deserialize)]
struct Content {
    content: Option<String>,
}
#[derive(serde::Deserialize)]
#[allow(dead_code)]
struct Tokens {
    prompt_tokens: u64,
    completion_tokens: u64,
}

impl Caller for Floor {
    fn call(self: Arc<Self>, streams: bool) -> Words {
        Box::pin(async move {
            let said = |role, content| Said { role, content };
            let asked = Asked {
                model: "gpt-5-mini",
                messages: [said("system", &self.system), said("user", QUESTION)],
                stream: streams,
            };
            let request = self.client.post(&self.url).bearer_auth(KEY).json(&asked);
            let request = request.timeout(Duration::from_mins(2));
            let mut response = request.send().await?.error_for_status()?;
            if !streams {
                let answer: Answer = response.json().await?;
                let first = answer.choices.into_iter().next();
                let words = first.and_then(|choice| choice.message?.content);
                return Ok(words.unwrap_or_default().len());
            }
            let (mut text, mut line) = (String::new(), Vec::new());
            while let Some(piece) = response.chunk().await? {
                for byte in piece {
                    if byte != b'\n' {
                        line.push(byte);
                        continue;
                    }
                    let data = line.strip_prefix(b"data: ").unwrap_or_default();
                    if !data.is_empty() && data != b"[DONE]" {
                        let answer: Answer = serde_json::from_slice(data)?;
                        for choice in answer.choices {
                            let words = choice.delta.and_then(|delta| delta.content);
                            text.push_str(words.as_deref().unwrap_or_default());
                        }
                    }
                    line.clear();
                }
            }
            Ok(text.len())
        })
    }
}

/// Answers each request alike, and looks at none.
async fn serve(chunks: usize) -> Result<(), Failure> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    let reply: Arc<[u8]> = if chunks == 0 {
        whole()
    } else {
        streamed(chunks)
    }
    .into();
    loop {
        let (connection, _) = listener.accept().await?;
        connection.set_nodelay(true)?;
        tokio::spawn(answer(connection, reply.clone()));
    }
}

async fn answer(mut connection: TcpStream, reply: Arc<[u8]>) -> Result<(), Failure> {
    let mut request = Vec::new();
    loop {
        let end = request.windows(4).position(|four| four == b"\r\n\r\n");
        let needed = end.map(|end| {
            let head = String::from_utf8_lossy(&request[..end]).to_ascii_lowercase();
            let length = head.split("content-length: ").nth(1);
            let length = length.and_then(|rest| rest.lines().next()?.trim().parse::<usize>().ok());
            end + 4 + length.unwrap_or(0)
        });
        if needed.is_some_and(|needed| request.len() >= needed) {
            request.clear();
            connection.write_all(&reply).await?;
            continue;
        }
        if connection.read_buf(&mut request).await? == 0 {
            return Ok(());
        }
    }
}

fn whole() -> Vec<u8> {
    let text = "Paris has been the capital of France since 987. ".repeat(8);
    let body = serde_json::json!({
        "id": "chatcmpl-0123456789", "object": "chat.completion", "created": 1_790_000_000, "model": "gpt-5-mini-2025-08-07",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text, "refusal": null, "annotations": []},
            "logprobs": null, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 512, "completion_tokens": 96, "total_tokens": 608,
            "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0,
                "accepted_prediction_tokens": 0, "rejected_prediction_tokens": 0}},
        "service_tier": "default", "system_fingerprint": null,
    })
    .to_string();
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nx-request-id: req_1\r\n\r\n{body}")
        .into_bytes()
}

fn streamed(chunks: usize) -> Vec<u8> {
    let mut body = String::new();
    let chunk = |delta: serde_json::Value, finish: Option<&str>| {
        let value = serde_json::json!({
            "id": "chatcmpl-0123456789", "object": "chat.completion.chunk", "created": 1_790_000_000,
            "model": "gpt-5-mini-2025-08-07", "service_tier": "default", "system_fingerprint": null,
            "choices": [{"index": 0, "delta": delta, "logprobs": null, "finish_reason": finish}],
        });
        format!("data: {value}\n\n")
    };
    for at in 0..chunks {
        body += &chunk(serde_json::json!({"content": format!(" word{at}")}), None);
    }
    body += &chunk(serde_json::json!({}), Some("stop"));
    body += "data: [DONE]\n\n";
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: {length}\r\n\r\n{body}")
        .into_bytes()
}
