//! One seed: the world is built, its calls are made, and what came of it is judged.
use crate::{
    broken::Broken,
    caller::{LOST, Outcome, Told, Wish, call},
    judge::Evidence,
    layers::Layers,
    memory::Memory,
    random::Random,
    report::{Kinds, Report, Tally},
    server::{Server, World},
    shape::Shape,
    witness::Heard,
};
use sigflow_providers::{Limiter, Queue};
use std::{
    collections::hash_map::DefaultHasher,
    hash::{Hash as _, Hasher as _},
    sync::{Arc, Mutex, PoisonError, atomic::Ordering::SeqCst},
    time::Duration,
};
use tokio::{
    task::JoinSet,
    time::{Instant, advance, sleep, timeout},
};

/// What was looked at while the run went on.
#[derive(Debug, Default)]
pub(crate) struct Sampled {
    pub(crate) world: Arc<World>,
    pub(crate) calm_calls: u64,
    pub(crate) faults: Vec<String>,
    pub(crate) left: Vec<String>,
    pub(crate) memory: Vec<String>,
    pub(crate) history: Vec<String>,
}

pub(crate) fn seed(seed: u64, calls: u64, broken: Broken) -> Report {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    let shape = Shape::draw(seed, calls);
    let report = runtime.block_on(run(&shape, broken));
    drop(runtime);
    report
}

async fn run(shape: &Shape, broken: Broken) -> Report {
    let world = Arc::new(World::default());
    let servers = shape.servers.iter();
    let servers: Vec<Arc<Server>> = servers
        .map(|server| Server::new(server.clone(), shape.seed, &world))
        .collect();
    let layers = Layers::around(shape, &servers, broken);
    let start = Instant::now();
    let jumps = Arc::new(Mutex::new(Vec::new()));
    let sampled = Arc::new(Mutex::new(Sampled {
        world: world.clone(),
        ..Sampled::default()
    }));
    let watching = tokio::spawn(watch(
        layers.limiters.clone(),
        layers.queue.clone(),
        layers.memory.clone(),
        sampled.clone(),
    ));
    let jumping = tokio::spawn(jump(shape.clone(), jumps.clone()));

    let random = Random::of(shape.seed, "load");
    let mut calls = JoinSet::new();
    for number in 0..shape.calls {
        let wish = Wish::draw(number, shape, &random);
        if wish.waits_for_capacity
            && let Some((queue, _)) = &layers.queue
        {
            // backpressure: whoever makes work waits, the others do not
            let (queue, lm) = (queue.clone(), layers.outermost.clone());
            calls.spawn(async move {
                // one that never came would be seen as a queue that is not empty
                let _ = timeout(LOST, queue.capacity()).await;
                call(lm, wish).await
            });
        } else {
            calls.spawn(call(layers.outermost.clone(), wish));
        }
        if !random.chance(shape.bursts) {
            sleep(random.about(shape.gap)).await;
        }
    }
    let mut told = Vec::new();
    while let Some(one) = calls.join_next().await {
        told.push(one.expect("no panic"));
    }
    jumping.abort();

    // nothing fails any more: what was closed opens, what was full drains
    world.calm.store(true, SeqCst);
    sleep(Duration::from_secs(150)).await;
    let calm_at = Instant::now();
    let calm_calls = servers.len() as u64 * 10;
    for number in 0..calm_calls {
        let wish = Wish::calm(shape.calls + number, shape.streams > 0.0 && number % 2 == 1);
        told.push(call(layers.outermost.clone(), wish).await);
        sleep(Duration::from_secs(1)).await;
    }
    watching.abort();
    told.sort_by_key(|told| told.call);
    let jumps = jumps.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let mut sampled = std::mem::take(&mut *sampled.lock().unwrap_or_else(PoisonError::into_inner));
    sampled.world = world.clone();
    sampled.calm_calls = calm_calls;
    layers.at_rest(&world, &mut sampled);
    let heard = layers.witness.seen.lock();
    let heard = heard.unwrap_or_else(PoisonError::into_inner);
    let mut tally = Tally {
        jumps: jumps.len() as u64,
        ..Tally::default()
    };
    let evidence = Evidence {
        shape,
        told: &told,
        servers: &servers,
        layers: &layers,
        heard: &heard,
        jumps: &jumps,
        sampled: &sampled,
        calm_from: shape.calls,
        calm_at,
    };
    Report {
        seed: shape.seed,
        calls: shape.calls,
        faults: evidence.faults(&mut tally),
        shape: format!("{shape:#?}"),
        tally,
        kinds: kinds(&told),
        digest: digest(&told, &heard, start),
    }
}

/// Looks every tenth of a second whether what is bounded is.
async fn watch(
    limiters: Vec<(Limiter, usize)>,
    queue: Option<(Queue, usize)>,
    memory: Option<Memory>,
    sampled: Arc<Mutex<Sampled>>,
) {
    loop {
        let (mut faults, mut uncounted) = (Vec::new(), Vec::new());
        if let Some((queue, most)) = &queue {
            let load = queue.load();
            if load.waiting > *most {
                faults.push(format!("{} wait in the queue, {most} may", load.waiting));
            }
        }
        for (limiter, most) in &limiters {
            let waiting = limiter.left().waiting;
            if waiting > *most {
                faults.push(format!("{waiting} wait for a limit, {most} may"));
            }
        }
        if let Some(memory) = &memory {
            uncounted.extend(memory.is_counted().err());
        }
        if !faults.is_empty() || !uncounted.is_empty() {
            let mut sampled = sampled.lock().unwrap_or_else(PoisonError::into_inner);
            sampled.faults.append(&mut faults);
            sampled.memory.append(&mut uncounted);
        }
        sleep(Duration::from_millis(500)).await;
    }
}

/// The machine sleeps now and then: all timers are late at once.
async fn jump(shape: Shape, jumps: Arc<Mutex<Vec<(Instant, Duration)>>>) {
    let random = Random::of(shape.seed, "jumps");
    let length = shape.gap * u32::try_from(shape.calls).unwrap_or(u32::MAX);
    for _ in 0..shape.jumps {
        sleep(length.mul_f64(random.unit() / 2.0)).await;
        let by = random.about(Duration::from_secs(40));
        let at = Instant::now();
        jumps
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push((at, by));
        advance(by).await;
    }
}

/// The failures that callers got.
fn kinds(told: &[Told]) -> Kinds {
    let mut kinds = Kinds::default();
    for told in told {
        if let Outcome::Failed(error) = &told.outcome {
            let kind = format!("{:?}", error.kind());
            *kinds.0.entry(kind).or_default() += 1;
        }
    }
    kinds
}

fn digest(told: &[Told], heard: &Heard, start: Instant) -> u64 {
    let mut hasher = DefaultHasher::new();
    for told in told {
        (told.call, told.began - start, told.ended - start).hash(&mut hasher);
        match &told.outcome {
            Outcome::Answered { text, attempts, .. } => {
                (text, attempts.len()).hash(&mut hasher);
            }
            Outcome::Failed(error) => error.kind().hash(&mut hasher),
            Outcome::Left => "left".hash(&mut hasher),
            Outcome::Lost => "lost".hash(&mut hasher),
            Outcome::Garbled(how) => how.hash(&mut hasher),
        }
    }
    (heard.admitted, heard.retries).hash(&mut hasher);
    hasher.finish()
}
