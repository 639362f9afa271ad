//! Frames: as the AWS SDK for Python reads them, cut in every way, and broken.
use super::*;

/// A frame that botocore 1.44.5 (`botocore.eventstream`) reads as the event `contentBlockDelta` with the payload
/// `{"delta":{"text":"é"},"contentBlockIndex":0}`.
const BOTOCORE: &str = "0000009400000057b4ab9aee0d3a6d6573736167652d747970650700056576656e740b3a6576656e742d74797065070011636f6e74656e74426c6f636b44656c74610d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e7b2264656c7461223a7b2274657874223a22c3a9227d2c22636f6e74656e74426c6f636b496e646578223a307dd53770c0";

fn hex(text: &str) -> Vec<u8> {
    let digits = (0..text.len()).step_by(2);
    digits
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("hex"))
        .collect()
}

/// A frame with headers of texts.
fn frame(headers: &[(&str, &str)], payload: &str) -> Vec<u8> {
    let mut all = Vec::new();
    for (name, value) in headers {
        all.push(u8::try_from(name.len()).expect("short"));
        all.extend(name.as_bytes());
        all.push(7);
        all.extend(u16::try_from(value.len()).expect("short").to_be_bytes());
        all.extend(value.as_bytes());
    }
    raw(&all, payload.as_bytes())
}
fn raw(headers: &[u8], payload: &[u8]) -> Vec<u8> {
    let long = |length: usize| u32::try_from(length).expect("short").to_be_bytes();
    let mut frame = Vec::new();
    frame.extend(long(LEAST + headers.len() + payload.len()));
    frame.extend(long(headers.len()));
    frame.extend(crc(&frame).to_be_bytes());
    frame.extend(headers);
    frame.extend(payload);
    frame.extend(crc(&frame).to_be_bytes());
    frame
}

type Seen = (String, bool, String);

fn all(pieces: &[&[u8]]) -> Result<Vec<Seen>, String> {
    let (mut binary, mut all) = (Binary::default(), Vec::new());
    for piece in pieces {
        binary.push(piece, &mut |event| {
            all.push((
                event.name.to_owned(),
                event.is_exception,
                event.data.to_owned(),
            ));
        })?;
    }
    Ok(all)
}

#[test]
fn the_checksum_is_the_usual_one() {
    assert_eq!(crc(b"123456789"), 0xcbf4_3926);
    assert_eq!(crc(b""), 0);
}

#[test]
fn a_frame_as_the_sdk_reads_it() {
    let payload = r#"{"delta":{"text":"é"},"contentBlockIndex":0}"#;
    let expected = ("contentBlockDelta".to_owned(), false, payload.to_owned());
    assert_eq!(all(&[&hex(BOTOCORE)]).as_deref(), Ok(&[expected][..]));
    let headers = [
        (":message-type", "event"),
        (":event-type", "contentBlockDelta"),
        (":content-type", "application/json"),
    ];
    assert_eq!(frame(&headers, payload), hex(BOTOCORE));
}

#[test]
fn any_cut_gives_the_same_events() {
    let mut bytes = hex(BOTOCORE);
    let thrown = [
        (":message-type", "exception"),
        (":exception-type", "throttlingException"),
    ];
    bytes.extend(frame(&thrown, "{\"message\":\"slow\"}"));
    let failed = [
        (":message-type", "error"),
        (":error-code", "InternalError"),
        (":error-message", "oh \"no\""),
    ];
    bytes.extend(frame(&failed, ""));
    let expected = all(&[&bytes]).expect("frames");
    assert_eq!(expected.len(), 3);
    let text = |index: usize| (expected[index].0.as_str(), expected[index].2.as_str());
    assert_eq!(text(1), ("throttlingException", "{\"message\":\"slow\"}"));
    assert_eq!(
        text(2),
        ("InternalError", "{\"message\":\"oh \\\"no\\\"\"}")
    );
    assert!(expected[1].1 && expected[2].1 && !expected[0].1);
    for at in 0..=bytes.len() {
        assert_eq!(
            all(&[&bytes[..at], &bytes[at..]]).as_ref(),
            Ok(&expected),
            "{at}"
        );
    }
    for size in 1..20 {
        let pieces: Vec<&[u8]> = bytes.chunks(size).collect();
        assert_eq!(all(&pieces).as_ref(), Ok(&expected), "{size}");
    }
    // what is cut at the end is no event
    let cut = all(&[&bytes[..bytes.len() - 1]]).expect("two frames");
    assert_eq!(cut, expected[..2]);
}

/// One wrong bit anywhere is found, or the frame never ends; it is never another event.
#[test]
fn no_wrong_bit_is_read() {
    let bytes = hex(BOTOCORE);
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut wrong = bytes.clone();
            wrong[at] ^= 1 << bit;
            assert!(
                !matches!(all(&[&wrong]), Ok(seen) if !seen.is_empty()),
                "{at} {bit}"
            );
        }
    }
}

#[test]
fn headers_of_every_type_and_wrong_ones() {
    let mut headers = Vec::new();
    for (kind, length) in [
        (0, 0),
        (1, 0),
        (2, 1),
        (3, 2),
        (4, 4),
        (5, 8),
        (8, 8),
        (9, 16),
    ] {
        headers.extend([1, b'x', kind]);
        headers.extend(vec![7; length]);
    }
    headers.extend([1, b'x', 6, 0, 2, 0xff, 0xff]);
    headers.extend([11]);
    headers.extend(b":event-type");
    headers.extend([7, 0, 1, b'e']);
    let seen = all(&[&raw(&headers, b"{}")]).expect("an event");
    assert_eq!(seen, [("e".to_owned(), false, "{}".to_owned())]);
    for wrong in [
        &[9][..],
        &[1, b'x'],
        &[1, b'x', 10],
        &[1, b'x', 7, 0, 9, 1],
        &[1, b'x', 7, 0, 1, 0xff],
    ] {
        let error = all(&[&raw(wrong, b"{}")]).expect_err("no headers");
        assert!(error.contains("headers"), "{error}");
    }
}

#[test]
fn impossible_lengths_are_told_at_once() {
    for (length, headers, words) in [
        (64 << 20, 0, "longer than 32 MiB"),
        (15, 0, "impossible lengths"),
        (16, 1, "impossible lengths"),
        (u32::MAX, u32::MAX, "longer than"),
    ] {
        let mut prelude = Vec::new();
        prelude.extend(u32::to_be_bytes(length));
        prelude.extend(u32::to_be_bytes(headers));
        prelude.extend(crc(&prelude).to_be_bytes());
        let error = all(&[&prelude]).expect_err("impossible");
        assert!(error.contains(words), "{error}");
    }
    let html = b"<html><body>502 Bad Gateway";
    assert!(all(&[html]).expect_err("no frame").contains("checksum"));
}
