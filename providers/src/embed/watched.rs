//! What those who watch are told of vectors: one span and its two events for a call, however many requests it takes.
use super::EmbeddingClient;
use sigflow_core::{
    EmbedRequest, Embeddings, Error, ErrorKind, Result,
    telemetry::{Event, EventKind, Live, Origin, SpanKind, emit},
};
use std::time::Instant;

/// The name of the operation by OpenTelemetry's conventions.
const ENDPOINT: &str = "embeddings";

pub(super) async fn embed(
    client: &EmbeddingClient,
    request: EmbedRequest<'_>,
) -> Result<Embeddings> {
    let watched = Watched::begin(client);
    let result = watched.live.during(client.all(request)).await;
    watched.end(&result);
    result
}

struct Watched<'a> {
    live: Live,
    origin: Origin<'a>,
    model: &'a str,
    began: Instant,
    is_over: bool,
}

impl<'a> Watched<'a> {
    fn begin(client: &'a EmbeddingClient) -> Self {
        let (model, origin) = (client.client.model(), client.client.origin(client.provider));
        let mut live = Live::begin(SpanKind::Embeddings, || format!("{ENDPOINT} {model}"));
        live.set("gen_ai.operation.name", ENDPOINT);
        live.set("gen_ai.provider.name", origin.provider.to_owned());
        live.set("gen_ai.request.model", model.to_owned());
        if let Some(address) = origin.address {
            live.set("server.address", address.to_owned());
        }
        if let Some(port) = origin.port {
            live.set("server.port", port);
        }
        let event = Event::new(EventKind::ProviderRequest).provider(origin.provider);
        emit(|| event.model(model).endpoint(ENDPOINT));
        Watched {
            live,
            origin,
            model,
            began: crate::calling::now(),
            is_over: false,
        }
    }

    fn end(mut self, result: &Result<Embeddings>) {
        if let Ok(embeddings) = result {
            self.live
                .set("gen_ai.response.model", embeddings.model.clone());
            if let Some(vector) = embeddings.vectors.first() {
                let dimensions = vector.len() as u64;
                self.live
                    .set("gen_ai.embeddings.dimension.count", dimensions);
            }
            if let Some(usage) = embeddings.usage {
                self.live
                    .set("gen_ai.usage.input_tokens", usage.input_tokens);
            }
        }
        self.tell(result.as_ref());
    }

    fn tell(&mut self, result: Result<&Embeddings, &Error>) {
        self.is_over = true;
        let took = crate::calling::now().saturating_duration_since(self.began);
        let mut event = Event::new(EventKind::ProviderResponse)
            .provider(self.origin.provider)
            .model(self.model)
            .endpoint(ENDPOINT)
            .succeeded(result.is_ok())
            .duration(took)
            .usage(result.ok().and_then(|embeddings| embeddings.usage));
        if let Err(error) = result {
            event.error = Some(error.kind());
            self.live.fail(error);
        }
        emit(|| event);
        std::mem::replace(&mut self.live, Live::none()).end();
    }
}

impl Drop for Watched<'_> {
    fn drop(&mut self) {
        if !self.is_over {
            let error = Error::new(ErrorKind::Cancelled, "the call was dropped");
            self.tell(Err(&error));
        }
    }
}
