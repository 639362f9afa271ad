//! OpenAI's chat completions, and every server that speaks them: vLLM, llama.cpp, Ollama, LM Studio,
//! OpenRouter, Groq, Azure and the rest.
//!
//! One call is one `POST {base}/chat/completions`; a stream is one too, answered by server-sent events.
mod builder;
mod content;
mod message;
mod request;
mod response;
mod stream;

pub use builder::OpenAiBuilder;
pub use request::TokenField;

use crate::http::{Peer, client::Http, status};
use request::Encoder;
use reqwest::header::HeaderMap;
use sigflow_core::{
    BoxFuture, BoxStream, Capabilities, Chunk, LanguageModel, Request, Response, Result,
};
use std::{fmt, sync::Arc};

/// A model behind a server that speaks OpenAI's chat completions.
///
/// ```no_run
/// use sigflow_core::Lm;
/// use sigflow_providers::OpenAi;
///
/// let model = OpenAi::builder("gpt-5-mini").api_key(std::env::var("OPENAI_API_KEY")?).build()?;
/// let lm = Lm::new(model);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A server of your own, which needs no key and whose abilities only you know:
///
/// ```
/// use sigflow_core::Capabilities;
/// use sigflow_providers::OpenAi;
///
/// let model = OpenAi::builder("tiny")
///     .base_url("http://127.0.0.1:8080/v1")
///     .capabilities(Capabilities::ALL)
///     .build()?;
/// # Ok::<(), sigflow_core::Error>(())
/// ```
///
/// # What is sent
/// The model, the messages, and what a call sets: a setting that nobody set is not in the body, and the
/// server's own default holds. The same request gives the same bytes.
///
/// # Errors
/// A call fails with a typed [`Error`](sigflow_core::Error) that carries the HTTP status, the server's
/// words, its name for the request, how long it asked us to wait, and the body as it came. Keys and the
/// values of headers are taken out of all of these. Nothing is sent twice: what to do about a failure
/// is for the caller to decide, with [`is_retryable`](sigflow_core::Error::is_retryable).
///
/// # Bounds
/// Connecting may take 5 s and a whole call 120 s, or less by its deadline; a reply may have 64 MiB;
/// 20 idle connections are kept. Redirects are not followed.
pub struct OpenAi {
    model: String,
    headers: HeaderMap,
    encoder: Encoder,
    capabilities: Capabilities,
    http: Http,
    peer: Peer,
}

impl OpenAi {
    /// Begins a client of `model`, by its name on the server.
    pub fn builder(model: impl Into<String>) -> OpenAiBuilder {
        OpenAiBuilder::new(model.into())
    }

    /// Where requests go, without what may be secret in it: for logs and messages.
    pub fn endpoint(&self) -> &str {
        &self.peer.url
    }

    /// Host and port of the server: `api.openai.com`, `127.0.0.1:11434`.
    pub fn host(&self) -> &str {
        &self.peer.host
    }

    async fn call(&self, request: &Request) -> Result<Response> {
        let body = self.encoder.encode(request)?;
        let headers = self.headers.clone();
        let reply = self
            .http
            .post(headers, body, request.deadline, &self.peer)
            .await?;
        match reply.status {
            200..=299 => response::decode(reply, &self.peer),
            _ => Err(status::error(reply, &self.peer)),
        }
    }
}

impl LanguageModel for OpenAi {
    fn complete(self: Arc<Self>, request: Request) -> BoxFuture<'static, Result<Response>> {
        Box::pin(async move { self.call(&request).await })
    }

    /// The reply as it arrives. A stream that ends before the model said that it is done is an error that
    /// carries the text so far.
    fn stream(self: Arc<Self>, request: Request) -> BoxStream<'static, Result<Chunk>> {
        Box::pin(stream::Pieces::new(self, request))
    }

    fn name(&self) -> &str {
        &self.model
    }

    fn capabilities(&self) -> Capabilities {
        self.capabilities
    }
}

/// Without keys and without the values of headers.
impl fmt::Debug for OpenAi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers: Vec<&str> = self
            .headers
            .keys()
            .map(reqwest::header::HeaderName::as_str)
            .collect();
        f.debug_struct("OpenAi")
            .field("model", &self.model)
            .field("url", &self.peer.url)
            .field("headers", &headers)
            .field("capabilities", &self.capabilities)
            .field("timeouts", &self.http)
            .finish_non_exhaustive()
    }
}
