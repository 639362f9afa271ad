//! Servers of a few lines: of a model, and of a collector.
use std::sync::{Arc, Mutex};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// Path and body of a request.
type Body = (String, Vec<u8>);

/// Reads one request: its head, and the body by its length.
async fn request(socket: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut all = Vec::new();
    let mut piece = [0; 4096];
    loop {
        if let Some(end) = all.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&all[..end]).to_lowercase();
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length.map_or(0, |length| length.trim().parse().unwrap());
            if all.len() >= end + 4 + length {
                return Some((head, all[end + 4..end + 4 + length].to_vec()));
            }
        }
        match socket.read(&mut piece).await.ok()? {
            0 => return None,
            count => all.extend_from_slice(&piece[..count]),
        }
    }
}

/// Answers each request with what `answer` makes of it; gives its address.
pub(crate) async fn serve(
    answer: impl Fn(String, Vec<u8>) -> (u16, String) + Send + Sync + 'static,
) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let answer = Arc::new(answer);
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let answer = answer.clone();
            tokio::spawn(async move {
                while let Some((head, body)) = request(&mut socket).await {
                    let (status, body) = answer(head, body);
                    let head = format!(
                        "HTTP/1.1 {status} OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
                        body.len()
                    );
                    socket.write_all((head + &body).as_bytes()).await.unwrap();
                }
            });
        }
    });
    format!("http://{address}")
}

/// A collector that takes everything.
pub(crate) struct Collector {
    pub(crate) url: String,
    bodies: Arc<Mutex<Vec<Body>>>,
}

impl Collector {
    pub(crate) async fn start() -> Self {
        let bodies: Arc<Mutex<Vec<Body>>> = Arc::default();
        let kept = bodies.clone();
        let url = serve(move |head, body| {
            assert!(
                head.contains("content-type: application/x-protobuf"),
                "{head}"
            );
            let path = head.split(' ').nth(1).unwrap().to_owned();
            kept.lock().unwrap().push((path, body));
            (200, String::new())
        })
        .await;
        Collector { url, bodies }
    }
    /// What was sent to a path.
    pub(crate) fn sent(&self, path: &str) -> Vec<Vec<u8>> {
        let bodies = self.bodies.lock().unwrap();
        let of = bodies.iter().filter(|(to, _)| to == path);
        of.map(|(_, body)| body.clone()).collect()
    }
}
