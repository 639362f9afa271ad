//! Each attribute that a sink sees in a span, a subscriber of `tracing` sees too: layers that export know only the fields
//! that were declared when the span was made.
use crate::{
    sources,
    subscriber::{Fields, subscribed},
};
use sigflow_core::{
    Result, Scope,
    telemetry::{Sink, Span, Value},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};
use tracing::{Event, Metadata, Subscriber, span};

/// Attributes by the span's name: each value that was ever said.
type Attributes = BTreeMap<(String, String), BTreeSet<String>>;

#[derive(Default, Clone)]
struct Seen(Arc<Mutex<Inner>>);
#[derive(Default)]
struct Inner {
    names: Vec<String>,
    attributes: Attributes,
}

impl Seen {
    fn note(&self, number: usize, fields: Fields) {
        let mut inner = self.0.lock().unwrap();
        let name = inner.names[number].clone();
        for (field, value) in fields.0 {
            let said = inner.attributes.entry((name.clone(), field));
            said.or_default().insert(value);
        }
    }
}

impl Subscriber for Seen {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "sigflow"
    }
    fn new_span(&self, attributes: &span::Attributes<'_>) -> span::Id {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        let mut inner = self.0.lock().unwrap();
        inner.names.push(fields.0["otel.name"].clone());
        span::Id::from_u64(inner.names.len() as u64)
    }
    fn record(&self, id: &span::Id, values: &span::Record<'_>) {
        let mut fields = Fields::default();
        values.record(&mut fields);
        self.note(usize::try_from(id.into_u64()).unwrap() - 1, fields);
    }
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn event(&self, _: &Event<'_>) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

#[derive(Default)]
struct Spans(Mutex<Attributes>);
impl Sink for Spans {
    fn span(&self, span: &Span) {
        let mut all = self.0.lock().unwrap();
        for (attribute, value) in &span.attributes {
            let value = match value {
                Value::Text(text) => text.to_string(),
                Value::Int(number) => number.to_string(),
                Value::Float(number) => format!("{number:?}"),
                Value::Bool(truth) => truth.to_string(),
                Value::Texts(texts) => format!("{texts:?}"),
                other => format!("{other:?}"),
            };
            let place = (span.name.clone(), (*attribute).to_owned());
            all.entry(place).or_default().insert(value);
        }
    }
}

#[test]
fn subscribers_see_what_sinks_see() {
    let (seen, spans) = (Seen::default(), Arc::new(Spans::default()));
    subscribed(seen.clone(), || {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_all().start_paused(true).build().unwrap();
        let scope = Scope::current().with_sink(spans.clone()).with_content(true);
        runtime.block_on(async {
            let work = async {
                sources::a_client_of_one_place().await;
                sources::a_stream_behind_a_limit().await;
                sources::a_slow_call_that_is_hedged().await;
                sources::calls_of_every_end().await;
                Result::Ok(())
            };
            scope.run("program", work).await.unwrap();
        });
    });
    let (seen, spans) = (seen.0.lock().unwrap(), spans.0.lock().unwrap());
    for (attribute, values) in &*spans {
        assert_eq!(
            seen.attributes.get(attribute),
            Some(values),
            "{attribute:?}"
        );
    }
    // and those are among them that only some calls have
    let values = |name: &str| -> Vec<&str> {
        let of = spans.iter().filter(|((_, known), _)| known == name);
        let all: BTreeSet<&str> = of.flat_map(|(_, values)| values).map(|v| &**v).collect();
        all.into_iter().collect()
    };
    let strategies = ["chain_of_thought", "standard"];
    assert_eq!(values("sigflow.strategy"), strategies);
    let reasons = ["nothing asks for more", "the caller needs the reasoning"];
    assert_eq!(values("sigflow.strategy.reason"), reasons);
    assert!(values("sigflow.overhead_seconds").contains(&"2.0"));
    assert_eq!(values("sigflow.cost_usd"), ["0.00011"]);
    assert_eq!(values("gen_ai.usage.input_tokens"), ["100"]);
}
