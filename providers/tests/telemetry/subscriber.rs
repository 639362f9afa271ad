//! A subscriber of `tracing` that keeps what it is told.
use std::{
    collections::HashMap,
    sync::{
        Arc, LazyLock, Mutex,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};
use tracing::{
    Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

/// A subscriber that keeps all events with the span that they happened in.
#[derive(Default, Clone)]
pub(crate) struct Kept(pub(crate) Arc<Inner>);

#[derive(Default)]
pub(crate) struct Inner {
    count: AtomicU64,
    names: Mutex<HashMap<u64, String>>,
    entered: Mutex<Vec<u64>>,
    pub(crate) events: Mutex<Vec<Seen>>,
}

#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) name: &'static str,
    pub(crate) target: String,
    pub(crate) span: String,
    pub(crate) fields: HashMap<String, String>,
}

#[derive(Default)]
pub(crate) struct Fields(pub(crate) HashMap<String, String>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.0.insert(field.name().into(), format!("{value:?}"));
    }
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().into(), value.into());
    }
}

impl Subscriber for Kept {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "sigflow"
    }
    fn new_span(&self, attributes: &span::Attributes<'_>) -> span::Id {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        let id = 1 + self.0.count.fetch_add(1, Relaxed);
        let name = fields.0.remove("otel.name").unwrap_or_default();
        self.0.names.lock().unwrap().insert(id, name);
        span::Id::from_u64(id)
    }
    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn event(&self, event: &tracing::Event<'_>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let around = self.0.entered.lock().unwrap().last().copied();
        let names = self.0.names.lock().unwrap();
        self.0.events.lock().unwrap().push(Seen {
            name: event.metadata().name(),
            target: event.metadata().target().into(),
            span: around
                .and_then(|id| names.get(&id).cloned())
                .unwrap_or_default(),
            fields: fields.0,
        });
    }
    fn enter(&self, id: &span::Id) {
        self.0.entered.lock().unwrap().push(id.into_u64());
    }
    fn exit(&self, _: &span::Id) {
        self.0.entered.lock().unwrap().pop();
    }
}

/// Runs a test with its subscriber. Two others live beside it for good: where `tracing` knows of one alone, it asks the
/// thread that first comes to a span or an event whether anybody wants it, and the threads of other tests have none.
pub(crate) fn subscribed(subscriber: impl Subscriber + Send + Sync + 'static, test: impl FnOnce()) {
    use tracing::{Dispatch, subscriber::NoSubscriber};
    static OTHERS: LazyLock<[Dispatch; 2]> =
        LazyLock::new(|| [0, 1].map(|_| Dispatch::new(NoSubscriber::default())));
    LazyLock::force(&OTHERS);
    tracing::subscriber::with_default(subscriber, test);
}
