//! From a provider, a model's name and the environment to a client.
use super::{
    CAPABILITIES, Choice, Look,
    provider::{Format, Provider},
};
use crate::Offline;
use sigflow_core::{Capabilities, Error, ErrorKind, LanguageModel, Lm, Result};

/// What the environment says of one provider.
#[allow(dead_code)] // in a build without any provider
#[derive(Debug)]
pub(super) struct Found {
    pub(super) key: Option<String>,
    /// Of a variable, in a form that its format's builder takes.
    pub(super) base: Option<String>,
    pub(super) capabilities: Option<Capabilities>,
}

impl Found {
    /// # Errors
    /// Of kind `Configuration`: a key or a base URL that is needed and in no variable.
    fn of(provider: &Provider, name: &str, look: Look<'_>) -> Result<Self> {
        let found = Found {
            key: provider.keys.iter().find_map(|name| look(name)),
            base: (provider.bases.iter())
                .find_map(|variable| look(variable).map(|base| url(base, provider.path))),
            capabilities: capabilities(look)?,
        };
        let lacks = provider.base.is_empty() || found.key.is_none();
        if found.base.is_none() && provider.needs_key && lacks {
            return Err(missing(provider, name, look));
        }
        Ok(found)
    }
}

/// Neither a key nor a place.
#[cold]
fn missing(provider: &Provider, name: &str, look: Look<'_>) -> Error {
    let (key, base) = (provider.keys[0], provider.bases[0]);
    let mut message = if provider.base.is_empty() {
        format!(
            "`{name}`: {base} is not set, and only you know where your server is; set it and {key}"
        )
    } else {
        format!("`{name}`: {key} is not set, nor {base} for a server that needs no key")
    };
    // a name of a gateway's model may begin like a provider's
    if provider.name != "openai" && look("OPENAI_BASE_URL").is_some() {
        message.push_str(
            "; for a model of this name on the server that OPENAI_BASE_URL names write `openai/",
        );
        message.push_str(name);
        message.push('`');
    }
    Error::new(ErrorKind::Configuration, message)
}

/// What the user says of the model.
pub(super) fn capabilities(look: Look<'_>) -> Result<Option<Capabilities>> {
    let Some(words) = look(CAPABILITIES) else {
        return Ok(None);
    };
    crate::models::parse_capabilities(&words)
        .map(Some)
        .map_err(|error| Error::new(ErrorKind::Configuration, format!("{CAPABILITIES}: {error}")))
}

/// A base URL as a variable holds it, with the path that its own tool adds.
fn url(base: String, path: &str) -> String {
    let rest = base.split_once("://").map_or("", |(_, rest)| rest);
    let place = rest.trim_end_matches('/');
    if path.is_empty() || place.is_empty() || place.contains(['/', '?']) {
        return base;
    }
    format!("{}{path}", base.trim_end_matches('/'))
}

/// Sets what was found on a builder; all have these three.
#[cfg(feature = "http")]
#[allow(unused_macros)] // in a build without any provider
macro_rules! with_found {
    ($builder:expr, $found:expr) => {{
        let mut builder = $builder;
        if let Some(key) = $found.key {
            builder = builder.api_key(key);
        }
        if let Some(base) = $found.base {
            builder = builder.base_url(base);
        }
        if let Some(capabilities) = $found.capabilities {
            builder = builder.capabilities(capabilities);
        }
        builder
    }};
}

/// A model of a provider. `guessed` says that the name is ours and not the user's.
pub(super) fn make(
    provider: &'static Provider,
    model: &str,
    guessed: bool,
    look: Look<'_>,
) -> Result<Choice> {
    if provider.format == Format::Offline {
        return Ok(Choice::offline("it was asked for"));
    }
    if model.trim().is_empty() {
        let name = provider.name;
        let message = format!("`{name}/` names no model; write `{name}/` and its name");
        return Err(Error::new(ErrorKind::Configuration, message));
    }
    if !provider.format.is_built() {
        return Err(provider.not_built());
    }
    let name = format!("{}/{model}", provider.name);
    let found = Found::of(provider, &name, look)?;
    match provider.format {
        #[cfg(feature = "openai")]
        Format::Chat => {
            let model = chat(provider, model, guessed, found, look).build()?;
            let host = model.host().to_owned();
            Ok(choice(model, &host))
        }
        #[cfg(feature = "openai")]
        Format::Responses => {
            let builder = crate::OpenAiResponses::builder(model);
            let model = with_found!(builder, found).build()?;
            let host = model.host().to_owned();
            Ok(choice(model, &host))
        }
        #[cfg(feature = "gemini")]
        Format::Gemini => {
            let model = with_found!(crate::Gemini::builder(model), found).build()?;
            let host = model.host().to_owned();
            Ok(choice(model, &host))
        }
        #[cfg(feature = "ollama")]
        Format::Ollama => {
            let model = with_found!(crate::Ollama::builder(model), found).build()?;
            let host = model.host().to_owned();
            Ok(choice(model, &host))
        }
        #[cfg(feature = "anthropic")]
        Format::Anthropic => {
            let model = with_found!(crate::Anthropic::builder(model), found).build()?;
            let host = model.host().to_owned();
            Ok(choice(model, &host))
        }
        #[cfg(feature = "bedrock")]
        Format::Bedrock => {
            let builder = crate::Bedrock::builder(model).environment(look);
            let model = with_found!(builder, found).build()?;
            let host = model.host().to_owned();
            Ok(choice(model, &host))
        }
        #[allow(unreachable_patterns)] // in a build with all of them
        _ => {
            let _ = (guessed, found, choice::<Offline>);
            Err(provider.not_built())
        }
    }
}

fn choice<M: LanguageModel>(model: M, host: &str) -> Choice {
    let words = format!("{} at {host} answers", model.name());
    Choice {
        lm: Lm::new(model),
        words,
    }
}

#[cfg(feature = "openai")]
fn chat(
    provider: &Provider,
    model: &str,
    guessed: bool,
    mut found: Found,
    look: Look<'_>,
) -> crate::OpenAiBuilder {
    use crate::openai::{OpenAi, Profile};
    let mut builder = OpenAi::builder(model);
    if provider.name == "openai" {
        let headers = [
            ("OPENAI_ORG_ID", "openai-organization"),
            ("OPENAI_PROJECT_ID", "openai-project"),
        ];
        for (variable, header) in headers {
            if let Some(value) = look(variable) {
                builder = builder.header(header, value);
            }
        }
        // On a server of one's own the name is our guess, and tells nothing of what it can do.
        let elsewhere = |base: &String| !base.contains("//api.openai.com");
        if guessed && found.base.as_ref().is_some_and(elsewhere) {
            found.capabilities.get_or_insert(Capabilities::CHAT);
        }
    } else if let Some(profile) = Profile::of(provider.name) {
        builder = builder.profile(profile);
    }
    if provider.name == "azure"
        && let Some(version) = ["OPENAI_API_VERSION", "AZURE_API_VERSION"]
            .iter()
            .find_map(|name| look(name))
    {
        builder = builder.api_version(version);
    }
    with_found!(builder, found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_without_a_path_gets_it() {
        let of = |base: &str, path| url(base.to_owned(), path);
        assert_eq!(of("http://h:1", "/v1"), "http://h:1/v1");
        assert_eq!(of("http://h:1/", "/v1"), "http://h:1/v1");
        assert_eq!(of("http://h/api", "/v1"), "http://h/api");
        assert_eq!(of("http://h", ""), "http://h");
        // not ours to mend; the builder says what is wrong
        assert_eq!(of("h:1", "/v1"), "h:1");
    }
}
