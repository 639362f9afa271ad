//! The routes of a run: retries of one, a router around several, a second beside a slow first, all at once.
use crate::{
    broken::Broken,
    entries::Entries,
    shape::{OrderShape, Picks, Shape},
    who,
};
use futures_core::Stream;
use sigflow_core::{BoxFuture, BoxStream, Chunk, LanguageModel, Lm, Request, Response, Result};
use sigflow_providers::{
    Compare, Hedge, Retry, RetryRule, Route, Router,
    compare::Select,
    route::{Gate, Order},
};
use std::{
    future::poll_fn,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};
use tokio::sync::mpsc;

/// Routes that share retries and their budget.
#[derive(Clone, Debug)]
pub(crate) struct Lane {
    /// The servers of each route; a route with two is a hedge.
    pub(crate) routes: Vec<Vec<usize>>,
    /// Who comes by.
    pub(crate) entries: Entries,
    /// The name by which those around it know it.
    pub(crate) name: String,
}

/// How a run asks its servers.
pub(crate) struct Lanes {
    pub(crate) lm: Lm,
    /// One; two of which the second is a hedge; all of a comparison.
    pub(crate) each: Vec<Lane>,
    pub(crate) hedge: Option<Hedged>,
    /// Who comes by before they part.
    pub(crate) entries: Entries,
}

/// A second beside a slow first.
pub(crate) struct Hedged {
    pub(crate) hedge: Hedge,
    pub(crate) first: Vec<usize>,
    pub(crate) second: Vec<usize>,
    /// Who comes by before the hedge, and before its second route.
    pub(crate) entries: Entries,
    pub(crate) seconds: Entries,
}

struct Builder<'a> {
    shape: &'a Shape,
    gates: &'a [Arc<dyn Gate>],
    broken: Broken,
}

/// A model for each server that it is made of.
type Routed = (Lm, Vec<usize>);

pub(crate) fn around(
    shape: &Shape,
    servers: &[Lm],
    gates: &[Arc<dyn Gate>],
    broken: Broken,
) -> Lanes {
    let builder = Builder {
        shape,
        gates,
        broken,
    };
    let single = |index: usize| (servers[index].clone(), vec![index]);
    let all = || (0..servers.len()).map(single);
    let entries = Entries::default();
    let more = &shape.more;
    if let Some(hedge) = &more.hedge {
        if hedge.is_inside {
            let (both, hedged) = builder.hedge(single(0), single(1));
            let others = all().skip(2);
            let (lm, lane) = builder.lane([both].into_iter().chain(others).collect());
            return Lanes {
                lm: entries.at(&lm),
                each: vec![lane],
                hedge: Some(hedged),
                entries,
            };
        }
        let (first, one) = builder.lane(all().take(servers.len() - 1).collect());
        let (second, other) = builder.lane(all().skip(servers.len() - 1).collect());
        let members = |lane: &Lane| lane.routes.concat();
        let (first, second) = ((first, members(&one)), (second, members(&other)));
        let ((lm, _), hedged) = builder.hedge(first, second);
        return Lanes {
            lm: entries.at(&lm),
            each: vec![one, other],
            hedge: Some(hedged),
            entries,
        };
    }
    if let Some(compare) = &more.compare {
        let lanes = all().map(|one| builder.lane(vec![one]));
        let (mut lms, each): (Vec<Lm>, Vec<Lane>) = lanes.unzip();
        if broken == Broken::AsksRoutesTwice {
            lms.push(lms[0].clone());
        }
        let select = match compare.picks {
            _ if broken == Broken::PicksTheLast => Select::by(|answers| answers.len() - 1),
            Picks::Given => Select::Given,
            Picks::Fastest => Select::Fastest,
            Picks::Shortest => Select::Shortest,
        };
        let all = Compare::new(&lms).select(select).wait(compare.wait);
        return Lanes {
            lm: entries.at(&all.lm()),
            each,
            hedge: None,
            entries,
        };
    }
    let (lm, lane) = builder.lane(all().collect());
    Lanes {
        lm: entries.at(&lm),
        each: vec![lane],
        hedge: None,
        entries,
    }
}

impl Builder<'_> {
    /// Retries around one route, a router around several.
    fn lane(&self, routes: Vec<Routed>) -> (Lm, Lane) {
        let shape = self.shape;
        let rule = RetryRule::new().retries(shape.retries).base(shape.base);
        let lm = if let [(only, _)] = &routes[..] {
            let retry = Retry::new(only.clone()).rule(rule).seed(shape.seed);
            let gates = self.gates.iter().cloned();
            gates.fold(retry, Retry::gate).lm()
        } else {
            let order = match shape.order {
                OrderShape::Weighted => Order::Weighted,
                OrderShape::Fastest => Order::Fastest,
                _ => Order::Given,
            };
            let weighted = routes.iter().zip(1..);
            let weighted = weighted.map(|((lm, _), weight)| Route::from(lm).weight(weight));
            let all = Router::new(weighted).order(order).retry(rule);
            let gates = self.gates.iter().cloned();
            gates.fold(all.seed(shape.seed), Router::gate).lm()
        };
        let entries = Entries::default();
        let lm = entries.at(&lm);
        let lane = Lane {
            routes: routes.into_iter().map(|(_, servers)| servers).collect(),
            name: lm.name().to_owned(),
            entries,
        };
        (lm, lane)
    }

    fn hedge(&self, first: Routed, second: Routed) -> (Routed, Hedged) {
        let drawn = self.shape.more.hedge.as_ref();
        let drawn = drawn.expect("a hedge was drawn");
        let (entries, seconds) = (Entries::default(), Entries::default());
        let share = match self.broken {
            Broken::HedgesMore => 1.0,
            _ => drawn.share,
        };
        let (mut one, other) = (first.0, seconds.at(&second.0));
        if self.broken == Broken::KeepsLosers {
            one = Lm::new(Stubborn(one));
        }
        let hedge = Hedge::new(one, other).share(share).at_least(drawn.at_least);
        let lm = entries.at(&hedge.lm());
        let both = [first.1.clone(), second.1.clone()].concat();
        let hedged = Hedged {
            hedge,
            first: first.1,
            second: second.1,
            entries,
            seconds,
        };
        ((lm, both), hedged)
    }
}

/// Goes on when nobody waits.
struct Stubborn(Lm);

impl LanguageModel for Stubborn {
    fn complete(self: Arc<Self>, request: Request) -> BoxFuture<'static, Result<Response>> {
        let answer = who::asks_for(who::asks(), self.0.complete(request));
        let answer = tokio::spawn(answer);
        Box::pin(async move { answer.await.expect("no panic") })
    }
    fn stream(self: Arc<Self>, request: Request) -> BoxStream<'static, Result<Chunk>> {
        let (sender, pieces) = mpsc::unbounded_channel();
        let call = who::asks();
        tokio::spawn(who::asks_for(call, async move {
            let mut stream = self.0.stream(request);
            while let Some(piece) = poll_fn(|cx| stream.as_mut().poll_next(cx)).await {
                let _ = sender.send(piece);
            }
        }));
        Box::pin(Forwarded(pieces))
    }
    fn name(&self) -> &str {
        self.0.name()
    }
}

struct Forwarded(mpsc::UnboundedReceiver<Result<Chunk>>);

impl Stream for Forwarded {
    type Item = Result<Chunk>;
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(cx)
    }
}
