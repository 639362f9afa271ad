//! What the wall does on a connection, step by step, with an eye on whether the client is still there.
use std::{future::pending, time::Duration};
use tokio::{io::AsyncWriteExt, net::TcpStream, time::sleep};

/// One step of an answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Act {
    Send(Vec<u8>),
    /// Sends and waits again and again, so many times.
    Drip(Vec<u8>, Duration, usize),
    Wait(Duration),
    /// Closes in good order, with whatever is missing.
    Close,
    /// Resets the connection.
    Reset,
}

/// How an answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// All was done, and the connection is kept.
    Kept,
    Closed,
    /// The client went away before all was done.
    ClientLeft,
}

pub(crate) async fn play(stream: &mut TcpStream, acts: Vec<Act>) -> Ended {
    for act in acts {
        let stays = match act {
            Act::Send(bytes) => send(stream, &bytes).await,
            Act::Wait(time) => wait(stream, time).await,
            Act::Drip(bytes, between, times) => {
                let mut stays = true;
                for _ in 0..times {
                    stays = send(stream, &bytes).await && wait(stream, between).await;
                    if !stays {
                        break;
                    }
                }
                stays
            }
            Act::Close => {
                let _ = stream.shutdown().await;
                return Ended::Closed;
            }
            Act::Reset => {
                let _ = stream.set_zero_linger();
                return Ended::Closed;
            }
        };
        if !stays {
            return Ended::ClientLeft;
        }
    }
    Ended::Kept
}

/// Whether the client was there to the end.
async fn send(stream: &mut TcpStream, bytes: &[u8]) -> bool {
    let (mut read, mut write) = stream.split();
    tokio::select! {
        // What can be written at once is written first: a client that has all may leave.
        biased;
        written = write.write_all(bytes) => written.is_ok(),
        () = left(&mut read) => false,
    }
}

async fn wait(stream: &mut TcpStream, time: Duration) -> bool {
    let (mut read, _) = stream.split();
    tokio::select! {
        biased;
        () = left(&mut read) => false,
        () = sleep(time) => true,
    }
}

/// Ends when the client has closed. It only looks: a next request stays unread.
async fn left(read: &mut tokio::net::tcp::ReadHalf<'_>) {
    let mut one = [0];
    match read.peek(&mut one).await {
        Ok(0) | Err(_) => {}
        Ok(_) => pending().await,
    }
}
