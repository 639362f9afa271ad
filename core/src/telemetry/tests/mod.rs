//! What is told, and in what order.
mod confidence;
mod content;
mod conventions;
mod run;
mod streams;

use super::{Event, Sink, Span, Value};
use crate::{DynSignature, Lm, Response, Usage};
use std::{fmt::Write, sync::Mutex};

#[derive(Default)]
struct Kept {
    spans: Mutex<Vec<Span>>,
    events: Mutex<Vec<String>>,
}

impl Sink for Kept {
    fn event(&self, event: &Event<'_>) {
        let mut line = event.kind.name().to_owned();
        event.each(&mut |name, value| {
            if !matches!(name, "duration" | "first_chunk" | "hash") {
                let _ = write!(line, " {name}={}", shown(&value));
            }
        });
        self.events.lock().unwrap().push(line);
    }
    fn span(&self, span: &Span) {
        self.spans.lock().unwrap().push(span.clone());
    }
}

fn shown(value: &Value<'_>) -> String {
    match value {
        Value::Text(text) => text.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
        Value::Texts(texts) => texts.join(","),
    }
}

fn block<T>(future: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.build().unwrap().block_on(future)
}

fn paris() -> Lm {
    Lm::from_fn(|_| async {
        let mut response = Response::text("[[ ## answer ## ]]\nParis\n[[ ## confidence ## ]]\n0.9");
        response.usage = Some(Usage::new(12, 3));
        response.model = "paris-1".into();
        Ok(response)
    })
}

fn question() -> crate::DynAsk {
    let signature = DynSignature::parse("question -> answer, confidence: float").unwrap();
    signature.ask([("question", "Where?".into())]).unwrap()
}
