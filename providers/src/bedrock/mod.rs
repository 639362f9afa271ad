//! Amazon Bedrock's Converse: one format for the models of many makers.
//!
//! One call is one `POST {base}/model/{model}/converse`; a stream is one `…/converse-stream`, answered by binary
//! frames. Requests are signed (AWS Signature Version 4) or carry a Bedrock API key.
mod builder;
mod content;
mod profile;
mod reply;
mod request;
mod response;
mod sign;
mod stream;

pub use builder::BedrockBuilder;

use crate::{
    http::{Peer, Reply},
    wire::{Client, Framing, Outgoing, Wire, client_model, header_value},
};
use request::Encoder;
use reqwest::{
    Url,
    header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderName, HeaderValue},
};
use sigflow_core::{Request, Response, Result};
use sign::{Credentials, sign};
use std::{sync::Arc, time::SystemTime};

/// Whose replayed blocks these are ([`ReplayBlock`](sigflow_core::ReplayBlock)).
const REPLAY: &str = "bedrock";

/// A model on Amazon Bedrock, by the Converse API.
///
/// ```no_run
/// use sigflow_core::Lm;
/// use sigflow_providers::Bedrock;
///
/// let model = Bedrock::builder("us.anthropic.claude-haiku-4-5-20251001-v1:0")
///     .region("us-east-1")
///     .credentials(std::env::var("AWS_ACCESS_KEY_ID")?, std::env::var("AWS_SECRET_ACCESS_KEY")?)
///     .build()?;
/// let lm = Lm::new(model);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # What is sent
/// The messages and what a call sets; turns of the same side that stand side by side become one, for the API wants
/// them to alternate. Thoughts with their signatures go back as they came.
///
/// | setting | here |
/// |---|---|
/// | `reasoning_effort` | Claude's `thinking` and `outputConfig.effort` as its family wants it, Nova's `reasoningConfig`, `reasoning_effort` of gpt-oss; of others `outputConfig.effort` |
/// | `prompt_cache` | a `cachePoint` behind the system prompt, the tools and the last demo |
/// | a schema | `outputConfig.textFormat`, in Anthropic's form where it has one; documents are then not cited |
/// | some JSON object | as the prompt says it: the API has no word for it |
/// | no tool at all | no tools are sent; an error where the conversation has calls, which the API takes only with tools |
/// | `seed` | nothing: the API has no word for it |
/// | `n` above 1, `logprobs` | an error of kind `Configuration` |
///
/// # Errors
/// As [`OpenAi`](crate::OpenAi)'s: typed, with all that came.
pub struct Bedrock {
    client: Arc<Client<Converse>>,
}

client_model!(Bedrock, BedrockBuilder, "aws.bedrock");

/// The format of Converse.
pub(crate) struct Converse {
    whole: Url,
    streamed: Url,
    region: String,
    /// Nothing where a key stands in the headers of all requests.
    credentials: Option<Credentials>,
    model: Arc<str>,
    encoder: Encoder,
}

impl Wire for Converse {
    type Reader = stream::Reader;
    const FRAMING: Framing = Framing::Binary;

    fn encode(&self, request: &Request, streams: bool) -> Result<Outgoing> {
        let body = self.encoder.encode(request)?;
        let url = if streams { &self.streamed } else { &self.whole };
        let mut headers = HeaderMap::new();
        if streams {
            let frames = HeaderValue::from_static("application/vnd.amazon.eventstream");
            headers.insert(ACCEPT, frames);
        }
        Ok(Outgoing {
            url: url.clone(),
            headers,
            body,
        })
    }

    /// Signed is what is sent, so middleware comes first.
    fn sign(&self, outgoing: &mut Outgoing) -> Result<()> {
        let Some(credentials) = &self.credentials else {
            return Ok(());
        };
        let (url, body) = (&outgoing.url, outgoing.body.as_bytes());
        let signed = sign(credentials, &self.region, url, body, SystemTime::now());
        let headers = &mut outgoing.headers;
        let mut insert = |name: HeaderName, value: &str| {
            let mut value = header_value("the credentials", value)?;
            value.set_sensitive(true);
            headers.insert(name, value);
            Ok(())
        };
        insert(HeaderName::from_static("x-amz-date"), &signed.date)?;
        if let Some(token) = &credentials.token {
            let name = HeaderName::from_static("x-amz-security-token");
            insert(name, token.expose())?;
        }
        insert(AUTHORIZATION, &signed.authorization)
    }

    fn decode(&self, reply: Reply, peer: &Peer) -> Result<Response> {
        response::decode(reply, peer)
    }

    fn reader(&self) -> stream::Reader {
        stream::Reader::new(self.model.clone())
    }
}
