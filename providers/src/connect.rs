//! Constructors of [`Lm`]: by provider, by name, and from the environment.
use crate::{
    Offline,
    environment::{Choice, Vars},
};
use sigflow_core::{Lm, Result};
use std::io::Write as _;

/// Constructors of [`Lm`]. In scope through sigflow's prelude.
///
/// # Environment
/// | variable | meaning |
/// |---|---|
/// | `OPENAI_API_KEY` | the key of the server |
/// | `OPENAI_BASE_URL` | a server that speaks OpenAI's protocol; it may need no key |
/// | `SIGFLOW_MODEL` | a model: its plain name, or `provider/model` |
/// | `SIGFLOW_CAPABILITIES` | what the model can do, where its name does not tell: `json_schema,json_object,tools,many` |
///
/// A variable that is empty counts as not set.
pub trait Connect: Sized + sealed::Sealed {
    /// A model of OpenAI's, or of the server that `OPENAI_BASE_URL` names; the key is in
    /// `OPENAI_API_KEY`.
    ///
    /// ```no_run
    /// use sigflow_core::Lm;
    /// use sigflow_providers::Connect as _;
    ///
    /// let lm = Lm::openai("gpt-5-mini")?;
    /// # Ok::<(), sigflow_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Of kind [`Configuration`](sigflow_core::ErrorKind::Configuration): there is no key and no base
    /// URL, or one of them is wrong.
    #[cfg(feature = "openai")]
    fn openai(model: impl Into<String>) -> Result<Self>;

    /// A model by provider and name: `openai/gpt-5-mini`, `ollama/llama3.2` (on this machine, without
    /// a key), `offline`.
    ///
    /// ```
    /// use sigflow_core::Lm;
    /// use sigflow_providers::Connect as _;
    ///
    /// let lm = Lm::parse("offline")?;
    /// let error = Lm::parse("opnai/gpt-5-mini").err().expect("no such provider");
    /// assert!(error.is_configuration());
    /// # Ok::<(), sigflow_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Of kind [`Configuration`](sigflow_core::ErrorKind::Configuration): no such provider, or as for
    /// [`openai`](Self::openai).
    fn parse(name: &str) -> Result<Self>;

    /// The model that the environment names; see [the table](Connect#environment). With a key or a base
    /// URL alone the model is `gpt-5-mini`.
    ///
    /// `SIGFLOW_MODEL` begins with a provider or is a plain name; a server that itself has names with
    /// `openai/` in front gets them as `openai/openai/…`.
    ///
    /// ```no_run
    /// use sigflow_core::Lm;
    /// use sigflow_providers::Connect as _;
    ///
    /// let lm = Lm::from_env()?;
    /// # Ok::<(), sigflow_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Of kind [`Configuration`](sigflow_core::ErrorKind::Configuration), with the names of the variables
    /// it looked for. It never falls back to the offline model by itself.
    fn from_env() -> Result<Self>;

    /// As [`from_env`](Self::from_env), and the offline model when none of its variables is set: for
    /// examples. One line on stderr says which model answers.
    ///
    /// ```
    /// use sigflow_core::Lm;
    /// use sigflow_providers::Connect as _;
    ///
    /// # fn main() -> sigflow_core::Result<()> {
    /// let lm = Lm::from_env_or_offline()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Only when variables are set and wrong.
    fn from_env_or_offline() -> Result<Self>;

    /// A model that answers by the schema, without a network: the same words for the same request.
    ///
    /// ```
    /// use sigflow_core::Lm;
    /// use sigflow_providers::Connect as _;
    ///
    /// let lm = Lm::offline();
    /// ```
    fn offline() -> Self;
}

mod sealed {
    /// New constructors may come without breaking anybody.
    pub trait Sealed {}
    impl Sealed for sigflow_core::Lm {}
}

/// A model behind a server that speaks OpenAI's protocol and needs no key; with a key or other
/// settings, use [`OpenAi::builder`](crate::OpenAi::builder).
///
/// ```
/// use sigflow_providers::openai_compatible;
///
/// let lm = openai_compatible("http://127.0.0.1:8080/v1", "tiny")?;
/// # Ok::<(), sigflow_core::Error>(())
/// ```
///
/// # Errors
/// Of kind [`Configuration`](sigflow_core::ErrorKind::Configuration) when the URL is none.
#[cfg(feature = "openai")]
pub fn openai_compatible(base_url: impl AsRef<str>, model: impl Into<String>) -> Result<Lm> {
    crate::OpenAi::builder(model)
        .base_url(base_url)
        .build()
        .map(Lm::new)
}

impl Connect for Lm {
    #[cfg(feature = "openai")]
    fn openai(model: impl Into<String>) -> Result<Self> {
        Vars::of_process()
            .openai(&model.into())
            .map(Choice::into_lm)
    }
    fn parse(name: &str) -> Result<Self> {
        Vars::of_process().parse(name).map(Choice::into_lm)
    }
    fn from_env() -> Result<Self> {
        Vars::of_process().choose().map(Choice::into_lm)
    }
    fn from_env_or_offline() -> Result<Self> {
        let choice = Vars::of_process().choose_or_offline()?;
        // Not `eprintln!`, which panics when nobody reads stderr.
        let _ = writeln!(std::io::stderr(), "sigflow: {}", choice.words);
        Ok(choice.into_lm())
    }
    fn offline() -> Self {
        Lm::new(Offline)
    }
}
