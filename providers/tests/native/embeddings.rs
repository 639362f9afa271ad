//! Vectors of texts, in each server's form.
use crate::support::{
    KEY, Recorded, Server, Step, http,
    schemas::{fits, schema, spec, validator},
};
use serde_json::{Value, json};
use sigflow_core::{EmbedRequest, Embedder, Purpose, Retriever, Usage, VectorIndex};
use sigflow_providers::{EmbeddingClientBuilder, Gemini, Ollama, OpenAi};
use std::time::Instant;

/// A server that answers each request by these bodies.
async fn server(bodies: &[Value]) -> Server {
    let steps = bodies
        .iter()
        .map(|body| Step::Send(http(200, &[], &body.to_string())));
    Server::start(steps.collect()).await
}

fn openai(server: &Server) -> EmbeddingClientBuilder {
    let builder = OpenAi::embedder("text-embedding-3-small").base_url(&server.base);
    builder.api_key(KEY)
}
fn gemini(server: &Server) -> EmbeddingClientBuilder {
    let builder = Gemini::embedder("gemini-embedding-001").base_url(server.root());
    builder.api_key(KEY)
}
fn ollama(server: &Server) -> EmbeddingClientBuilder {
    Ollama::embedder("nomic-embed-text").base_url(server.root())
}

fn path(request: &Recorded) -> &str {
    request.head.split(' ').nth(1).expect("a path")
}

#[tokio::test]
async fn openais_form() {
    let reply = |from: usize, vectors: &[f64]| {
        // in another order than that of the texts
        let data = vectors.iter().enumerate().rev();
        let data: Vec<Value> = data
            .map(|(index, it)| json!({"object": "embedding", "index": index, "embedding": [it, from]}))
            .collect();
        json!({"object": "list", "model": "text-embedding-3-small-1", "data": data,
            "usage": {"prompt_tokens": 4, "total_tokens": 4}})
    };
    let server = server(&[reply(0, &[0.5, -1.0]), reply(1, &[2.0])]).await;
    let client = openai(&server)
        .batch(2)
        .dimensions(2)
        .build()
        .expect("a client");
    assert_eq!(
        (client.name(), client.dimensions()),
        ("text-embedding-3-small", Some(2))
    );
    assert!(!format!("{client:?}").contains(KEY));
    let embeddings = client
        .embed(EmbedRequest::new(["a", "b\"", "c"]))
        .await
        .expect("vectors");
    assert_eq!(embeddings.vectors, [[0.5, 0.0], [-1.0, 0.0], [2.0, 1.0]]);
    assert_eq!(embeddings.usage, Some(Usage::new(8, 0)));
    assert_eq!(embeddings.model, "text-embedding-3-small-1");
    let requests = server.seen();
    assert_eq!(requests.len(), 2);
    assert_eq!(path(&requests[0]), "/v1/embeddings");
    assert_eq!(
        requests[0].header("authorization"),
        Some(format!("Bearer {KEY}").as_str())
    );
    let expected =
        json!({"model": "text-embedding-3-small", "input": ["a", "b\""], "dimensions": 2});
    assert_eq!(requests[0].json(), expected);
    if let Some(schema) = schema("openai/embeddings.request.schema.json") {
        fits(&schema, &requests[0].json());
    }
}

#[tokio::test]
async fn geminis_form() {
    let many = json!({"embeddings": [{"values": [1, 0]}, {"values": [0, 1]}], "usageMetadata": {"promptTokenCount": 6}});
    let server = server(&[many, json!({"embedding": {"values": [0.5, 0.5]}})]).await;
    let client = gemini(&server).dimensions(2).build().expect("a client");
    let request = EmbedRequest::new(["a", "b"]).purpose(Purpose::Passage);
    let embeddings = client.embed(request).await.expect("vectors");
    assert_eq!(embeddings.vectors, [[1.0, 0.0], [0.0, 1.0]]);
    assert_eq!(embeddings.usage, Some(Usage::new(6, 0)));
    let one = client
        .embed(EmbedRequest::new(["c"]).purpose(Purpose::Query))
        .await
        .expect("a vector");
    assert_eq!(
        (one.vectors, one.model.as_str()),
        (vec![vec![0.5, 0.5]], "gemini-embedding-001")
    );
    let requests = server.seen();
    let model = "/v1beta/models/gemini-embedding-001";
    assert_eq!(path(&requests[0]), format!("{model}:batchEmbedContents"));
    assert_eq!(path(&requests[1]), format!("{model}:embedContent"));
    assert_eq!(requests[0].header("x-goog-api-key"), Some(KEY));
    let text = |text: &str, task: &str| {
        json!({"model": "models/gemini-embedding-001", "content": {"parts": [{"text": text}]},
        "taskType": task, "outputDimensionality": 2})
    };
    let task = "RETRIEVAL_DOCUMENT";
    assert_eq!(
        requests[0].json(),
        json!({"requests": [text("a", task), text("b", task)]})
    );
    assert_eq!(requests[1].json(), text("c", "RETRIEVAL_QUERY"));
}

#[tokio::test]
async fn ollamas_form() {
    let server = server(&[json!({"model": "nomic-embed-text", "embeddings": [[1, 0], [0, 1]], "prompt_eval_count": 5})]).await;
    let client = ollama(&server).build().expect("a client");
    let embeddings = client
        .embed(EmbedRequest::new(["a", "b"]))
        .await
        .expect("vectors");
    assert_eq!(
        (embeddings.vectors.len(), embeddings.usage),
        (2, Some(Usage::new(5, 0)))
    );
    let requests = server.seen();
    assert_eq!(path(&requests[0]), "/api/embed");
    let body = requests[0].json();
    assert_eq!(
        body,
        json!({"model": "nomic-embed-text", "input": ["a", "b"]})
    );
    if let Some(document) = spec("ollama/ollama-openapi.yaml") {
        let document: Value = serde_norway::from_str(&document).expect("YAML");
        let root = json!({"$ref": "#/components/schemas/EmbedRequest", "components": document["components"]});
        fits(&validator(&root), &body);
    }
}

#[tokio::test]
async fn requests_are_bounded_in_texts_and_bytes() {
    let server = server(&[json!({"embeddings": [[1]]})]).await;
    let client = ollama(&server).build().expect("a client");
    let long = "x".repeat(400_000);
    let texts = [long.as_str(), long.as_str(), &"y".repeat(700_000)];
    let embeddings = client
        .embed(EmbedRequest::new(texts))
        .await
        .expect("vectors");
    assert_eq!(embeddings.vectors.len(), 3);
    let lengths: Vec<usize> = server
        .seen()
        .iter()
        .map(|request| request.json()["input"].as_array().expect("a list").len())
        .collect();
    assert_eq!(lengths, [1, 1, 1]);
    // no text, no request
    let nothing = client
        .embed(EmbedRequest::new([""; 0]))
        .await
        .expect("no vectors");
    assert!(nothing.vectors.is_empty() && server.seen().len() == 3);
    let error = ollama(&server)
        .batch(0)
        .build()
        .expect_err("it would never end");
    assert!(error.is_configuration());
}

#[tokio::test]
async fn what_is_wrong_with_a_reply() {
    for (body, words) in [
        (json!({"embeddings": [[1]]}), "1 vectors for 2 texts"),
        (json!({"embeddings": [[1], ["x"]]}), "no vectors"),
        (json!({"data": [{"embedding": [1]}]}), "no vectors"),
        (json!([1]), "no object"),
    ] {
        let server = server(std::slice::from_ref(&body)).await;
        let client = ollama(&server).build().expect("a client");
        let error = client
            .embed(EmbedRequest::new(["a", "b"]))
            .await
            .expect_err("wrong");
        assert!(
            error.is_decode() && error.to_string().contains(words),
            "{body}: {error}"
        );
        assert_eq!(error.raw_reply(), Some(body.to_string().as_str()));
    }
    let said = server(&[json!({"error": "the model is no embedder"})]).await;
    let client = ollama(&said).build().expect("a client");
    let error = client
        .embed(EmbedRequest::new(["a"]))
        .await
        .expect_err("wrong");
    assert_eq!(error.provider_message(), Some("the model is no embedder"));
    let refused = Step::Send(http(401, &[], r#"{"error":{"message":"no"}}"#));
    let refused = Server::start(vec![refused]).await;
    let client = openai(&refused).build().expect("a client");
    assert!(
        client
            .embed(EmbedRequest::new(["a"]))
            .await
            .expect_err("401")
            .is_authentication()
    );
}

#[tokio::test]
async fn a_deadline_holds() {
    let server = Server::start(vec![Step::SendAndStall(Vec::new())]).await;
    let client = openai(&server).build().expect("a client");
    let request =
        EmbedRequest::new(["a"]).deadline(Instant::now() + std::time::Duration::from_millis(80));
    let error = client.embed(request).await.expect_err("no reply");
    assert!(error.is_timeout(), "{error:?}");
}

#[tokio::test]
async fn passages_are_found_by_a_servers_vectors() {
    let passages = json!({"embeddings": [[0, 2], [3, 0]]});
    let server = server(&[passages, json!({"embeddings": [[1, 0.1]]})]).await;
    let client = ollama(&server).build().expect("a client");
    let index = VectorIndex::new(client, ["sun", "cat"])
        .await
        .expect("an index");
    assert_eq!(index.search("kitten", 1).await.expect("a passage"), ["cat"]);
}

/// A call is one span whatever it took; what it used is counted as chat's is.
#[tokio::test]
async fn vectors_are_watched() {
    use sigflow_core::telemetry::{Sink, Span, SpanKind};
    use sigflow_providers::telemetry::{Series, Telemetry, Window};
    use std::sync::{Arc, Mutex};
    #[derive(Default)]
    struct Spans(Mutex<Vec<Span>>);
    impl Sink for Spans {
        fn span(&self, span: &Span) {
            self.0.lock().unwrap().push(span.clone());
        }
    }

    let reply = json!({"object": "list", "model": "text-embedding-3-small-1",
        "data": [{"object": "embedding", "index": 0, "embedding": [0.5, 1.0]}],
        "usage": {"prompt_tokens": 4, "total_tokens": 4}});
    let server = server(&[reply.clone(), reply]).await;
    let client = openai(&server).batch(1).build().expect("a client");
    let (telemetry, spans) = (Telemetry::new(), Arc::new(Spans::default()));
    let scope = sigflow_core::Scope::current().with_sink(spans.clone());
    let embedding = client.embed(EmbedRequest::new(["a", "b"]));
    let watched = scope
        .with_sink(Arc::new(telemetry.clone()))
        .enter(embedding);
    watched.await.expect("vectors");

    let spans = spans.0.lock().unwrap();
    let kinds: Vec<SpanKind> = spans.iter().map(|span| span.kind).collect();
    assert_eq!(
        kinds,
        [SpanKind::Attempt, SpanKind::Attempt, SpanKind::Embeddings]
    );
    let whole = &spans[2];
    assert!(
        spans[..2]
            .iter()
            .all(|attempt| attempt.parent == Some(whole.id))
    );
    assert_eq!(whole.name, "embeddings text-embedding-3-small");
    let shown = |name| whole.attribute(name).map(|value| format!("{value:?}"));
    assert_eq!(
        shown("gen_ai.usage.input_tokens").as_deref(),
        Some("Int(8)")
    );
    assert_eq!(
        shown("gen_ai.embeddings.dimension.count").as_deref(),
        Some("Int(2)")
    );
    let labels = [("provider", "openai"), ("endpoint", "embeddings")];
    let latency = telemetry.summary(Series::ProviderLatency, &labels, Window::Minute);
    assert_eq!(latency.map(|latency| latency.count), Some(1));
    let tokens = telemetry.total(Series::TokenUsage, &[("type", "total")]);
    assert_eq!(tokens, (1, 8.0));
}
