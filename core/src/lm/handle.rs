//! A model with settings: what users hold.
use super::{
    BoxFuture, BoxStream, Capabilities, Chunk, HistoryCall, LanguageModel, Request, Response,
    Scoped, Settings, history::History, stream::Watched,
};
use crate::{Adapter, Compatibility, Error, ErrorKind, Native, Result, run::timer};
use std::{
    fmt,
    future::Future,
    sync::{Arc, OnceLock},
    time::Duration,
};

/// A language model with settings. Cloning it is two reference counts; clones share their history.
///
/// ```
/// use sigflow_core::{Lm, testing::Scripted};
///
/// let lm = Scripted::new(["hello"]).lm().temperature(0.2);
/// assert_eq!(lm.name(), "scripted");
/// assert_eq!(lm.settings().temperature, Some(0.2));
/// ```
#[derive(Clone)]
pub struct Lm {
    model: Arc<dyn LanguageModel>,
    shared: Arc<Shared>,
}

/// What is copied when a setting changes.
#[derive(Clone)]
struct Shared {
    settings: Settings,
    adapter: Option<Adapter>,
    native: Option<Native>,
    extractor: Option<Lm>,
    compatibility: Option<Compatibility>,
    capabilities: Option<Capabilities>,
    timeout: Option<Duration>,
    history: Arc<History>,
}

static DEFAULT: OnceLock<Lm> = OnceLock::new();

impl Lm {
    /// A model of your own.
    pub fn new(model: impl LanguageModel) -> Self {
        Self::from_arc(Arc::new(model))
    }
    /// A model that others hold too.
    pub fn from_arc(model: Arc<dyn LanguageModel>) -> Self {
        let shared = Shared {
            settings: Settings::default(),
            adapter: None,
            native: None,
            extractor: None,
            compatibility: None,
            capabilities: None,
            timeout: None,
            history: Arc::default(),
        };
        Lm {
            model,
            shared: Arc::new(shared),
        }
    }
    /// A model out of a closure.
    ///
    /// ```
    /// use sigflow_core::{Lm, Response};
    /// let lm = Lm::from_fn(|_request| async { Ok(Response::text("always the same")) });
    /// ```
    pub fn from_fn<F, R>(answer: F) -> Self
    where
        F: Fn(Request) -> R + Send + Sync + 'static,
        R: Future<Output = Result<Response>> + Send + 'static,
    {
        Lm::new(FromFn(answer))
    }
    /// The model's name.
    pub fn name(&self) -> &str {
        self.model.name()
    }
    /// What tells its replies from those of other models, if the model says it: see [`LanguageModel::identity`].
    /// Settings of its own count.
    pub fn identity(&self) -> Option<String> {
        let identity = self.model.identity()?;
        Some(if self.shared.settings == Settings::default() {
            identity
        } else {
            format!("{identity} {:?}", self.shared.settings)
        })
    }
    /// The model itself, without these settings.
    pub fn model(&self) -> &Arc<dyn LanguageModel> {
        &self.model
    }
    /// Another model with all settings of this one and its history: how a layer is put around a model.
    #[must_use]
    pub fn with_model(self, model: Arc<dyn LanguageModel>) -> Self {
        Lm {
            model,
            shared: self.shared,
        }
    }

    /// Who answers, and where.
    pub fn origin(&self) -> crate::telemetry::Origin<'_> {
        self.model.origin()
    }
    /// What the model can do beyond plain chat.
    pub fn capabilities(&self) -> Capabilities {
        self.shared
            .capabilities
            .unwrap_or_else(|| self.model.capabilities())
    }
    /// The settings that calls get which do not set their own.
    pub fn settings(&self) -> &Settings {
        &self.shared.settings
    }
    /// How calls put their signature to this model, unless they say otherwise.
    pub(crate) fn preferred_adapter(&self) -> Option<Adapter> {
        self.shared.adapter
    }
    pub(crate) fn preferred_native(&self) -> Option<Native> {
        self.shared.native
    }
    pub(crate) fn own_extractor(&self) -> Option<Lm> {
        self.shared.extractor.clone()
    }
    pub(crate) fn preferred_compatibility(&self) -> Option<Compatibility> {
        self.shared.compatibility
    }
    fn changed(mut self, change: impl FnOnce(&mut Shared)) -> Self {
        change(Arc::make_mut(&mut self.shared));
        self
    }
    /// The same model with another temperature.
    #[must_use]
    pub fn temperature(self, temperature: f64) -> Self {
        self.changed(|shared| shared.settings.temperature = Some(temperature))
    }
    /// The same model with another longest reply, in tokens.
    #[must_use]
    pub fn max_tokens(self, max_tokens: u32) -> Self {
        self.changed(|shared| shared.settings.max_tokens = Some(max_tokens))
    }
    /// The same model with other settings; those not set stay as they are.
    #[must_use]
    pub fn with_settings(self, settings: &Settings) -> Self {
        self.changed(|shared| shared.settings = settings.or(&shared.settings))
    }
    /// The same model, asked in another way.
    #[must_use]
    pub fn adapter(self, adapter: Adapter) -> Self {
        self.changed(|shared| shared.adapter = Some(adapter))
    }
    /// The same model; what of a signature goes to its server apart from the prompt.
    #[must_use]
    pub fn native(self, native: Native) -> Self {
        self.changed(|shared| shared.native = Some(native))
    }
    /// The same model with another beside it that takes fields out of its words, for
    /// [`Adapter::TwoStep`].
    #[must_use]
    pub fn extractor(self, lm: &Lm) -> Self {
        self.changed(|shared| shared.extractor = Some(lm.clone()))
    }
    /// The same model; its calls have habits of DSPy, for comparisons.
    #[must_use]
    pub fn compatibility(self, compatibility: Compatibility) -> Self {
        self.changed(|shared| shared.compatibility = Some(compatibility))
    }
    /// The same model, said to be able to do so much: what you know of it, against what its provider's
    /// table says. [`Adapter::Auto`] and the JSON forms go by it.
    ///
    /// ```
    /// use sigflow_core::{Capabilities, testing::Scripted};
    ///
    /// let lm = Scripted::new([""]).lm().with_capabilities(Capabilities::ALL);
    /// assert_eq!(lm.capabilities(), Capabilities::ALL);
    /// ```
    #[must_use]
    pub fn with_capabilities(self, capabilities: Capabilities) -> Self {
        self.changed(|shared| shared.capabilities = Some(capabilities))
    }
    /// The same model; each call gives up after so long. A call's own deadline can only be earlier.
    #[must_use]
    pub fn timeout(self, timeout: Duration) -> Self {
        self.changed(|shared| shared.timeout = Some(timeout))
    }
    /// The same model with a history of its own that also keeps prompts and replies, of at most 16 MiB: the oldest calls
    /// go first.
    #[must_use]
    pub fn with_content_history(self) -> Self {
        self.changed(|shared| shared.history = Arc::new(shared.history.with_content(None)))
    }
    /// As [`with_content_history`](Self::with_content_history), of at most so many bytes. A call that is longer alone is
    /// kept without its texts.
    #[must_use]
    pub fn with_content_history_of(self, bytes: usize) -> Self {
        self.changed(|shared| shared.history = Arc::new(shared.history.with_content(Some(bytes))))
    }
    /// The same model with a history of its own of so many calls; none with 0.
    ///
    /// ```
    /// # async fn run() -> sigflow_core::Result<()> {
    /// use sigflow_core::{Ask, DynSignature, testing::Scripted};
    ///
    /// let lm = Scripted::new(["[[ ## answer ## ]]\nParis"; 3]).lm().keep_history(2);
    /// for _ in 0..3 {
    ///     DynSignature::parse("question -> answer")?.ask([("question", "Where?".into())])?.predict().with(&lm).await?;
    /// }
    /// assert_eq!(lm.history().iter().map(|call| call.id).collect::<Vec<_>>(), [2, 3]);
    /// # Ok(()) }
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run()).unwrap();
    /// ```
    #[must_use]
    pub fn keep_history(self, calls: usize) -> Self {
        self.changed(|shared| shared.history = Arc::new(shared.history.of(calls)))
    }
    /// The last 100 calls, oldest first: runs, times, tokens and outcomes, no text unless
    /// [asked for](Self::with_content_history).
    pub fn history(&self) -> Vec<HistoryCall> {
        self.shared.history.calls()
    }
    /// Bytes that the history takes.
    pub fn history_bytes(&self) -> usize {
        self.shared.history.bytes()
    }
    /// Forgets the oldest calls of the history until so many bytes are free, and says how many are.
    pub fn forget_history(&self, bytes: usize) -> usize {
        self.shared.history.forget(bytes)
    }
    /// The last `n` calls for a reader: what was asked, what was answered, tokens and times. Texts only if the history
    /// [keeps them](Self::with_content_history).
    ///
    /// ```
    /// # async fn run() -> sigflow_core::Result<()> {
    /// use sigflow_core::{Ask, DynSignature, testing::Scripted};
    ///
    /// let lm = Scripted::new(["[[ ## answer ## ]]\nParis"]).lm().with_content_history();
    /// let question = DynSignature::parse("question -> answer")?.ask([("question", "Where?".into())])?;
    /// question.predict().with(&lm).await?;
    /// let seen = lm.inspect_history(1);
    /// assert!(seen.contains("User message:\n\n[[ ## question ## ]]\nWhere?"));
    /// assert!(seen.contains("Response:\n\n[[ ## answer ## ]]\nParis"));
    /// # Ok(()) }
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run()).unwrap();
    /// ```
    pub fn inspect_history(&self, n: usize) -> String {
        super::inspect::inspect(&self.history(), n)
    }
    /// Runs `future` with this model as the one in scope: calls inside that name no model use it.
    pub fn scope<F: Future>(&self, future: F) -> Scoped<F> {
        Scoped::later(Some(self.clone()), "", future)
    }
    /// Makes this the model of calls that name none and are in no scope. For programs; a library must
    /// never do it.
    ///
    /// # Errors
    /// If a default is set already.
    pub fn set_default(lm: Lm) -> Result<()> {
        DEFAULT.set(lm).map_err(|_| {
            Error::new(
                ErrorKind::Configuration,
                "a default language model is already set",
            )
        })
    }
    pub(crate) fn process_default() -> Option<Lm> {
        DEFAULT.get().cloned()
    }

    /// Answers one request: fills in the settings that it does not have, keeps its deadline, notes it
    /// in the history. Dropping the future cancels the call.
    pub fn complete(&self, mut request: Request) -> BoxFuture<'static, Result<Response>> {
        self.fill(&mut request);
        let deadline = request.deadline;
        let record = self.shared.history.begin(self.model.name(), &request);
        let answer = self.model.clone().complete(request);
        Box::pin(async move {
            let result = timer::by(deadline, answer).await;
            record.end(&result);
            result
        })
    }
    /// Answers one request in pieces, as [`complete`](Self::complete) answers it whole. Dropping the stream
    /// cancels the call.
    pub fn stream(&self, mut request: Request) -> BoxStream<'static, Result<Chunk>> {
        self.fill(&mut request);
        let deadline = request.deadline;
        let record = self.shared.history.begin(self.model.name(), &request);
        let pieces = self.model.clone().stream(request);
        Box::pin(Watched::new(pieces, record, deadline))
    }
    fn fill(&self, request: &mut Request) {
        request.settings = request.settings.or(&self.shared.settings);
        let limit = self.shared.timeout.map(timer::after);
        request.deadline = request.deadline.into_iter().chain(limit).min();
    }
}

impl fmt::Debug for Lm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lm")
            .field("model", &self.name())
            .field("settings", self.settings())
            .finish_non_exhaustive()
    }
}

struct FromFn<F>(F);
impl<F, R> LanguageModel for FromFn<F>
where
    F: Fn(Request) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Response>> + Send + 'static,
{
    fn complete(self: Arc<Self>, request: Request) -> BoxFuture<'static, Result<Response>> {
        Box::pin((self.0)(request))
    }
    // it has no identity: what a closure has captured nobody can see
    fn name(&self) -> &'static str {
        "function"
    }
}
