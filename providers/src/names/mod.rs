//! Models by the names that users write, and by what the environment says.
mod make;
mod provider;
mod table;

pub(crate) use provider::Provider;
#[cfg(feature = "openai")]
pub(crate) use table::OPENAI;

use crate::Offline;
use provider::unknown;
use sigflow_core::{Error, ErrorKind, Lm, Result};
use table::PROVIDERS;

const MODEL: &str = "SIGFLOW_MODEL";
const CAPABILITIES: &str = "SIGFLOW_CAPABILITIES";

/// A model, and a line about which it is.
pub(crate) struct Choice {
    lm: Lm,
    pub(crate) words: String,
}

impl Choice {
    fn offline(reason: impl std::fmt::Display) -> Self {
        Choice {
            lm: Lm::new(Offline),
            words: format!("the offline model answers ({reason})"),
        }
    }
    pub(crate) fn into_lm(self) -> Lm {
        self.lm
    }
}

/// The value of a variable; one that is empty counts as not set.
type Look<'a> = &'a dyn Fn(&str) -> Option<String>;

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
        if self.get(MODEL).is_none() && self.first().is_none() {
            return Ok(Choice::offline(format!(
                "no key of a provider is set, nor OPENAI_BASE_URL nor {MODEL}"
            )));
        }
        self.choose()
    }

    /// The first provider of the table of which a key or a base URL is set; one that this build has comes before
    /// those that it is without.
    fn first(&self) -> Option<&'static Provider> {
        let is_set = |row: &&Provider| {
            let mut names = row.keys.iter().chain(row.bases);
            names.any(|name| self.get(name).is_some())
        };
        let set = || PROVIDERS.iter().filter(is_set);
        set()
            .find(|row| row.format.is_built())
            .or_else(|| set().next())
    }

    /// A model of each provider that the variables have all for.
    pub(crate) fn configured(&self) -> Vec<String> {
        let asked = self.get(MODEL).filter(|name| names_provider(name));
        let of = |name: &String| Provider::find(name.split('/').next()?);
        let wanted = asked.as_ref().and_then(of);
        let mut all = Vec::new();
        for row in PROVIDERS.iter().filter(|row| row.format.is_built()) {
            let mut variables = row.keys.iter().chain(row.bases);
            if wanted.is_some_and(|wanted| wanted.name == row.name) {
                all.extend(asked.clone());
            } else if !row.default_model.is_empty()
                && variables.any(|name| self.get(name).is_some())
            {
                all.push(format!("{}/{}", row.name, row.default_model));
            }
        }
        all
    }

    /// The model that the variables name.
    pub(crate) fn choose(&self) -> Result<Choice> {
        let look = |name: &str| self.get(name);
        match (self.get(MODEL), self.first()) {
            (Some(name), _) if names_provider(&name) => self.parse(&name),
            (Some(name), Some(provider)) => make::make(provider, &name, false, &look),
            // A plain name, and no server it could be on.
            (Some(name), None) => self.parse(&name).map_err(|error| {
                let message = format!(
                    "{MODEL} is `{name}`, and neither OPENAI_API_KEY nor OPENAI_BASE_URL is set: {error}"
                );
                Error::new(ErrorKind::Configuration, message)
            }),
            (None, Some(provider)) if provider.default_model.is_empty() => {
                let name = provider.name;
                let message = format!(
                    "the environment chooses provider `{name}`, whose models have names of your own; set {MODEL} to `{name}/` and one of them"
                );
                Err(Error::new(ErrorKind::Configuration, message))
            }
            (None, Some(provider)) => make::make(provider, provider.default_model, true, &look),
            (None, None) => {
                let keys: Vec<&str> = PROVIDERS
                    .iter()
                    .filter(|row| row.needs_key && row.format.is_built())
                    .filter_map(|row| row.keys.first().copied())
                    .collect();
                let message = format!(
                    "no model in the environment: set the key of a provider ({}), or OPENAI_BASE_URL for a server of your own; \
                     {MODEL} names the model. None of them is set",
                    keys.join(", ")
                );
                Err(Error::new(ErrorKind::Configuration, message))
            }
        }
    }

    /// A model by provider and name.
    pub(crate) fn parse(&self, name: &str) -> Result<Choice> {
        let name = name.trim();
        let (provider, model) = name.split_once('/').unwrap_or((name, ""));
        let Some(provider) = Provider::find(provider) else {
            return Err(unknown(name, provider));
        };
        make::make(provider, model, false, &|name| self.get(name))
    }

    /// A model of OpenAI's, or of the server that stands in its place.
    #[cfg(feature = "openai")]
    pub(crate) fn openai(&self, model: &str) -> Result<Choice> {
        make::make(&OPENAI, model, false, &|name| self.get(name))
    }
}

/// Whether a name begins with a provider; `offline` needs no model behind it.
fn names_provider(name: &str) -> bool {
    match name.split_once('/') {
        Some((provider, _)) => Provider::find(provider).is_some(),
        None => name == "offline",
    }
}

#[cfg(test)]
mod tests;
