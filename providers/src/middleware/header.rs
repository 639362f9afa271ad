//! Headers of requests that are known only when they go out.
use super::{Middleware, Outbound, Watch};
use crate::Secret;
use sigflow_core::Result;

/// Sets a header of each request: a trace's name, a token that is renewed. One that is always the same is simpler set by
/// the builder's own [`header`](crate::OpenAiBuilder::header).
///
/// ```
/// use sigflow_providers::{OpenAi, Secret, middleware::SetHeader};
/// use std::sync::atomic::{AtomicU64, Ordering};
///
/// let number = AtomicU64::new(0);
/// let model = OpenAi::builder("gpt-5-mini")
///     .middleware(SetHeader::new("x-request-number", move |_| {
///         Some(number.fetch_add(1, Ordering::Relaxed).to_string())
///     }))
///     .middleware(SetHeader::secret("authorization", || Ok(Secret::new("Bearer a-token-of-this-hour"))))
///     .build()?;
/// # Ok::<(), sigflow_core::Error>(())
/// ```
///
/// # Errors
/// A call fails with kind [`Configuration`](sigflow_core::ErrorKind::Configuration) where the header cannot be sent, and
/// with the error of whoever gives the secret.
pub struct SetHeader {
    name: String,
    value: Value,
}

type Plain = Box<dyn Fn(&Outbound<'_>) -> Option<String> + Send + Sync>;
type Hidden = Box<dyn Fn() -> Result<Secret> + Send + Sync>;

enum Value {
    Plain(Plain),
    Secret(Hidden),
}

impl SetHeader {
    /// A header whose value is made of the request; where there is none, the header is left as it is.
    pub fn new(
        name: impl Into<String>,
        value: impl Fn(&Outbound<'_>) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        SetHeader {
            name: name.into(),
            value: Value::Plain(Box::new(value)),
        }
    }
    /// A header whose value is secret: other middleware, logs, errors and cassettes do not see it. The value must be at
    /// hand, since calls wait for it; renew it elsewhere.
    pub fn secret(
        name: impl Into<String>,
        value: impl Fn() -> Result<Secret> + Send + Sync + 'static,
    ) -> Self {
        SetHeader {
            name: name.into(),
            value: Value::Secret(Box::new(value)),
        }
    }
}

impl Middleware for SetHeader {
    fn request(&self, request: &mut Outbound<'_>) -> Result<Option<Box<dyn Watch>>> {
        match &self.value {
            Value::Plain(value) => {
                if let Some(value) = value(request) {
                    request.set_header(&self.name, &value)?;
                }
            }
            Value::Secret(value) => request.set_secret_header(&self.name, &value()?)?,
        }
        Ok(None)
    }
}
