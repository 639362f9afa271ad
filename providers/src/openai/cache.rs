//! How a server is told to keep what all calls of a predictor share.
use super::{profiles::CacheForm, request::Encoder};
use sigflow_core::{PromptCache, Request};
use std::fmt::Write as _;

impl Encoder {
    /// What stands in the content part that ends the shared beginning; nothing where the server keeps it by itself.
    pub(super) fn mark(&self, request: &Request) -> Option<&'static str> {
        let cache = request.settings.prompt_cache?;
        match self.profile.quirks().cache {
            CacheForm::OpenAi if self.has_breakpoints && !self.has_own("prompt_cache_options") => {
                Some(",\"prompt_cache_breakpoint\":{\"mode\":\"explicit\"}")
            }
            // Of the models behind OpenRouter only Anthropic's want to be told.
            CacheForm::Marks if self.model.starts_with("anthropic/") => Some(match cache {
                PromptCache::Long => ",\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":\"1h\"}",
                _ => ",\"cache_control\":{\"type\":\"ephemeral\"}",
            }),
            _ => None,
        }
    }

    /// Members of the body: calls of the same beginning go where it is kept, and nothing but the beginning is written
    /// into the cache, for that has a price.
    pub(super) fn cache(&self, request: &Request, out: &mut String) {
        if request.settings.prompt_cache.is_none()
            || self.profile.quirks().cache != CacheForm::OpenAi
        {
            return;
        }
        if !self.has_own("prompt_cache_key") {
            let _ = write!(
                out,
                ",\"prompt_cache_key\":\"sigflow-{:016x}\"",
                beginning(request)
            );
        }
        if self.has_breakpoints && !self.has_own("prompt_cache_options") {
            out.push_str(",\"prompt_cache_options\":{\"mode\":\"explicit\"}");
        }
    }
}

/// A number that is the same for the same beginning (FNV-1a, by Fowler, Noll and Vo).
pub(crate) fn beginning(request: &Request) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut add = |text: &str| {
        for byte in text.bytes().chain([0xff]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    add(request.prefix.system.as_str());
    for tool in request.tools.iter() {
        add(&tool.name);
        add(tool.parameters.as_str());
    }
    for demo in request.prefix.demos.iter() {
        add(demo.text());
    }
    hash
}

/// Whether a model of `OpenAI`'s takes marks: from gpt-5.6 on (`CreateChatCompletionRequest`,
/// `prompt_cache_options`). To others they are unknown.
pub(crate) fn has_breakpoints(model: &str) -> bool {
    let name = model.rsplit('/').next().unwrap_or(model);
    let Some(version) = name.strip_prefix("gpt-") else {
        return false;
    };
    let end = version.find(|c: char| !c.is_ascii_digit() && c != '.');
    let mut numbers = version[..end.unwrap_or(version.len())].split('.');
    let mut number = || numbers.next().and_then(|number| number.parse::<u32>().ok());
    match (number(), number()) {
        (Some(5), Some(minor)) => minor >= 6,
        (Some(major), _) => (6..100).contains(&major),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::has_breakpoints;

    #[test]
    fn models_that_take_marks() {
        for model in [
            "gpt-5.6",
            "gpt-5.10-mini",
            "gpt-6",
            "gpt-6.1-nano",
            "openai/gpt-5.6",
        ] {
            assert!(has_breakpoints(model), "{model}");
        }
        for model in [
            "gpt-5",
            "gpt-5.5",
            "gpt-5-mini",
            "gpt-4.9",
            "gpt-oss-120b",
            "o3",
            "gpt-",
        ] {
            assert!(!has_breakpoints(model), "{model}");
        }
    }
}
