//! The layers of a run, as a program would put them around each other.
use crate::{
    broken::{Broken, Outermost},
    run::Sampled,
    server::{Server, World},
    shape::{OrderShape, Shape},
    witness::{IN_A_ROW, Witness},
};
use sigflow_core::{LanguageModel, Lm};
use sigflow_providers::{
    Breaker, Concurrency, Limit, Limiter, Queue, Retry, RetryRule, Route, Router, route::Order,
};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// The layers, and what is seen of them from outside.
pub(crate) struct Layers {
    pub(crate) outermost: Arc<dyn LanguageModel>,
    lm: Lm,
    pub(crate) limiters: Vec<(Limiter, usize)>,
    pub(crate) queue: Option<(Queue, usize)>,
    pub(crate) breaker: Breaker,
    pub(crate) witness: Arc<Witness>,
}

impl Layers {
    pub(crate) fn around(shape: &Shape, servers: &[Arc<Server>], broken: Broken) -> Self {
        let mut limiters = Vec::new();
        let lms = servers.iter().map(|server| {
            let model: Arc<dyn LanguageModel> = server.clone();
            let lm = Lm::from_arc(model);
            let Some(limit) = server.shape.limit.as_ref().filter(|limit| limit.is_known) else {
                return lm;
            };
            let times = if broken == Broken::SpendsMore { 2 } else { 1 };
            let rule = Limit::new()
                .requests(limit.requests * times)
                .tokens(limit.tokens * times)
                .burst(limit.burst)
                .most_waiting(limit.most_waiting);
            let limiter = Limiter::new(rule);
            let lm = limiter.around(&lm);
            limiters.push((limiter, limit.most_waiting));
            lm
        });
        let lms: Vec<Lm> = lms.collect();
        let mut breaker = Breaker::new().seed(shape.seed).in_a_row(IN_A_ROW);
        if broken == Broken::NeverCloses {
            let day = Duration::from_hours(24);
            breaker = breaker.open_for(day, day);
        }
        let witness = Arc::new(Witness {
            breaker: breaker.clone(),
            seen: Mutex::default(),
        });
        let rule = RetryRule::new().retries(shape.retries).base(shape.base);
        let has_gate = shape.has_breaker && broken != Broken::NeverOpens;
        let lm = if shape.order == OrderShape::Alone {
            let mut retry = Retry::new(lms[0].clone()).rule(rule).seed(shape.seed);
            if has_gate {
                retry = retry.gate(breaker.gate());
            }
            retry.gate(witness.clone()).lm()
        } else {
            let order = match shape.order {
                OrderShape::Weighted => Order::Weighted,
                OrderShape::Fastest => Order::Fastest,
                _ => Order::Given,
            };
            let routes = lms.iter().zip(1..);
            let routes = routes.map(|(lm, weight)| Route::from(lm).weight(weight));
            let mut all = Router::new(routes)
                .order(order)
                .retry(rule)
                .seed(shape.seed);
            if has_gate {
                all = all.gate(breaker.gate());
            }
            all.gate(witness.clone()).lm()
        };
        let queue = shape.queue.as_ref().map(|queue| {
            let times = if broken == Broken::HoardsCalls { 2 } else { 1 };
            let rule = Concurrency::new()
                .start(queue.start * times)
                .between(1, queue.most * times)
                .most_waiting(queue.most_waiting);
            (Queue::new(rule), queue.most_waiting)
        });
        let lm = queue
            .as_ref()
            .map_or(lm.clone(), |(queue, _)| queue.around(&lm));
        Layers {
            outermost: Outermost::new(lm.clone(), broken),
            lm,
            limiters,
            queue,
            breaker,
            witness,
        }
    }

    /// When all calls have ended, nothing is held any more.
    pub(crate) fn at_rest(&self, world: &World, sampled: &mut Sampled) {
        let mut left = |what: String| sampled.left.push(what);
        if world.open() > 0 {
            left(format!("{} requests are open", world.open()));
        }
        if let Some((queue, _)) = &self.queue {
            let load = queue.load();
            if (load.under_way, load.waiting) != (0, 0) {
                left(format!("the queue is not empty: {load:?}"));
            }
        }
        for (limiter, _) in &self.limiters {
            if limiter.left().waiting > 0 {
                left(format!("somebody waits for a limit: {:?}", limiter.left()));
            }
        }
        let heard = self.witness.seen.lock();
        let heard = heard.unwrap_or_else(PoisonError::into_inner);
        if heard.admitted != heard.ended {
            left(format!(
                "gates heard of {} attempts and of {} ends",
                heard.admitted, heard.ended
            ));
        }
        let kept = self.lm.history().len();
        if kept > 100 {
            sampled
                .faults
                .push(format!("the history keeps {kept} calls"));
        }
    }
}
