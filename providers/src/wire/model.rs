//! What the public types of all providers have: they are a [`Client`](super::Client) by one wire format.

/// A client of a wire format as a public model: where it is, how it answers, and a `Debug` without keys. `$origin` is
/// the provider's name by OpenTelemetry's conventions.
macro_rules! client_model {
    ($model:ident, $builder:ident, $origin:literal) => {
        impl $model {
            /// Begins a client of `model`, by its name on the server.
            pub fn builder(model: impl Into<String>) -> $builder {
                $builder::new(model.into())
            }

            /// Where requests go, without what may be secret in it: for logs and messages.
            pub fn endpoint(&self) -> &str {
                &self.client.peer().url
            }

            /// Host of the server, and its port where it is not the scheme's: `127.0.0.1:11434`.
            pub fn host(&self) -> &str {
                &self.client.peer().host
            }
        }

        impl sigflow_core::LanguageModel for $model {
            fn complete(
                self: std::sync::Arc<Self>,
                request: sigflow_core::Request,
            ) -> sigflow_core::BoxFuture<'static, sigflow_core::Result<sigflow_core::Response>>
            {
                Box::pin(self.client.clone().complete(request))
            }

            /// The reply as it arrives; of several completions the first. A stream that ends before the model said
            /// why it stopped is an error that carries the text so far.
            fn stream(
                self: std::sync::Arc<Self>,
                request: sigflow_core::Request,
            ) -> sigflow_core::BoxStream<'static, sigflow_core::Result<sigflow_core::Chunk>> {
                self.client.clone().stream(request)
            }

            fn name(&self) -> &str {
                self.client.model()
            }

            fn identity(&self) -> Option<String> {
                Some(self.client.identity())
            }

            fn origin(&self) -> sigflow_core::telemetry::Origin<'_> {
                self.client.origin($origin)
            }

            fn capabilities(&self) -> sigflow_core::Capabilities {
                self.client.capabilities()
            }
        }

        /// Without keys and without the values of headers.
        impl std::fmt::Debug for $model {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_tuple(stringify!($model))
                    .field(&self.client)
                    .finish()
            }
        }
    };
}
pub(crate) use client_model;
