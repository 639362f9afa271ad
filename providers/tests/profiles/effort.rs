//! How much to think, in the words of each server.
use super::sent;
use serde_json::json;
use sigflow_core::{Effort, Request};
use sigflow_providers::Profile;

fn effort<const E: usize>(request: &mut Request) {
    request.settings.reasoning_effort = Some(Effort::ALL[E]);
}

const OFF: fn(&mut Request) = effort::<0>;
const MINIMAL: fn(&mut Request) = effort::<1>;
const MEDIUM: fn(&mut Request) = effort::<3>;
const XHIGH: fn(&mut Request) = effort::<5>;
const MAX: fn(&mut Request) = effort::<6>;

#[tokio::test]
async fn how_much_to_think_in_the_words_of_each() {
    for (profile, model, change, expected) in [
        (
            Profile::OpenAi,
            "gpt-5.6",
            MAX,
            json!({"reasoning_effort": "max"}),
        ),
        (
            Profile::OpenAi,
            "gpt-5.6",
            OFF,
            json!({"reasoning_effort": "none"}),
        ),
        (
            Profile::Azure,
            "mine",
            XHIGH,
            json!({"reasoning_effort": "xhigh"}),
        ),
        (
            Profile::OpenRouter,
            "a/b",
            MAX,
            json!({"reasoning": {"effort": "xhigh"}}),
        ),
        (
            Profile::OpenRouter,
            "a/b",
            OFF,
            json!({"reasoning": {"effort": "none"}}),
        ),
        (
            Profile::Groq,
            "openai/gpt-oss-20b",
            OFF,
            json!({"reasoning_effort": "low"}),
        ),
        (
            Profile::Groq,
            "openai/gpt-oss-20b",
            XHIGH,
            json!({"reasoning_effort": "high"}),
        ),
        (
            Profile::Groq,
            "qwen/qwen3-32b",
            OFF,
            json!({"reasoning_effort": "none"}),
        ),
        (
            Profile::Groq,
            "qwen/qwen3-32b",
            MEDIUM,
            json!({"reasoning_effort": "default"}),
        ),
        (
            Profile::Mistral,
            "mistral-small-latest",
            MINIMAL,
            json!({"reasoning_effort": "high"}),
        ),
        (
            Profile::Mistral,
            "mistral-small-latest",
            OFF,
            json!({"reasoning_effort": "none"}),
        ),
        (
            Profile::DeepSeek,
            "deepseek-flash",
            OFF,
            json!({"thinking": {"type": "disabled"}}),
        ),
        (
            Profile::DeepSeek,
            "deepseek-flash",
            MEDIUM,
            json!({"reasoning_effort": "high"}),
        ),
        (
            Profile::DeepSeek,
            "deepseek-flash",
            MAX,
            json!({"reasoning_effort": "max"}),
        ),
        (
            Profile::Xai,
            "grok-4.3",
            MAX,
            json!({"reasoning_effort": "high"}),
        ),
        (
            Profile::Together,
            "a/b",
            OFF,
            json!({"reasoning": {"enabled": false}}),
        ),
        (
            Profile::Together,
            "a/b",
            MINIMAL,
            json!({"reasoning_effort": "low"}),
        ),
        (
            Profile::Vllm,
            "a/b",
            OFF,
            json!({"chat_template_kwargs": {"enable_thinking": false}}),
        ),
        (
            Profile::LlamaCpp,
            "m",
            MEDIUM,
            json!({"reasoning_effort": "medium"}),
        ),
        (
            Profile::Ollama,
            "m",
            XHIGH,
            json!({"reasoning_effort": "high"}),
        ),
        (
            Profile::LiteLlm,
            "m",
            MINIMAL,
            json!({"reasoning_effort": "minimal"}),
        ),
    ] {
        let body = sent(profile, model, change).await.expect("a response");
        assert_eq!(body, expected, "{profile:?} {model}");
    }
}
