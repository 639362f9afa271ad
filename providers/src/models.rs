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
    ("gemini-", GEMINI),
    ("gemini-2.5-computer-use", TOOLS_ONLY),
    ("gemini-2.5-pro-preview-tts", Capabilities::CHAT),
    ("gemini-gemma-2", TOOLS_ONLY),
    ("gemini-omni", Capabilities::CHAT),
    ("gemini-robotics-er-2-streaming", TOOLS_ONLY),
    // Its weights are open, so what else it can do depends on who serves it.
    ("gpt-oss", THINKS),
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
    ("gpt-5.4-pro", TOOLS_ONLY),
    ("gpt-5.5-pro", TOOLS_ONLY),
    ("gpt-5.5-cyber", Capabilities::CHAT),
    ("gpt-6", Capabilities::ALL),
    ("gpt-audio", TOOLS),
    ("o1", Capabilities::ALL),
    ("o1-mini", Capabilities::CHAT),
    ("o1-preview", Capabilities::CHAT),
    ("o3", Capabilities::ALL),
    ("o3-deep-research", Capabilities::CHAT),
    ("o4", Capabilities::ALL),
    ("o4-mini-deep-research", Capabilities::CHAT),
];

/// As [`FAMILIES`], of models by the provider that serves them. Most are open, and elsewhere another server may
/// refuse what this one takes; an empty beginning is every other model of the provider's.
const SERVED: &[(&str, &[(&str, Capabilities)])] = &[
    (
        "mistral",
        &[
            ("", Capabilities::ALL),
            ("codestral-mamba", Capabilities::CHAT),
            ("magistral", thinking(Capabilities::ALL)),
            ("mistral-tiny", SCHEMA_ONLY),
            ("open-mistral-nemo", SCHEMA_ONLY),
        ],
    ),
    (
        "deepseek",
        &[
            // they think unless they are told not to
            ("", thinking(OBJECT_AND_TOOLS)),
            ("deepseek-chat", OBJECT_AND_TOOLS),
            ("deepseek-reasoner", THINKS),
        ],
    ),
    (
        "xai",
        &[
            ("grok", Capabilities::ALL),
            ("grok-4.20-multi-agent", SCHEMA_ONLY),
        ],
    ),
    (
        "groq",
        &[
            ("gpt-oss", thinking(Capabilities::ALL)),
            ("llama-", OBJECT_AND_TOOLS),
            ("llama-guard", Capabilities::CHAT),
            ("llama-prompt-guard", Capabilities::CHAT),
            ("qwen3", Capabilities::ALL),
        ],
    ),
    (
        "together",
        &[
            ("deepseek-v4", Capabilities::ALL),
            ("glm-5.2", Capabilities::ALL),
            ("glm-5.3", Capabilities::ALL),
            ("gpt-oss-120b", thinking(Capabilities::ALL)),
            ("kimi-k3", Capabilities::ALL),
            ("llama-3.3", Capabilities::ALL),
            ("minimax-m3", Capabilities::ALL),
        ],
    ),
];

const OBJECT_AND_TOOLS: Capabilities = of(false, true, true, false);
const GEMINI: Capabilities = of(true, true, true, false);
const fn thinking(mut capabilities: Capabilities) -> Capabilities {
    capabilities.reasoning = true;
    capabilities
}

const NO_SCHEMA: Capabilities = of(false, true, true, true);
const TOOLS: Capabilities = of(false, false, true, true);
const THINKS: Capabilities = thinking(Capabilities::CHAT);
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
    family(&plain_name(model), FAMILIES).unwrap_or(Capabilities::CHAT)
}

/// What a model can do where a provider serves it, by both names; where the provider tells no more, what the
/// model's name tells.
///
/// ```
/// use sigflow_providers::models::{capabilities, capabilities_at};
///
/// assert!(!capabilities("openai/gpt-oss-120b").json_schema);
/// assert!(capabilities_at("groq", "openai/gpt-oss-120b").json_schema);
/// ```
pub fn capabilities_at(provider: &str, model: &str) -> Capabilities {
    let served = SERVED.iter().find(|(name, _)| *name == provider);
    served
        .and_then(|(_, families)| family(&plain_name(model), families))
        .unwrap_or_else(|| capabilities(model))
}

/// A name without what gateways and fine-tuning put around it.
fn plain_name(model: &str) -> String {
    let name = model.rsplit('/').next().unwrap_or(model);
    let name = name
        .strip_prefix("ft:")
        .unwrap_or(name)
        .to_ascii_lowercase();
    // Bedrock puts a region and a vendor before: `us.anthropic.claude-…`
    name.rsplit("anthropic.")
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// The longest beginning that fits.
fn family(name: &str, families: &[(&str, Capabilities)]) -> Option<Capabilities> {
    let fits = families.iter().filter(|(family, _)| {
        let rest = name.strip_prefix(family);
        let whole = family.is_empty() || family.ends_with('-');
        rest.is_some_and(|rest| whole || ends_a_family(rest))
    });
    let longest = fits.max_by_key(|(family, _)| family.len());
    longest.map(|(_, capabilities)| *capabilities)
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

    /// `LiteLLM`'s list of models and what they can do, where the folder with it is beside the repository: each
    /// family of ours against each of its chat models. Ours may be silent about one, never wrong.
    #[test]
    fn nothing_is_said_that_the_list_denies() {
        use serde_json::Value;
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../shared/specs/prices/litellm-1.106.2-model_prices.json");
        let Ok(text) = std::fs::read_to_string(path) else {
            return eprintln!(
                "no list of models beside the repository: the families are not checked"
            );
        };
        let list: Value = serde_json::from_str(&text).expect("JSON");
        let is = |row: &Value, name: &str| row.get(name).and_then(Value::as_bool) == Some(true);
        let word = |row: &Value, name: &str| {
            row.get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        for (provider, ours) in [
            ("openai", "openai"),
            ("anthropic", "anthropic"),
            ("gemini", "gemini"),
            ("mistral", "mistral"),
            ("deepseek", "deepseek"),
            ("xai", "xai"),
            ("groq", "groq"),
            ("together_ai", "together"),
        ] {
            let (mut able, mut known) = (0, Vec::new());
            let rows = list.as_object().expect("an object").iter();
            for (name, row) in rows.filter(|(_, row)| word(row, "litellm_provider") == provider) {
                if !matches!(word(row, "mode").as_str(), "chat" | "responses") {
                    continue;
                }
                let model = name.strip_prefix(&format!("{provider}/")).unwrap_or(name);
                let said = capabilities_at(ours, model);
                let (schema, tools) = (
                    is(row, "supports_response_schema"),
                    is(row, "supports_function_calling"),
                );
                if KNOWN_BETTER.iter().any(|known| model.ends_with(known)) {
                    continue;
                }
                assert!(
                    schema || !said.json_schema,
                    "{name} has no schemas by the list"
                );
                assert!(tools || !said.tools, "{name} calls no tools by the list");
                if schema && tools {
                    able += 1;
                    known.extend((!said.json_schema || !said.tools).then_some(name));
                }
            }
            assert!(able > 0, "{provider} is in the list");
            // the newest are not known on the day they come; of open models only the best known are named
            let is_open = ours == "together";
            // its own pages know JSON objects alone
            let denies = ours == "deepseek";
            assert!(
                is_open || denies || known.len() * 5 <= able,
                "{provider}: of {able} these are not known: {known:?}"
            );
        }
    }

    /// Models of which the list knows less than their makers say, or more.
    const KNOWN_BETTER: &[&str] = &[
        // names of the list alone
        "gpt-rosalind-discovery",
        "gpt-rosalind-research",
        "gpt-3.5-turbo-16k",
        "ft:gpt-3.5-turbo",
        "ft:gpt-3.5-turbo-0125",
        "ft:gpt-3.5-turbo-0613",
        "ft:gpt-3.5-turbo-1106",
        "gpt-5-chat",
        "deepseek-r1",
        "deepseek-reasoner",
    ];
}
