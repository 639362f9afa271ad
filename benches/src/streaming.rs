//! One reply, whole or in pieces of a size, by a model that only has it.
use crate::replies::{Kind, Sort, SortOutput, reply};
use sigflow::{
    BoxFuture, BoxStream, Chunk, LanguageModel, Prediction, Request, Response, Result, prelude::*,
};
use std::{sync::Arc, task::Poll};

signature! {
    /// Tell the story.
    pub struct Tell { subject: String } -> { story: String, stars: u8 }
}

/// What is said, in about so many bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A long text in a section.
    Story,
    /// A list of objects, in a section.
    Sections,
    /// The same in an object of JSON.
    Json,
}

impl What {
    /// All of them, with their names.
    pub const ALL: [(&str, What); 3] = [
        ("story", What::Story),
        ("sections", What::Sections),
        ("json", What::Json),
    ];
    /// The reply, in ASCII.
    pub fn text(self, bytes: usize) -> String {
        // a ticket takes about 140 bytes
        match self {
            What::Story => {
                let line = "She sorted the post of the day, and nothing in it was for her.\n";
                let story = line.repeat(bytes / line.len());
                format!(
                    "[[ ## story ## ]]\n{story}\n[[ ## stars ## ]]\n4\n\n[[ ## completed ## ]]\n"
                )
            }
            What::Sections => reply(Kind::Sections, bytes / 140),
            What::Json => reply(Kind::Clean, bytes / 140),
        }
    }
}

/// A model that says one thing, in pieces of so many bytes where it streams.
#[derive(Clone, Debug)]
pub struct Reply {
    /// All of it.
    pub text: Arc<str>,
    /// The size of a piece.
    pub size: usize,
}

struct Pieces {
    reply: Reply,
    at: usize,
    over: bool,
}

impl futures_core::Stream for Pieces {
    type Item = Result<Chunk>;
    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> Poll<Option<Self::Item>> {
        let from = self.at;
        self.at = self.reply.text.len().min(from + self.reply.size);
        Poll::Ready(if from < self.at {
            Some(Ok(Chunk::Text(self.reply.text[from..self.at].to_owned())))
        } else if std::mem::replace(&mut self.over, true) {
            None
        } else {
            Some(Ok(Chunk::End(None)))
        })
    }
}

impl LanguageModel for Reply {
    fn complete(self: Arc<Self>, _: Request) -> BoxFuture<'static, Result<Response>> {
        let text = self.text.to_string();
        Box::pin(async { Ok(Response::text(text)) })
    }
    fn stream(self: Arc<Self>, _: Request) -> BoxStream<'static, Result<Chunk>> {
        Box::pin(Pieces {
            reply: Reply::clone(&self),
            at: 0,
            over: false,
        })
    }
    fn name(&self) -> &'static str {
        "reply"
    }
}

/// What came of a reply.
#[derive(Debug)]
pub enum Outputs {
    /// Of a list.
    Sort(Prediction<SortOutput>),
    /// Of a text.
    Tell(Prediction<TellOutput>),
}

/// Asks for the reply and waits for all of it.
///
/// # Errors
/// None with these replies.
pub async fn whole(what: What, lm: &Lm) -> Result<Outputs> {
    match what {
        What::Story => ask_story().with(lm).prediction().await.map(Outputs::Tell),
        _ => ask_list(what)
            .with(lm)
            .prediction()
            .await
            .map(Outputs::Sort),
    }
}

/// The same as a stream. The bytes of all deltas are counted, so that there is something to do with them.
///
/// # Errors
/// None with these replies.
pub async fn streamed(what: What, lm: &Lm) -> Result<(usize, Outputs)> {
    let mut shown = 0;
    if what == What::Story {
        let mut stream = ask_story().with(lm).stream();
        while let Some(event) = stream.next().await? {
            if let FieldEvent::Delta(text) = event.what {
                shown += text.len();
            }
        }
        return Ok((shown, Outputs::Tell(stream.finish().await?)));
    }
    let mut stream = ask_list(what).with(lm).stream();
    while let Some(event) = stream.next().await? {
        if let FieldEvent::Delta(text) = event.what {
            shown += text.len();
        }
    }
    Ok((shown, Outputs::Sort(stream.finish().await?)))
}

fn ask_story() -> sigflow::Call<Tell> {
    let subject = String::new();
    Tell { subject }.predict()
}

fn ask_list(what: What) -> sigflow::Call<Sort> {
    let mail = String::new();
    let adapter = match what {
        What::Json => Adapter::Json,
        _ => Adapter::Chat,
    };
    Sort { mail }.predict().adapter(adapter)
}
