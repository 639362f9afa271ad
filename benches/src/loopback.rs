//! A server of chat completions on loopback, in a process of its own: it answers at once, slowly, or wrongly.
use crate::replies_of_chat::{streamed, whole};
use std::{
    io::{self, BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::sleep,
};

/// What a server does.
#[derive(Clone, Copy, Debug)]
pub struct How {
    /// Bytes of each reply.
    pub bytes: usize,
    /// Between two events of a stream; a reply in one piece takes as long as a stream would.
    pub pace: Duration,
    /// Of a thousand requests so many fail, in five ways by turns.
    pub faults: u64,
}

/// Serves until it is killed; prints its address first.
///
/// # Errors
/// If there is no port.
pub async fn serve(how: How) -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    let whole = whole(how.bytes);
    let head = |kind: &str, length: usize| {
        format!("HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\r\n")
    };
    let events = streamed(how.bytes);
    let length: usize = events.iter().map(String::len).sum();
    let server = Arc::new(Server {
        whole: head("application/json", whole.len()) + &whole,
        head: head("text/event-stream", length),
        events,
        how,
        requests: AtomicU64::new(0),
    });
    loop {
        let (connection, _) = listener.accept().await?;
        connection.set_nodelay(true)?;
        let server = server.clone();
        tokio::spawn(async move { server.connection(connection).await });
    }
}

struct Server {
    whole: String,
    head: String,
    events: Vec<String>,
    how: How,
    requests: AtomicU64,
}

impl Server {
    async fn connection(&self, mut connection: TcpStream) -> io::Result<()> {
        let mut request = Vec::new();
        loop {
            let end = request.windows(4).position(|four| four == b"\r\n\r\n");
            let needed = end.map(|end| {
                let head = String::from_utf8_lossy(&request[..end]).to_ascii_lowercase();
                let length = head.split("content-length: ").nth(1);
                let length =
                    length.and_then(|rest| rest.lines().next()?.trim().parse::<usize>().ok());
                end + 4 + length.unwrap_or(0)
            });
            if needed.is_some_and(|needed| request.len() >= needed) {
                let text = String::from_utf8_lossy(&request);
                let streams = text.contains("\"stream\":true");
                request.clear();
                if !self.answer(&mut connection, streams).await? {
                    return Ok(());
                }
                continue;
            }
            if connection.read_buf(&mut request).await? == 0 {
                return Ok(());
            }
        }
    }

    /// Whether the connection goes on.
    async fn answer(&self, connection: &mut TcpStream, streams: bool) -> io::Result<bool> {
        let number = self.requests.fetch_add(1, Relaxed);
        // spread evenly, each in another way
        let faults = self.how.faults;
        if (number * faults) / 1_000 != ((number + 1) * faults) / 1_000 {
            return self
                .fails(connection, (number * faults) / 1_000 % 5, streams)
                .await;
        }
        if !streams {
            if !self.how.pace.is_zero() {
                sleep(self.how.pace * u32::try_from(self.events.len()).unwrap_or(u32::MAX)).await;
            }
            connection.write_all(self.whole.as_bytes()).await?;
            return Ok(true);
        }
        if self.how.pace.is_zero() {
            let all = self.head.clone() + &self.events.concat();
            connection.write_all(all.as_bytes()).await?;
            return Ok(true);
        }
        connection.write_all(self.head.as_bytes()).await?;
        for event in &self.events {
            connection.write_all(event.as_bytes()).await?;
            sleep(self.how.pace).await;
        }
        Ok(true)
    }

    async fn fails(&self, connection: &mut TcpStream, way: u64, streams: bool) -> io::Result<bool> {
        let status = |status: &str, more: &str| {
            let body = r#"{"error":{"message":"it is too much","type":"server_error"}}"#;
            format!(
                "HTTP/1.1 {status}\r\ncontent-type: application/json\r\n{more}content-length: {}\r\n\r\n{body}",
                body.len()
            )
        };
        let said = match way {
            0 => status("500 Internal Server Error", ""),
            1 => status("503 Service Unavailable", ""),
            2 => status("429 Too Many Requests", "retry-after: 1\r\n"),
            // the connection goes before a word, and in the middle
            3 => String::new(),
            _ if streams => self.head.clone() + &self.events[0],
            _ => self.whole[..self.whole.len() / 2].to_owned(),
        };
        connection.write_all(said.as_bytes()).await?;
        Ok(way < 3)
    }
}

/// A server in a process of its own; ends with this.
pub struct Process {
    child: Child,
    /// Where it is, as a base URL.
    pub base: String,
}

impl Process {
    /// This program once more, with these arguments, of which it shall make a server.
    ///
    /// # Errors
    /// If it does not start.
    pub fn start(arguments: &[String]) -> io::Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()?;
        let mut address = String::new();
        if let Some(said) = child.stdout.take() {
            BufReader::new(said).read_line(&mut address)?;
        }
        let base = format!("http://{}/v1", address.trim());
        Ok(Process { child, base })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How much memory this process holds now and held at most, in KiB.
///
/// # Errors
/// If the system does not tell.
pub fn resident() -> io::Result<(u64, u64)> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let number = line.and_then(|rest| rest.split_whitespace().next()?.parse().ok());
        number.ok_or_else(|| io::Error::other(format!("no {name} in /proc/self/status")))
    };
    Ok((line("VmRSS:")?, line("VmHWM:")?))
}
