//! Bytes in texts: data URIs and base64.

/// The media type and the base64 text of a data URI; nothing if it is none.
pub(crate) fn data_uri(url: &str) -> Option<(&str, &str)> {
    let head = url.get(..5)?;
    let (kind, data) = url[head.len()..].split_once(',')?;
    let kind = kind.strip_suffix(";base64")?;
    // parameters say nothing of use: `text/plain;charset=utf-8`
    let kind = kind.split(';').next().unwrap_or(kind);
    head.eq_ignore_ascii_case("data:").then_some((kind, data))
}

/// The bytes of a base64 text in the standard alphabet or that of URLs, padded or not; white space between is
/// passed over.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0u32, 0);
    for byte in text.bytes() {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => continue,
            byte if byte.is_ascii_whitespace() => continue,
            _ => return None,
        };
        bits = bits << 6 | u32::from(digit);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xff) as u8);
        }
    }
    // a lone digit is no byte
    (count != 6).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_samples_of_the_standard() {
        for (encoded, bytes) in [
            ("", &b""[..]),
            ("Zg==", b"f"),
            ("Zm8=", b"fo"),
            ("Zm9vYmFy", b"foobar"),
            ("Zm9v\nYg", b"foob"),
            ("//77", &[0xff, 0xfe, 0xfb]),
            ("__77", &[0xff, 0xfe, 0xfb]),
        ] {
            assert_eq!(decode(encoded).as_deref(), Some(bytes), "{encoded}");
        }
        for odd in ["Z", "Zg!=", "Zm9vY"] {
            assert_eq!(decode(odd), None, "{odd}");
        }
    }

    #[test]
    fn data_uris() {
        assert_eq!(
            data_uri("data:image/png;base64,QUJD"),
            Some(("image/png", "QUJD"))
        );
        assert_eq!(
            data_uri("DATA:text/plain;charset=utf-8;base64,QQ"),
            Some(("text/plain", "QQ"))
        );
        for none in [
            "",
            "data",
            "data:image/png,abc",
            "https://h/a,b",
            "é:,;base64,",
        ] {
            assert_eq!(data_uri(none), None, "{none}");
        }
    }
}
