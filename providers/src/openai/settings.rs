//! What a call sets, in the words of each server.
use super::{
    Profile,
    profiles::{EffortForm, LogprobsForm},
    request::Encoder,
};
use crate::wire::body;
use sigflow_core::{Effort, Error, Result, Settings};
use std::fmt::Write as _;

/// Members of the user's own by which all calls say how much the model thinks.
const SAY_EFFORT: &[&str] = &[
    "reasoning_effort",
    "reasoning",
    "thinking",
    "chat_template_kwargs",
];

impl Encoder {
    /// The settings of one call.
    ///
    /// # Errors
    /// Of kind `Configuration`, where this server cannot do what is asked and leaving it out would mean something
    /// else.
    pub(super) fn settings(&self, settings: &Settings, out: &mut String) -> Result<()> {
        let quirks = self.profile.quirks();
        body::sampling(settings, "top_p", out)?;
        body::whole(self.token_field.as_str(), settings.max_tokens, out);
        match settings.n {
            Some(n) if quirks.many => body::whole("n", Some(n), out),
            Some(n) if n > 1 => {
                let what = format!("`n` is {n}");
                let fix = "gives one completion for a request; ask several times";
                return Err(self.cannot(&what, fix));
            }
            _ => {}
        }
        // only a hint: where there is no word for it, it is left out
        if !quirks.seed.is_empty() {
            body::whole(quirks.seed, settings.seed, out);
        }
        if let Some(effort) = settings.reasoning_effort
            && !SAY_EFFORT.iter().any(|name| self.has_own(name))
        {
            self.effort(effort, quirks.effort, out);
        }
        body::stop("stop", settings, out);
        if let Some(top) = settings.logprobs.filter(|_| !self.has_own("logprobs")) {
            self.logprobs(top, quirks.logprobs, out)?;
        }
        Ok(())
    }

    fn effort(&self, effort: Effort, form: EffortForm, out: &mut String) {
        // where a server knows fewer words, the nearest of them
        let common = match effort {
            Effort::None => "none",
            Effort::Minimal | Effort::Low => "low",
            Effort::Medium => "medium",
            _ => "high",
        };
        let is_off = effort == Effort::None;
        let word = match form {
            EffortForm::Words => effort.as_str(),
            EffortForm::Common => common,
            EffortForm::Groq if self.model.contains("qwen") => {
                if is_off {
                    "none"
                } else {
                    "default"
                }
            }
            EffortForm::Groq if is_off => "low",
            EffortForm::Groq => common,
            EffortForm::Switch if is_off => "none",
            EffortForm::Switch => "high",
            EffortForm::DeepSeek if is_off => {
                return out.push_str(",\"thinking\":{\"type\":\"disabled\"}");
            }
            EffortForm::DeepSeek => match effort {
                Effort::Minimal | Effort::Low => "low",
                Effort::Max => "max",
                _ => "high",
            },
            EffortForm::Together if is_off => {
                return out.push_str(",\"reasoning\":{\"enabled\":false}");
            }
            EffortForm::Template if is_off => {
                return out.push_str(",\"chat_template_kwargs\":{\"enable_thinking\":false}");
            }
            EffortForm::Together | EffortForm::Template => common,
            EffortForm::Object => {
                let word = if effort == Effort::Max {
                    "xhigh"
                } else {
                    effort.as_str()
                };
                let _ = write!(out, ",\"reasoning\":{{\"effort\":\"{word}\"}}");
                return;
            }
        };
        let _ = write!(out, ",\"reasoning_effort\":\"{word}\"");
    }

    fn logprobs(&self, top: u8, form: LogprobsForm, out: &mut String) -> Result<()> {
        match form {
            LogprobsForm::OpenAi => body::logprobs(["logprobs", "top_logprobs"], top, out),
            LogprobsForm::Count => body::whole("logprobs", Some(top.max(1)), out),
            LogprobsForm::None => {
                let fix = "does not say how sure it is; leave them out";
                return Err(self.cannot("`logprobs` are asked for", fix));
            }
        }
        Ok(())
    }

    #[cold]
    pub(super) fn cannot(&self, what: &str, fix: &str) -> Error {
        let whose = match self.profile {
            Profile::Other => "this server",
            profile => profile.name(),
        };
        body::wrong(format!("{what}, and {whose} {fix}"))
    }
}
