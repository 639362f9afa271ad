//! Every provider, in the order in which the environment chooses among them.
//!
//! Names are those of DSPy's model strings, which are `LiteLLM`'s. Variables are those of the providers' own
//! clients first, and `LiteLLM`'s behind them.
use super::provider::{Format, Provider};

const NONE: Provider = Provider {
    name: "",
    aliases: &[],
    format: Format::Chat,
    keys: &[],
    hint: "",
    bases: &[],
    base: "",
    path: "",
    needs_key: true,
    default_model: "",
};

// openai-python `_client.py`; OPENAI_API_BASE is LiteLLM's (docs.litellm.ai/docs/set_keys).
const OPENAI_ROW: Provider = Provider {
    name: "openai",
    keys: &["OPENAI_API_KEY"],
    hint: "set OPENAI_API_KEY",
    bases: &["OPENAI_BASE_URL", "OPENAI_API_BASE"],
    base: "https://api.openai.com/v1",
    default_model: "gpt-5-mini",
    ..NONE
};

/// The first of them.
#[cfg_attr(not(feature = "openai"), allow(dead_code))]
pub(crate) static OPENAI: Provider = OPENAI_ROW;

pub(crate) static PROVIDERS: &[Provider] = &[
    OPENAI_ROW,
    Provider {
        name: "openai-responses",
        aliases: &["openai_responses"],
        format: Format::Responses,
        keys: &["OPENAI_API_KEY"],
        hint: "set OPENAI_API_KEY",
        bases: &["OPENAI_BASE_URL", "OPENAI_API_BASE"],
        base: "https://api.openai.com/v1",
        ..NONE
    },
    // anthropic-sdk-python `_client.py`.
    Provider {
        name: "anthropic",
        format: Format::Anthropic,
        keys: &["ANTHROPIC_API_KEY"],
        hint: "set ANTHROPIC_API_KEY",
        bases: &["ANTHROPIC_BASE_URL"],
        base: "https://api.anthropic.com",
        default_model: "claude-sonnet-5",
        ..NONE
    },
    // google-genai `_api_client.py`; GEMINI_API_BASE is LiteLLM's.
    Provider {
        name: "gemini",
        aliases: &["google"],
        format: Format::Gemini,
        keys: &["GEMINI_API_KEY", "GOOGLE_API_KEY"],
        hint: "set GEMINI_API_KEY",
        bases: &[
            "GOOGLE_GEMINI_BASE_URL",
            "GEMINI_BASE_URL",
            "GEMINI_API_BASE",
        ],
        base: "https://generativelanguage.googleapis.com",
        default_model: "gemini-flash-latest",
        ..NONE
    },
    // openai-python `lib/azure.py`; AZURE_API_… are LiteLLM's (docs.litellm.ai/docs/set_keys). Models are the
    // user's deployments.
    Provider {
        name: "azure",
        aliases: &["azure_openai", "azure-openai"],
        keys: &["AZURE_OPENAI_API_KEY", "AZURE_API_KEY"],
        hint: "set AZURE_OPENAI_API_KEY",
        bases: &["AZURE_OPENAI_ENDPOINT", "AZURE_API_BASE"],
        ..NONE
    },
    // boto3 reads AWS_BEARER_TOKEN_BEDROCK first; keys of an account serve for much else, and choose nothing.
    Provider {
        name: "bedrock",
        format: Format::Bedrock,
        keys: &["AWS_BEARER_TOKEN_BEDROCK"],
        hint: "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_BEARER_TOKEN_BEDROCK",
        bases: &["AWS_ENDPOINT_URL_BEDROCK_RUNTIME"],
        needs_key: false,
        ..NONE
    },
    // openrouter.ai/docs; OPENROUTER_API_BASE is LiteLLM's.
    Provider {
        name: "openrouter",
        keys: &["OPENROUTER_API_KEY"],
        hint: "set OPENROUTER_API_KEY",
        bases: &["OPENROUTER_BASE_URL", "OPENROUTER_API_BASE"],
        base: "https://openrouter.ai/api/v1",
        path: "/api/v1",
        default_model: "openrouter/auto",
        ..NONE
    },
    // groq-python `_client.py`, whose base URL has no path.
    Provider {
        name: "groq",
        keys: &["GROQ_API_KEY"],
        hint: "set GROQ_API_KEY",
        bases: &["GROQ_BASE_URL", "GROQ_API_BASE"],
        base: "https://api.groq.com/openai/v1",
        path: "/openai/v1",
        default_model: "openai/gpt-oss-120b",
        ..NONE
    },
    // docs.mistral.ai; MISTRAL_API_BASE is LiteLLM's.
    Provider {
        name: "mistral",
        keys: &["MISTRAL_API_KEY"],
        hint: "set MISTRAL_API_KEY",
        bases: &["MISTRAL_BASE_URL", "MISTRAL_API_BASE"],
        base: "https://api.mistral.ai/v1",
        path: "/v1",
        default_model: "mistral-small-latest",
        ..NONE
    },
    // api-docs.deepseek.com; DEEPSEEK_API_BASE is LiteLLM's.
    Provider {
        name: "deepseek",
        keys: &["DEEPSEEK_API_KEY"],
        hint: "set DEEPSEEK_API_KEY",
        bases: &["DEEPSEEK_BASE_URL", "DEEPSEEK_API_BASE"],
        base: "https://api.deepseek.com",
        default_model: "deepseek-flash",
        ..NONE
    },
    // docs.x.ai; XAI_API_BASE is LiteLLM's (docs.litellm.ai/docs/providers/xai).
    Provider {
        name: "xai",
        aliases: &["grok"],
        keys: &["XAI_API_KEY"],
        hint: "set XAI_API_KEY",
        bases: &["XAI_BASE_URL", "XAI_API_BASE"],
        base: "https://api.x.ai/v1",
        path: "/v1",
        default_model: "grok-4.3",
        ..NONE
    },
    // together-python `client.py`; the other two are LiteLLM's.
    Provider {
        name: "together",
        aliases: &["together_ai", "togetherai"],
        keys: &["TOGETHER_API_KEY", "TOGETHERAI_API_KEY"],
        hint: "set TOGETHER_API_KEY",
        bases: &["TOGETHER_BASE_URL", "TOGETHER_AI_API_BASE"],
        base: "https://api.together.xyz/v1",
        path: "/v1",
        default_model: "openai/gpt-oss-120b",
        ..NONE
    },
    // LiteLLM's variables (`litellm_proxy/…`); its proxy listens at 4000.
    Provider {
        name: "litellm",
        aliases: &["litellm_proxy"],
        keys: &["LITELLM_PROXY_API_KEY"],
        hint: "set LITELLM_PROXY_API_KEY",
        bases: &["LITELLM_PROXY_API_BASE"],
        base: "http://127.0.0.1:4000/v1",
        path: "/v1",
        needs_key: false,
        ..NONE
    },
    // VLLM_API_KEY is vLLM's own (docs.vllm.ai, OpenAI-compatible server); HOSTED_VLLM_… are LiteLLM's.
    Provider {
        name: "vllm",
        aliases: &["hosted_vllm"],
        keys: &["VLLM_API_KEY", "HOSTED_VLLM_API_KEY"],
        hint: "set VLLM_API_KEY",
        bases: &["VLLM_BASE_URL", "HOSTED_VLLM_API_BASE"],
        base: "http://127.0.0.1:8000/v1",
        path: "/v1",
        needs_key: false,
        ..NONE
    },
    // LLAMA_API_KEY is the variable of `llama-server --api-key` (llama.cpp, tools/server/README.md).
    Provider {
        name: "llamacpp",
        aliases: &["llama.cpp", "llama_cpp", "llama-cpp"],
        keys: &["LLAMA_API_KEY"],
        hint: "set LLAMA_API_KEY",
        bases: &["LLAMACPP_BASE_URL"],
        base: "http://127.0.0.1:8080/v1",
        path: "/v1",
        needs_key: false,
        ..NONE
    },
    // ollama `envconfig/config.go`; OLLAMA_API_BASE is LiteLLM's. ollama-python sends OLLAMA_API_KEY.
    Provider {
        name: "ollama",
        aliases: &["ollama_chat"],
        keys: &["OLLAMA_API_KEY"],
        hint: "set OLLAMA_API_KEY",
        format: Format::Ollama,
        bases: &["OLLAMA_HOST", "OLLAMA_API_BASE"],
        base: "http://127.0.0.1:11434",
        needs_key: false,
        ..NONE
    },
    Provider {
        name: "offline",
        format: Format::Offline,
        needs_key: false,
        ..NONE
    },
];
