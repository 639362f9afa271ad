//! The server: a connection is answered request by request, and each is noted.
use crate::{
    act::{Act, Ended, play},
    api::{Api, Asked},
    fault::{Fault, tag},
    http::{self, Incoming, Read},
    problem::Problem,
    script::{Moment, Script, script},
    timing::Timing,
};
use serde_json::Value;
use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// One request as the wall saw it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Seen {
    /// When it had come, since the wall stands.
    pub at: Duration,
    /// The model it named, without what stands before the last `/`.
    pub model: String,
    /// Which request for this model it is, from 1 on.
    pub attempt: usize,
    /// Which wire format it speaks; nothing for a TLS handshake.
    pub api: Option<Api>,
    /// Whether it wants the answer in pieces.
    pub stream: bool,
    /// Request line and headers.
    pub head: String,
    /// The body as it came.
    pub body: String,
    /// Words of the texts in the body.
    pub prompt_tokens: usize,
    /// Which connection it came by.
    pub connection: usize,
    /// What was done, in a few words.
    pub action: String,
    /// When the answer had been given or cut off as planned.
    pub answered: Option<Duration>,
    /// When the client went away before that.
    pub left: Option<Duration>,
}

impl Seen {
    /// A header of the request.
    pub fn header(&self, name: &str) -> Option<&str> {
        http::header(&self.head, name)
    }
}

/// A server that fails on purpose, at a port of its own on this machine. Dropped, it is gone.
#[derive(Debug)]
pub struct Wall {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    timing: Timing,
    start: Instant,
    seen: Mutex<Vec<Seen>>,
}

impl Wall {
    /// Starts one.
    ///
    /// # Errors
    /// When there is no free port.
    pub async fn start(timing: Timing) -> io::Result<Wall> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            timing,
            start: Instant::now(),
            seen: Mutex::default(),
        });
        let accepting = tokio::spawn(accept(listener, shared.clone()));
        Ok(Wall {
            address,
            shared,
            accepting,
        })
    }

    /// A base URL: `http` or `https`, and what stands before the paths of the API.
    pub fn base(&self, scheme: &str, path: &str) -> String {
        format!("{scheme}://{}{path}", self.address)
    }

    /// All requests so far, in order.
    pub fn seen(&self) -> Vec<Seen> {
        self.shared.seen().clone()
    }

    /// Since it stands.
    pub fn elapsed(&self) -> Duration {
        self.shared.start.elapsed()
    }

    /// Its times.
    pub fn timing(&self) -> Timing {
        self.shared.timing
    }
}

impl Drop for Wall {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Shared {
    fn seen(&self) -> MutexGuard<'_, Vec<Seen>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a request; gives its place in the log and its number among those for the model.
    fn note(
        &self,
        model: &str,
        incoming: &Incoming,
        asked: Option<&Asked>,
        connection: usize,
    ) -> (usize, usize) {
        let at = self.start.elapsed();
        let model = tag(model).to_owned();
        let mut seen = self.seen();
        let attempt = 1 + seen.iter().filter(|other| other.model == model).count();
        seen.push(Seen {
            at,
            model,
            attempt,
            api: asked.map(|asked| asked.api),
            stream: asked.is_some_and(|asked| asked.stream),
            head: incoming.head.clone(),
            body: incoming.body.clone(),
            prompt_tokens: asked.map_or(0, |asked| asked.prompt_tokens),
            connection,
            action: String::new(),
            answered: None,
            left: None,
        });
        (seen.len() - 1, attempt)
    }

    async fn play(&self, place: usize, stream: &mut TcpStream, script: Script) -> Ended {
        self.seen()[place].action = script.action;
        let ended = play(stream, script.acts).await;
        let now = Some(self.start.elapsed());
        let mut seen = self.seen();
        match ended {
            Ended::ClientLeft => seen[place].left = now,
            Ended::Kept | Ended::Closed => seen[place].answered = now,
        }
        ended
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    for connection in 0.. {
        let Ok((stream, _)) = listener.accept().await else {
            return;
        };
        // Each write is a packet: pieces come as they were cut.
        let _ = stream.set_nodelay(true);
        tokio::spawn(serve(stream, shared.clone(), connection));
    }
}

async fn serve(mut stream: TcpStream, shared: Arc<Shared>, connection: usize) {
    for on_connection in 1.. {
        let incoming = match http::read(&mut stream).await {
            Read::Nothing => return,
            Read::Handshake => {
                let nothing = Incoming {
                    head: String::new(),
                    body: String::new(),
                };
                let (place, _) = shared.note(Fault::TlsAbort.model(), &nothing, None, connection);
                let script = Script {
                    action: "handshake cut off".to_owned(),
                    acts: vec![Act::Close],
                };
                shared.play(place, &mut stream, script).await;
                return;
            }
            Read::Request(incoming) => incoming,
        };
        let body: Value = serde_json::from_str(&incoming.body).unwrap_or_default();
        let asked = Api::asked(&incoming.path(), &body);
        let model = asked.as_ref().map_or("", |asked| &asked.model);
        let (place, attempt) = shared.note(model, &incoming, asked.as_ref(), connection);
        let moment = Moment {
            timing: shared.timing,
            attempt,
            on_connection,
            since_start: shared.start.elapsed(),
        };
        let script = match &asked {
            None => not_found(Api::Chat),
            Some(asked) => match Fault::of(&asked.model) {
                Some(fault) => script(fault, asked, &moment),
                None => not_found(asked.api),
            },
        };
        if shared.play(place, &mut stream, script).await != Ended::Kept {
            return;
        }
    }
}

fn not_found(api: Api) -> Script {
    let (body, _) = Problem::NoModel.body(api);
    let reply = http::reply(
        404,
        &[("content-type", "application/json")],
        body.to_string().as_bytes(),
    );
    Script {
        action: "404".to_owned(),
        acts: vec![Act::Send(reply)],
    }
}
