//! The table. A name says whose reply it is, and of what.
use super::Model;
use crate::support::KEY;
use sigflow_core::ErrorKind::{
    self, Authentication, BadRequest, Configuration, ContentFilter, ContextLength, QuotaSpent, RateLimited, Server, Timeout, UnknownStatus,
};
use sigflow_providers::OpenAi;
use std::sync::Arc;

pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) status: u16,
    pub(crate) headers: &'static [(&'static str, &'static str)],
    pub(crate) body: &'static str,
    pub(crate) kind: ErrorKind,
    /// How long to wait, in milliseconds.
    pub(crate) wait: Option<u64>,
}

impl Case {
    pub(crate) fn content_type(&self) -> &'static str {
        match self.body.as_bytes().first() {
            Some(b'{' | b'[') => "application/json",
            _ => "text/html",
        }
    }
    /// Clients of the APIs that fail so.
    pub(crate) fn clients(&self, base: &str) -> Vec<Model> {
        let mut clients = vec![self.client(base)];
        if self.name.starts_with("openai") {
            let builder = sigflow_providers::OpenAiResponses::builder("gpt-5-mini");
            clients.push(Arc::new(builder.base_url(base).api_key(KEY).build().expect("a client")));
        }
        clients
    }
    fn client(&self, base: &str) -> Model {
        let root = base.trim_end_matches("/v1");
        match self.name.split(':').next() {
            #[cfg(feature = "anthropic")]
            Some("anthropic") => {
                let builder = sigflow_providers::Anthropic::builder("claude-sonnet-4-5");
                Arc::new(builder.base_url(root).api_key(KEY).build().expect("a client"))
            }
            #[cfg(feature = "gemini")]
            Some(name @ ("gemini" | "interactions")) => {
                use sigflow_providers::gemini::{Gemini, GeminiApi};
                let api = if name == "gemini" { GeminiApi::GenerateContent } else { GeminiApi::Interactions };
                let builder = Gemini::builder("gemini-2.5-flash").base_url(root).api_key(KEY).api(api);
                Arc::new(builder.build().expect("a client"))
            }
            #[cfg(feature = "ollama")]
            Some("ollama") => {
                let builder = sigflow_providers::ollama::Ollama::builder("llama3.2");
                Arc::new(builder.base_url(root).api_key(KEY).build().expect("a client"))
            }
            #[cfg(feature = "bedrock")]
            Some("bedrock") => {
                let builder = sigflow_providers::Bedrock::builder("us.anthropic.claude-haiku-4-5-20251001-v1:0");
                let builder = builder.region("us-east-1").credentials("AKIAIOSFODNN7EXAMPLE", KEY);
                Arc::new(builder.base_url(root).build().expect("a client"))
            }
            Some("responses") => {
                let builder = sigflow_providers::OpenAiResponses::builder("gpt-5-mini");
                Arc::new(builder.base_url(base).api_key(KEY).build().expect("a client"))
            }
            _ => {
                let builder = OpenAi::builder("gpt-5-mini").base_url(base).api_key(KEY);
                Arc::new(builder.build().expect("a client"))
            }
        }
    }
}

const fn case(name: &'static str, status: u16, body: &'static str, kind: ErrorKind) -> Case {
    Case { name, status, headers: &[], body, kind, wait: None }
}

impl Case {
    const fn headers(mut self, headers: &'static [(&'static str, &'static str)]) -> Self {
        self.headers = headers;
        self
    }
    const fn wait(mut self, ms: u64) -> Self {
        self.wait = Some(ms);
        self
    }
}

pub(crate) const CASES: &[Case] = &[
    // OpenAI, developers.openai.com/api/docs/guides/error-codes and spend-limits
    case("openai: wrong key", 401, r#"{"error":{"message":"Incorrect API key provided.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}"#, Authentication),
    case("openai: no member of the organization", 401, r#"{"error":{"message":"You must be a member of an organization to use the API","type":"invalid_request_error","param":null,"code":null}}"#, Authentication),
    case("openai: country", 403, r#"{"error":{"message":"Country, region, or territory not supported","type":"request_forbidden","param":null,"code":"unsupported_country_region_territory"}}"#, Authentication),
    case("openai: no such model", 404, r#"{"error":{"message":"The model `gpt-9` does not exist or you do not have access to it.","type":"invalid_request_error","param":null,"code":"model_not_found"}}"#, BadRequest),
    case("openai: wrong parameter", 400, r#"{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model.","type":"invalid_request_error","param":"max_tokens","code":"unsupported_parameter"}}"#, BadRequest),
    case("openai: schema", 400, r#"{"error":{"message":"Invalid schema for response_format 'a': 'required' is required to be supplied","type":"invalid_request_error","param":"response_format","code":"invalid_json_schema"}}"#, BadRequest),
    case("openai: context", 400, r#"{"error":{"message":"This model's maximum context length is 128000 tokens. However, your messages resulted in 150000 tokens.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}"#, ContextLength),
    case("openai: requests a minute", 429, r#"{"error":{"message":"Rate limit reached for gpt-5-mini on requests per min (RPM): Limit 3, Used 3. Please try again in 20s.","type":"requests","param":null,"code":"rate_limit_exceeded"}}"#, RateLimited).headers(&[("retry-after", "20")]).wait(20_000),
    case("openai: tokens a minute, said by the limits", 429, r#"{"error":{"message":"Rate limit reached for gpt-5-mini on tokens per min (TPM).","type":"tokens","param":null,"code":"rate_limit_exceeded"}}"#, RateLimited).headers(&[("x-ratelimit-remaining-requests", "4999"), ("x-ratelimit-reset-requests", "12ms"), ("x-ratelimit-remaining-tokens", "0"), ("x-ratelimit-reset-tokens", "6m0s")]).wait(360_000),
    case("openai: said in words only", 429, r#"{"error":{"message":"Rate limit reached for gpt-5-mini. Please try again in 1.5s.","type":"tokens","param":null,"code":"rate_limit_exceeded"}}"#, RateLimited).wait(1500),
    case("openai: quota", 429, r#"{"error":{"message":"You exceeded your current quota, please check your plan and billing details.","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}"#, QuotaSpent).headers(&[("retry-after", "1")]),
    case("openai: credit", 429, r#"{"error":{"message":"You have no credits remaining.","type":"insufficient_quota","param":null,"code":"credit_balance_exhausted"}}"#, QuotaSpent),
    case("openai: spend limit of the organization", 429, r#"{"error":{"message":"Your organization has reached its spend limit.","type":"rate_limit_error","param":null,"code":"organization_spend_limit_exceeded"}}"#, QuotaSpent),
    case("openai: spend limit of the project", 429, r#"{"error":{"message":"This project has reached its spend limit.","type":"insufficient_quota","param":null,"code":"project_spend_limit_exceeded"}}"#, QuotaSpent),
    case("openai: usage limit", 429, r#"{"error":{"message":"Your organization has reached its usage limit.","type":"insufficient_quota","param":null,"code":"organization_usage_limit_exceeded"}}"#, QuotaSpent),
    case("openai: server", 500, r#"{"error":{"message":"The server had an error while processing your request. Sorry about that!","type":"server_error","param":null,"code":null}}"#, Server).headers(&[("x-ratelimit-reset-requests", "12ms"), ("x-ratelimit-remaining-requests", "10")]),
    case("openai: overloaded", 503, r#"{"error":{"message":"That model is currently overloaded with other requests.","type":"server_error","param":null,"code":null}}"#, Server).headers(&[("retry-after", "3")]).wait(3000),
    case("openai: slow down", 503, r#"{"error":{"message":"Slow Down","type":"server_error","param":null,"code":"slow_down"}}"#, Server),
    case("openai: content policy", 400, r#"{"error":{"message":"Your request was rejected as a result of our safety system.","type":"invalid_request_error","param":null,"code":"content_policy_violation"}}"#, ContentFilter),
    case("openai: usage policy, by words", 400, r#"{"error":{"message":"Invalid prompt: your prompt was flagged as potentially violating our usage policy.","type":"invalid_request_error","param":null,"code":"invalid_prompt"}}"#, ContentFilter),
    // OpenAI Responses: failures inside of a reply of status 200
    case("responses: failed", 200, r#"{"id":"resp_1","object":"response","status":"failed","error":{"code":"server_error","message":"The model failed to generate a response."},"output":[]}"#, Server),
    case("responses: rate", 200, r#"{"id":"resp_1","object":"response","status":"failed","error":{"code":"rate_limit_exceeded","message":"Rate limit reached. Please try again in 2s."},"output":[]}"#, RateLimited).wait(2000),
    // Azure OpenAI, learn.microsoft.com
    case("azure: wrong key", 401, r#"{"error":{"code":"401","message":"Access denied due to invalid subscription key or wrong API endpoint."}}"#, Authentication),
    case("azure: gateway", 401, r#"{ "statusCode": 401, "message": "Unauthorized. Access token is missing, invalid, audience is incorrect, or have expired." }"#, Authentication),
    case("azure: no such deployment", 404, r#"{"error":{"code":"DeploymentNotFound","message":"The API deployment for this resource does not exist."}}"#, BadRequest),
    case("azure: call rate", 429, r#"{"error":{"code":"429","message":"Requests to the ChatCompletions_Create Operation have exceeded call rate limit of your current pricing tier. Please retry after 26 seconds."}}"#, RateLimited).wait(26_000),
    case("azure: call rate in ms", 429, r#"{"error":{"code":"RateLimitReached","message":"Your requests have exceeded token rate limit."}}"#, RateLimited).headers(&[("retry-after-ms", "250"), ("retry-after", "1")]).wait(250),
    case("azure: filter", 400, r#"{"error":{"message":"The response was filtered due to the prompt triggering Azure OpenAI's content management policy.","type":null,"param":"prompt","code":"content_filter","status":400,"innererror":{"code":"ResponsibleAIPolicyViolation","content_filter_result":{"hate":{"filtered":true,"severity":"high"}}}}}"#, ContentFilter),
    // Anthropic, platform.claude.com/docs/en/api/errors
    case("anthropic: request", 400, r#"{"type":"error","error":{"type":"invalid_request_error","message":"max_tokens: Field required"},"request_id":"req_011CSHoEeqs5C35K2UUqR7Fy"}"#, BadRequest),
    case("anthropic: grammar", 400, r#"{"type":"error","error":{"type":"invalid_request_error","message":"The compiled grammar is too large, simplify your tool schemas"}}"#, BadRequest),
    case("anthropic: context", 400, r#"{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 200049 tokens > 200000 maximum"}}"#, ContextLength),
    case("anthropic: credit", 400, r#"{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits."}}"#, QuotaSpent),
    case("anthropic: own spend limit", 400, r#"{"type":"error","error":{"type":"invalid_request_error","message":"You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC."}}"#, QuotaSpent),
    case("anthropic: key", 401, r#"{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}"#, Authentication),
    case("anthropic: billing", 402, r#"{"type":"error","error":{"type":"billing_error","message":"There's an issue with your billing or payment information."}}"#, QuotaSpent),
    case("anthropic: permission", 403, r#"{"type":"error","error":{"type":"permission_error","message":"Your API key does not have permission to use the specified resource."}}"#, Authentication),
    case("anthropic: not found", 404, r#"{"type":"error","error":{"type":"not_found_error","message":"model: claude-9"}}"#, BadRequest),
    case("anthropic: conflict", 409, r#"{"type":"error","error":{"type":"conflict_error","message":"The request conflicts with another one."}}"#, Server),
    case("anthropic: too large", 413, r#"{"type":"error","error":{"type":"request_too_large","message":"Request exceeds the maximum allowed number of bytes."}}"#, BadRequest),
    case("anthropic: rate", 429, r#"{"type":"error","error":{"type":"rate_limit_error","message":"This request would exceed your organization's rate limit of 50,000 input tokens per minute."}}"#, RateLimited).headers(&[("retry-after", "17")]).wait(17_000),
    case("anthropic: monthly cap of the tier", 429, r#"{"type":"error","error":{"type":"rate_limit_error","message":"Your organization has reached its monthly usage limit.","details":{"error_code":"enforced_spend_limit_reached"}}}"#, QuotaSpent),
    case("anthropic: internal", 500, r#"{"type":"error","error":{"type":"api_error","message":"Internal server error"}}"#, Server),
    case("anthropic: timeout", 504, r#"{"type":"error","error":{"type":"timeout_error","message":"The request timed out while processing."}}"#, Server),
    case("anthropic: overloaded", 529, r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#, Server),
    // Gemini generateContent, ai.google.dev/gemini-api/docs/troubleshooting
    case("gemini: argument", 400, r#"{"error":{"code":400,"message":"Invalid JSON payload received. Unknown name \"foo\": Cannot find field.","status":"INVALID_ARGUMENT"}}"#, BadRequest),
    case("gemini: wrong key", 400, r#"{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID","domain":"googleapis.com"}]}}"#, Authentication),
    case("gemini: country", 400, r#"{"error":{"code":400,"message":"Gemini API free tier is not available in your country. Please enable billing on your project in Google AI Studio.","status":"FAILED_PRECONDITION"}}"#, BadRequest),
    case("gemini: context", 400, r#"{"error":{"code":400,"message":"The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).","status":"INVALID_ARGUMENT"}}"#, ContextLength),
    case("gemini: permission", 403, r#"{"error":{"code":403,"message":"Your API key doesn't have the required permissions.","status":"PERMISSION_DENIED"}}"#, Authentication),
    case("gemini: model", 404, r#"{"error":{"code":404,"message":"models/gemini-9 is not found for API version v1beta, or is not supported for generateContent.","status":"NOT_FOUND"}}"#, BadRequest),
    case("gemini: quota of the minute", 429, r#"{"error":{"code":429,"message":"You exceeded your current quota. Please retry in 34.07s.","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{"quotaMetric":"generativelanguage.googleapis.com/generate_content_free_tier_requests","quotaId":"GenerateRequestsPerMinutePerProjectPerModel-FreeTier","quotaValue":"10"}]},{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34s"}]}}"#, RateLimited).wait(34_000),
    case("gemini: quota of the day", 429, r#"{"error":{"code":429,"message":"You exceeded your current quota, please check your plan and billing details.","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{"quotaMetric":"generativelanguage.googleapis.com/generate_content_free_tier_requests","quotaId":"GenerateRequestsPerDayPerProjectPerModel-FreeTier"}]},{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34s"}]}}"#, QuotaSpent),
    case("gemini: no details", 429, r#"{"error":{"code":429,"message":"Resource has been exhausted (e.g. check quota).","status":"RESOURCE_EXHAUSTED"}}"#, RateLimited),
    case("google, in OpenAI's form: in a list", 400, r#"[{"error":{"code":400,"message":"Please pass a valid API key","status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}]"#, Authentication),
    case("gemini: internal", 500, r#"{"error":{"code":500,"message":"An internal error has occurred.","status":"INTERNAL"}}"#, Server),
    case("gemini: overloaded", 503, r#"{"error":{"code":503,"message":"The model is overloaded. Please try again later.","status":"UNAVAILABLE"}}"#, Server),
    case("gemini: deadline", 504, r#"{"error":{"code":504,"message":"The service is unable to finish processing within the deadline.","status":"DEADLINE_EXCEEDED"}}"#, Server),
    // Gemini Interactions, ai.google.dev/gemini-api/docs/api-errors
    case("interactions: request", 400, r#"{"error":{"code":"invalid_request","message":"The value 'x' is not supported for 'type' at 'tools[0]'."}}"#, BadRequest),
    case("interactions: key", 401, r#"{"error":{"code":"authentication","message":"The API key is missing or invalid."}}"#, Authentication),
    case("interactions: payment", 402, r#"{"error":{"code":"payment_required","message":"Billing is required."}}"#, QuotaSpent),
    case("interactions: model", 404, r#"{"error":{"code":"model_not_found","message":"Model 'gemini-9' was not found."}}"#, BadRequest),
    case("interactions: rate", 429, r#"{"error":{"code":"rate_limit_exceeded","message":"You exceeded the limit of requests per minute."}}"#, RateLimited),
    case("interactions: quota", 429, r#"{"error":{"code":"quota_exceeded","message":"You exceeded your quota for the day."}}"#, QuotaSpent),
    case("interactions: a failure after 200", 200, r#"{"error":{"code":"not_found","message":"Failed to get completed interaction: Result not found."}}"#, BadRequest),
    // Bedrock Converse, botocore's service model
    case("bedrock: validation", 400, r#"{"message":"The provided model identifier is invalid."}"#, BadRequest).headers(&[("x-amzn-errortype", "ValidationException:http://internal.amazon.com/coral/com.amazon.bedrock/")]),
    case("bedrock: context", 400, r#"{"message":"Input is too long for requested model."}"#, ContextLength).headers(&[("x-amzn-errortype", "ValidationException")]),
    case("bedrock: service quota", 400, r#"{"message":"Your request exceeds the service quota for your account."}"#, RateLimited).headers(&[("x-amzn-errortype", "ServiceQuotaExceededException")]),
    case("bedrock: access", 403, r#"{"message":"You don't have access to the model with the specified model ID."}"#, Authentication).headers(&[("x-amzn-errortype", "AccessDeniedException")]),
    case("bedrock: token", 403, r#"{"message":"The security token included in the request is expired"}"#, Authentication).headers(&[("x-amzn-errortype", "ExpiredTokenException")]),
    case("bedrock: not found", 404, r#"{"message":"Model not found."}"#, BadRequest).headers(&[("x-amzn-errortype", "ResourceNotFoundException")]),
    case("bedrock: model timeout", 408, r#"{"message":"Model has timed out in processing the request. Try your request again."}"#, Timeout).headers(&[("x-amzn-errortype", "ModelTimeoutException")]),
    case("bedrock: model error", 424, r#"{"message":"The system encountered an unexpected error during processing. Try your request again."}"#, Server).headers(&[("x-amzn-errortype", "ModelErrorException")]),
    case("bedrock: throttled", 429, r#"{"message":"Too many requests, please wait before trying again."}"#, RateLimited).headers(&[("x-amzn-errortype", "ThrottlingException")]),
    case("bedrock: tokens of the day", 429, r#"{"message":"Too many tokens per day, please wait before trying again."}"#, QuotaSpent).headers(&[("x-amzn-errortype", "ThrottlingException")]),
    case("bedrock: model not ready", 429, r#"{"message":"Model is not ready for inference. Wait and try your request again."}"#, RateLimited).headers(&[("x-amzn-errortype", "ModelNotReadyException")]),
    case("bedrock: internal", 500, r#"{"message":"The system encountered an unexpected error during processing."}"#, Server).headers(&[("x-amzn-errortype", "InternalServerException")]),
    case("bedrock: unavailable", 503, r#"{"message":"Bedrock is unable to process your request."}"#, Server).headers(&[("x-amzn-errortype", "ServiceUnavailableException")]),
    // Ollama, docs/api and server/routes
    case("ollama: model", 404, r#"{"error":"model 'llama9' not found"}"#, BadRequest),
    case("ollama: tools", 400, r#"{"error":"registry.ollama.ai/library/gemma:2b does not support tools"}"#, BadRequest),
    case("ollama: busy", 503, r#"{"error":"server busy, please try again.  maximum pending requests exceeded"}"#, Server),
    case("ollama: runner", 500, r#"{"error":"llama runner process has terminated: exit status 2"}"#, Server),
    case("ollama: week of the cloud", 429, r#"{"error":"you (someone) have reached your weekly usage limit, upgrade for higher limits: https://ollama.com/upgrade"}"#, QuotaSpent),
    case("ollama: session of the cloud", 429, r#"{"error":"you (someone) have reached your session usage limit, please wait or upgrade to continue"}"#, QuotaSpent),
    case("ollama: hour of the cloud", 429, r#"{"error":"you've reached your hourly usage limit, please wait or upgrade to continue"}"#, RateLimited),
    case("ollama: too fast", 429, r#"{"error":"too many requests"}"#, RateLimited),
    case("ollama: key of the cloud", 401, r#"{"error":"unauthorized"}"#, Authentication),
    // vLLM and llama.cpp
    case("vllm: context, older", 400, r#"{"object":"error","message":"This model's maximum context length is 4096 tokens. However, you requested 5000 tokens.","type":"BadRequestError","param":null,"code":400}"#, ContextLength),
    case("vllm: model", 404, r#"{"error":{"message":"The model `x` does not exist.","type":"NotFoundError","param":null,"code":404}}"#, BadRequest),
    case("vllm: key", 401, r#"{"error":"Unauthorized"}"#, Authentication),
    case("vllm: fields", 422, r#"{"detail":[{"type":"missing","loc":["body","messages"],"msg":"Field required","input":{}}]}"#, BadRequest),
    case("llama.cpp: context", 400, r#"{"error":{"code":400,"message":"the request exceeds the available context size, try increasing it","type":"exceed_context_size_error","n_prompt_tokens":8024,"n_ctx":2048}}"#, ContextLength),
    case("llama.cpp: grammar", 400, r#"{"error":{"code":400,"message":"failed to parse grammar","type":"invalid_request_error"}}"#, BadRequest),
    case("llama.cpp: loading", 503, r#"{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}"#, Server),
    case("llama.cpp: output, after 200", 200, r#"{"error":{"code":500,"message":"The model produced output that does not match the expected peg-native format","type":"server_error"}}"#, Server),
    // OpenRouter, openrouter.ai/docs/api/reference/errors-and-debugging
    case("openrouter: credits", 402, r#"{"error":{"message":"This request requires more credits, or fewer max_tokens. You requested up to 64000 tokens, but can only afford 2666.","code":402,"metadata":{"provider_name":null}}}"#, QuotaSpent),
    case("openrouter: budget in flight", 402, r#"{"error":{"message":"Too much spend is in flight.","code":402,"metadata":{"limit_source":"openrouter_in_flight_budget"}}}"#, RateLimited).headers(&[("retry-after", "5")]).wait(5000),
    case("openrouter: moderation", 403, r#"{"error":{"code":403,"message":"Input was flagged","metadata":{"reasons":["violence"],"flagged_input":"…","provider_name":"x","model_slug":"y"}}}"#, ContentFilter),
    case("openrouter: free models of the day", 429, r#"{"error":{"message":"Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 free model requests per day","code":429,"metadata":{"headers":{"X-RateLimit-Limit":"50"}}}}"#, QuotaSpent),
    case("openrouter: provider down", 502, r#"{"error":{"message":"Provider returned error","code":502,"metadata":{"raw":"upstream connect error","provider_name":"x"}}}"#, Server),
    case("openrouter: no provider", 503, r#"{"error":{"message":"No available model provider meets your routing requirements","code":503}}"#, Server),
    case("openrouter: rate, after 200", 200, r#"{"id":"g","error":{"message":"Rate limited upstream","code":429}}"#, RateLimited),
    // Groq, DeepSeek, Mistral, xAI, Together
    case("groq: tokens of the day come back bit by bit", 429, r#"{"error":{"message":"Rate limit reached for model `x` on tokens per day (TPD): Limit 100000, Used 99000. Please try again in 7m12.5s.","type":"tokens","code":"rate_limit_exceeded"}}"#, RateLimited).wait(432_500),
    case("groq: too large for the minute", 413, r#"{"error":{"message":"Request too large for model `x` on tokens per minute (TPM): Limit 6000, Requested 9000","type":"tokens","code":"rate_limit_exceeded"}}"#, RateLimited),
    case("groq: flex tier full", 498, r#"{"error":{"message":"Flex tier capacity exceeded","type":"capacity_exceeded"}}"#, Server),
    case("groq: broken JSON of the model", 400, r#"{"error":{"message":"Failed to generate JSON.","type":"invalid_request_error","code":"json_validate_failed","failed_generation":"{"}}"#, BadRequest),
    case("deepseek: balance", 402, r#"{"error":{"message":"Insufficient Balance","type":"unknown_error","param":null,"code":"invalid_request_error"}}"#, QuotaSpent),
    case("deepseek: key", 401, r#"{"error":{"message":"Authentication Fails, Your api key is invalid","type":"authentication_error","param":null,"code":"invalid_request_error"}}"#, Authentication),
    case("deepseek: parameters", 422, r#"{"error":{"message":"Invalid Parameters","type":"invalid_request_error","param":null,"code":"invalid_request_error"}}"#, BadRequest),
    case("mistral: rate", 429, r#"{"object":"error","message":"Rate limit exceeded","type":"rate_limited","param":null,"code":"1300","raw_status_code":429}"#, RateLimited),
    case("mistral: capacity", 429, r#"{"object":"error","message":"Service tier capacity exceeded for this model.","type":"invalid_request_error","param":null,"code":null}"#, RateLimited),
    case("mistral: unknown member", 422, r#"{"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":["body","stream_options"],"msg":"Extra inputs are not permitted"}]},"type":"invalid_request_error","param":null,"code":null}"#, BadRequest),
    case("mistral: key", 401, r#"{"detail":"Unauthorized"}"#, Authentication),
    case("xai: credits", 429, r#"{"code":"Some resource has been exhausted","error":"Your team 16f2151a has either used all available credits or reached its monthly spending limit."}"#, QuotaSpent),
    case("xai: no credits yet", 403, r#"{"code":"The caller does not have permission to execute the specified operation","error":"Your newly created teams doesn't have any credits yet."}"#, QuotaSpent),
    case("xai: wrong key is 400", 400, r#"{"code":"Client specified an invalid argument","error":"Incorrect API key provided: xa***99. You can obtain an API key from https://console.x.ai."}"#, Authentication),
    case("together: too long", 422, r#"{"id":"x","error":{"message":"Input validation error: `inputs` tokens + `max_new_tokens` must be <= 8193. Given: 9000 `inputs` tokens","type":"invalid_request_error","param":null,"code":null}}"#, ContextLength),
    case("together: rate", 429, r#"{"id":"x","error":{"message":"You have reached the rate limit specific to this model.","type":"model_rate_limit","param":null,"code":null}}"#, RateLimited).headers(&[("x-ratelimit-reset", "3")]).wait(3000),
    // LiteLLM's proxy
    case("litellm: rate, passed on", 429, r#"{"error":{"message":"litellm.RateLimitError: RateLimitError: OpenAIException - Rate limit","type":"throttling_error","param":null,"code":"429"}}"#, RateLimited).headers(&[("llm_provider-retry-after", "1")]).wait(1000),
    case("litellm: budget", 400, r#"{"error":{"message":"Budget has been exceeded! Current cost: 10.1, Max budget: 10.0","type":"budget_exceeded","param":null,"code":"400"}}"#, QuotaSpent),
    case("litellm: context", 400, r#"{"error":{"message":"litellm.ContextWindowExceededError: This model's maximum context length is 8192 tokens.","type":null,"param":null,"code":"400"}}"#, ContextLength),
    case("litellm: key", 401, r#"{"error":{"message":"Authentication Error, Invalid proxy server token passed.","type":"token_not_found_in_db","param":"key","code":"401"}}"#, Authentication),
    // What stands between
    case("nginx: bad gateway", 502, "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n", Server),
    case("nginx: too large", 413, "<html><head><title>413 Request Entity Too Large</title></head><body></body></html>", BadRequest),
    case("nginx: too many", 503, "<html><head><title>503 Service Temporarily Unavailable</title></head></html>", Server).headers(&[("retry-after", "1")]).wait(1000),
    case("cloudflare: challenge", 403, "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body></body></html>", Authentication),
    case("cloudflare: origin", 522, "<!DOCTYPE html><html><head><title>api.example.com | 522: Connection timed out</title></head></html>", Server),
    case("cloudflare: text", 520, "error code: 520", Server),
    case("envoy", 503, "upstream connect error or disconnect/reset before headers. reset reason: connection failure", Server),
    case("kong", 404, r#"{"message":"no Route matched with those values"}"#, BadRequest),
    case("a proxy that wants a password", 407, "<html><title>407 Proxy Authentication Required</title></html>", BadRequest),
    case("a redirect", 307, "", Configuration).headers(&[("location", "https://elsewhere.example/v1")]),
    case("not modified", 304, "", UnknownStatus),
    case("a status beyond HTTP", 600, "{}", UnknownStatus),
    case("another", 999, r#"{"message":"Request denied"}"#, UnknownStatus),
];
