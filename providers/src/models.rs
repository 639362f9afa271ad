//! What is known about models by their names.
use crate::close::closest;
use sigflow_core::{Capabilities, Error, ErrorKind, Result};

/// Beginnings of names and what such models can do; the longest that fits decides.
///
/// The families are those of OpenAI's and Anthropic's model pages, and models that are known to give their thoughts.
/// A name that is not here is plain chat, which every
/// model can: a server refuses a schema that it does not know, and a guess would cost a failed call.
const FAMILIES: &[(&str, Capabilities)] = &[
    // Anthropic's: schemas from 4.5 on, thoughts from 3.7 on, citations but for the first Haiku.
    ("claude-", CLAUDE),
    ("claude-3", CLAUDE_3),
    ("claude-3-haiku", TOOLS_ONLY),
    ("claude-3-7", CLAUDE_4),
    ("claude-haiku-4", CLAUDE_4),
    ("claude-opus-4", CLAUDE_4),
    ("claude-sonnet-4", CLAUDE_4),
    ("claude-haiku-4-5", CLAUDE),
    ("claude-opus-4-5", CLAUDE),
    ("claude-opus-4-6", CLAUDE),
    ("claude-opus-4-7", CLAUDE),
    ("claude-opus-4-8", CLAUDE),
    ("claude-sonnet-4-5", CLAUDE),
    ("claude-sonnet-4-6", CLAUDE),
    // Its thoughts come as `reasoning_content`.
    ("deepseek-reasoner", THINKS),
    ("gpt-3.5-turbo", NO_SCHEMA),
    ("gpt-4", TOOLS),
    ("gpt-4-turbo", NO_SCHEMA),
    ("gpt-4.1", Capabilities::ALL),
    ("gpt-4.5", Capabilities::ALL),
    ("gpt-4o", Capabilities::ALL),
    // The first gpt-4o came before schemas did.
    ("gpt-4o-2024-05-13", NO_SCHEMA),
    ("gpt-4o-audio", TOOLS),
    ("gpt-4o-mini-audio", TOOLS),
    ("gpt-4o-search", SCHEMA_ONLY),
    ("gpt-4o-mini-search", SCHEMA_ONLY),
    ("gpt-5", Capabilities::ALL),
    ("gpt-5-search", SCHEMA_ONLY),
    ("o1", Capabilities::ALL),
    ("o1-mini", Capabilities::CHAT),
    ("o1-preview", Capabilities::CHAT),
    ("o3", Capabilities::ALL),
    ("o4", Capabilities::ALL),
];

const NO_SCHEMA: Capabilities = of(false, true, true, true);
const TOOLS: Capabilities = of(false, false, true, true);
const THINKS: Capabilities = {
    let mut capabilities = Capabilities::CHAT;
    capabilities.reasoning = true;
    capabilities
};
const TOOLS_ONLY: Capabilities = of(false, false, true, false);
const CLAUDE_3: Capabilities = {
    let mut capabilities = TOOLS_ONLY;
    capabilities.citations = true;
    capabilities
};
const CLAUDE_4: Capabilities = {
    let mut capabilities = CLAUDE_3;
    capabilities.reasoning = true;
    capabilities
};
/// Newer ones cannot be made to call a tool, and the older of them not while they think; to schemas they keep always.
const CLAUDE: Capabilities = {
    let mut capabilities = CLAUDE_4;
    capabilities.json_schema = true;
    capabilities.unforced_tools = true;
    capabilities
};
const SCHEMA_ONLY: Capabilities = of(true, true, false, false);

#[allow(clippy::fn_params_excessive_bools)] // In the order of the struct, and only in the table above.
const fn of(json_schema: bool, json_object: bool, tools: bool, many: bool) -> Capabilities {
    let mut capabilities = Capabilities::CHAT;
    capabilities.json_schema = json_schema;
    capabilities.json_object = json_object;
    capabilities.tools = tools;
    capabilities.many = many;
    capabilities
}

/// What a model of this name can do, by the name alone; an unknown name is plain chat.
///
/// Gateways put a vendor in front (`openai/gpt-4o`) and fine-tuned models a mark
/// (`ft:gpt-4o-mini:org::id`): both are read through.
///
/// ```
/// use sigflow_core::Capabilities;
/// use sigflow_providers::models::capabilities;
///
/// assert_eq!(capabilities("gpt-5-mini"), Capabilities::ALL);
/// assert_eq!(capabilities("openai/gpt-4o"), Capabilities::ALL);
/// assert_eq!(capabilities("my-own-model"), Capabilities::CHAT);
/// ```
pub fn capabilities(model: &str) -> Capabilities {
    let name = model.rsplit('/').next().unwrap_or(model);
    let name = name
        .strip_prefix("ft:")
        .unwrap_or(name)
        .to_ascii_lowercase();
    // Bedrock puts a region and a vendor before: `us.anthropic.claude-…`
    let name = name.rsplit("anthropic.").next().unwrap_or_default();
    FAMILIES
        .iter()
        .filter(|(family, _)| {
            let rest = name.strip_prefix(family);
            rest.is_some_and(|rest| family.ends_with('-') || ends_a_family(rest))
        })
        .max_by_key(|(family, _)| family.len())
        .map_or(Capabilities::CHAT, |(_, capabilities)| *capabilities)
}

/// `gpt-4` is not the family of `gpt-45`, nor `o1` that of `o100`.
fn ends_a_family(rest: &str) -> bool {
    !rest.starts_with(|next: char| next.is_ascii_digit())
}

const WORDS: &[&str] = &[
    "json_schema",
    "json_object",
    "tools",
    "unforced_tools",
    "many",
    "reasoning",
    "citations",
    "all",
    "chat",
];

/// Capabilities as words with commas between: `json_schema`, `json_object`, `tools`, `unforced_tools`, `many`,
/// `reasoning`, `citations`, and `all` or `chat` for [`Capabilities::ALL`] and [`Capabilities::CHAT`]. This is the form of the
/// variable `SIGFLOW_CAPABILITIES`.
///
/// ```
/// use sigflow_providers::models::parse_capabilities;
///
/// let capabilities = parse_capabilities("json_schema, many")?;
/// assert!(capabilities.json_schema && capabilities.many && !capabilities.tools);
/// assert!(parse_capabilities("json_shema").is_err());
/// # Ok::<(), sigflow_core::Error>(())
/// ```
///
/// # Errors
/// Of kind [`Configuration`](ErrorKind::Configuration) on a word that is none of these.
pub fn parse_capabilities(words: &str) -> Result<Capabilities> {
    let mut capabilities = Capabilities::CHAT;
    for word in words.split([',', ' ']).filter(|word| !word.is_empty()) {
        match word {
            "json_schema" => capabilities.json_schema = true,
            "json_object" => capabilities.json_object = true,
            "tools" => capabilities.tools = true,
            "unforced_tools" => capabilities.unforced_tools = true,
            "many" => capabilities.many = true,
            "reasoning" => capabilities.reasoning = true,
            "citations" => capabilities.citations = true,
            "all" => {
                (capabilities.json_schema, capabilities.json_object) = (true, true);
                (capabilities.tools, capabilities.many) = (true, true);
            }
            "chat" => {}
            _ => {
                let meant = closest(word, WORDS);
                let hint = meant
                    .map(|meant| format!("did you mean `{meant}`? "))
                    .unwrap_or_default();
                let message = format!(
                    "unknown capability `{word}`; {hint}known are {}",
                    WORDS.join(", ")
                );
                return Err(Error::new(ErrorKind::Configuration, message));
            }
        }
    }
    Ok(capabilities)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_by_the_longest_beginning() {
        for model in [
            "gpt-4o",
            "gpt-4o-mini",
            "gpt-4o-2024-08-06",
            "gpt-4.1-nano",
            "gpt-5",
            "gpt-5.1-mini",
        ] {
            assert_eq!(capabilities(model), Capabilities::ALL, "{model}");
        }
        for model in [
            "o1",
            "o1-2024-12-17",
            "o3-mini",
            "o4-mini",
            "GPT-4o",
            "ft:gpt-4o-mini:me::1",
        ] {
            assert_eq!(capabilities(model), Capabilities::ALL, "{model}");
        }
        for model in [
            "o1-mini",
            "o1-preview",
            "o100",
            "gpt-45",
            "gpt",
            "llama3.2",
            "offline",
            "",
        ] {
            assert_eq!(capabilities(model), Capabilities::CHAT, "{model}");
        }
        for model in [
            "claude-sonnet-4-5",
            "anthropic/claude-opus-4-6",
            "us.anthropic.claude-haiku-4-5-20251001-v1:0",
            "claude-fable-5-1",
            "claude-opus-5",
        ] {
            assert_eq!(capabilities(model), CLAUDE, "{model}");
        }
        assert_eq!(capabilities("claude-sonnet-4-20250514"), CLAUDE_4);
        assert_eq!(capabilities("claude-3-7-sonnet-20250219"), CLAUDE_4);
        assert_eq!(capabilities("claude-3-5-haiku-20241022"), CLAUDE_3);
        assert_eq!(capabilities("claude-3-haiku-20240307"), TOOLS_ONLY);
        assert_eq!(capabilities("deepseek/deepseek-reasoner"), THINKS);
        assert_eq!(capabilities("gpt-4o-2024-05-13"), NO_SCHEMA);
        assert_eq!(capabilities("gpt-4-turbo-2024-04-09"), NO_SCHEMA);
        assert_eq!(capabilities("gpt-4-0613"), TOOLS);
    }

    #[test]
    fn words_give_capabilities() {
        assert_eq!(
            parse_capabilities("json_schema,json_object,tools,many").ok(),
            Some(Capabilities::ALL)
        );
        assert_eq!(parse_capabilities("all").ok(), Some(Capabilities::ALL));
        let more = parse_capabilities("reasoning,all,citations").expect("known words");
        assert!(more.reasoning && more.citations && more.tools);
        assert_eq!(parse_capabilities("").ok(), Some(Capabilities::CHAT));
        let error = parse_capabilities("tool").expect_err("no such word");
        assert!(
            error.is_configuration() && error.to_string().contains("did you mean `tools`?"),
            "{error}"
        );
    }
}
