//! Which model the environment names.
#[cfg(feature = "openai")]
use crate::openai::{OpenAi, OpenAiBuilder};
use crate::{Offline, close::closest};
use sigflow_core::{Error, ErrorKind, Lm, Result};

/// The providers that a model's name may begin with.
#[cfg(feature = "openai")]
const PROVIDERS: &[&str] = &["openai", "ollama", "offline"];
#[cfg(not(feature = "openai"))]
const PROVIDERS: &[&str] = &["offline"];

const KEY: &str = "OPENAI_API_KEY";
const BASE: &str = "OPENAI_BASE_URL";
const MODEL: &str = "SIGFLOW_MODEL";
#[cfg(feature = "openai")]
const CAPABILITIES: &str = "SIGFLOW_CAPABILITIES";
/// The model when the environment has a key and names none.
#[cfg(feature = "openai")]
const DEFAULT_MODEL: &str = "gpt-5-mini";
#[cfg(feature = "openai")]
const OLLAMA: &str = "http://127.0.0.1:11434/v1";

/// A model, and a line about which it is.
pub(crate) struct Choice {
    model: Model,
    pub(crate) words: String,
}

enum Model {
    #[cfg(feature = "openai")]
    OpenAi(Box<OpenAi>),
    Offline,
}

impl Choice {
    fn offline(reason: impl std::fmt::Display) -> Self {
        Choice {
            model: Model::Offline,
            words: format!("the offline model answers ({reason})"),
        }
    }
    #[cfg(feature = "openai")]
    fn openai(builder: OpenAiBuilder) -> Result<Self> {
        use sigflow_core::LanguageModel as _;
        let model = builder.build()?;
        let words = format!("{} at {} answers", model.name(), model.host());
        Ok(Choice {
            model: Model::OpenAi(Box::new(model)),
            words,
        })
    }
    pub(crate) fn into_lm(self) -> Lm {
        match self.model {
            #[cfg(feature = "openai")]
            Model::OpenAi(model) => Lm::new(*model),
            Model::Offline => Lm::new(Offline),
        }
    }
}

/// Variables by name, so that tests need not change the process.
pub(crate) struct Vars<F>(F);

impl Vars<fn(&str) -> Option<String>> {
    /// Those of this process. What is not UTF-8 is read as far as it is, and fails where it is used.
    pub(crate) fn of_process() -> Self {
        Vars(|name| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned()))
    }
}

impl<F: Fn(&str) -> Option<String>> Vars<F> {
    fn get(&self, name: &str) -> Option<String> {
        (self.0)(name)
            .map(|value| value.trim().to_owned())
            .filter(|value| !value.is_empty())
    }

    /// As [`choose`](Self::choose); offline when there is nothing to choose by.
    pub(crate) fn choose_or_offline(&self) -> Result<Choice> {
        if self.says_nothing() {
            return Ok(Choice::offline(format!(
                "{KEY}, {BASE} and {MODEL} are not set"
            )));
        }
        self.choose()
    }

    fn says_nothing(&self) -> bool {
        [KEY, BASE, MODEL]
            .iter()
            .all(|name| self.get(name).is_none())
    }

    /// The model that the variables name.
    pub(crate) fn choose(&self) -> Result<Choice> {
        match self.get(MODEL) {
            Some(name) if is_provider(&name) => self.parse(&name),
            #[cfg(feature = "openai")]
            Some(name) if self.get(KEY).is_some() || self.get(BASE).is_some() => self.openai(&name),
            // A plain name, and no server it could be on.
            Some(name) => self.parse(&name).map_err(|error| {
                let message =
                    format!("{MODEL} is `{name}`, and neither {KEY} nor {BASE} is set: {error}");
                Error::new(ErrorKind::Configuration, message)
            }),
            #[cfg(feature = "openai")]
            None if self.get(KEY).is_some() || self.get(BASE).is_some() => self.default_model(),
            None => {
                let message = format!(
                    "no model in the environment: set {KEY}, or {BASE} for a server of your own; {MODEL} names the \
                     model. None of them is set",
                );
                Err(Error::new(ErrorKind::Configuration, message))
            }
        }
    }

    #[cfg(feature = "openai")]
    fn default_model(&self) -> Result<Choice> {
        let mut builder = self.builder(DEFAULT_MODEL)?;
        // On a server of one's own the name is our guess, and tells nothing of what it can do.
        if self
            .get(BASE)
            .is_some_and(|base| !base.contains("//api.openai.com"))
            && self.get(CAPABILITIES).is_none()
        {
            builder = builder.capabilities(sigflow_core::Capabilities::CHAT);
        }
        Choice::openai(builder)
    }

    /// A model by provider and name.
    #[cfg_attr(not(feature = "openai"), allow(unused_variables, clippy::unused_self))]
    pub(crate) fn parse(&self, name: &str) -> Result<Choice> {
        let (provider, model) = name.trim().split_once('/').unwrap_or((name.trim(), ""));
        match provider {
            "offline" => Ok(Choice::offline("it was asked for")),
            #[cfg(feature = "openai")]
            "openai" | "ollama" if model.is_empty() => {
                let message = format!("`{name}` names no model; write `{provider}/` and its name");
                Err(Error::new(ErrorKind::Configuration, message))
            }
            #[cfg(feature = "openai")]
            "openai" => self.openai(model),
            #[cfg(feature = "openai")]
            "ollama" => {
                Choice::openai(self.with_capabilities(OpenAi::builder(model).base_url(OLLAMA))?)
            }
            _ => Err(unknown_provider(name, provider)),
        }
    }

    #[cfg(feature = "openai")]
    pub(crate) fn openai(&self, model: &str) -> Result<Choice> {
        Choice::openai(self.builder(model)?)
    }

    #[cfg(feature = "openai")]
    fn builder(&self, model: &str) -> Result<OpenAiBuilder> {
        let mut builder = OpenAi::builder(model);
        let (key, base) = (self.get(KEY), self.get(BASE));
        if key.is_none() && base.is_none() {
            let message = format!("{KEY} is not set, nor {BASE} for a server that needs no key");
            return Err(Error::new(ErrorKind::Configuration, message));
        }
        if let Some(key) = key {
            builder = builder.api_key(key);
        }
        if let Some(base) = base {
            builder = builder.base_url(base);
        }
        self.with_capabilities(builder)
    }

    #[cfg(feature = "openai")]
    fn with_capabilities(&self, builder: OpenAiBuilder) -> Result<OpenAiBuilder> {
        let Some(words) = self.get(CAPABILITIES) else {
            return Ok(builder);
        };
        match crate::models::parse_capabilities(&words) {
            Ok(capabilities) => Ok(builder.capabilities(capabilities)),
            Err(error) => Err(Error::new(
                ErrorKind::Configuration,
                format!("{CAPABILITIES}: {error}"),
            )),
        }
    }
}

fn is_provider(name: &str) -> bool {
    name == "offline"
        || name
            .split_once('/')
            .is_some_and(|(provider, _)| PROVIDERS.contains(&provider))
}

#[cold]
fn unknown_provider(name: &str, provider: &str) -> Error {
    let meant = match closest(provider, PROVIDERS) {
        Some(meant) => format!("did you mean `{meant}`? "),
        None if !name.contains('/') && PROVIDERS.contains(&"openai") => {
            format!("write `openai/{name}`? ")
        }
        None => String::new(),
    };
    let missing = if cfg!(feature = "openai") {
        ""
    } else {
        "; this build is without the feature `openai`"
    };
    let list = PROVIDERS.join(", ");
    let message =
        format!("`{name}`: `{provider}` is no provider; {meant}known are {list}{missing}");
    Error::new(ErrorKind::Configuration, message)
}

#[cfg(test)]
#[path = "environment_tests.rs"]
mod tests;
