//! What differs between Claude's families, whoever serves them: how long a reply may be, how a model is told to
//! think, and whether it can be told how to sample.
//!
//! Facts from Anthropic's model pages and migration guides, and Amazon's page on adaptive thinking, as of
//! November 2026.
use crate::wire::body::wrong;
use sigflow_core::{Effort, Result, Settings};
use std::fmt::Write as _;

/// The longest reply that is asked for where neither call nor builder says how long it may be and the model is
/// none of [`FAMILIES`]: a server of one's own, commonly with a small model behind it.
pub(crate) const UNKNOWN_MAX_TOKENS: u32 = 8192;

/// The least budget of thoughts that the API takes.
const LEAST_BUDGET: u32 = 1024;

/// A family of models.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Family {
    /// The longest reply of the model, thoughts included.
    pub(crate) max_tokens: u32,
    thinks: Thinks,
    /// Whether temperature and nucleus may be set.
    samples: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Thinks {
    /// Not at all.
    Never,
    /// As far as a budget of tokens goes; off unless it is asked for. `true`: it knows words of effort too.
    Budget(bool),
    /// As much as it finds right, steered by a word of effort.
    Adaptive { off: Off, words: Words },
    /// Nobody knows: a server of another vendor's. The budget is what such servers know.
    Unknown,
}

/// How a model that thinks as it finds right is told not to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Off {
    /// It does not unless it is told to.
    Silent,
    /// It does unless it is told not to.
    Disabled,
    /// It can only be told not to think before the answer.
    BetweenTools,
    /// It cannot be told: the least effort is asked for.
    Never,
}

/// Which words of effort a model knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Words {
    /// `low`, `medium`, `high`.
    Three,
    /// `max` too.
    Max,
    /// `xhigh` and `max` too.
    All,
}

/// Beginnings of names; the longest that fits decides.
const FAMILIES: &[(&str, Family)] = &[
    ("claude-3", budgeted(4096, Thinks::Never)),
    ("claude-3-5", budgeted(8192, Thinks::Never)),
    ("claude-3-7", budgeted(64_000, Thinks::Budget(false))),
    ("claude-opus-4", budgeted(32_000, Thinks::Budget(false))),
    ("claude-sonnet-4", budgeted(64_000, Thinks::Budget(false))),
    ("claude-haiku-4", budgeted(64_000, Thinks::Budget(false))),
    ("claude-opus-4-5", budgeted(64_000, Thinks::Budget(true))),
    ("claude-opus-4-6", SIX),
    ("claude-sonnet-4-6", SIX),
    ("claude-opus-4-7", adaptive(Off::Silent)),
    ("claude-opus-4-8", adaptive(Off::Silent)),
    ("claude-opus-5", adaptive(Off::Disabled)),
    ("claude-sonnet-5", adaptive(Off::Disabled)),
    ("claude-haiku-5", adaptive(Off::Disabled)),
    ("claude-opus-5-5", adaptive(Off::Never)),
    ("claude-sonnet-5-5", adaptive(Off::BetweenTools)),
    // Fable, Mythos, and what is newer than this table.
    ("claude-", adaptive(Off::Never)),
];

const SIX: Family = Family {
    max_tokens: 128_000,
    thinks: Thinks::Adaptive {
        off: Off::Silent,
        words: Words::Max,
    },
    samples: true,
};

const fn budgeted(max_tokens: u32, thinks: Thinks) -> Family {
    Family {
        max_tokens,
        thinks,
        samples: true,
    }
}

const fn adaptive(off: Off) -> Family {
    Family {
        max_tokens: 128_000,
        thinks: Thinks::Adaptive {
            off,
            words: Words::All,
        },
        samples: false,
    }
}

/// How a request says how much the model thinks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Thought {
    /// The member `thinking`.
    pub(crate) thinking: Option<String>,
    /// The word of effort.
    pub(crate) effort: Option<&'static str>,
}

impl Thought {
    /// Whether the model is told to think.
    pub(crate) fn is_on(&self) -> bool {
        let thinking = self.thinking.as_deref().unwrap_or_default();
        thinking.contains("enabled") || thinking.contains("adaptive")
    }
}

impl Family {
    /// The family of a model, whatever stands before its name: a vendor, a region.
    pub(crate) fn of(model: &str) -> Family {
        let name = model.to_ascii_lowercase();
        let name = name.find("claude-").map_or("", |at| &name[at..]);
        let fits = |family: &str| {
            let rest = name.strip_prefix(family)?;
            // `claude-opus-4` is not the family of `claude-opus-45`
            (family.ends_with('-') || !rest.starts_with(|next: char| next.is_ascii_digit()))
                .then_some(family.len())
        };
        let known = FAMILIES
            .iter()
            .filter_map(|(family, what)| Some((fits(family)?, what)));
        known.max_by_key(|(length, _)| *length).map_or(
            budgeted(UNKNOWN_MAX_TOKENS, Thinks::Unknown),
            |(_, family)| *family,
        )
    }

    /// Whether this is one of Claude's.
    pub(crate) fn is_claude(self) -> bool {
        self.thinks != Thinks::Unknown
    }

    /// How `effort` is said, in a reply of at most `max_tokens`.
    ///
    /// # Errors
    /// Of kind `Configuration`: the model does not think, or the reply is too short for it.
    pub(crate) fn thought(self, effort: Effort, max_tokens: u32, model: &str) -> Result<Thought> {
        let mut thought = Thought::default();
        match (self.thinks, effort) {
            (Thinks::Never | Thinks::Budget(_), Effort::None) => {}
            (Thinks::Never, _) => {
                return Err(wrong(format!(
                    "`{model}` does not think before it answers; leave `reasoning_effort` out, or take a newer model"
                )));
            }
            (Thinks::Unknown, Effort::None) => thought.thinking = Some(DISABLED.to_owned()),
            (Thinks::Budget(_) | Thinks::Unknown, effort) => {
                thought.thinking = Some(budget(effort, max_tokens)?);
                if self.thinks == Thinks::Budget(true) {
                    thought.effort = Some(word(effort, Words::Three));
                }
            }
            (Thinks::Adaptive { off, .. }, Effort::None) => match off {
                Off::Silent => {}
                Off::Disabled => thought.thinking = Some(DISABLED.to_owned()),
                Off::BetweenTools => {
                    thought.thinking = Some("{\"type\":\"between_tools\"}".to_owned());
                }
                Off::Never => thought.effort = Some("low"),
            },
            (Thinks::Adaptive { words, .. }, effort) => {
                // newer models keep their thoughts for themselves unless they are asked
                let adaptive = match words {
                    Words::All => "{\"type\":\"adaptive\",\"display\":\"summarized\"}",
                    _ => "{\"type\":\"adaptive\"}",
                };
                thought.thinking = Some(adaptive.to_owned());
                thought.effort = Some(word(effort, words));
            }
        }
        Ok(thought)
    }

    /// The settings without what is not sent: see [`samples`](Self::samples).
    ///
    /// # Errors
    /// Of kind `Configuration`, where the server would refuse the call.
    pub(crate) fn sampled(
        self,
        settings: &Settings,
        thinks: bool,
        model: &str,
    ) -> Result<Settings> {
        let keep = |name, value: Option<f64>| match value {
            Some(value) if !self.samples(name, value, thinks, model)? => Ok(None),
            value => Ok(value),
        };
        Ok(Settings {
            temperature: keep("temperature", settings.temperature)?,
            top_p: keep("top_p", settings.top_p)?,
            ..Settings::default()
        })
    }

    /// Whether temperature or nucleus may be `value`; 1 is what all models do anyway, and is not sent where the
    /// model takes no other.
    ///
    /// # Errors
    /// Of kind `Configuration`, where the server would refuse the call.
    fn samples(self, name: &str, value: f64, thinks: bool, model: &str) -> Result<bool> {
        let is_default = (value - 1.0).abs() < f64::EPSILON;
        if !self.samples {
            return if is_default {
                Ok(false)
            } else {
                Err(wrong(format!(
                    "`{model}` takes no `{name}`; leave it out, and say in the prompt how free the reply may be"
                )))
            };
        }
        if thinks && name == "temperature" && self.is_claude() && !is_default {
            return Err(wrong(format!(
                "`{model}` takes no `temperature` other than 1 while it thinks; leave one of `temperature` and `reasoning_effort` out"
            )));
        }
        Ok(true)
    }
}

const DISABLED: &str = "{\"type\":\"disabled\"}";

/// A budget must leave room for the reply.
fn budget(effort: Effort, max_tokens: u32) -> Result<String> {
    if max_tokens <= LEAST_BUDGET {
        return Err(wrong(format!(
            "`max_tokens` is {max_tokens}, and thoughts count to it and need {LEAST_BUDGET} at least; raise it, or leave `reasoning_effort` out"
        )));
    }
    let tokens = match effort {
        Effort::None | Effort::Minimal => LEAST_BUDGET,
        Effort::Low => 2048,
        Effort::Medium => 8192,
        Effort::High => 16_384,
        Effort::XHigh => 24_576,
        _ => 32_768,
    };
    let tokens = tokens.min(max_tokens / 4 * 3).max(LEAST_BUDGET);
    let mut out = String::new();
    let _ = write!(out, "{{\"type\":\"enabled\",\"budget_tokens\":{tokens}}}");
    Ok(out)
}

/// The nearest word that the model knows, from below.
fn word(effort: Effort, words: Words) -> &'static str {
    match (effort, words) {
        (Effort::None | Effort::Minimal | Effort::Low, _) => "low",
        (Effort::Medium, _) => "medium",
        (Effort::XHigh, Words::All) => "xhigh",
        (Effort::Max, Words::All | Words::Max) => "max",
        _ => "high",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn thinking(model: &str, effort: Effort) -> (String, &'static str) {
        let thought = Family::of(model)
            .thought(effort, 10_000, model)
            .expect("it thinks");
        let thinking = thought.thinking.unwrap_or_default();
        (thinking, thought.effort.unwrap_or_default())
    }

    #[test]
    fn families_by_the_longest_beginning() {
        for (model, tokens) in [
            ("claude-3-haiku-20240307", 4096),
            ("claude-3-5-sonnet-20241022", 8192),
            ("claude-3-7-sonnet-20250219", 64_000),
            ("claude-opus-4-1-20250805", 32_000),
            ("claude-sonnet-4-20250514", 64_000),
            ("claude-sonnet-4-5", 64_000),
            ("us.anthropic.claude-haiku-4-5-20251001-v1:0", 64_000),
            ("anthropic/claude-opus-4-6", 128_000),
            ("claude-mythos-5-1", 128_000),
            ("tiny", UNKNOWN_MAX_TOKENS),
        ] {
            assert_eq!(Family::of(model).max_tokens, tokens, "{model}");
        }
    }

    #[test]
    fn how_each_family_is_told_to_think() {
        let budget = |tokens: u32| format!("{{\"type\":\"enabled\",\"budget_tokens\":{tokens}}}");
        let (adaptive, shown) = (
            "{\"type\":\"adaptive\"}".to_owned(),
            "{\"type\":\"adaptive\",\"display\":\"summarized\"}".to_owned(),
        );
        for (model, effort, expected) in [
            ("claude-sonnet-4-5", Effort::Low, (budget(2048), "")),
            ("claude-sonnet-4-5", Effort::Max, (budget(7500), "")),
            ("claude-sonnet-4-5", Effort::None, (String::new(), "")),
            ("claude-opus-4-5", Effort::Max, (budget(7500), "high")),
            ("claude-opus-4-6", Effort::XHigh, (adaptive.clone(), "high")),
            ("claude-sonnet-4-6", Effort::Max, (adaptive, "max")),
            ("claude-opus-4-7", Effort::XHigh, (shown.clone(), "xhigh")),
            ("claude-opus-4-8", Effort::None, (String::new(), "")),
            ("claude-opus-5", Effort::None, (DISABLED.to_owned(), "")),
            (
                "claude-sonnet-5-5",
                Effort::None,
                ("{\"type\":\"between_tools\"}".to_owned(), ""),
            ),
            ("claude-opus-5-5", Effort::None, (String::new(), "low")),
            ("claude-fable-5-1", Effort::Minimal, (shown, "low")),
            ("tiny", Effort::None, (DISABLED.to_owned(), "")),
            ("tiny", Effort::High, (budget(7500), "")),
        ] {
            assert_eq!(thinking(model, effort), expected, "{model} {effort:?}");
        }
    }

    #[test]
    fn what_a_model_cannot_do_is_said_with_the_fix() {
        let fails = |model: &str, tokens: u32| {
            let error = Family::of(model).thought(Effort::Low, tokens, model);
            error.expect_err("it cannot").to_string()
        };
        assert!(fails("claude-3-5-haiku", 9000).contains("leave `reasoning_effort` out"));
        assert!(fails("claude-sonnet-4-5", 1024).contains("`max_tokens` is 1024"));
        let samples = |model: &str, value: f64, thinks: bool| {
            Family::of(model)
                .samples("temperature", value, thinks, model)
                .ok()
        };
        assert_eq!(samples("claude-opus-5", 1.0, true), Some(false));
        assert_eq!(samples("claude-opus-5", 0.2, false), None);
        assert_eq!(samples("claude-sonnet-4-5", 0.2, false), Some(true));
        assert_eq!(samples("claude-sonnet-4-5", 0.2, true), None);
        assert_eq!(samples("tiny", 0.2, true), Some(true));
    }
}
