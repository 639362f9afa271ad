//! Several routes to an answer: another provider, another key, another model. What one cannot do now, another does.
//!
//! ```
//! # async fn run() -> sigflow_core::Result<()> {
//! use sigflow_core::{Error, ErrorKind, Lm, Request, testing::Scripted};
//! use sigflow_providers::{Connect as _, retry::RetryRule, route::{Route, Router}};
//!
//! // in a program: `Lm::openai("gpt-5-mini")?` and `Lm::parse("ollama/llama3.2")?`
//! let first = Scripted::new([""; 0]).then_error(|| Error::new(ErrorKind::QuotaSpent, "no credit left")).lm();
//! let spare = Scripted::new(["Paris"]).lm();
//!
//! let lm = Lm::fallback([Route::new("first", first), Route::new("spare", spare)]);
//! # let request = Request::new(sigflow_core::Prefix::new(String::new().into()), vec![]);
//! let response = lm.complete(request).await?;
//! let routes: Vec<&str> = response.attempts.iter().map(|attempt| attempt.route.as_str()).collect();
//! assert_eq!(routes, ["first", "spare"]);
//!
//! // with settings of its own
//! let (one, other) = (Scripted::new(["a"]).lm(), Scripted::new(["b"]).lm());
//! let lm = Router::weighted([Route::new("one", one).weight(3), Route::new("other", other)])
//!     .retry(RetryRule::new().retries(1))
//!     .lm();
//! # Ok(()) }
//! # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(run()).unwrap();
//! ```
//!
//! # What a call does
//! It asks the first route that is open, by the [`Order`]. What fails is [judged](crate::retry::Verdict): it is
//! sent again to the same route after a wait, or to the next route at once, or it is the call's error. Each route
//! retries by its [rule](Route::retry), two times unless set. The whole ends by the caller's deadline, and dropping
//! it ends what is under way.
//!
//! A content filter's refusal goes to no other route, and a prompt that is too long only to one that
//! [takes more](Route::context_window). [`RetryRule::judge`](crate::retry::RetryRule::judge) says otherwise.
//!
//! # Silence
//! While another route is open, a stream has 10 s for its first piece and a whole reply 60 s; then the next route
//! is asked. A stream of a call that asks for medium effort or more has the 60 s too. The last route has the time that its own client gives it.
//!
//! # Outages
//! A route that was given up cools down: as long as a rate limit asks for (60 s at most), else 5 s, doubled by each
//! probe that fails up to 20 s. Then one call at a time probes it, without retries. A route that cools down is asked
//! only if all others have failed.
//!
//! # Streams
//! A failure before the first piece is not seen. After it, the reply of the next attempt begins anew behind
//! [`Chunk::Restart`](sigflow_core::Chunk): two replies are never glued.
//!
//! # What is told
//! Model and usage of a response are those of the route that answered.
//! [`Response::attempts`](sigflow_core::Response), [`Error::attempts`](sigflow_core::Error::attempts) and
//! [`Chunk::Attempts`](sigflow_core::Chunk) have every request that was made. The error that comes out is the first,
//! which later ones do not mask.
pub(crate) mod cooldown;
mod destination;
pub(crate) mod latency;
pub(crate) mod order;
mod router;
#[cfg(test)]
mod tests;

pub use crate::calling::{Admission, Ended, Gate, Ticket};
pub use destination::Route;
pub use order::Order;
pub use router::Router;
pub(crate) use router::{common, distinct, identity_of};
