//! What users hold, and its settings.
use super::{
    environment,
    messages::Resource,
    queue::{Queue, Shared},
};
use crate::{
    memory::Sheds,
    secret::Secret,
    telemetry::{Sink, Telemetry},
};
use reqwest::{
    Client, Url,
    header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue},
};
use sigflow_core::{Error, ErrorKind, Result};
use std::{
    fmt,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, SystemTime},
};
use tokio::{sync::Notify, task::AbortHandle};

/// Sends spans to a collector by OTLP, and aggregates if it is given them. A [`Sink`]: install it in a scope.
///
/// Spans wait in a bounded queue and go in batches, 512 or what there is after 5 s. A collector that is away or busy is
/// asked again after 1 s, then after twice as long up to 30 s, or when it says; meanwhile they wait. What finds no
/// room is dropped and [counted](Self::dropped): a collector that is down costs spans, never calls.
///
/// [`flush`](Self::flush) before the end of the process: what waits then is lost with it. An exporter whose last clone
/// is dropped while the process goes on sends once more what it has, and takes no more.
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
pub struct Exporter(pub(super) Arc<Shared>, Arc<Tasks>);

/// Ends when the last [`Exporter`] is dropped; a sink in some scope does not hold it.
struct Tasks {
    shared: Arc<Shared>,
    figures: Option<AbortHandle>,
}

impl Drop for Tasks {
    fn drop(&mut self) {
        if let Some(figures) = &self.figures {
            figures.abort();
        }
        self.shared.close();
    }
}

/// Settings of an [`Exporter`].
pub struct ExporterBuilder {
    pub(super) endpoint: String,
    /// Where spans and aggregates go instead, as it stands.
    pub(super) traces: Option<String>,
    pub(super) metrics: Option<String>,
    pub(super) headers: Vec<(String, Secret)>,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) timeout: Duration,
    /// What the environment says and cannot be.
    pub(super) problem: Option<String>,
    limit: usize,
    telemetry: Option<Telemetry>,
    openinference: Option<bool>,
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
    /// Whether spans also say in `OpenInference`'s words what Phoenix and Arize do not read out of the conventions'
    /// own: `openinference.span.kind`, tokens of thought, cost, and, where the scope
    /// [wants content](sigflow_core::Scope::with_content), `input.value` and `output.value`. Unless set they do if an
    /// attribute of the resource begins with `openinference.`.
    #[must_use]
    pub fn openinference(mut self, on: bool) -> Self {
        self.openinference = Some(on);
        self
    }
    /// The most bytes that spans may take while they wait and while they are under way; 8 MiB by default.
    #[must_use]
    pub fn queue_limit(mut self, bytes: usize) -> Self {
        self.limit = bytes;
        self
    }
    /// The longest that a request may take; 10 s by default.
    #[must_use]
    pub fn timeout(mut self, longest: Duration) -> Self {
        self.timeout = longest;
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
    /// Of kind `Configuration`: an endpoint that is no URL, a header that is none, a protocol that is not spoken, or
    /// no tokio runtime around.
    pub fn build(self) -> Result<Exporter> {
        if let Some(problem) = &self.problem {
            return Err(wrong(problem));
        }
        if tokio::runtime::Handle::try_current().is_err() {
            let message = "an exporter needs a tokio runtime; build it under `#[tokio::main]`";
            return Err(wrong(message));
        }
        let base = self.endpoint.trim_end_matches('/');
        let base = base.strip_suffix("/v1/traces").unwrap_or(base);
        let at = |own: &Option<String>, path: &str| match own {
            Some(own) => url(own),
            None => url(&format!("{base}/v1/{path}")),
        };
        let traces = at(&self.traces, "traces")?;
        let metrics = at(&self.metrics, "metrics")?;
        let client = Client::builder()
            .timeout(self.timeout)
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
        let names_project = |(name, _): &(String, String)| name.starts_with("openinference.");
        let openinference = self.openinference;
        let shared = Arc::new(Shared {
            client,
            traces,
            metrics,
            headers: headers(&self.headers)?,
            resource: Resource {
                openinference: openinference
                    .unwrap_or_else(|| self.attributes.iter().any(names_project)),
                attributes: self.attributes,
            },
            telemetry: self.telemetry,
            began: SystemTime::now(),
            limit: self.limit,
            queue: Mutex::<Queue>::default(),
            sending: tokio::sync::Mutex::default(),
            news: Notify::new(),
            closing: Notify::new(),
            dropped: AtomicU64::new(0),
        });
        let spans = shared.clone();
        tokio::spawn(async move { spans.keep_sending().await });
        let figures = shared.telemetry.as_ref().map(|telemetry| {
            let every = telemetry.export_interval().max(Duration::from_millis(1));
            let figures = shared.clone();
            let task = tokio::spawn(async move {
                loop {
                    tokio::time::sleep(every).await;
                    let _ = figures.send_metrics().await;
                }
            });
            task.abort_handle()
        });
        let tasks = Tasks {
            shared: shared.clone(),
            figures,
        };
        Ok(Exporter(shared, Arc::new(tasks)))
    }
}

fn wrong(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Configuration, message)
}

fn url(text: &str) -> Result<Url> {
    let url = Url::parse(text).ok();
    let url = url.filter(|url| matches!(url.scheme(), "http" | "https"));
    url.ok_or_else(|| {
        wrong("the endpoint of a collector must be a URL like `http://127.0.0.1:4318`")
    })
}

fn headers(all: &[(String, Secret)]) -> Result<HeaderMap> {
    let mut headers = HeaderMap::new();
    for (name, value) in all {
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
    let protobuf = HeaderValue::from_static("application/x-protobuf");
    headers.insert(CONTENT_TYPE, protobuf);
    Ok(headers)
}

impl Exporter {
    /// An exporter to the collector at a URL: `http://127.0.0.1:4318`, `http://127.0.0.1:6006` of Phoenix.
    pub fn builder(endpoint: impl Into<String>) -> ExporterBuilder {
        ExporterBuilder {
            endpoint: endpoint.into(),
            traces: None,
            metrics: None,
            headers: Vec::new(),
            attributes: vec![("service.name".to_owned(), "sigflow".to_owned())],
            timeout: Duration::from_secs(10),
            problem: None,
            limit: 8 * 1024 * 1024,
            telemetry: None,
            openinference: None,
        }
    }
    /// An exporter to the collector of `OpenTelemetry`'s usual variables; nothing where neither
    /// `OTEL_EXPORTER_OTLP_ENDPOINT` nor `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` is set, or `OTEL_SDK_DISABLED` is
    /// `true`.
    ///
    /// Read are also `OTEL_EXPORTER_OTLP_METRICS_ENDPOINT`, `OTEL_EXPORTER_OTLP_HEADERS`, `OTEL_EXPORTER_OTLP_TIMEOUT`
    /// (in milliseconds), `OTEL_EXPORTER_OTLP_PROTOCOL` (`http/protobuf` is spoken), `OTEL_SERVICE_NAME` and
    /// `OTEL_RESOURCE_ATTRIBUTES`.
    ///
    /// ```
    /// # async fn run() -> sigflow_core::Result<()> {
    /// use sigflow_core::Scope;
    /// use sigflow_providers::telemetry::Exporter;
    ///
    /// let exporter = Exporter::from_env().map(|exporter| exporter.build()).transpose()?;
    /// let mut scope = Scope::current();
    /// if let Some(exporter) = &exporter {
    ///     scope = scope.with_sink(exporter.sink());
    /// }
    /// // … scope.run("program", …).await
    /// if let Some(exporter) = exporter {
    ///     exporter.flush().await?;
    /// }
    /// # Ok(()) }
    /// ```
    pub fn from_env() -> Option<ExporterBuilder> {
        environment::read(&|name| {
            let value = std::env::var_os(name)?;
            Some(value.to_string_lossy().into_owned())
        })
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
    /// Spans that wait; those under way are not among them.
    pub fn waiting(&self) -> usize {
        self.0.queue().waiting()
    }
    /// Sends all that waits or is under way, and the aggregates. A collector that is away or busy is asked three
    /// times; then what waits stays, for the next flush. It takes half a minute at most for each batch where nobody
    /// answers, and may be left before: what was not taken waits on.
    ///
    /// # Errors
    /// Of kind `Transport` or `Server`, if the collector does not take it.
    pub async fn flush(&self) -> Result<()> {
        self.0.flush().await
    }
}

impl fmt::Debug for ExporterBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // a URL may hold a password, and one that is none yet may hold it anywhere
        let host = |text: &str| Some(Url::parse(text).ok()?.host_str()?.to_owned());
        f.debug_struct("ExporterBuilder")
            .field("endpoint", &host(&self.endpoint))
            .field("traces", &self.traces.as_deref().map(host))
            .field("metrics", &self.metrics.as_deref().map(host))
            .field("headers", &self.headers)
            .field("resource", &self.attributes)
            .field("timeout", &self.timeout)
            .field("queue_limit", &self.limit)
            .field("openinference", &self.openinference)
            .field("problem", &self.problem)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Exporter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exporter")
            .field("endpoint", &self.0.traces.host_str())
            .field("waiting", &self.waiting())
            .field("dropped", &self.dropped())
            .field("sends_metrics", &self.1.figures.is_some())
            .finish_non_exhaustive()
    }
}
