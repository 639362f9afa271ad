//! Who calls: ours, rig, what one writes by hand, and the least that could be sent.
use rig_core::{completion::CompletionRequest, providers::openai::OpenAIConfig};
use sigflow_bench::{
    caller::{Caller, Failure, Row},
    replies_of_chat::text,
};
use std::{future::Future, pin::Pin, sync::Arc};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::Mutex,
};

type Done = Pin<Box<dyn Future<Output = Result<(), Failure>> + Send>>;

pub const PROMPT_BYTES: usize = 1_024;
const MODEL: &str = "gpt-5-mini";
/// `LiteLLM`'s proxy refuses weak ones.
const KEY: &str = "sk-bench-7f3c9a1e5b2d4860a9c7e1f3b5d70246";
const SYSTEM: &str = "Answer in one sentence.";

pub trait Client: Send + Sync {
    /// One call, whose answer must have words in it.
    fn call(self: Arc<Self>) -> Done;
}

/// A client by its name; `address` as the server printed it.
pub fn named(who: &str, address: &str) -> Result<Arc<dyn Client>, Failure> {
    let base = format!("http://{address}/v1");
    let ours = |row| {
        let client = sigflow::OpenAi::builder(MODEL).base_url(&base).api_key(KEY);
        let client = client.max_concurrent_calls(10_000).build()?;
        Ok::<_, Failure>(Arc::new(Ours(Caller::new(client, row, false, PROMPT_BYTES))))
    };
    Ok(match who {
        "raw" => Arc::new(Raw::new(address)),
        "reqwest" => Arc::new(Reqwest {
            client: reqwest::Client::builder().no_proxy().build()?,
            url: format!("{base}/chat/completions"),
            prompt: text(PROMPT_BYTES),
        }),
        "ours-request" => ours(Row::Request)?,
        "ours" => ours(Row::Watched)?,
        "rig" => Arc::new(Rig::new(&base)),
        _ => return Err(format!("nobody is called `{who}`").into()),
    })
}

/// A prompt of ours with the limits, the breaker, and for a call the spans and figures too.
struct Ours(Caller);

impl Client for Ours {
    fn call(self: Arc<Self>) -> Done {
        Box::pin(async move {
            has_words(self.0.call(self.0.prompt()).await?)
        })
    }
}

struct Rig {
    model: rig_core::Model<rig_core::providers::openai::wire::Chat>,
    prompt: String,
}

impl Rig {
    fn new(base: &str) -> Self {
        let client = OpenAIConfig::new(KEY).with_base_url(base).client();
        Rig {
            model: client.chat(MODEL),
            prompt: text(PROMPT_BYTES),
        }
    }
}

impl Client for Rig {
    fn call(self: Arc<Self>) -> Done {
        Box::pin(async move {
            let request = CompletionRequest::new(self.prompt.clone()).preamble(SYSTEM);
            let response = self.model.call(request).await?;
            has_words(response.text().len())
        })
    }
}

/// What one writes by hand.
struct Reqwest {
    client: reqwest::Client,
    url: String,
    prompt: String,
}

#[derive(serde::Deserialize)]
struct Answer {
    choices: Vec<Choice>,
}
#[derive(serde::Deserialize)]
struct Choice {
    message: Message,
}
#[derive(serde::Deserialize)]
struct Message {
    content: String,
}

fn body(prompt: &str) -> serde_json::Value {
    serde_json::json!({"model": MODEL, "messages": [
        {"role": "system", "content": SYSTEM}, {"role": "user", "content": prompt},
    ]})
}

impl Client for Reqwest {
    fn call(self: Arc<Self>) -> Done {
        Box::pin(async move {
            let request = self.client.post(&self.url).bearer_auth(KEY);
            let response = request.json(&body(&self.prompt)).send().await?;
            let answer: Answer = response.error_for_status()?.json().await?;
            let words = answer.choices.first().map(|choice| choice.message.content.len());
            has_words(words.unwrap_or_default())
        })
    }
}

/// The floor: bytes that are written once, and a reply that is only read to its end. What is left is the server, the
/// kernel and the runtime.
struct Raw {
    address: String,
    request: String,
    idle: Mutex<Vec<TcpStream>>,
}

impl Raw {
    fn new(address: &str) -> Self {
        let body = body(&text(PROMPT_BYTES)).to_string();
        let length = body.len();
        let request = format!(
            "POST /v1/chat/completions HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {KEY}\r\n\
             content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        Raw {
            address: address.to_owned(),
            request,
            idle: Mutex::default(),
        }
    }

    async fn exchange(&self, connection: &mut TcpStream) -> Result<(), Failure> {
        connection.write_all(self.request.as_bytes()).await?;
        let mut reply = Vec::with_capacity(4_096);
        loop {
            if connection.read_buf(&mut reply).await? == 0 {
                return Err("the server left".into());
            }
            if let Some(end) = reply.windows(4).position(|four| four == b"\r\n\r\n") {
                let head = String::from_utf8_lossy(&reply[..end]).to_ascii_lowercase();
                if !head.starts_with("http/1.1 200") {
                    return Err(format!("not answered: {}", String::from_utf8_lossy(&reply)).into());
                }
                let length = head.split("content-length: ").nth(1);
                let length = length.and_then(|rest| rest.lines().next()?.trim().parse().ok());
                let length: usize = length.ok_or("a reply without a length")?;
                if reply.len() >= end + 4 + length {
                    return has_words(length);
                }
            }
        }
    }
}

impl Client for Raw {
    fn call(self: Arc<Self>) -> Done {
        Box::pin(async move {
            let idle = self.idle.lock().await.pop();
            let mut connection = match idle {
                Some(connection) => connection,
                None => {
                    let connection = TcpStream::connect(&self.address).await?;
                    connection.set_nodelay(true)?;
                    connection
                }
            };
            self.exchange(&mut connection).await?;
            self.idle.lock().await.push(connection);
            Ok(())
        })
    }
}

fn has_words(length: usize) -> Result<(), Failure> {
    if length < 500 {
        return Err(format!("an answer of {length} bytes").into());
    }
    Ok(())
}
