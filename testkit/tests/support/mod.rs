//! A client of bytes.
// Each test binary uses its part of it.
#![allow(dead_code)]
use serde_json::Value;
use sigflow_testkit::{Timing, Wall};
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

pub(crate) async fn wall() -> Wall {
    Wall::start(Timing::scaled(100.0)).await.expect("a port")
}

pub(crate) async fn connect(wall: &Wall) -> TcpStream {
    let address = wall.base("", "").trim_start_matches("://").to_owned();
    TcpStream::connect(address).await.expect("a connection")
}

pub(crate) async fn ask(wall: &Wall, path: &str, body: &Value) -> TcpStream {
    let mut stream = connect(wall).await;
    let body = body.to_string();
    let request = format!(
        "POST {path} HTTP/1.1\r\nhost: wall\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.expect("sent");
    stream
}

/// All that comes until the reply is whole or the server closes; and how it ended.
pub(crate) async fn all(stream: &mut TcpStream) -> (Vec<u8>, std::io::Result<()>) {
    let mut bytes = Vec::new();
    loop {
        if is_whole(&bytes) {
            return (bytes, Ok(()));
        }
        let more = timeout(Duration::from_secs(20), stream.read_buf(&mut bytes)).await;
        match more.expect("the wall goes on or closes") {
            Ok(0) => return (bytes, Ok(())),
            Ok(_) => {}
            Err(error) => return (bytes, Err(error)),
        }
    }
}

fn is_whole(bytes: &[u8]) -> bool {
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
        return false;
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let length = |line: &str| line.strip_prefix("content-length: ")?.parse::<usize>().ok();
    match head.lines().find_map(length) {
        Some(length) => bytes.len() >= end + 4 + length,
        None => bytes.ends_with(b"\r\n0\r\n\r\n"),
    }
}

/// The body of a reply, its chunks put together.
pub(crate) fn body(reply: &[u8]) -> Vec<u8> {
    let end = reply
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .expect("a head")
        + 4;
    let head = String::from_utf8_lossy(&reply[..end]);
    let mut rest = &reply[end..];
    if !head.contains("transfer-encoding: chunked") {
        return rest.to_vec();
    }
    let mut body = Vec::new();
    while let Some(at) = rest.windows(2).position(|two| two == b"\r\n") {
        let size = std::str::from_utf8(&rest[..at]).expect("a size");
        let size = usize::from_str_radix(size, 16).expect("a size");
        body.extend(&rest[at + 2..at + 2 + size]);
        rest = &rest[at + 4 + size..];
    }
    body
}
