//! What the layers around a model cost: `layers [CALLS]`, one thread, a model that answers at once.
//!
//! Prints for each layer, and for all of them around each other, nanoseconds of a call beyond the bare model's (p50 and
//! p99), and allocations.
use sigflow::{
    BoxFuture, Breaker, Concurrency, LanguageModel, Limit, Limiter, Lm, Message, Prefix, Price,
    Prices, Queue, Request, Response, Result, Retry, Spending, Usage,
};
use sigflow_bench::allocations::{self, Counting};
use std::{hint::black_box, sync::Arc, time::Instant};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Answers at once.
struct Ready;
impl LanguageModel for Ready {
    fn complete(self: Arc<Self>, _: Request) -> BoxFuture<'static, Result<Response>> {
        Box::pin(async {
            let mut response = Response::text("Paris");
            response.usage = Some(Usage::new(250, 10));
            Ok(response)
        })
    }
    fn name(&self) -> &'static str {
        "ready"
    }
}

fn request(prompt: &Arc<[Message]>) -> Request {
    Request::new(Prefix::new("Be brief.".into()), prompt.to_vec())
}

async fn measured(name: &str, lm: &Lm, calls: usize) {
    let prompt: Arc<[Message]> = Arc::from([Message::user("x".repeat(1_000))]);
    let mut times = Vec::with_capacity(calls);
    let mut counted = 0;
    for _ in 0..calls {
        let request = request(&prompt);
        let (before, start) = (allocations::count(), Instant::now());
        let response = lm.complete(request).await;
        times.push(start.elapsed().as_nanos());
        counted += allocations::count() - before;
        if let Err(error) = black_box(response) {
            eprintln!("{name}: {error}");
            std::process::exit(1);
        }
    }
    times.sort_unstable();
    let at = |share: usize| times[(calls * share).div_ceil(100).saturating_sub(1)];
    println!(
        "{name:<22} p50 {:>6} ns  p99 {:>6} ns  {:>3} allocations",
        at(50),
        at(99),
        counted / calls as u64
    );
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let calls = std::env::args().nth(1).and_then(|calls| calls.parse().ok());
    let calls: usize = calls.unwrap_or(100_000).max(1);
    let bare = Lm::new(Ready);
    // wide enough that nobody waits: what is measured is the layers, not the waiting
    let limiter = || Limiter::new(Limit::new().requests(1 << 40).tokens(1 << 50));
    let spending = || {
        let prices = Prices::none().set("ready", Price::new(0.25, 2.0));
        Spending::new(&prices).dollars(1e12)
    };
    let queue = || Queue::new(Concurrency::new());
    measured("warm", &bare, calls).await;
    measured("bare", &bare, calls).await;
    measured("limiter", &limiter().around(&bare), calls).await;
    measured("queue", &queue().around(&bare), calls).await;
    measured("spending", &spending().around(&bare), calls).await;
    measured("retry", &Retry::new(bare.clone()).lm(), calls).await;
    let breaker = Breaker::new();
    let guarded = Retry::new(bare.clone()).gate(breaker.gate()).lm();
    measured("retry and breaker", &guarded, calls).await;
    let inner = spending().around(&limiter().around(&queue().around(&bare)));
    let all = Retry::new(inner).gate(breaker.gate()).lm();
    measured("all of them", &all, calls).await;
}
