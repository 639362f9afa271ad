//! Constructors of [`Lm`]: by provider, by name, and from the environment.
use crate::{
    Offline,
    names::{Choice, Vars},
};
use sigflow_core::{Lm, Result};
use std::io::Write as _;

/// Constructors of [`Lm`]. In scope through sigflow's prelude.
///
/// # Environment
/// | provider | key | base URL |
/// |---|---|---|
/// | `openai`, `openai-responses` | `OPENAI_API_KEY` | `OPENAI_BASE_URL`, `OPENAI_API_BASE` |
/// | `anthropic` | `ANTHROPIC_API_KEY` | `ANTHROPIC_BASE_URL` |
/// | `gemini` | `GEMINI_API_KEY`, `GOOGLE_API_KEY` | `GOOGLE_GEMINI_BASE_URL`, `GEMINI_BASE_URL`, `GEMINI_API_BASE` |
/// | `azure` | `AZURE_OPENAI_API_KEY`, `AZURE_API_KEY` | `AZURE_OPENAI_ENDPOINT`, `AZURE_API_BASE`; a dated version in `OPENAI_API_VERSION` or `AZURE_API_VERSION` |
/// | `bedrock` | `AWS_BEARER_TOKEN_BEDROCK`, or the keys of an account | `AWS_ENDPOINT_URL_BEDROCK_RUNTIME` |
/// | `openrouter` | `OPENROUTER_API_KEY` | `OPENROUTER_BASE_URL`, `OPENROUTER_API_BASE` |
/// | `groq` | `GROQ_API_KEY` | `GROQ_BASE_URL`, `GROQ_API_BASE` |
/// | `mistral` | `MISTRAL_API_KEY` | `MISTRAL_BASE_URL`, `MISTRAL_API_BASE` |
/// | `deepseek` | `DEEPSEEK_API_KEY` | `DEEPSEEK_BASE_URL`, `DEEPSEEK_API_BASE` |
/// | `xai` (`grok`) | `XAI_API_KEY` | `XAI_BASE_URL`, `XAI_API_BASE` |
/// | `together` (`together_ai`) | `TOGETHER_API_KEY`, `TOGETHERAI_API_KEY` | `TOGETHER_BASE_URL`, `TOGETHER_AI_API_BASE` |
/// | `litellm` (`litellm_proxy`) | `LITELLM_PROXY_API_KEY` | `LITELLM_PROXY_API_BASE`, else `http://127.0.0.1:4000` |
/// | `vllm` (`hosted_vllm`) | `VLLM_API_KEY`, `HOSTED_VLLM_API_KEY` | `VLLM_BASE_URL`, `HOSTED_VLLM_API_BASE`, else `http://127.0.0.1:8000` |
/// | `llamacpp` | `LLAMA_API_KEY` | `LLAMACPP_BASE_URL`, else `http://127.0.0.1:8080` |
/// | `ollama` | `OLLAMA_API_KEY` | `OLLAMA_HOST`, `OLLAMA_API_BASE`, else `http://127.0.0.1:11434` |
///
/// Of several variables the first that is set counts, and one that is empty counts as not set. A server with a
/// base URL of its own needs no key. Beside them:
///
/// | variable | meaning |
/// |---|---|
/// | `SIGFLOW_MODEL` | a model: `provider/model`, or a plain name on the provider that the environment chooses |
/// | `SIGFLOW_CAPABILITIES` | what the model can do, where its name does not tell: `json_schema,json_object,tools,many` |
/// | `OPENAI_ORG_ID`, `OPENAI_PROJECT_ID` | who pays, for keys that belong to several |
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

    /// A model by provider and name: `openai/gpt-5-mini`, `groq/openai/gpt-oss-120b`, `ollama/llama3.2` (on this
    /// machine, without a key), `offline`. Keys and base URLs come from [the environment](Connect#environment).
    ///
    /// ```
    /// use sigflow_core::Lm;
    /// use sigflow_providers::Connect as _;
    ///
    /// let lm = Lm::parse("offline")?;
    /// let error = Lm::parse("opnai/gpt-5-mini").err().expect("no such provider");
    /// assert!(error.is_configuration() && error.to_string().contains("did you mean `openai`?"));
    /// # Ok::<(), sigflow_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Of kind [`Configuration`](sigflow_core::ErrorKind::Configuration): no such provider, one whose feature is not
    /// in this build, no key where one is needed, a wrong base URL.
    fn parse(name: &str) -> Result<Self>;

    /// The model that the environment names; see [the tables](Connect#environment). The provider is the first of the
    /// table whose key or base URL is set. Without `SIGFLOW_MODEL` its usual model answers (`gpt-5-mini` of OpenAI's);
    /// providers whose models have names of your own (Azure, servers that you run) have none, and say so.
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

    /// A model that asks the first of these, and the next when it fails: a [`Router`](crate::Router) with its
    /// defaults. Each is an [`Lm`], or a [`Route`](crate::Route) that has a name of its own.
    ///
    /// ```
    /// use sigflow_core::Lm;
    /// use sigflow_providers::Connect as _;
    ///
    /// let lm = Lm::fallback([Lm::parse("ollama/llama3.2")?, Lm::offline()]);
    /// # Ok::<(), sigflow_core::Error>(())
    /// ```
    fn fallback<R: Into<crate::Route>>(routes: impl IntoIterator<Item = R>) -> Self;

    /// This model, asked again when it fails and may succeed later: a [`Retry`](crate::Retry) with its defaults.
    ///
    /// ```
    /// use sigflow_core::Lm;
    /// use sigflow_providers::Connect as _;
    ///
    /// let lm = Lm::parse("ollama/llama3.2")?.retrying();
    /// # Ok::<(), sigflow_core::Error>(())
    /// ```
    #[must_use]
    fn retrying(self) -> Self;

    /// This model, asked once for each request: a [`Cached`](crate::Cached) with a cache that others may share.
    ///
    /// ```
    /// use sigflow_core::Lm;
    /// use sigflow_providers::{Connect as _, ResponseCache};
    ///
    /// let cache = ResponseCache::builder().disk("replies.db").build();
    /// let lm = Lm::parse("ollama/llama3.2")?.retrying().cached(&cache);
    /// # Ok::<(), sigflow_core::Error>(())
    /// ```
    #[cfg(feature = "cache")]
    #[must_use]
    fn cached(self, cache: &crate::ResponseCache) -> Self;
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

/// Models that the environment has all for, as [`Lm::parse`](Connect::parse) takes them: of each provider whose key
/// or base URL is set, in the order of [the table](Connect#environment). Each has its usual model, but for the one
/// that `SIGFLOW_MODEL` names; providers whose models have names of your own are there only if it names one.
///
/// ```
/// for name in sigflow_providers::configured() {
///     println!("{name}");
/// }
/// ```
pub fn configured() -> Vec<String> {
    Vars::of_process().configured()
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
    fn fallback<R: Into<crate::Route>>(routes: impl IntoIterator<Item = R>) -> Self {
        crate::Router::new(routes).lm()
    }
    fn retrying(self) -> Self {
        crate::Retry::new(self).lm()
    }
    #[cfg(feature = "cache")]
    fn cached(self, cache: &crate::ResponseCache) -> Self {
        crate::Cached::new(self).cache(cache).lm()
    }
}
