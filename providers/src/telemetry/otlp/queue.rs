//! Spans that wait for the collector: within a bound of bytes, given back where it is not there for the moment.
use super::{
    messages::{self, Resource},
    proto,
};
use crate::{
    http::{Reply, retry_after::retry_after},
    memory::Sheds,
    telemetry::{Measurement, Meter, Sink, Span, Telemetry},
};
use reqwest::{Client, Url, header::HeaderMap};
use sigflow_core::{Error, ErrorKind, Result};
use std::{
    collections::VecDeque,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, SystemTime},
};
use tokio::{sync::Notify, time::timeout};

/// Spans of a batch.
const BATCH: usize = 512;
/// The longest that a batch waits.
const EVERY: Duration = Duration::from_secs(5);
/// The first and the longest pause before a collector that was not there is asked again.
const PAUSES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));
/// How often a flush asks for a batch, and what it waits in between.
const TRIES: u32 = 3;
const BETWEEN: Duration = Duration::from_millis(250);
/// The most that is read of a collector's answer.
const LONGEST_ANSWER: usize = 64 * 1024;

/// What an exporter and its tasks share.
pub(super) struct Shared {
    pub(super) client: Client,
    pub(super) traces: Url,
    pub(super) metrics: Url,
    pub(super) headers: HeaderMap,
    pub(super) resource: Resource,
    pub(super) telemetry: Option<Telemetry>,
    pub(super) began: SystemTime,
    pub(super) limit: usize,
    pub(super) queue: Mutex<Queue>,
    /// One batch is under way at a time: a flush that found the queue empty would else end before it has arrived.
    pub(super) sending: tokio::sync::Mutex<()>,
    pub(super) news: Notify,
    pub(super) closing: Notify,
    pub(super) dropped: AtomicU64,
}

#[derive(Default)]
pub(super) struct Queue {
    spans: VecDeque<Span>,
    /// Of those that wait and those under way.
    bytes: usize,
    /// The exporter is gone: nobody would send what comes now.
    is_closed: bool,
}

/// Spans under way. They go back to where they were unless somebody says what became of them, so a flush that is left
/// in the middle loses none.
struct Batch<'a> {
    of: &'a Shared,
    spans: Vec<Span>,
    bytes: usize,
}

impl Batch<'_> {
    /// They are no longer anybody's.
    fn done(mut self) -> u64 {
        self.of.queue().bytes -= self.bytes;
        std::mem::take(&mut self.spans).len() as u64
    }
}

impl Drop for Batch<'_> {
    fn drop(&mut self) {
        let mut queue = self.of.queue();
        for span in self.spans.drain(..).rev() {
            queue.spans.push_front(span);
        }
    }
}

/// Why a batch did not arrive.
struct Refused {
    error: Error,
    /// It may arrive later, after this time if the collector says so.
    #[allow(clippy::option_option, reason = "whether, and when")]
    again: Option<Option<Duration>>,
}

impl Queue {
    pub(super) fn waiting(&self) -> usize {
        self.spans.len()
    }
}

impl Shared {
    /// Nothing comes any more; what there is goes once.
    pub(super) fn close(&self) {
        self.queue().is_closed = true;
        self.news.notify_one();
        self.closing.notify_one();
    }

    pub(super) fn queue(&self) -> MutexGuard<'_, Queue> {
        // each change leaves the queue whole
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends what comes until the exporter is gone, and then what is left.
    pub(super) async fn keep_sending(&self) {
        let mut pause = None;
        loop {
            match pause {
                Some(pause) => {
                    let _ = timeout(pause, self.closing.notified()).await;
                }
                // a full batch goes at once, a small one after a while
                None => {
                    let waits = {
                        let queue = self.queue();
                        queue.spans.len() < BATCH && !queue.is_closed
                    };
                    if waits {
                        let _ = timeout(EVERY, self.news.notified()).await;
                    }
                }
            }
            if self.queue().is_closed {
                return self.send_the_rest().await;
            }
            pause = match self.send_batch().await {
                Err(Refused {
                    again: Some(hint), ..
                }) => Some(next_pause(pause, hint)),
                _ => None,
            };
        }
    }

    /// Once for each batch, for there is nobody left who could flush again.
    async fn send_the_rest(&self) {
        while let Ok(true) = self.send_batch().await {}
        let _ = self.send_metrics().await;
        let lost = {
            let mut queue = self.queue();
            let lost = std::mem::take(&mut queue.spans);
            queue.bytes -= lost.iter().map(messages::size).sum::<usize>();
            lost.len() as u64
        };
        self.lost(lost);
    }

    /// Sends what waits now, and what is under way; several times where the collector is not there for the moment.
    pub(super) async fn flush(&self) -> Result<()> {
        // what comes meanwhile is for the next flush: a busy program would never end this one
        let mut left = self.queue().spans.len().div_ceil(BATCH) + 1;
        let mut tries = 0;
        while left > 0 {
            match self.send_batch().await {
                Ok(false) => break,
                Ok(true) => (left, tries) = (left - 1, 0),
                Err(Refused {
                    again: Some(hint), ..
                }) if tries + 1 < TRIES => {
                    tries += 1;
                    let pause = hint.unwrap_or(BETWEEN * tries).min(EVERY);
                    tokio::time::sleep(pause).await;
                }
                Err(refused) => return Err(refused.error),
            }
        }
        self.send_metrics().await
    }

    /// Whether there was anything to send.
    async fn send_batch(&self) -> Result<bool, Refused> {
        let _alone = self.sending.lock().await;
        let Some(batch) = self.take() else {
            return Ok(false);
        };
        let body = messages::traces(&self.resource, &batch.spans);
        match self.post(&self.traces, body).await {
            Ok(answer) => {
                batch.done();
                self.lost(proto::rejected(&answer));
                Ok(true)
            }
            Err(refused) => {
                if refused.again.is_none() {
                    self.lost(batch.done());
                }
                Err(refused)
            }
        }
    }

    fn take(&self) -> Option<Batch<'_>> {
        let mut queue = self.queue();
        let count = queue.spans.len().min(BATCH);
        let spans: Vec<Span> = queue.spans.drain(..count).collect();
        drop(queue);
        let bytes = spans.iter().map(messages::size).sum();
        (!spans.is_empty()).then_some(Batch {
            of: self,
            spans,
            bytes,
        })
    }

    pub(super) async fn send_metrics(&self) -> Result<()> {
        let Some(telemetry) = &self.telemetry else {
            return Ok(());
        };
        let body = messages::metrics(&self.resource, telemetry, self.began);
        let sent = self.post(&self.metrics, body).await;
        // they are sums since the beginning: the next time brings them all again
        sent.map(|_| ()).map_err(|refused| refused.error)
    }

    /// The collector's answer, as much of it as is read.
    async fn post(&self, url: &Url, body: Vec<u8>) -> Result<Vec<u8>, Refused> {
        let request = self.client.post(url.clone()).headers(self.headers.clone());
        // user and password may stand before them
        let host = url.host_str().unwrap_or_default();
        let port = url.port_or_known_default().unwrap_or_default();
        let sent = request.body(body).send().await;
        let mut answer = sent.map_err(|error| {
            let message = format!(
                "the collector at {host}:{port} was not reached; what waits goes with the next flush: start it, or correct the endpoint"
            );
            Refused {
                error: Error::new(ErrorKind::Transport, message).with_source(error.without_url()),
                again: Some(None),
            }
        })?;
        let status = answer.status().as_u16();
        if !matches!(status, 200..=299) {
            // those of which OTLP says that they pass
            let passes = matches!(status, 429 | 502 | 503 | 504);
            let hint = retry_after(&Reply {
                status,
                headers: answer.headers().clone(),
                body: String::new(),
            });
            let fix = if passes {
                "what waits goes with the next flush"
            } else {
                "it takes nothing of what was sent: check the endpoint, and the headers that it wants"
            };
            let message = format!("the collector at {host}:{port} answered {status}; {fix}");
            return Err(Refused {
                error: Error::new(ErrorKind::Server, message).with_status(status),
                again: passes.then_some(hint),
            });
        }
        // it has what it wanted to have: an answer that breaks off changes nothing
        let mut read = Vec::new();
        while let Ok(Some(piece)) = answer.chunk().await {
            if read.len() + piece.len() > LONGEST_ANSWER {
                break;
            }
            read.extend_from_slice(&piece);
        }
        Ok(read)
    }

    fn lost(&self, spans: u64) {
        if spans == 0 {
            return;
        }
        self.dropped.fetch_add(spans, Relaxed);
        if let Some(telemetry) = &self.telemetry {
            #[allow(clippy::cast_precision_loss, reason = "a batch")]
            let lost = Measurement::new(Meter::SpansDropped, "otlp", spans as f64);
            telemetry.measured(&lost);
        }
    }
}

/// Twice as long as the last one, or as the collector says, and never very long.
fn next_pause(last: Option<Duration>, hint: Option<Duration>) -> Duration {
    let (first, longest) = PAUSES;
    let doubled = last.map_or(first, |last| last * 2);
    hint.map_or(doubled, |hint| hint.max(doubled)).min(longest)
}

impl Sink for Shared {
    fn span(&self, span: &Span) {
        let size = messages::size(span);
        let mut queue = self.queue();
        if queue.is_closed || queue.bytes + size > self.limit {
            drop(queue);
            return self.lost(1);
        }
        queue.bytes += size;
        queue.spans.push_back(span.clone());
        let full = queue.spans.len() >= BATCH;
        drop(queue);
        if full {
            self.news.notify_one();
        }
    }
}

impl Sheds for Shared {
    fn name(&self) -> &'static str {
        "spans"
    }
    fn bytes(&self) -> usize {
        self.queue().bytes
    }
    fn shed(&self, wanted: usize) -> usize {
        let mut queue = self.queue();
        let (mut freed, mut lost) = (0, 0);
        while freed < wanted
            && let Some(span) = queue.spans.pop_front()
        {
            freed += messages::size(&span);
            lost += 1;
        }
        queue.bytes -= freed;
        drop(queue);
        self.lost(lost);
        freed
    }
}

#[cfg(test)]
mod tests {
    use super::next_pause;
    use std::time::Duration;

    #[test]
    fn pauses_grow_and_heed_the_collector() {
        let seconds = Duration::from_secs;
        let mut pause = None;
        let mut all = Vec::new();
        for _ in 0..7 {
            pause = Some(next_pause(pause, None));
            all.extend(pause.map(|pause| pause.as_secs()));
        }
        assert_eq!(all, [1, 2, 4, 8, 16, 30, 30]);
        assert_eq!(next_pause(None, Some(seconds(7))), seconds(7));
        assert_eq!(next_pause(Some(seconds(8)), Some(seconds(2))), seconds(16));
        assert_eq!(next_pause(None, Some(seconds(3600))), seconds(30));
    }
}
