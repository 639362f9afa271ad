//! What a server wants back of its own turns, whole and growing.
use super::{Profile, profiles::ReplayForm};
use serde_json::{Map, Value, json};
use sigflow_core::ReplayBlock;

/// Of a whole message.
pub(super) fn of_message(
    profile: Profile,
    reasoning: Option<&str>,
    details: Option<Value>,
    has_calls: bool,
) -> Option<ReplayBlock> {
    let block = match profile.quirks().replay {
        ReplayForm::None => return None,
        // Thoughts of other turns are ignored, and would only cost time.
        ReplayForm::ReasoningContent if has_calls => {
            json!({"reasoning_content": reasoning.filter(|text| !text.is_empty())?})
        }
        ReplayForm::ReasoningContent => return None,
        ReplayForm::ReasoningDetails => match details {
            Some(Value::Array(details)) if !details.is_empty() => {
                json!({"reasoning_details": details})
            }
            _ => return None,
        },
    };
    Some(ReplayBlock::new(profile.name(), block))
}

/// Of a stream.
#[derive(Debug)]
pub(super) struct Growing {
    profile: Profile,
    reasoning: String,
    details: Vec<Value>,
}

impl Growing {
    pub(super) fn new(profile: Profile) -> Self {
        Growing {
            profile,
            reasoning: String::new(),
            details: Vec::new(),
        }
    }

    /// Whether anything is wanted.
    pub(super) fn gathers(&self) -> bool {
        self.profile.quirks().replay != ReplayForm::None
    }

    /// Takes what an event adds.
    pub(super) fn add(&mut self, reasoning: &str, details: Option<Value>) {
        match self.profile.quirks().replay {
            ReplayForm::None => {}
            ReplayForm::ReasoningContent => self.reasoning.push_str(reasoning),
            ReplayForm::ReasoningDetails => {
                let Some(Value::Array(details)) = details else {
                    return;
                };
                for detail in details {
                    self.detail(detail);
                }
            }
        }
    }

    /// A piece of the block under way, or the next block.
    fn detail(&mut self, detail: Value) {
        let Value::Object(piece) = detail else {
            return;
        };
        let Some(Value::Object(last)) = self.details.last_mut() else {
            return self.details.push(Value::Object(piece));
        };
        let same = |name: &str| last.get(name) == piece.get(name);
        if !same("type") || !same("index") {
            return self.details.push(Value::Object(piece));
        }
        for (name, value) in piece {
            join(last, name, value);
        }
    }

    /// All that came, to be sent back; once.
    pub(super) fn take(&mut self, has_calls: bool) -> Option<ReplayBlock> {
        let reasoning = std::mem::take(&mut self.reasoning);
        let details = std::mem::take(&mut self.details);
        let details = (!details.is_empty()).then_some(Value::Array(details));
        of_message(self.profile, Some(&reasoning), details, has_calls)
    }
}

/// Texts grow, other members come once.
fn join(block: &mut Map<String, Value>, name: String, value: Value) {
    let grows = matches!(name.as_str(), "text" | "summary" | "data" | "signature");
    match (block.get_mut(&name), value) {
        (Some(Value::String(text)), Value::String(more)) if grows => text.push_str(&more),
        (Some(Value::Null) | None, value) => {
            block.insert(name, value);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_details_become_blocks() {
        let mut growing = Growing::new(Profile::OpenRouter);
        for details in [
            json!([{"type": "reasoning.text", "index": 0, "text": "a", "signature": null}]),
            json!([{"type": "reasoning.text", "index": 0, "text": "b", "format": "x"}]),
            json!([{"type": "reasoning.text", "index": 0, "signature": "c2ln"}]),
            json!([{"type": "reasoning.encrypted", "index": 1, "data": "e30="}]),
        ] {
            growing.add("", Some(details));
        }
        let block = growing.take(false).expect("blocks");
        assert_eq!(block.provider, "openrouter");
        assert_eq!(
            block.block,
            json!({"reasoning_details": [
                {"type": "reasoning.text", "index": 0, "text": "ab", "signature": "c2ln", "format": "x"},
                {"type": "reasoning.encrypted", "index": 1, "data": "e30="},
            ]})
        );
        assert_eq!(growing.take(false), None);
    }

    #[test]
    fn thoughts_come_back_with_calls_alone() {
        let of = |profile, has_calls| of_message(profile, Some("so"), None, has_calls);
        assert!(of(Profile::DeepSeek, true).is_some());
        assert_eq!(of(Profile::DeepSeek, false), None);
        assert_eq!(of(Profile::OpenAi, true), None);
    }
}
