//! A server of raw bytes: it records what comes and answers by a script, however wrong that is.
// Each test binary uses its part of it, and none exports any.
#![allow(dead_code, unreachable_pub)]
pub mod live;
pub mod schemas;
pub mod streams;

use serde_json::Value;
use sigflow_core::{LanguageModel, Message, Prefix, Request, Response, Result, Text};
use sigflow_providers::{OpenAi, OpenAiBuilder};
use std::{
    sync::{Arc, LazyLock, Mutex},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

pub const KEY: &str = "sk-test-0123456789abcdef";

/// What the server does with one request.
#[derive(Clone)]
pub enum Step {
    /// Sends these bytes and keeps the connection.
    Send(Vec<u8>),
    /// Sends these bytes and closes.
    SendAndClose(Vec<u8>),
    /// Sends these bytes and then nothing more, with the connection open.
    SendAndStall(Vec<u8>),
    /// Waits, then sends these bytes.
    Wait(Duration, Vec<u8>),
    /// Sends these pieces with so much time between two, and closes.
    Pieces(Duration, Vec<Vec<u8>>),
    /// Sends these bytes and resets the connection.
    Reset(Vec<u8>),
}

/// One request as it came.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// Request line and headers.
    pub head: String,
    pub body: String,
    /// Which connection it came by.
    pub connection: usize,
}

impl Recorded {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("a body of JSON")
    }
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

pub struct Server {
    pub base: String,
    pub recorded: Arc<Mutex<Vec<Recorded>>>,
}

impl Server {
    /// Answers the first request by the first step and so on; the last step answers all that follow.
    pub async fn start(script: Vec<Step>) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}/v1", listener.local_addr().expect("an address"));
        let recorded = Arc::new(Mutex::new(Vec::new()));
        let script = Arc::new(script);
        let log = recorded.clone();
        tokio::spawn(async move {
            for connection in 0.. {
                let Ok((stream, _)) = listener.accept().await else {
                    return;
                };
                tokio::spawn(serve(stream, script.clone(), log.clone(), connection));
            }
        });
        Server { base, recorded }
    }
    pub async fn json(body: impl ToString) -> Server {
        Server::start(vec![Step::Send(http(
            200,
            &[("content-type", "application/json")],
            &body.to_string(),
        ))])
        .await
    }

    pub fn builder(&self) -> OpenAiBuilder {
        OpenAi::builder("gpt-5-mini")
            .base_url(&self.base)
            .api_key(KEY)
    }
    pub fn client(&self) -> OpenAi {
        self.builder().build().expect("a client")
    }
    /// One call by a new client of the defaults.
    pub async fn call(&self, request: Request) -> Result<Response> {
        call(self.client(), request).await
    }

    /// All requests so far, unchecked.
    pub fn seen(&self) -> Vec<Recorded> {
        self.recorded.lock().expect("no panic").clone()
    }
    /// The server without a path.
    pub fn root(&self) -> &str {
        self.base.strip_suffix("/v1").expect("it ends so")
    }
    /// All requests so far, each checked against OpenAI's own schemas.
    pub fn recorded(&self) -> Vec<Recorded> {
        let recorded = self.recorded.lock().expect("no panic").clone();
        for request in &recorded {
            check(&request.json(), &[]);
        }
        recorded
    }
    /// All requests so far, of servers with ways of their own: no schema judges them.
    pub fn unchecked(&self) -> Vec<Recorded> {
        self.recorded.lock().expect("no panic").clone()
    }
    /// As [`recorded`](Self::recorded), of streams. OpenAI's schema is that of requests for whole replies: it
    /// knows `stream`, and wants it off.
    pub fn streams(&self) -> Vec<Recorded> {
        let recorded = self.recorded.lock().expect("no panic").clone();
        for request in &recorded {
            let mut body = request.json();
            assert_eq!(body["stream"].take(), true);
            check(&body, &["stream", "stream_options"]);
        }
        recorded
    }
    /// As [`recorded`](Self::recorded), with members that the test itself added.
    pub fn recorded_with(&self, extra: &[&str]) -> Vec<Recorded> {
        let recorded = self.recorded.lock().expect("no panic").clone();
        for request in &recorded {
            check(&request.json(), extra);
        }
        recorded
    }
}

async fn serve(
    mut stream: TcpStream,
    script: Arc<Vec<Step>>,
    log: Arc<Mutex<Vec<Recorded>>>,
    connection: usize,
) {
    while let Some((head, body)) = read(&mut stream).await {
        let step = {
            let mut log = log.lock().expect("no panic");
            log.push(Recorded {
                head,
                body,
                connection,
            });
            script[(log.len() - 1).min(script.len() - 1)].clone()
        };
        let done = match step {
            Step::Send(bytes) => stream.write_all(&bytes).await.is_err(),
            Step::SendAndClose(bytes) => {
                let _ = stream.write_all(&bytes).await;
                let _ = stream.shutdown().await;
                true
            }
            Step::SendAndStall(bytes) => {
                let _ = stream.write_all(&bytes).await;
                // Until the client goes.
                let _ = stream.read(&mut [0; 16]).await;
                true
            }
            Step::Wait(time, bytes) => {
                tokio::time::sleep(time).await;
                stream.write_all(&bytes).await.is_err()
            }
            Step::Pieces(time, pieces) => {
                for (index, piece) in pieces.iter().enumerate() {
                    if index > 0 {
                        tokio::time::sleep(time).await;
                    }
                    if stream.write_all(piece).await.is_err() {
                        break;
                    }
                }
                let _ = stream.shutdown().await;
                true
            }
            Step::Reset(bytes) => {
                let _ = stream.write_all(&bytes).await;
                tokio::time::sleep(Duration::from_millis(50)).await;
                let _ = stream.set_zero_linger();
                true
            }
        };
        if done {
            return;
        }
    }
}

async fn read(stream: &mut TcpStream) -> Option<(String, String)> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let length = head.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse::<usize>().ok())?
    })?;
    while bytes.len() < end + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    Some((
        head,
        String::from_utf8(bytes[end..].to_vec()).expect("UTF-8"),
    ))
}

/// A whole HTTP reply.
pub fn http(status: u16, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut reply = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        reply.extend([*name, ": ", *value, "\r\n"]);
    }
    reply.extend(["\r\n", body]);
    reply.into_bytes()
}

/// The least reply with `text` in it.
pub fn reply(text: &str) -> Value {
    serde_json::json!({"choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}]})
}

pub fn ask(text: &str) -> Request {
    Request::new(
        Prefix::new(Text::from("be brief")),
        vec![Message::user(text.to_owned())],
    )
}

pub async fn call(client: OpenAi, request: Request) -> Result<Response> {
    Arc::new(client).complete(request).await
}

/// Top-level members that a request may have.
const MEMBERS: &[&str] = &[
    "model",
    "messages",
    "temperature",
    "top_p",
    "max_tokens",
    "max_completion_tokens",
    "n",
    "seed",
    "stop",
    "reasoning_effort",
    "tools",
    "tool_choice",
    "response_format",
];

/// Both of OpenAI's own descriptions of a request: the API's and the SDK's. Empty where the folder with
/// them is not beside the repository.
pub static SCHEMAS: LazyLock<Vec<(&str, jsonschema::Validator)>> = LazyLock::new(|| {
    [
        "openai/chat.request.schema.json",
        "openai/sdk.chat.request.schema.json",
    ]
    .into_iter()
    .filter_map(|name| Some((name, schemas::schema(name)?)))
    .collect()
});

/// A body fits both, and has no members but these and `extra`.
#[track_caller]
pub fn check(body: &Value, extra: &[&str]) {
    for (_, schema) in SCHEMAS.iter() {
        schemas::fits(schema, body);
    }
    schemas::only(&[MEMBERS, extra].concat(), body);
}
