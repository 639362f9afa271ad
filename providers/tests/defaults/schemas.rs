//! Section 2, as servers see it: the form and the names in which each is asked for the outputs; and the cache of
//! responses, which has the figures of that of signatures.
use crate::{
    assert_all,
    support::{KEY, Server, reply},
};
use serde_json::{Value, json};
use sigflow_core::{Adapter, Ask, Capabilities, DynSignature, FieldSpec, Lm, Result};
use sigflow_providers::OpenAi;

/// `question -> answer, stars` without a name; stars have a bound that not every dialect says.
fn signature() -> DynSignature {
    let stars = FieldSpec::output("stars", "int").ge(1).le(5);
    DynSignature::builder("")
        .field(FieldSpec::input("question", "str"))
        .field(FieldSpec::output("answer", "str"))
        .field(stars)
        .build()
        .expect("a signature")
}

/// The body that a client sends for a form.
async fn body(server: &Server, lm: Result<Lm>, adapter: Adapter) -> Value {
    let lm = lm.expect("a client").with_capabilities(Capabilities::ALL);
    let ask = signature().ask([("question", json!("?"))]);
    let call = ask.expect("it fits").predict().adapter(adapter).with(&lm);
    // the reply is OpenAI's, whoever asks
    let _ = call.await;
    server.seen().last().expect("a request").json()
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// OpenAI: function, structured output, JSON mode; names, strict, forced.
#[tokio::test]
async fn openai() {
    let server = Server::json(reply("{}")).await;
    let lm = || {
        OpenAi::builder("gpt-5-mini")
            .base_url(&server.base)
            .build()
            .map(Lm::new)
    };
    let function = body(&server, lm(), Adapter::Tool).await;
    let structured = body(&server, lm(), Adapter::Structured).await;
    let mut able = Capabilities::CHAT;
    able.json_object = true;
    let ask = signature()
        .ask([("question", json!("?"))])
        .expect("it fits");
    let plain = lm().expect("a client").with_capabilities(able);
    let _ = ask.predict().adapter(Adapter::Json).with(&plain).await;
    let json_mode = server.seen().last().expect("a request").json();
    let (tool, format) = (
        &function["tools"][0]["function"],
        &structured["response_format"]["json_schema"],
    );
    let stars = |schema: &Value| schema["properties"]["stars"]["maximum"].to_string();
    assert_all(&[
        ("tool", text(&tool["name"]), "execute"),
        ("strict", text(&tool["strict"]), "true"),
        (
            "forced",
            text(&function["tool_choice"]["function"]["name"]),
            "execute",
        ),
        ("bound", stars(&tool["parameters"]), "5"),
        (
            "closed",
            text(&tool["parameters"]["additionalProperties"]),
            "false",
        ),
        ("response", text(&format["name"]), "response"),
        ("strict response", text(&format["strict"]), "true"),
        ("bound of the response", stars(&format["schema"]), "5"),
        (
            "JSON mode",
            text(&json_mode["response_format"]),
            r#"{"type":"json_object"}"#,
        ),
    ]);
}

/// Anthropic: tool and structured output, whose strict form knows no bounds of numbers.
#[cfg(feature = "anthropic")]
#[tokio::test]
async fn anthropic() {
    let server = Server::json(reply("{}")).await;
    let lm = || {
        let builder = sigflow_providers::Anthropic::builder("claude-sonnet-4-5");
        builder
            .base_url(&server.base)
            .api_key(KEY)
            .build()
            .map(Lm::new)
    };
    let function = body(&server, lm(), Adapter::Tool).await;
    let structured = body(&server, lm(), Adapter::Structured).await;
    let (tool, format) = (
        &function["tools"][0],
        &structured["output_config"]["format"],
    );
    let stars = |schema: &Value| schema["properties"]["stars"]["maximum"].to_string();
    assert_all(&[
        ("tool", text(&tool["name"]), "execute"),
        ("strict", text(&tool["strict"]), "true"),
        ("forced", text(&function["tool_choice"]["name"]), "execute"),
        ("bound of the tool", stars(&tool["input_schema"]), "null"),
        (
            "closed",
            text(&tool["input_schema"]["additionalProperties"]),
            "false",
        ),
        ("structured", text(&format["type"]), "json_schema"),
        ("bound of the response", stars(&format["schema"]), "null"),
    ]);
}

/// Gemini, by both of its APIs.
#[cfg(feature = "gemini")]
#[tokio::test]
async fn gemini() {
    use sigflow_providers::{Gemini, GeminiApi};
    let server = Server::json(reply("{}")).await;
    let lm = |api| {
        let builder = Gemini::builder("gemini-2.5-flash").base_url(server.root());
        builder.api_key(KEY).api(api).build().map(Lm::new)
    };
    let function = body(&server, lm(GeminiApi::GenerateContent), Adapter::Tool).await;
    let structured = body(&server, lm(GeminiApi::GenerateContent), Adapter::Structured).await;
    let newer = body(&server, lm(GeminiApi::Interactions), Adapter::Tool).await;
    let tool = &function["tools"][0]["functionDeclarations"][0];
    let calling = &function["toolConfig"]["functionCallingConfig"];
    let config = &structured["generationConfig"];
    let choice = &newer["generation_config"]["tool_choice"]["allowed_tools"];
    let stars = |schema: &Value| schema["properties"]["stars"]["maximum"].to_string();
    assert_all(&[
        ("tool", text(&tool["name"]), "execute"),
        ("bound", stars(&tool["parametersJsonSchema"]), "5"),
        ("forced", text(&calling["mode"]), "ANY"),
        (
            "forced to it",
            text(&calling["allowedFunctionNames"]),
            r#"["execute"]"#,
        ),
        ("structured", stars(&config["responseJsonSchema"]), "5"),
        (
            "tool by Interactions",
            text(&newer["tools"][0]["name"]),
            "execute",
        ),
        (
            "forced by Interactions",
            text(&choice["tools"]),
            r#"["execute"]"#,
        ),
    ]);
}

/// The response cache: the same defaults and counters.
#[cfg(feature = "cache")]
mod responses {
    use super::{Server, assert_all, reply};
    use crate::{shown, support::ask};
    use sigflow_core::{CacheBounds, Eviction, Lm, SignatureCache};
    use sigflow_providers::{Connect as _, ResponseCache};
    use std::time::Duration;

    #[tokio::test(start_paused = true)]
    async fn the_response_cache() {
        let cache = ResponseCache::new();
        let (bounds, signatures) = (cache.bounds(), SignatureCache::new());
        let settings = signatures.settings();
        assert_all(&[
            ("entries", bounds.entries.to_string(), "10000"),
            ("eviction", format!("{:?}", bounds.eviction), "Lru"),
            ("expiry", format!("{:?}", bounds.ttl), "None"),
            ("sweep", format!("{:?}", bounds.sweep), "300s"),
            (
                "as that of signatures",
                (bounds.entries == settings.entries()
                    && bounds.eviction == settings.evicts()
                    && bounds.ttl == settings.expires_after()
                    && bounds.sweep == settings.sweeps_every())
                .to_string(),
                "true",
            ),
            (
                "disk",
                shown(&ResponseCache::builder(), "has_disk"),
                "false",
            ),
        ]);
        assert_eq!(CacheBounds::default().sweep, bounds.sweep);

        let server = Server::json(reply("yes")).await;
        let cache = ResponseCache::builder()
            .capacity(2)
            .eviction(Eviction::Lfu)
            .ttl(Duration::from_secs(10))
            .build();
        let lm = Lm::new(server.client()).cached(&cache);
        for question in ["a", "b", "a", "c", "a"] {
            lm.complete(ask(question)).await.expect("a reply");
        }
        let stats = cache.stats(1);
        // the wait is over, and it is time to look
        tokio::time::advance(Duration::from_secs(301)).await;
        lm.complete(ask("d")).await.expect("a reply");
        let swept = cache.stats(9);
        assert_all(&[
            ("hits", stats.hits.to_string(), "2"),
            ("misses", stats.misses.to_string(), "3"),
            ("evictions", stats.evictions.to_string(), "1"),
            ("size", stats.size.to_string(), "2"),
            ("hottest 1", stats.hottest.len().to_string(), "1"),
            ("its uses", stats.hottest[0].uses.to_string(), "3"),
            ("asked", server.seen().len().to_string(), "4"),
            ("swept", swept.evictions.to_string(), "3"),
            ("size after it", swept.size.to_string(), "1"),
        ]);
    }

    /// Concurrent first uses ask once.
    #[tokio::test]
    async fn concurrent_first_uses() {
        let server = Server::json(reply("yes")).await;
        let cache = ResponseCache::new();
        let lm = Lm::new(server.client()).cached(&cache);
        let calls: Vec<_> = (0..8)
            .map(|_| tokio::spawn(lm.complete(ask("q"))))
            .collect();
        for call in calls {
            call.await.expect("no panic").expect("a reply");
        }
        let stats = cache.stats(0);
        assert_eq!((stats.misses, stats.hits, server.seen().len()), (1, 7, 1));
    }
}
