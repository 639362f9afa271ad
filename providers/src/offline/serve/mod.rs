//! A model as a server: `OpenAI`'s chat completions on this machine, whole and streamed, over real TCP.
//!
//! For programs and tests that want a server and have none: what they say goes through the client, the wire format
//! and a socket, as it would with a provider. It is no server for others: it listens on loopback alone, knows no TLS
//! and no keys.
mod chat;
mod connection;

use super::Offline;
use sigflow_core::{Error, ErrorKind, Lm, Result};
use std::{
    fmt,
    net::{Ipv4Addr, SocketAddr},
};
use tokio::{
    net::TcpListener,
    task::{AbortHandle, JoinSet},
};

/// A server that runs until it is dropped, and its connections with it.
pub struct Server {
    address: SocketAddr,
    task: AbortHandle,
}

/// Serves [`Offline`] at `127.0.0.1:port`; port 0 is any that is free. Every model's name leads to it, and no key is
/// needed.
///
/// ```
/// use sigflow_core::{Lm, Message, Prefix, Request, Text};
/// use sigflow_providers::{OpenAi, offline};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> sigflow_core::Result<()> {
/// let server = offline::serve(0).await?;
/// let lm = Lm::new(OpenAi::builder("offline").base_url(server.base_url()).build()?);
/// let request = Request::new(Prefix::new(Text::from("be brief")), Message::user("hello"));
/// assert_eq!(lm.complete(request).await?.completions.len(), 1);
/// # Ok(()) }
/// ```
///
/// # Errors
/// Of kind [`Transport`](ErrorKind::Transport): the port is not free; of kind
/// [`Configuration`](ErrorKind::Configuration) outside of a tokio runtime.
pub async fn serve(port: u16) -> Result<Server> {
    serve_model(port, Lm::new(Offline)).await
}

/// As [`serve`], with a model of your own behind it: a script for tests, a model in the process.
///
/// # Errors
/// As of [`serve`].
pub async fn serve_model(port: u16, model: Lm) -> Result<Server> {
    let runtime = tokio::runtime::Handle::try_current().map_err(|_| {
        let message = "a server needs a tokio runtime; start it under `#[tokio::main]`";
        Error::new(ErrorKind::Configuration, message)
    })?;
    let failed = |error: std::io::Error| {
        let message = format!("no server at 127.0.0.1:{port}: {error}");
        Error::new(ErrorKind::Transport, message).with_source(error)
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
    let listener = listener.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let task = runtime.spawn(async move {
        // dropped with this task, and all connections with it
        let mut connections = JoinSet::new();
        loop {
            // a failure to accept is of one connection, and passes
            if let Ok((stream, _)) = listener.accept().await {
                connections.spawn(connection::run(stream, model.clone()));
            }
            while connections.try_join_next().is_some() {}
        }
    });
    Ok(Server {
        address,
        task: task.abort_handle(),
    })
}

impl Server {
    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }
    /// The base URL for clients: `http://127.0.0.1:PORT/v1`.
    pub fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Server").field(&self.address).finish()
    }
}
