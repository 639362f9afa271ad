//! The queue's bounds, what becomes of spans that wait, and the bytes of numbers.
use super::{
    Exporter,
    proto::{self, Message},
};
use crate::{
    memory::Sheds,
    telemetry::{Live, SpanKind},
};
use sigflow_core::{Result, Scope};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
};

#[test]
fn numbers_are_as_protobuf_has_them() {
    // from the encoding's own documentation: field 1 with 150, field 2 with a text
    let mut message = Message::default();
    message.number(1, 150);
    message.bytes(2, b"testing");
    let mut expected = vec![0x08, 0x96, 0x01, 0x12, 0x07];
    expected.extend_from_slice(b"testing");
    assert_eq!(message.into_bytes(), expected);
    let mut message = Message::default();
    message.message(3, |inside| inside.number(1, 150));
    message.number(1, u64::MAX);
    message.fixed(16, 1);
    let mut expected = vec![0x1a, 0x03, 0x08, 0x96, 0x01, 0x08];
    expected.extend([0xff; 9]);
    expected.extend([0x01, 0x81, 0x01, 1, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(message.into_bytes(), expected);
}

/// A collector that answers each request by its number, and says how many spans it brought.
struct Collector {
    url: String,
    arrived: mpsc::UnboundedReceiver<usize>,
}

impl Collector {
    async fn start<A, F>(answer: A) -> Self
    where
        A: Fn(usize) -> F + Send + Sync + 'static,
        F: Future<Output = (u16, &'static str, Vec<u8>)> + Send,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (tell, arrived) = mpsc::unbounded_channel();
        let shared = Arc::new((answer, AtomicUsize::new(0), tell));
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                let shared = shared.clone();
                tokio::spawn(async move {
                    let (answer, count, tell) = &*shared;
                    while let Some(body) = request(&mut socket).await {
                        let _ = tell.send(spans(&body));
                        let (status, header, said) = answer(count.fetch_add(1, Relaxed)).await;
                        let length = said.len();
                        let head = format!(
                            "HTTP/1.1 {status} x\r\ncontent-length: {length}\r\n{header}\r\n"
                        );
                        let whole = [head.into_bytes(), said].concat();
                        if socket.write_all(&whole).await.is_err() {
                            return;
                        }
                    }
                });
            }
        });
        Collector { url, arrived }
    }
    async fn next(&mut self) -> usize {
        let next = tokio::time::timeout(Duration::from_mins(1), self.arrived.recv());
        next.await.expect("spans within a minute").unwrap()
    }
}

/// The body of a request.
async fn request(socket: &mut TcpStream) -> Option<Vec<u8>> {
    let mut all = Vec::new();
    loop {
        if let Some(end) = all.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&all[..end]).to_lowercase();
            let mut lines = head.lines();
            let length = lines.find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length.unwrap().trim().parse().unwrap();
            if all.len() >= end + 4 + length {
                return Some(all[end + 4..end + 4 + length].to_vec());
            }
        }
        if socket.read_buf(&mut all).await.ok()? == 0 {
            return None;
        }
    }
}

fn spans(body: &[u8]) -> usize {
    let scopes = proto::inside(proto::inside(body, 1)[0], 2);
    proto::inside(scopes[0], 2).len()
}

/// So many spans, one of which is that of the run.
async fn work(exporter: &Exporter, count: usize) {
    let work = async {
        for _ in 1..count {
            Live::begin(SpanKind::Attempt, || "POST".to_owned()).end();
        }
        Result::Ok(())
    };
    let scope = Scope::current().with_sink(exporter.sink());
    scope.run("work", work).await.unwrap();
}

fn at(collector: &Collector) -> Exporter {
    Exporter::builder(&*collector.url).build().unwrap()
}

fn bytes(exporter: &Exporter) -> usize {
    Sheds::bytes(&*exporter.buffer())
}

#[tokio::test]
async fn a_collector_that_is_down_costs_spans_and_no_memory() {
    // nobody listens at the port of a listener that is gone
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let exporter = Exporter::builder(format!("http://127.0.0.1:{port}"));
    let exporter = exporter.queue_limit(20_000).build().unwrap();
    work(&exporter, 301).await;
    assert!((1..=20_000).contains(&bytes(&exporter)));
    let dropped = exporter.dropped();
    assert!(dropped > 0 && dropped < 301, "{dropped}");
    let error = exporter.flush().await.unwrap_err();
    assert!(error.is_transport());
    assert!(
        error.to_string().contains("correct the endpoint"),
        "{error}"
    );
    // what found room waits on
    assert_eq!(exporter.dropped(), dropped);
    assert_eq!(exporter.waiting() as u64, 301 - dropped);
    assert!(Sheds::shed(&*exporter.buffer(), usize::MAX) > 0);
    assert_eq!((exporter.waiting(), bytes(&exporter)), (0, 0));
    assert_eq!(exporter.dropped(), 301);
}

#[tokio::test]
async fn a_collector_that_is_busy_gets_everything_by_one_flush() {
    let mut collector = Collector::start(|count| async move {
        match count {
            0 => (503, "", Vec::new()),
            1 => (429, "retry-after: 0\r\n", Vec::new()),
            _ => (200, "", Vec::new()),
        }
    })
    .await;
    let exporter = at(&collector);
    work(&exporter, 40).await;
    exporter.flush().await.unwrap();
    assert_eq!(
        (exporter.dropped(), exporter.waiting(), bytes(&exporter)),
        (0, 0, 0)
    );
    for _ in 0..3 {
        assert_eq!(collector.next().await, 40, "the same batch, three times");
    }
}

#[tokio::test]
async fn what_is_refused_for_good_is_counted_and_not_sent_again() {
    let mut collector = Collector::start(|_| async { (401, "", Vec::new()) }).await;
    let exporter = at(&collector);
    work(&exporter, 7).await;
    let error = exporter.flush().await.unwrap_err();
    assert_eq!(error.status(), Some(401));
    assert!(error.to_string().contains("headers"), "{error}");
    assert_eq!((exporter.dropped(), bytes(&exporter)), (7, 0));
    exporter.flush().await.unwrap();
    assert_eq!(collector.next().await, 7);
    assert!(collector.arrived.try_recv().is_err());
}

#[tokio::test]
async fn what_a_collector_leaves_out_is_counted() {
    let collector = Collector::start(|_| async {
        let mut answer = Message::default();
        answer.message(1, |partial| {
            partial.number(1, 3);
            partial.bytes(2, b"too old");
        });
        (200, "", answer.into_bytes())
    })
    .await;
    let exporter = at(&collector);
    work(&exporter, 10).await;
    exporter.flush().await.unwrap();
    assert_eq!((exporter.dropped(), exporter.waiting()), (3, 0));
}

#[tokio::test]
async fn a_flush_waits_for_what_is_under_way() {
    let arrived = Arc::new(AtomicUsize::new(0));
    let counted = arrived.clone();
    let collector = Collector::start(move |_| {
        let counted = counted.clone();
        async move {
            tokio::time::sleep(Duration::from_millis(200)).await;
            counted.fetch_add(1, Relaxed);
            (200, "", Vec::new())
        }
    })
    .await;
    let exporter = at(&collector);
    // a full batch goes by itself
    work(&exporter, 512).await;
    while exporter.waiting() > 0 {
        tokio::task::yield_now().await;
    }
    assert!(bytes(&exporter) > 0, "under way, and still counted");
    exporter.flush().await.unwrap();
    assert_eq!((arrived.load(Relaxed), bytes(&exporter)), (1, 0));
}

#[tokio::test]
async fn a_flush_that_is_left_loses_nothing() {
    let mut collector = Collector::start(|count| async move {
        if count == 0 {
            std::future::pending::<()>().await;
        }
        (200, "", Vec::new())
    })
    .await;
    let exporter = at(&collector);
    work(&exporter, 5).await;
    {
        let mut flush = std::pin::pin!(exporter.flush());
        tokio::select! {
            _ = &mut flush => panic!("nobody answered"),
            count = collector.next() => assert_eq!(count, 5),
        }
        assert_eq!(exporter.waiting(), 0);
    }
    assert_eq!(exporter.waiting(), 5);
    exporter.flush().await.unwrap();
    assert_eq!((collector.next().await, bytes(&exporter)), (5, 0));
}

#[tokio::test]
async fn an_exporter_that_is_dropped_sends_what_it_has_and_takes_no_more() {
    let mut collector = Collector::start(|_| async { (200, "", Vec::new()) }).await;
    let exporter = at(&collector);
    work(&exporter, 600).await;
    let (shared, sink) = (exporter.0.clone(), exporter.sink());
    drop(exporter);
    let mut arrived = 0;
    while arrived < 600 {
        arrived += collector.next().await;
    }
    assert_eq!(arrived, 600);
    let late = async { Result::Ok(()) };
    let scope = Scope::current().with_sink(sink);
    scope.run("late", late).await.unwrap();
    assert_eq!(
        (shared.dropped.load(Relaxed), shared.queue().waiting()),
        (1, 0)
    );
}

#[test]
fn answers_that_are_none_reject_nothing() {
    let mut answer = Message::default();
    answer.fixed(7, 1);
    answer.message(1, |partial| partial.number(1, 12));
    let whole = answer.into_bytes();
    assert_eq!(proto::rejected(&whole), 12);
    for end in 0..whole.len() {
        assert_eq!(proto::rejected(&whole[..end]), 0);
    }
    assert_eq!(proto::rejected(b"<html>no collector</html>"), 0);
    let mut negative = Message::default();
    negative.message(1, |partial| partial.number(1, u64::MAX));
    assert_eq!(proto::rejected(&negative.into_bytes()), 0);
}

#[test]
fn endpoints_are_checked() {
    let error = Exporter::builder("http://127.0.0.1:1").build().unwrap_err();
    assert!(error.is_configuration(), "no runtime");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        for wrong in ["", "collector:4317", "ftp://collector"] {
            let error = Exporter::builder(wrong).build().unwrap_err();
            assert!(
                error.to_string().contains("http://127.0.0.1:4318"),
                "{error}"
            );
        }
        let built = Exporter::builder("http://127.0.0.1:1/v1/traces/")
            .header("authorization", "Basic secret-key")
            .build();
        assert!(!format!("{:?}", built.unwrap()).contains("secret"));
    });
}
