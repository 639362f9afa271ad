//! What the name of a model says about its thoughts.
use sigflow_core::Effort;

/// How models of a family are told to think.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Thinking {
    /// It does not, and refuses to be told.
    Never,
    /// By tokens: Gemini 2.5.
    Budget {
        /// Whether it can be told not to think.
        can_rest: bool,
        most: u32,
    },
    /// By a word: Gemini 3 and later.
    Level {
        /// It knows `minimal`; others begin at `low`.
        knows_minimal: bool,
    },
}

/// What the name of a model says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Family {
    pub(super) thinking: Thinking,
    /// It refuses calls of tools in the history that bear no signature.
    pub(super) wants_signatures: bool,
}

/// By the name alone. A name that tells nothing (a tuned model, a gateway's) is that of a new model.
pub(super) fn family(model: &str) -> Family {
    let name = model
        .rsplit('/')
        .next()
        .unwrap_or(model)
        .to_ascii_lowercase();
    let is_flash = name.contains("flash");
    let newest = Thinking::Level {
        knows_minimal: is_flash,
    };
    let (thinking, wants_signatures) = match name.strip_prefix("gemini-").map(version) {
        Some(Some((0..=1, _) | (2, 0..=4))) => (Thinking::Never, false),
        Some(Some((2, _))) => {
            let thinking = Thinking::Budget {
                can_rest: is_flash,
                most: if is_flash { 24_576 } else { 32_768 },
            };
            (thinking, false)
        }
        // `gemini-flash-latest` has no number
        Some(_) => (newest, true),
        None if name.starts_with("gemma") || name.starts_with("learnlm") => {
            (Thinking::Never, false)
        }
        None => (newest, false),
    };
    Family {
        thinking,
        wants_signatures,
    }
}

/// `2.5-flash` is of version 2.5.
fn version(rest: &str) -> Option<(u32, u32)> {
    let number = rest.split('-').next().unwrap_or(rest);
    let (major, minor) = number.split_once('.').unwrap_or((number, "0"));
    Some((major.parse().ok()?, minor.parse().ok()?))
}

impl Thinking {
    /// The word for an effort, in small letters: as near as the API has one. It has none above `high` that all
    /// models know.
    pub(super) fn level(self, effort: Effort) -> &'static str {
        let knows_minimal = self
            == Thinking::Level {
                knows_minimal: true,
            };
        match effort {
            Effort::None | Effort::Minimal if knows_minimal => "minimal",
            Effort::None | Effort::Minimal | Effort::Low => "low",
            Effort::Medium => "medium",
            _ => "high",
        }
    }
}

/// Tokens for an effort: those that Google's own OpenAI-compatible server takes for its words.
pub(super) fn budget(effort: Effort, can_rest: bool, most: u32) -> u32 {
    match effort {
        Effort::None if can_rest => 0,
        // the least that the others take
        Effort::None => 128,
        Effort::Minimal | Effort::Low => 1024,
        Effort::Medium => 8192,
        Effort::High => 24_576,
        _ => most,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_by_name() {
        let budget = |can_rest, most| Thinking::Budget { can_rest, most };
        let level = |knows_minimal| Thinking::Level { knows_minimal };
        for (name, thinking, wants) in [
            ("gemini-1.5-pro", Thinking::Never, false),
            ("models/gemini-2.0-flash-001", Thinking::Never, false),
            ("gemini-2.5-flash-lite", budget(true, 24_576), false),
            ("gemini-2.5-pro", budget(false, 32_768), false),
            ("gemini-3-pro-preview", level(false), true),
            ("gemini-3.8-flash", level(true), true),
            ("gemini-4-argon", level(false), true),
            ("gemini-flash-latest", level(true), true),
            ("gemma-3-27b-it", Thinking::Never, false),
            ("my-tuned-model", level(false), false),
        ] {
            let expected = Family {
                thinking,
                wants_signatures: wants,
            };
            assert_eq!(family(name), expected, "{name}");
        }
    }

    #[test]
    fn efforts_as_words_and_tokens() {
        let flash = Thinking::Level {
            knows_minimal: true,
        };
        let words = Effort::ALL.map(|effort| flash.level(effort));
        let expected = [
            "minimal", "minimal", "low", "medium", "high", "high", "high",
        ];
        assert_eq!(words, expected);
        let other = Thinking::Level {
            knows_minimal: false,
        };
        assert_eq!(other.level(Effort::None), "low");
        let tokens = Effort::ALL.map(|effort| budget(effort, true, 24_576));
        assert_eq!(tokens, [0, 1024, 1024, 8192, 24_576, 24_576, 24_576]);
        assert_eq!(budget(Effort::None, false, 32_768), 128);
        assert_eq!(budget(Effort::Max, false, 32_768), 32_768);
    }
}
