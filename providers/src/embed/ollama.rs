//! `POST /api/embed`: Ollama's form.
use super::{EmbeddingClientBuilder, Form, Kind, list::vector, plain::Plain};
use crate::{
    ollama::{LOCAL, root},
    wire::{Keyed, count},
};
use reqwest::Url;
use serde_json::{Map, Value};
use sigflow_core::{Purpose, Usage};

const PATH: &str = "/api/embed";
const OURS: &[&str] = &["model", "input", "dimensions"];

pub(crate) fn embedder(model: String) -> EmbeddingClientBuilder {
    let kind = Kind {
        provider: "ollama",
        base: LOCAL,
        path: |_, _| PATH.to_owned(),
        address: root,
        keyed: Keyed::Bearer,
        hint: "set OLLAMA_API_KEY",
        // it takes any number, and works through them one by one while the caller waits
        batch: 64,
        bytes: 600_000,
        form: |prepared, dimensions, _| {
            let plain = Plain::new(prepared, PATH, dimensions, OURS)?;
            Ok(Box::new(Ollama(plain)))
        },
    };
    EmbeddingClientBuilder::new(model, kind)
}

struct Ollama(Plain);

impl Form for Ollama {
    fn encode(&self, texts: &[&str], _: Option<Purpose>) -> (Url, String) {
        self.0.encode(texts)
    }

    fn vectors(&self, members: &mut Map<String, Value>) -> Option<Vec<Vec<f32>>> {
        match (members.remove("embeddings"), members.remove("embedding")) {
            (Some(Value::Array(all)), _) => all.iter().map(vector).collect(),
            // the call that came before this one, which servers like Ollama's still answer by
            (_, Some(one)) => Some(vec![vector(&one)?]),
            _ => None,
        }
    }

    fn usage(&self, members: &Map<String, Value>) -> Option<Usage> {
        members
            .contains_key("prompt_eval_count")
            .then(|| Usage::new(count(members, "prompt_eval_count"), 0))
    }
}
