//! What an optimizer forces on a predictor.
use crate::{Lm, Record, Settings};

/// Settings of a predictor for the time of a run, against what the program's body and the predictor say: how an
/// optimizer tries things without changing the program. What is not set stays.
///
/// ```
/// # async fn run() -> sigflow_core::Result<()> {
/// use sigflow_core::{DynPredict, DynSignature, Forced, Scope, Settings, testing::Scripted};
///
/// let ask = DynPredict::named("ask", DynSignature::parse("question -> answer")?);
/// let script = Scripted::new(["[[ ## answer ## ]]\nParis"]);
/// let hot = Settings { temperature: Some(1.0), ..Settings::default() };
/// let forced = Forced::new().instructions("Answer in one word.").settings(hot);
/// let scope = Scope::current().with_lm(&script.lm()).with_forced("ask", forced);
/// scope.enter(ask.call([("question", "Where?".into())])?.temperature(0.0)).await?;
///
/// let request = &script.requests()[0];
/// assert_eq!(request.settings.temperature, Some(1.0));
/// assert!(request.prefix.system.as_str().contains("Answer in one word."));
/// # Ok(()) }
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run()).unwrap();
/// ```
#[derive(Clone, Default)]
pub struct Forced {
    pub(crate) instructions: Option<String>,
    pub(crate) demos: Option<Vec<Record>>,
    pub(crate) settings: Settings,
    pub(crate) lm: Option<Lm>,
}

impl Forced {
    /// Nothing is forced yet.
    pub fn new() -> Self {
        Self::default()
    }
    /// These instructions.
    #[must_use]
    pub fn instructions(mut self, instructions: impl Into<String>) -> Self {
        self.instructions = Some(instructions.into());
        self
    }
    /// These demos.
    #[must_use]
    pub fn demos(mut self, demos: Vec<Record>) -> Self {
        self.demos = Some(demos);
        self
    }
    /// These settings; those not set stay.
    #[must_use]
    pub fn settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }
    /// This model.
    #[must_use]
    pub fn lm(mut self, lm: &Lm) -> Self {
        self.lm = Some(lm.clone());
        self
    }
}
