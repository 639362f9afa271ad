//! One connection: requests out of bytes, replies into them. As much of HTTP/1.1 as clients of models speak.
use super::chat;
use serde_json::{Value, json};
use sigflow_core::Lm;
use std::{io, time::Duration};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

/// The longest head of a request, in bytes.
const LONGEST_HEAD: usize = 64 * 1024;
/// The longest body.
const LONGEST_BODY: usize = 64 * 1024 * 1024;
/// How long a connection may say nothing.
const PATIENCE: Duration = Duration::from_mins(1);

/// What a client asks.
struct Asked {
    line: String,
    body: Vec<u8>,
    keeps: bool,
}

/// Answers one request after the other. Whatever is wrong with the connection ends it.
pub(super) async fn run(mut stream: TcpStream, model: Lm) {
    let mut bytes = Vec::new();
    while let Ok(Ok(Some(asked))) = timeout(PATIENCE, read(&mut stream, &mut bytes)).await {
        let keeps = asked.keeps;
        if answer(&mut stream, asked, &model).await.is_err() || !keeps {
            return;
        }
    }
}

/// The next request; nothing at the end of the connection.
async fn read(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> io::Result<Option<Asked>> {
    let too_much = || io::Error::from(io::ErrorKind::InvalidData);
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        if bytes.len() > LONGEST_HEAD {
            return Err(too_much());
        }
        if stream.read_buf(bytes).await? == 0 {
            return Ok(None);
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let header = |wanted: &str| {
        head.lines().skip(1).find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case(wanted).then(|| value.trim())
        })
    };
    if header("transfer-encoding").is_some() {
        fail(
            stream,
            411,
            "a body must say how long it is (content-length)",
        )
        .await?;
        return Ok(None);
    }
    let length = match header("content-length").map(str::parse::<usize>) {
        None => 0,
        Some(Ok(length)) if length <= LONGEST_BODY => length,
        Some(_) => return Err(too_much()),
    };
    if header("expect").is_some_and(|what| what.eq_ignore_ascii_case("100-continue")) {
        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
    }
    while bytes.len() < end + length {
        if stream.read_buf(bytes).await? == 0 {
            return Ok(None);
        }
    }
    let closes = header("connection").is_some_and(|what| what.eq_ignore_ascii_case("close"));
    let asked = Asked {
        line: head.lines().next().unwrap_or_default().to_owned(),
        body: bytes[end..end + length].to_vec(),
        keeps: !closes,
    };
    bytes.drain(..end + length);
    Ok(Some(asked))
}

async fn answer(stream: &mut TcpStream, asked: Asked, model: &Lm) -> io::Result<()> {
    let mut words = asked.line.split(' ');
    let (method, path) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    let path = path.split('?').next().unwrap_or_default();
    match (method, path.strip_prefix("/v1").unwrap_or(path)) {
        ("POST", "/chat/completions") => match chat::read(&asked.body) {
            Err(what) => fail(stream, 400, &what).await,
            Ok(question) if question.streams => chat::stream(stream, question, model).await,
            Ok(question) => match chat::whole(question, model).await {
                Ok(body) => send(stream, 200, &body).await,
                Err((status, what)) => fail(stream, status, &what).await,
            },
        },
        ("GET", "/models") => {
            let one =
                json!({"id": model.name(), "object": "model", "created": 0, "owned_by": "sigflow"});
            send(stream, 200, &json!({"object": "list", "data": [one]})).await
        }
        (_, "/chat/completions" | "/models") => fail(stream, 405, "not by this method").await,
        _ => {
            fail(
                stream,
                404,
                &format!("nothing at {path}; ask POST /v1/chat/completions"),
            )
            .await
        }
    }
}

/// An error in `OpenAI`'s form.
async fn fail(stream: &mut TcpStream, status: u16, what: &str) -> io::Result<()> {
    let kind = if status < 500 {
        "invalid_request_error"
    } else {
        "server_error"
    };
    let error = json!({"message": what, "type": kind, "param": null, "code": null});
    send(stream, status, &json!({ "error": error })).await
}

async fn send(stream: &mut TcpStream, status: u16, body: &Value) -> io::Result<()> {
    let body = body.to_string();
    let reply = format!(
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(reply.as_bytes()).await
}

/// A body whose length is not known yet.
pub(super) async fn begin_events(stream: &mut TcpStream) -> io::Result<()> {
    let head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-cache\r\ntransfer-encoding: chunked\r\n\r\n";
    stream.write_all(head).await
}

/// One event of it.
pub(super) async fn event(stream: &mut TcpStream, data: &str) -> io::Result<()> {
    let event = format!("data: {data}\n\n");
    let piece = format!("{:x}\r\n{event}\r\n", event.len());
    stream.write_all(piece.as_bytes()).await
}

/// Its end.
pub(super) async fn end_events(stream: &mut TcpStream) -> io::Result<()> {
    event(stream, "[DONE]").await?;
    stream.write_all(b"0\r\n\r\n").await
}
