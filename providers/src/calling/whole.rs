//! A call that is answered in one piece.
use super::{
    Took, clock,
    engine::Held,
    plan::{Plan, Step, too_long},
};
use sigflow_core::{Phase, Request, Response, Result};

pub(crate) async fn complete(held: Held, request: Request) -> Result<Response> {
    let mut plan = Plan::new(held, &request, false);
    loop {
        match plan.step() {
            Step::Wait(at) => {
                if let Some(alarm) = clock::alarm(at) {
                    alarm.await;
                }
            }
            Step::End(error) => return Err(error),
            Step::Try(going) => {
                let answer = going.lm().complete(plan.request(&request));
                let until = going.patience.into_iter().chain(plan.deadline()).min();
                match clock::by(until, answer).await {
                    Some(Ok(mut response)) => {
                        if response.model.is_empty() {
                            going.lm().name().clone_into(&mut response.model);
                        }
                        let inner = std::mem::take(&mut response.attempts);
                        response.attempts = plan.answered(going, Took::of(&response), inner);
                        return Ok(response);
                    }
                    Some(Err(error)) => plan.failed(going, error, false),
                    None => {
                        let error = too_long(&going, &plan, Phase::Total);
                        plan.failed(going, error, false);
                    }
                }
            }
        }
    }
}
