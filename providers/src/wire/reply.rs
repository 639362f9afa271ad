//! Reading replies leniently: what several formats need for it.
use super::Fault;
use crate::http::{Peer, Reply, body};
use serde_json::{Map, Value};
use sigflow_core::{Error, ErrorKind, Response, Result};
use std::sync::Arc;

/// The members of a reply that is a JSON object, and the reply for errors.
///
/// # Errors
/// Of kind `Decode`, with the body attached.
pub(crate) fn object(reply: Reply, peer: &Peer) -> Result<(Map<String, Value>, Reply)> {
    match body::json(&reply.body) {
        Ok(Value::Object(members)) => Ok((members, reply)),
        Ok(_) => Err(undecodable("the reply is JSON and no object", reply, peer)),
        Err(error) => {
            let packed = reply
                .header("content-encoding")
                .filter(|coding| *coding != "identity");
            let what = if reply.body.trim().is_empty() {
                "the reply is empty".to_owned()
            } else if let Some(coding) = packed {
                format!("the reply is packed with `{coding}`, which was not asked for")
            } else {
                let gist = body::gist(&reply.body, 200).unwrap_or_default();
                format!("the reply is not JSON ({error}): {gist}")
            };
            Err(undecodable(&what, reply, peer))
        }
    }
}

/// The members of an event of a stream. `what` it is stands in the error: "an event", "a line".
///
/// # Errors
/// What is wrong with it; the stream ends with it.
pub(crate) fn event_object(what: &str, data: &str) -> Result<Map<String, Value>, Fault> {
    match body::json(data) {
        Ok(Value::Object(members)) => Ok(members),
        _ => Err(no_object(what, data)),
    }
}

/// An event that is no JSON object.
#[cold]
pub(crate) fn no_object(what: &str, data: &str) -> Fault {
    let gist = body::gist(data, 200).unwrap_or_default();
    Fault::Wrong(format!("{what} of the stream is no JSON object: {gist}"))
}

/// A response with what the head of its reply says, and the body as it came. The name of the call in a header is the
/// one that providers ask for, so it goes before one in the body.
pub(crate) fn finished(mut response: Response, reply: Reply, peer: &Peer) -> Response {
    if response.model.is_empty() {
        response.model.clone_from(&peer.model);
    }
    response.request_id = reply.request_id().or(response.request_id);
    response.raw = Some(Arc::from(peer.redactor.clean(reply.body)));
    response
}

/// A reply that is no answer.
#[cold]
pub(crate) fn undecodable(what: &str, reply: Reply, peer: &Peer) -> Error {
    reply.attach(peer.error(ErrorKind::Decode, what), peer)
}

/// More tokens than this is nonsense, and sums of such numbers would overflow.
const MOST: u64 = 9_000_000_000_000_000;

/// A count: a number with or without a fraction, or such a number as text.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Both ends are checked.
pub(crate) fn tokens(value: &Value) -> Option<u64> {
    let float = match value {
        Value::Number(number) => match number.as_u64() {
            Some(count) => return Some(count.min(MOST)),
            None => number.as_f64()?,
        },
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    (!float.is_nan()).then(|| float.clamp(0.0, 9e15) as u64)
}

/// A count of tokens under a name; what is none is 0.
pub(crate) fn count(members: &Map<String, Value>, name: &str) -> u64 {
    members.get(name).and_then(tokens).unwrap_or(0)
}

/// A member that is a text with something in it.
pub(crate) fn take_text(members: &mut Map<String, Value>, name: &str) -> Option<String> {
    match members.get_mut(name).map(Value::take) {
        Some(Value::String(text)) if !text.is_empty() => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn events_that_are_no_objects_are_quoted() {
        let members = event_object("an event", "{\"a\":1}").expect("an object");
        assert_eq!(members["a"], 1);
        for data in ["[1]", "oops", ""] {
            let Err(Fault::Wrong(what)) = event_object("a line", data) else {
                panic!("{data} is no object");
            };
            let expected = format!("a line of the stream is no JSON object: {data}");
            assert_eq!(what, expected);
        }
    }

    #[test]
    fn counts_of_every_form() {
        for (value, expected) in [
            (json!(7), Some(7)),
            (json!(7.9), Some(7)),
            (json!("7"), Some(7)),
            (json!(-3), Some(0)),
            (json!(1e300), Some(MOST)),
            (json!(u64::MAX), Some(MOST)),
            (json!("NaN"), None),
            (json!(null), None),
        ] {
            assert_eq!(tokens(&value), expected, "{value}");
        }
    }
}
