//! The layers of a run, as a program would put them around each other.
use crate::{
    broken::{Broken, HalfTheUsage, KeepsErrors, MixesQuestions, Outermost},
    entries::Entries,
    ledger::Ledger,
    memory::Memory,
    routes::{self, Lanes},
    run::Sampled,
    server::{Server, World, answered},
    shape::Shape,
    witness::{IN_A_ROW, Witness},
};
use sigflow_core::{LanguageModel, Lm};
use sigflow_providers::{
    Breaker, Cached, Concurrency, Limit, Limiter, Queue, ResponseCache, Spending, route::Gate,
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
    pub(crate) lanes: Lanes,
    pub(crate) money: Option<(Spending, Ledger)>,
    pub(crate) cache: Option<ResponseCache>,
    /// Who comes by behind the cache, or where it would be.
    pub(crate) asks: Entries,
    pub(crate) memory: Option<Memory>,
}

impl Layers {
    pub(crate) fn around(shape: &Shape, servers: &[Arc<Server>], broken: Broken) -> Self {
        let more = &shape.more;
        let cache = more.cache.as_ref().map(|kept| {
            let times = if broken == Broken::KeepsForLong {
                20
            } else {
                1
            };
            let builder = ResponseCache::builder()
                .capacity(kept.capacity)
                .eviction(kept.eviction);
            match kept.ttl {
                Some(ttl) => builder.ttl(ttl * times).build(),
                None => builder.build(),
            }
        });
        let memory = more.gauge.as_ref();
        let memory = memory.map(|gauge| Memory::new(gauge, cache.as_ref(), broken));
        let asks = Entries::default();
        let money = more.spending.as_ref().map(|spending| {
            let around_cache = spending.is_around && spending.has_cache_inside;
            let behind = (cache.is_some() && around_cache).then(|| asks.clone());
            let ledger = Ledger::new(spending, behind);
            let names = servers.iter().map(|server| server.shape.name.clone());
            let mut names: Vec<String> = names.collect();
            if spending.last_is_unpriced {
                names.pop();
            }
            let times = match broken {
                Broken::SpendsTwice => 2.0,
                Broken::RefusesEarly => 0.5,
                _ => 1.0,
            };
            let layer = ledger.spending(&Ledger::prices(&names), times);
            (layer, ledger)
        });
        let mut limiters = Vec::new();
        let each = servers.iter().enumerate().map(|(index, server)| {
            let model: Arc<dyn LanguageModel> = server.clone();
            let mut lm = Lm::from_arc(model);
            if let Some(memory) = &memory {
                lm = memory.transport(&lm);
            }
            if let Some(limit) = server.shape.limit.as_ref().filter(|limit| limit.is_known) {
                let times = if broken == Broken::SpendsMore { 2 } else { 1 };
                let rule = Limit::new()
                    .requests(limit.requests * times)
                    .tokens(limit.tokens * times)
                    .burst(limit.burst)
                    .most_waiting(limit.most_waiting);
                let limiter = Limiter::new(rule);
                lm = limiter.around(&lm);
                limiters.push((limiter, limit.most_waiting));
            }
            match (&money, &more.spending) {
                (Some(money), Some(spending)) if !spending.is_around => {
                    let is_last = index + 1 == servers.len();
                    let is_priced = !(is_last && spending.last_is_unpriced);
                    bounded(money, &lm, &server.shape.name, is_priced, broken)
                }
                _ => lm,
            }
        });
        let each: Vec<Lm> = each.collect();

        let mut breaker = Breaker::new().seed(shape.seed).in_a_row(IN_A_ROW);
        if broken == Broken::NeverCloses {
            let day = Duration::from_hours(24);
            breaker = breaker.open_for(day, day);
        }
        let witness = Arc::new(Witness {
            breaker: breaker.clone(),
            seen: Mutex::default(),
        });
        let mut gates: Vec<Arc<dyn Gate>> = Vec::new();
        if shape.has_breaker && broken != Broken::NeverOpens {
            gates.push(breaker.gate());
        }
        if let (Some(memory), Some(gauge)) = (&memory, &more.gauge)
            && gauge.is_gate
        {
            gates.push(Arc::new(memory.clone()));
        }
        gates.push(witness.clone());
        let lanes = routes::around(shape, &each, &gates, broken);

        let mut lm = lanes.lm.clone();
        let name = servers[0].shape.name.clone();
        let around = more.spending.as_ref().filter(|spending| spending.is_around);
        let money_around = |lm: &Lm, cache_is_inside: bool| match (&money, around) {
            (Some(money), Some(spending))
                if (spending.has_cache_inside && cache.is_some()) == cache_is_inside =>
            {
                bounded(money, lm, &name, true, broken)
            }
            _ => lm.clone(),
        };
        lm = money_around(&lm, false);
        let kept = |lm: &Lm| match &cache {
            None => lm.clone(),
            Some(cache) => {
                let mut lm = asks.at(lm);
                if broken == Broken::KeepsErrors {
                    lm = Lm::new(KeepsErrors::new(lm));
                }
                let lm = Cached::new(lm).cache(cache).lm();
                if broken == Broken::MixesQuestions {
                    return Lm::new(MixesQuestions::new(lm));
                }
                lm
            }
        };
        let is_in_queue = more.cache.as_ref().is_some_and(|cache| cache.is_in_queue);
        if is_in_queue {
            lm = money_around(&kept(&lm), true);
        }
        let queue = shape.queue.as_ref().map(|queue| {
            let times = if broken == Broken::HoardsCalls { 2 } else { 1 };
            let rule = Concurrency::new()
                .start(queue.start * times)
                .between(1, queue.most * times)
                .most_waiting(queue.most_waiting);
            (Queue::new(rule), queue.most_waiting)
        });
        if let Some((queue, _)) = &queue {
            lm = queue.around(&lm);
        }
        if !is_in_queue {
            lm = money_around(&kept(&lm), true);
        }
        if let (Some(memory), Some(gauge)) = (&memory, &more.gauge)
            && gauge.has_history
        {
            lm = lm.with_content_history();
            memory.registers(&lm);
        }
        Layers {
            outermost: Outermost::new(lm.clone(), broken),
            lm,
            limiters,
            queue,
            breaker,
            witness,
            lanes,
            money,
            cache,
            asks,
            memory,
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
        let history = self.lm.history();
        if history.len() > 100 {
            let what = format!("the history keeps {} calls", history.len());
            sampled.faults.push(what);
        }
        // whether it is the call's own answer is known of the call; here that it is one, and not two
        let replies = history.iter().filter_map(|call| call.content.as_ref());
        for reply in replies.flat_map(|content| &content.replies) {
            if !reply.is_empty() && answered(reply).is_none() {
                sampled.history.push(format!("the history has `{reply}`"));
            }
        }
        if let Some(memory) = &self.memory {
            memory.forgets();
            let used = memory.gauge().used();
            if used > 0 {
                let parts = memory.gauge().components();
                let what = format!("nothing is held, and {used} bytes are counted: {parts:?}");
                sampled.memory.push(what);
            }
        }
    }
}

/// The layer that bounds money, between the two sides of the ledger.
fn bounded(
    (spending, ledger): &(Spending, Ledger),
    lm: &Lm,
    name: &str,
    is_priced: bool,
    broken: Broken,
) -> Lm {
    let mut lm = ledger.inside(lm, is_priced);
    if broken == Broken::ForgetsMoney {
        lm = Lm::new(HalfTheUsage(lm));
    }
    let lm = spending.around_as(&lm, name);
    ledger.outside(&lm, is_priced)
}
