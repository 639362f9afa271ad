//! As much HTTP/1.1 as the wall needs: requests read to their end, heads and chunks written.
use crate::act::Act;
use std::fmt::Write as _;
use tokio::{io::AsyncReadExt, net::TcpStream};

/// The longest request that is read.
const LONGEST: usize = 16 * 1024 * 1024;

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Incoming {
    /// Request line and headers.
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Incoming {
    pub(crate) fn path(&self) -> String {
        let path = self.head.split(' ').nth(1).unwrap_or_default();
        path.replace("%2F", "/")
            .replace("%3A", ":")
            .replace("%3a", ":")
    }
}

/// What the client sent first.
pub(crate) enum Read {
    Request(Incoming),
    /// The beginning of a TLS handshake.
    Handshake,
    Nothing,
}

pub(crate) async fn read(stream: &mut TcpStream) -> Read {
    let mut bytes = Vec::new();
    let end = loop {
        if bytes.first() == Some(&0x16) {
            return Read::Handshake;
        }
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
        if !matches!(stream.read_buf(&mut bytes).await, Ok(1..)) {
            return Read::Nothing;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let length = header(&head, "content-length")
        .and_then(|length| length.parse().ok())
        .unwrap_or(0);
    while bytes.len() < end + length && bytes.len() < LONGEST {
        if !matches!(stream.read_buf(&mut bytes).await, Ok(1..)) {
            return Read::Nothing;
        }
    }
    let body = String::from_utf8_lossy(&bytes[end..]).into_owned();
    Read::Request(Incoming { head, body })
}

/// The value of a header in a head.
pub(crate) fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().skip(1).find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

/// Status line and headers.
pub(crate) fn head(status: u16, headers: &[(&str, &str)]) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status} Wall\r\n");
    for (name, value) in headers {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    head.push_str("\r\n");
    head.into_bytes()
}

/// A whole reply.
pub(crate) fn reply(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let length = body.len().to_string();
    let mut all = headers.to_vec();
    all.push(("content-length", &length));
    let mut reply = head(status, &all);
    reply.extend(body);
    reply
}

/// One chunk of a chunked body.
pub(crate) fn chunk(bytes: &[u8]) -> Act {
    let mut chunk = format!("{:x}\r\n", bytes.len()).into_bytes();
    chunk.extend(bytes);
    chunk.extend(b"\r\n");
    Act::Send(chunk)
}

/// What ends a chunked body.
pub(crate) const LAST_CHUNK: &[u8] = b"0\r\n\r\n";
