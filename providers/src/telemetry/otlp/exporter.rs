//! The queue, and its way out.
use super::messages::{self, EVERY, Resource};
use crate::{
    memory::Sheds,
    secret::Secret,
    telemetry::{Measurement, Meter, Sink, Span, Telemetry},
};
use reqwest::{
    Client, Url,
    header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue},
};
use sigflow_core::{Error, ErrorKind, Result};
use std::{
    collections::VecDeque,
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, SystemTime},
};
use tokio::{sync::Notify, task::AbortHandle};

/// Spans of a batch.
const BATCH: usize = 512;

/// Sends spans to a collector by OTLP, and aggregates if it is given them. A [`Sink`]: install it in a scope.
///
/// Spans wait in a bounded queue and go in batches, 512 or what there is after 5 s. What finds no room is dropped and
/// [counted](Self::dropped); a collector that is down costs spans, never calls. [`flush`](Self::flush) before the end of
/// the process.
///
/// ```no_run
/// # async fn run() -> sigflow_core::Result<()> {
/// use sigflow_core::Scope;
/// use sigflow_providers::telemetry::Exporter;
///
/// let exporter = Exporter::builder("http://127.0.0.1:6006").service("answers").build()?;
/// let scope = Scope::current().with_sink(exporter.sink());
/// // … scope.run("program", …).await
/// exporter.flush().await?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Exporter(Arc<Shared>, Arc<Tasks>);

/// Ends when the last [`Exporter`] is dropped; a sink in some scope does not hold it.
struct Tasks(Vec<AbortHandle>);

impl Drop for Tasks {
    fn drop(&mut self) {
        self.0.iter().for_each(AbortHandle::abort);
    }
}

struct Shared {
    client: Client,
    traces: Url,
    metrics: Url,
    headers: HeaderMap,
    resource: Resource,
    queue: Mutex<Queue>,
    limit: usize,
    news: Notify,
    dropped: AtomicU64,
    failures: AtomicU64,
    telemetry: Option<Telemetry>,
    began: SystemTime,
}

#[derive(Default)]
struct Queue {
    spans: VecDeque<Span>,
    bytes: usize,
}

/// Settings of an [`Exporter`].
pub struct ExporterBuilder {
    endpoint: String,
    headers: Vec<(String, Secret)>,
    attributes: Vec<(String, String)>,
    limit: usize,
    telemetry: Option<Telemetry>,
}

impl ExporterBuilder {
    /// The program's name, `service.name`; by default `sigflow`.
    #[must_use]
    pub fn service(self, name: impl Into<String>) -> Self {
        self.resource("service.name", name)
    }
    /// One more attribute of the resource: `openinference.project.name` for Phoenix, say.
    #[must_use]
    pub fn resource(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let name = name.into();
        self.attributes.retain(|(known, _)| *known != name);
        self.attributes.push((name, value.into()));
        self
    }
    /// One more header of each request, kept secret.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }
    /// The most bytes that spans may take while they wait; 8 MiB by default.
    #[must_use]
    pub fn queue_limit(mut self, bytes: usize) -> Self {
        self.limit = bytes;
        self
    }
    /// Sends these aggregates too, as often as [they say](super::super::TelemetryBuilder::export_every).
    #[must_use]
    pub fn metrics(mut self, telemetry: &Telemetry) -> Self {
        self.telemetry = Some(telemetry.clone());
        self
    }
    /// Begins to export.
    ///
    /// # Errors
    /// Of kind `Configuration`: an endpoint that is no URL, a header that is none, or no tokio runtime around.
    pub fn build(self) -> Result<Exporter> {
        let wrong = |message: String| Error::new(ErrorKind::Configuration, message);
        if tokio::runtime::Handle::try_current().is_err() {
            let message = "an exporter needs a tokio runtime; build it under `#[tokio::main]`";
            return Err(wrong(message.to_owned()));
        }
        let at = |path: &str| {
            let base = self.endpoint.trim_end_matches('/');
            let base = base.strip_suffix("/v1/traces").unwrap_or(base);
            let url = Url::parse(&format!("{base}/v1/{path}"));
            let url = url
                .ok()
                .filter(|url| matches!(url.scheme(), "http" | "https"));
            url.ok_or_else(|| {
                wrong(
                    "the endpoint of a collector must be a URL like `http://127.0.0.1:4318`"
                        .to_owned(),
                )
            })
        };
        let (traces, metrics) = (at("traces")?, at("metrics")?);
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            let header = HeaderName::try_from(name)
                .map_err(|_| wrong(format!("`{name}` is no name of a header")))?;
            let mut value = HeaderValue::from_str(value.expose()).map_err(|_| {
                wrong(format!(
                    "the value of header `{name}` holds what no header may hold"
                ))
            })?;
            value.set_sensitive(true);
            headers.insert(header, value);
        }
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/x-protobuf"),
        );
        let client = Client::builder()
            .timeout(Duration::from_secs(10))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never());
        let client = if crate::http::client::is_local(&traces) {
            client.no_proxy()
        } else {
            client
        };
        let client = client
            .build()
            .map_err(|error| wrong(format!("no HTTP client: {error}")))?;
        let shared = Arc::new(Shared {
            client,
            traces,
            metrics,
            headers,
            resource: Resource {
                attributes: self.attributes,
            },
            queue: Mutex::default(),
            limit: self.limit,
            news: Notify::new(),
            dropped: AtomicU64::new(0),
            failures: AtomicU64::new(0),
            telemetry: self.telemetry,
            began: SystemTime::now(),
        });
        let mut tasks = Vec::new();
        let spans = shared.clone();
        tasks.push(tokio::spawn(async move { spans.keep_sending().await }).abort_handle());
        if let Some(telemetry) = &shared.telemetry {
            let every = telemetry.export_interval().max(Duration::from_millis(1));
            let figures = shared.clone();
            let task = tokio::spawn(async move {
                loop {
                    tokio::time::sleep(every).await;
                    let _ = figures.send_metrics().await;
                }
            });
            tasks.push(task.abort_handle());
        }
        Ok(Exporter(shared, Arc::new(Tasks(tasks))))
    }
}

impl Exporter {
    /// An exporter to the collector at a URL: `http://127.0.0.1:4318`, `http://127.0.0.1:6006` of Phoenix.
    pub fn builder(endpoint: impl Into<String>) -> ExporterBuilder {
        ExporterBuilder {
            endpoint: endpoint.into(),
            headers: Vec::new(),
            attributes: vec![("service.name".to_owned(), "sigflow".to_owned())],
            limit: 8 * 1024 * 1024,
            telemetry: None,
        }
    }
    /// For [`Scope::with_sink`](sigflow_core::Scope::with_sink).
    pub fn sink(&self) -> Arc<dyn Sink> {
        self.0.clone()
    }
    /// For [`MemoryGauge::register`](crate::memory::MemoryGauge::register): the queue gives way.
    pub fn buffer(&self) -> Arc<impl Sheds + use<>> {
        self.0.clone()
    }
    /// Spans that found no room, or that no collector took.
    pub fn dropped(&self) -> u64 {
        self.0.dropped.load(Relaxed)
    }
    /// Sends all that waits, and the aggregates.
    ///
    /// # Errors
    /// Of kind `Transport` or `Server`, if the collector does not take it.
    pub async fn flush(&self) -> Result<()> {
        while self.0.send_batch().await? {}
        self.0.send_metrics().await
    }
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
    async fn keep_sending(&self) {
        loop {
            // a full batch goes at once, a small one after a while
            if self.queue().spans.len() < BATCH {
                let _ = tokio::time::timeout(EVERY, self.news.notified()).await;
            }
            let _ = self.send_batch().await;
        }
    }
    /// Whether there was anything to send.
    async fn send_batch(&self) -> Result<bool> {
        let batch: Vec<Span> = {
            let mut queue = self.queue();
            let count = queue.spans.len().min(BATCH);
            let batch: Vec<Span> = queue.spans.drain(..count).collect();
            let bytes: usize = batch.iter().map(messages::size).sum();
            queue.bytes = queue.bytes.saturating_sub(bytes);
            batch
        };
        if batch.is_empty() {
            return Ok(false);
        }
        let body = messages::traces(&self.resource, &batch);
        let sent = self.post(&self.traces, body).await;
        if sent.is_err() {
            self.lost(batch.len() as u64);
        }
        sent.map(|()| true)
    }
    async fn send_metrics(&self) -> Result<()> {
        let Some(telemetry) = &self.telemetry else {
            return Ok(());
        };
        let body = messages::metrics(&self.resource, telemetry, self.began);
        self.post(&self.metrics, body).await
    }
    async fn post(&self, url: &Url, body: Vec<u8>) -> Result<()> {
        let request = self.client.post(url.clone()).headers(self.headers.clone());
        let host = url.host_str().unwrap_or_default();
        let answer = request.body(body).send().await.map_err(|error| {
            self.failures.fetch_add(1, Relaxed);
            let message = format!("the collector at {host} was not reached");
            Error::new(ErrorKind::Transport, message).with_source(error.without_url())
        })?;
        let status = answer.status().as_u16();
        if matches!(status, 200..=299) {
            return Ok(());
        }
        self.failures.fetch_add(1, Relaxed);
        let message = format!("the collector at {host} answered {status}");
        Err(Error::new(ErrorKind::Server, message).with_status(status))
    }
    fn lost(&self, spans: u64) {
        self.dropped.fetch_add(spans, Relaxed);
        if let Some(telemetry) = &self.telemetry {
            #[allow(clippy::cast_precision_loss, reason = "a batch")]
            let lost = Measurement::new(Meter::SpansDropped, "otlp", spans as f64);
            telemetry.measured(&lost);
        }
    }
}

impl Sink for Shared {
    fn span(&self, span: &Span) {
        let size = messages::size(span);
        let mut queue = self.queue();
        if queue.bytes + size > self.limit {
            drop(queue);
            return self.lost(1);
        }
        queue.bytes += size;
        queue.spans.push_back(span.clone());
        let full = queue.spans.len() == BATCH;
        drop(queue);
        if full {
            self.news.notify_one();
        }
    }
}

impl Sheds for Shared {
    fn name(&self) -> &'static str {
        "spans"
    }
    fn bytes(&self) -> usize {
        self.queue().bytes
    }
    fn shed(&self, wanted: usize) -> usize {
        let mut queue = self.queue();
        let (mut freed, mut lost) = (0, 0);
        while freed < wanted
            && let Some(span) = queue.spans.pop_front()
        {
            freed += messages::size(&span);
            lost += 1;
        }
        queue.bytes = queue.bytes.saturating_sub(freed);
        drop(queue);
        self.lost(lost);
        freed
    }
}

/// Without the endpoint: one that is no URL yet may hold a password anywhere.
impl fmt::Debug for ExporterBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.headers.iter().map(|(name, _)| name);
        f.debug_struct("ExporterBuilder")
            .field("headers", &names.collect::<Vec<_>>())
            .field("attributes", &self.attributes)
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Exporter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exporter")
            .field("endpoint", &self.0.traces.host_str())
            .field("dropped", &self.dropped())
            .field("tasks", &self.1.0.len())
            .finish_non_exhaustive()
    }
}
