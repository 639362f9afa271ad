//! What differs between the servers that speak OpenAI's chat completions.
pub(super) mod azure;
mod hosted;
mod local;
mod quirks;

pub(super) use quirks::{CacheForm, EffortForm, LogprobsForm, Quirks, ReplayForm};

use super::TokenField;
use crate::{
    Secret,
    names::{OPENAI, Provider},
    wire::{Connection, Keyed},
};
use reqwest::Url;
use sigflow_core::Result;

/// A server, or a kind of servers, with its own ways to speak OpenAI's chat completions.
///
/// [`OpenAi::builder`](super::OpenAi::builder) tells it by the host of the base URL; say it for a server of your
/// own, behind a gateway, or for its usual place:
///
/// ```
/// use sigflow_providers::{OpenAi, Profile};
///
/// let model = OpenAi::builder("openai/gpt-oss-120b").profile(Profile::Groq).api_key("gsk_123456").build()?;
/// assert_eq!(model.host(), "api.groq.com");
/// # Ok::<(), sigflow_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Profile {
    /// `api.openai.com`.
    OpenAi,
    /// Azure `OpenAI`: models are deployments, the key goes in a header of its own.
    Azure,
    /// openrouter.ai.
    OpenRouter,
    /// Groq.
    Groq,
    /// Mistral, which refuses members that it does not know.
    Mistral,
    /// `DeepSeek`.
    DeepSeek,
    /// xAI.
    Xai,
    /// Together.
    Together,
    /// A `LiteLLM` proxy.
    LiteLlm,
    /// vLLM.
    Vllm,
    /// llama.cpp's server.
    LlamaCpp,
    /// Ollama, by its form of OpenAI's protocol.
    Ollama,
    /// Some other server.
    Other,
}

impl Profile {
    /// All of them.
    pub const ALL: [Profile; 13] = [
        Profile::OpenAi,
        Profile::Azure,
        Profile::OpenRouter,
        Profile::Groq,
        Profile::Mistral,
        Profile::DeepSeek,
        Profile::Xai,
        Profile::Together,
        Profile::LiteLlm,
        Profile::Vllm,
        Profile::LlamaCpp,
        Profile::Ollama,
        Profile::Other,
    ];

    /// Its name, as it stands before the slash in [`Lm::parse`](crate::Connect::parse); empty for
    /// [`Other`](Profile::Other).
    pub const fn name(self) -> &'static str {
        match self {
            Profile::OpenAi => "openai",
            Profile::Azure => "azure",
            Profile::OpenRouter => "openrouter",
            Profile::Groq => "groq",
            Profile::Mistral => "mistral",
            Profile::DeepSeek => "deepseek",
            Profile::Xai => "xai",
            Profile::Together => "together",
            Profile::LiteLlm => "litellm",
            Profile::Vllm => "vllm",
            Profile::LlamaCpp => "llamacpp",
            Profile::Ollama => "ollama",
            Profile::Other => "",
        }
    }

    /// The one of this name.
    pub(crate) fn of(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|profile| profile.name() == name && !name.is_empty())
    }

    /// The one that a host belongs to.
    pub(super) fn of_host(host: &str) -> Self {
        let is = |of: &&'static str| {
            let rest = host.strip_suffix(*of);
            rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        let known = |profile: &Profile| profile.quirks().hosts.iter().any(is);
        Self::ALL.into_iter().find(known).unwrap_or(Profile::Other)
    }

    pub(super) const fn quirks(self) -> &'static Quirks {
        match self {
            Profile::OpenAi => &hosted::OPENAI,
            Profile::Azure => &hosted::AZURE,
            Profile::OpenRouter => &hosted::OPENROUTER,
            Profile::Groq => &hosted::GROQ,
            Profile::Mistral => &hosted::MISTRAL,
            Profile::DeepSeek => &hosted::DEEPSEEK,
            Profile::Xai => &hosted::XAI,
            Profile::Together => &hosted::TOGETHER,
            Profile::LiteLlm => &local::LITELLM,
            Profile::Vllm => &local::VLLM,
            Profile::LlamaCpp => &local::LLAMACPP,
            Profile::Ollama => &local::OLLAMA,
            Profile::Other => &local::OTHER,
        }
    }

    /// Where it usually is.
    pub(super) fn base(self) -> &'static str {
        match self {
            // by its name a model goes to Ollama's own protocol, at another path
            Profile::Ollama => "http://127.0.0.1:11434/v1",
            _ => self.row().unwrap_or(&OPENAI).base,
        }
    }

    /// What the table of names says of it.
    pub(super) fn row(self) -> Option<&'static Provider> {
        Provider::find(self.name())
    }
}

/// The profile that a client's settings tell: by the host of its base URL, else the usual one.
pub(crate) fn profile_of(connection: &Connection) -> Profile {
    let host = |url: &Secret| Url::parse(url.expose()).ok()?.host_str().map(str::to_owned);
    match &connection.base_url {
        Some(url) => host(url).map_or(Profile::Other, |host| Profile::of_host(&host)),
        None => Profile::OpenAi,
    }
}

/// How the key goes to such a server.
pub(crate) fn keyed(profile: Profile) -> Keyed {
    profile.quirks().keyed
}

/// How a user gives the key.
pub(crate) fn key_hint(profile: Profile) -> &'static str {
    profile.row().unwrap_or(&OPENAI).hint
}

/// Completes an endpoint of Azure, for the path that needs no version.
pub(crate) fn azure_place(connection: &mut Connection) -> Result<()> {
    azure::place(connection, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_tell_profiles() {
        for (host, profile) in [
            ("api.openai.com", Profile::OpenAi),
            ("eu.api.openai.com", Profile::OpenAi),
            ("notapi.openai.com", Profile::Other),
            ("x.openai.azure.com", Profile::Azure),
            ("x.services.ai.azure.com", Profile::Azure),
            ("openrouter.ai", Profile::OpenRouter),
            ("api.groq.com", Profile::Groq),
            ("api.mistral.ai", Profile::Mistral),
            ("api.deepseek.com", Profile::DeepSeek),
            ("api.x.ai", Profile::Xai),
            ("api.together.xyz", Profile::Together),
            ("api.together.ai", Profile::Together),
            ("127.0.0.1", Profile::Other),
            ("api.openai.com.example", Profile::Other),
        ] {
            assert_eq!(Profile::of_host(host), profile, "{host}");
        }
    }

    #[test]
    fn each_profile_has_its_row() {
        for profile in Profile::ALL {
            assert_eq!(profile.row().is_some(), profile != Profile::Other);
            assert_eq!(
                Profile::of(profile.name()).is_some(),
                profile != Profile::Other
            );
        }
    }
}
