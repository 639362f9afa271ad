//! Bedrock's Converse: JSON in frames of an event stream, each with two checksums.
use super::{Answer, Frames};
use crate::{api::Api, checksum::crc32, problem::Problem};
use serde_json::{Value, json};

pub(super) fn whole(answer: &Answer<'_>) -> Value {
    json!({
        "output": {"message": {"role": "assistant", "content": [{"text": answer.text()}]}},
        "stopReason": "end_turn", "usage": usage(answer), "metrics": {"latencyMs": 1},
    })
}

pub(super) fn frames(answer: &Answer<'_>) -> Frames {
    let event = |name: &str, payload: Value| frame(name, payload.to_string().as_bytes());
    let word = |word: &String| {
        event(
            "contentBlockDelta",
            json!({"contentBlockIndex": 0, "delta": {"text": word}}),
        )
    };
    let mut finish = vec![event("contentBlockStop", json!({"contentBlockIndex": 0}))];
    if answer.with_finish {
        finish.push(event("messageStop", json!({"stopReason": "end_turn"})));
    }
    Frames {
        opening: vec![event("messageStart", json!({"role": "assistant"}))],
        words: answer.words.iter().map(word).collect(),
        finish,
        usage: Vec::new(),
        terminal: vec![event(
            "metadata",
            json!({"usage": usage(answer), "metrics": {"latencyMs": 1}}),
        )],
    }
}

fn usage(answer: &Answer<'_>) -> Value {
    let (input, output) = answer.tokens();
    json!({"inputTokens": input, "outputTokens": output, "totalTokens": input + output})
}

/// One event as a frame.
pub(super) fn frame(name: &str, payload: &[u8]) -> Vec<u8> {
    encode(
        &[
            (":event-type", name),
            (":content-type", "application/json"),
            (":message-type", "event"),
        ],
        payload,
    )
}

/// A failure in the stream: an exception, named as the member of the output's union.
pub(super) fn problem(problem: Problem, body: &Value) -> Vec<u8> {
    let name = match problem.status(Api::Converse) {
        429 => "throttlingException",
        503 => "serviceUnavailableException",
        500 => "internalServerException",
        _ => "validationException",
    };
    let headers = [
        (":exception-type", name),
        (":content-type", "application/json"),
        (":message-type", "exception"),
    ];
    encode(&headers, body.to_string().as_bytes())
}

/// Lengths, their checksum, headers of type 7 (text), payload, checksum of it all.
fn encode(headers: &[(&str, &str)], payload: &[u8]) -> Vec<u8> {
    let short = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    let mut head = Vec::new();
    for (name, value) in headers {
        head.push(u8::try_from(name.len()).unwrap_or(u8::MAX));
        head.extend(name.as_bytes());
        head.push(7);
        head.extend(u16::try_from(value.len()).unwrap_or(u16::MAX).to_be_bytes());
        head.extend(value.as_bytes());
    }
    let mut frame = Vec::new();
    frame.extend(short(16 + head.len() + payload.len()).to_be_bytes());
    frame.extend(short(head.len()).to_be_bytes());
    frame.extend(crc32(&frame).to_be_bytes());
    frame.extend(head);
    frame.extend(payload);
    frame.extend(crc32(&frame).to_be_bytes());
    frame
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_has_its_lengths_and_sums() {
        let frame = encode(&[("a", "b")], b"{}");
        assert_eq!(frame.len(), 16 + 6 + 2);
        assert_eq!(&frame[..8], &[0, 0, 0, 24, 0, 0, 0, 6]);
        assert_eq!(frame[8..12], crc32(&frame[..8]).to_be_bytes());
        assert_eq!(&frame[12..18], &[1, b'a', 7, 0, 1, b'b']);
        assert_eq!(frame[20..], crc32(&frame[..20]).to_be_bytes());
    }
}
