//! What is known of a provider by its name.
use super::table::PROVIDERS;
use crate::close::closest;
use sigflow_core::{Error, ErrorKind};

/// One provider: a row of the [table](PROVIDERS).
#[derive(Debug)]
pub(crate) struct Provider {
    /// What stands before the slash.
    pub(crate) name: &'static str,
    /// Other words for it that are in use.
    pub(crate) aliases: &'static [&'static str],
    /// The format that it speaks.
    pub(crate) format: Format,
    /// Variables that hold the key; the first that is set counts.
    pub(crate) keys: &'static [&'static str],
    /// How a user gives the key, as errors say it.
    #[cfg_attr(not(feature = "openai"), allow(dead_code))]
    pub(crate) hint: &'static str,
    /// Variables that hold a base URL; the first that is set counts.
    pub(crate) bases: &'static [&'static str],
    /// Where it is if no variable says so; empty where only the user knows.
    pub(crate) base: &'static str,
    /// The path that a base URL of a variable gets if it has none: tools that add it by themselves want it
    /// without.
    pub(crate) path: &'static str,
    /// Nothing goes without a key, unless a base URL leads elsewhere.
    pub(crate) needs_key: bool,
    /// The model when a key is set and no model is named; empty where names are the user's own.
    pub(crate) default_model: &'static str,
}

/// A wire format. What differs between servers of one format is in its profiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// OpenAI's chat completions.
    Chat,
    /// OpenAI's responses.
    Responses,
    /// Anthropic's messages.
    Anthropic,
    /// Gemini.
    Gemini,
    /// Bedrock's converse.
    Bedrock,
    /// Ollama's own.
    Ollama,
    /// The model that needs no network.
    Offline,
}

impl Format {
    /// The feature that brings it.
    const fn feature(self) -> &'static str {
        match self {
            Format::Chat | Format::Responses => "openai",
            Format::Anthropic => "anthropic",
            Format::Gemini => "gemini",
            Format::Bedrock => "bedrock",
            Format::Ollama => "ollama",
            Format::Offline => "",
        }
    }
    /// Whether this build has it.
    pub(crate) const fn is_built(self) -> bool {
        match self {
            Format::Offline => true,
            Format::Chat | Format::Responses => cfg!(feature = "openai"),
            Format::Gemini => cfg!(feature = "gemini"),
            Format::Ollama => cfg!(feature = "ollama"),
            Format::Anthropic => cfg!(feature = "anthropic"),
            Format::Bedrock => cfg!(feature = "bedrock"),
        }
    }
}

impl Provider {
    /// The provider of a name or of another word for it.
    pub(crate) fn find(name: &str) -> Option<&'static Provider> {
        PROVIDERS
            .iter()
            .find(|row| row.name == name || row.aliases.contains(&name))
    }

    /// This build has no client for it.
    #[cold]
    pub(super) fn not_built(&self) -> Error {
        let (name, feature) = (self.name, self.format.feature());
        let message = format!(
            "provider `{name}` needs the feature `{feature}`, which this build is without; add it to sigflow's features"
        );
        Error::new(ErrorKind::Configuration, message)
    }
}

/// No provider has this name: the one that was probably meant, and all there are.
#[cold]
pub(super) fn unknown(name: &str, provider: &str) -> Error {
    let names: Vec<&str> = PROVIDERS
        .iter()
        .flat_map(|row| std::iter::once(row.name).chain(row.aliases.iter().copied()))
        .collect();
    let meant = match closest(provider, &names) {
        Some(meant) => format!("did you mean `{meant}`? "),
        None if !name.contains('/') => format!("write `openai/{name}`? "),
        None => String::new(),
    };
    let row = |row: &Provider| {
        if row.format.is_built() {
            row.name.to_owned()
        } else {
            format!("{} (feature `{}`)", row.name, row.format.feature())
        }
    };
    let list = PROVIDERS.iter().map(row).collect::<Vec<_>>().join(", ");
    let message = format!("`{name}`: `{provider}` is no provider; {meant}known are {list}");
    Error::new(ErrorKind::Configuration, message)
}
