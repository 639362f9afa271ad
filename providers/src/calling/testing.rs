//! A model for the tests of this folder and its users: it plays acts in order, and says when it was asked.
use sigflow_core::{
    BoxFuture, BoxStream, Capabilities, Chunk, Error, ErrorKind, LanguageModel, Lm, Phase, Prefix,
    Request, Response, Result, Usage,
};
use std::{
    collections::VecDeque,
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    task::{Context, Poll},
    time::{Duration, Instant},
};

/// What the model does with one request.
#[derive(Clone)]
pub(crate) enum Act {
    Answer(&'static str),
    Fail(Arc<dyn Fn() -> Error + Send + Sync>),
    /// Nothing, for ever.
    Silent,
    After(Duration, Box<Act>),
    /// These pieces; then what follows.
    Pieces(Vec<&'static str>, Box<Act>),
    /// The end of the stream, without the end of the reply.
    Cut,
}

pub(crate) fn fail(kind: ErrorKind) -> Act {
    Act::Fail(Arc::new(move || Error::new(kind, format!("{kind:?}"))))
}
pub(crate) fn limited(hint: Duration) -> Act {
    Act::Fail(Arc::new(move || {
        Error::new(ErrorKind::RateLimited, "slow down").with_retry_after(hint)
    }))
}
pub(crate) fn timed_out(phase: Phase) -> Act {
    Act::Fail(Arc::new(move || {
        Error::new(ErrorKind::Timeout, "silent").with_phase(phase)
    }))
}
pub(crate) fn after(wait: u64, act: Act) -> Act {
    Act::After(Duration::from_millis(wait), Box::new(act))
}
pub(crate) fn pieces(texts: &[&'static str], then: Act) -> Act {
    Act::Pieces(texts.to_vec(), Box::new(then))
}

/// The model: its acts in order, the last one for ever.
pub(crate) struct Stage {
    name: &'static str,
    acts: Mutex<VecDeque<Act>>,
    asked: Mutex<Vec<Instant>>,
    deadlines: Mutex<Vec<Option<Instant>>>,
    /// Replies under way.
    alive: Arc<AtomicUsize>,
    pub(crate) capabilities: Capabilities,
}

impl Stage {
    pub(crate) fn new(name: &'static str, acts: impl IntoIterator<Item = Act>) -> Arc<Self> {
        Arc::new(Stage {
            name,
            acts: Mutex::new(acts.into_iter().collect()),
            asked: Mutex::default(),
            deadlines: Mutex::default(),
            alive: Arc::default(),
            capabilities: Capabilities::ALL,
        })
    }
    pub(crate) fn lm(self: &Arc<Self>) -> Lm {
        Lm::from_arc(self.clone())
    }
    pub(crate) fn count(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
    /// When it was asked.
    pub(crate) fn asked(&self) -> Vec<Instant> {
        self.asked.lock().unwrap().clone()
    }
    /// What it was told of the time.
    pub(crate) fn deadlines(&self) -> Vec<Option<Instant>> {
        self.deadlines.lock().unwrap().clone()
    }
    pub(crate) fn alive(&self) -> usize {
        self.alive.load(SeqCst)
    }
    fn next(&self, request: &Request) -> (Act, Alive) {
        self.asked.lock().unwrap().push(super::now());
        self.deadlines.lock().unwrap().push(request.deadline);
        self.alive.fetch_add(1, SeqCst);
        let mut acts = self.acts.lock().unwrap();
        let act = match acts.len() {
            0 => Act::Silent,
            1 => acts[0].clone(),
            _ => acts.pop_front().expect("more than one"),
        };
        (act, Alive(self.alive.clone()))
    }
}

struct Alive(Arc<AtomicUsize>);
impl Drop for Alive {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

impl LanguageModel for Stage {
    fn complete(self: Arc<Self>, request: Request) -> BoxFuture<'static, Result<Response>> {
        let (mut act, alive) = self.next(&request);
        Box::pin(async move {
            let _alive = alive;
            loop {
                act = match act {
                    Act::After(wait, act) => {
                        tokio::time::sleep(wait).await;
                        *act
                    }
                    Act::Answer(text) => {
                        let mut response = Response::text(text);
                        response.model = format!("{}-2026", self.name);
                        response.usage = Some(Usage::new(7, 3));
                        return Ok(response);
                    }
                    Act::Fail(error) => return Err(error()),
                    Act::Silent => std::future::pending().await,
                    Act::Pieces(_, then) => *then,
                    Act::Cut => return Err(Error::new(ErrorKind::IncompleteStream, "cut")),
                };
            }
        })
    }
    fn stream(self: Arc<Self>, request: Request) -> BoxStream<'static, Result<Chunk>> {
        let (act, alive) = self.next(&request);
        Box::pin(Playing {
            name: self.name,
            act: Some(act),
            ready: VecDeque::new(),
            sleep: None,
            _alive: alive,
        })
    }
    fn name(&self) -> &str {
        self.name
    }
    fn identity(&self) -> Option<String> {
        Some(self.name.to_owned())
    }
    fn capabilities(&self) -> Capabilities {
        self.capabilities
    }
}

struct Playing {
    name: &'static str,
    act: Option<Act>,
    ready: VecDeque<Result<Chunk>>,
    sleep: Option<Pin<Box<tokio::time::Sleep>>>,
    _alive: Alive,
}

impl futures_core::Stream for Playing {
    type Item = Result<Chunk>;
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(sleep) = &mut self.sleep {
                if sleep.as_mut().poll(cx).is_pending() {
                    return Poll::Pending;
                }
                self.sleep = None;
            }
            if let Some(chunk) = self.ready.pop_front() {
                return Poll::Ready(Some(chunk));
            }
            let head = Chunk::Head {
                model: format!("{}-2026", self.name),
                request_id: None,
            };
            match self.act.take() {
                None | Some(Act::Cut) => return Poll::Ready(None),
                Some(Act::Silent) => {
                    self.act = Some(Act::Silent);
                    return Poll::Pending;
                }
                Some(Act::After(wait, act)) => {
                    self.act = Some(*act);
                    self.sleep = Some(Box::pin(tokio::time::sleep(wait)));
                }
                Some(Act::Fail(error)) => return Poll::Ready(Some(Err(error()))),
                Some(Act::Answer(text)) => {
                    let chunks = [
                        head,
                        Chunk::Text(text.into()),
                        Chunk::End(Some(Usage::new(7, 3))),
                    ];
                    self.ready.extend(chunks.map(Ok));
                }
                Some(Act::Pieces(texts, then)) => {
                    let texts = texts.into_iter().map(|text| Ok(Chunk::Text(text.into())));
                    self.ready
                        .extend([Ok(head), Ok(Chunk::Text(String::new()))]);
                    self.ready.extend(texts);
                    self.act = Some(*then);
                }
            }
        }
    }
}

pub(crate) fn question() -> Request {
    Request::new(Prefix::new(String::from("be brief").into()), vec![])
}

/// All pieces of a stream, in short words, and what it ended with.
pub(crate) async fn told(
    lm: &Lm,
    request: Request,
) -> (Vec<String>, Result<Vec<sigflow_core::Attempt>>) {
    let mut stream = lm.stream(request);
    let (mut told, mut attempts) = (Vec::new(), Vec::new());
    while let Some(chunk) = std::future::poll_fn(|cx| stream.as_mut().poll_next(cx)).await {
        told.push(match chunk {
            Err(error) => return (told, Err(error)),
            Ok(Chunk::Head { model, .. }) => format!("<{model}>"),
            Ok(Chunk::Text(text)) => text,
            Ok(Chunk::Restart) => "RESTART".into(),
            Ok(Chunk::Attempts(all)) => {
                attempts = all;
                continue;
            }
            Ok(Chunk::End(usage)) => {
                format!("END {}", usage.map_or(0, |usage| usage.total_tokens()))
            }
            Ok(other) => format!("{other:?}"),
        });
    }
    (told, Ok(attempts))
}
