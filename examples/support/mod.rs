//! What the examples of programs share.
use sigflow::{BoxFuture, LanguageModel, Lm, Request, Response, Result, prelude::*};
use std::{sync::Arc, time::Duration};

/// The model of the environment; else the offline model, held to the pace of a small model on a laptop. It
/// answers at once by itself, and a chart of a run would show nothing.
pub(crate) fn model() -> Result<Lm> {
    let lm = Lm::from_env_or_offline()?;
    if lm.name() == "offline" {
        return Ok(Lm::new(Paced(lm)));
    }
    Ok(lm)
}

/// Another model, which takes its time: longer for a longer prompt.
struct Paced(Lm);

impl LanguageModel for Paced {
    fn complete(self: Arc<Self>, request: Request) -> BoxFuture<'static, Result<Response>> {
        let length: usize = request.turns.iter().map(|turn| turn.text().len()).sum();
        let time = Duration::from_micros(15_000 + 60 * length as u64);
        Box::pin(async move {
            tokio::time::sleep(time).await;
            self.0.complete(request).await
        })
    }
    fn name(&self) -> &str {
        self.0.name()
    }
}
