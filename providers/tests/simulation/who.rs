//! Whose request it is. Equal requests are equal to the last byte, so it cannot stand in them: it goes with the task.
use std::future::Future;

tokio::task_local! {
    static CALL: u64;
}

/// What `future` asks, it asks for this call.
pub(crate) async fn asks_for<F: Future>(call: u64, future: F) -> F::Output {
    CALL.scope(call, future).await
}

/// The call that asks.
pub(crate) fn asks() -> u64 {
    let call = CALL.try_with(|call| *call);
    call.expect("requests are made by calls of the simulation")
}
