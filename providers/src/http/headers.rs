//! Headers that are kept for long.
use super::open::Piece;
use reqwest::header::{HeaderMap, HeaderValue};

/// Copies the values out of the buffer that their connection read them into. Each is a part of it, so a stream that keeps its
/// headers would keep those 8 KB to its end, and the connection would take as much again to read on.
pub(super) fn let_go(headers: &mut HeaderMap) {
    let length = headers.values().map(HeaderValue::len).sum();
    let mut bytes = Vec::with_capacity(length);
    for value in headers.values() {
        bytes.extend_from_slice(value.as_bytes());
    }
    let bytes = Piece::from(bytes);
    let mut at = 0;
    for value in headers.values_mut() {
        let end = at + value.len();
        // what is a value once is one again
        if let Ok(mut own) = HeaderValue::from_maybe_shared(bytes.slice(at..end)) {
            own.set_sensitive(value.is_sensitive());
            *value = own;
        }
        at = end;
    }
}

#[cfg(test)]
mod tests {
    use super::let_go;
    use crate::http::open::Piece;
    use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

    #[test]
    fn values_are_the_same_and_the_buffer_is_free() {
        let mut buffer = vec![b'.'; 8_192];
        buffer[..10].copy_from_slice(b"onetwo\xc3\xa9\xff\t");
        let buffer = Piece::from(buffer);
        let mut headers = HeaderMap::new();
        for (name, at) in [
            ("x-one", 0..3),
            ("x-two", 3..6),
            ("x-two", 6..10),
            ("x-none", 0..0),
            ("x-long", 10..4_000),
        ] {
            let value = HeaderValue::from_maybe_shared(buffer.slice(at)).expect("a value");
            headers.append(HeaderName::from_static(name), value);
        }
        headers
            .get_mut("x-one")
            .expect("it is there")
            .set_sensitive(true);
        let before = headers.clone();
        let_go(&mut headers);
        assert_eq!(headers, before);
        let secret: Vec<&str> = headers
            .iter()
            .filter(|(_, value)| value.is_sensitive())
            .map(|(name, _)| name.as_str())
            .collect();
        assert_eq!(secret, ["x-one"]);
        assert!(!buffer.is_unique(), "the copy holds it");
        drop(before);
        assert!(buffer.is_unique(), "and nobody else does");
        let_go(&mut HeaderMap::new());
    }
}
