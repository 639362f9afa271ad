//! Presets of settings.
use super::Settings;

/// Presets of [`Settings`], for those who want figures without choosing them. Nobody takes one by default: what is not
/// set is not sent.
///
/// ```
/// use sigflow_core::{Sampling, Settings, testing::Scripted};
///
/// let lm = Scripted::new([""]).lm();
/// assert_eq!(*lm.settings(), Settings::default());
/// let lm = lm.with_settings(&Sampling::default_text());
/// assert_eq!((lm.settings().temperature, lm.settings().max_tokens), (Some(0.7), Some(2048)));
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Sampling;

impl Sampling {
    /// For text: temperature 0.7, at most 2,048 tokens.
    pub fn default_text() -> Settings {
        preset(0.7, 2048)
    }
    /// For a chain of thought whose steps are checked: temperature 0.3, at most 4,096 tokens. Steps that are to be
    /// consistent want less chance, and there are more of them.
    pub fn checked_reasoning() -> Settings {
        preset(0.3, 4096)
    }
}

fn preset(temperature: f64, max_tokens: u32) -> Settings {
    Settings {
        temperature: Some(temperature),
        max_tokens: Some(max_tokens),
        ..Settings::default()
    }
}
