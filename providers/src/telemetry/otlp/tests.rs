//! The queue's bounds, and the bytes of numbers.
use super::{Exporter, proto::Message};
use crate::telemetry::{Live, SpanKind};
use sigflow_core::{Result, Scope};

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
    let work = async {
        for _ in 0..300 {
            Live::begin(SpanKind::Attempt, || "POST".to_owned()).end();
        }
        Result::Ok(())
    };
    Scope::current()
        .with_sink(exporter.sink())
        .run("work", work)
        .await
        .unwrap();
    let buffer = exporter.buffer();
    let bytes = crate::memory::Sheds::bytes(&*buffer);
    assert!((1..=20_000).contains(&bytes), "{bytes}");
    let dropped = exporter.dropped();
    assert!(dropped > 0 && dropped < 301, "{dropped}");
    assert!(exporter.flush().await.unwrap_err().is_transport());
    assert_eq!(exporter.dropped(), 301);
    assert_eq!(crate::memory::Sheds::bytes(&*buffer), 0);
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
