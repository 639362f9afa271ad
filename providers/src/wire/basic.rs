//! A name and a password that stand in a URL: sent as HTTP's basic authentication, and nowhere else.
//!
//! A URL that keeps them would hand them to everything that shows URLs: the pool of connections logs by what it tells
//! hosts apart.
use reqwest::Url;

/// What the URL has before its host, as a name and a password.
pub(super) struct Login {
    name: Vec<u8>,
    password: Vec<u8>,
}

/// Takes name and password out of a URL that has them.
pub(super) fn take(url: &mut Url) -> Option<Login> {
    if url.username().is_empty() && url.password().is_none() {
        return None;
    }
    let login = Login {
        name: decoded(url.username()),
        password: decoded(url.password().unwrap_or_default()),
    };
    // these fail only of URLs that have no host, and so no name
    let _ = url.set_password(None);
    let _ = url.set_username("");
    Some(login)
}

impl Login {
    /// The password as text, to be kept out of others.
    pub(super) fn password(&self) -> String {
        String::from_utf8_lossy(&self.password).into_owned()
    }
    /// The value of the header `authorization` (RFC 7617).
    pub(super) fn header(&self) -> String {
        let both = [&self.name[..], b":", &self.password].concat();
        format!("Basic {}", base64(&both))
    }
}

/// Without percent signs.
fn decoded(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let digit = |at: usize| char::from(*bytes.get(at)?).to_digit(16);
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while let Some(byte) = bytes.get(at) {
        let escaped = match (byte, digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => u8::try_from(high * 16 + low).ok(),
            _ => None,
        };
        out.push(escaped.unwrap_or(*byte));
        at += if escaped.is_some() { 3 } else { 1 };
    }
    out
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let mut bits = 0;
        for index in 0..3 {
            bits = bits << 8 | usize::from(chunk.get(index).copied().unwrap_or(0));
        }
        for place in 0..4 {
            let digit = DIGITS[bits >> (18 - 6 * place) & 63];
            out.push(if place <= chunk.len() {
                char::from(digit)
            } else {
                '='
            });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_and_password_become_a_header() {
        for (url, header, rest) in [
            (
                "http://Aladdin:open%20sesame@h/v1",
                "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
                "http://h/v1",
            ),
            ("https://a:b@h:8443/", "Basic YTpi", "https://h:8443/"),
            ("http://name@h/", "Basic bmFtZTo=", "http://h/"),
            ("http://:p%zz%@h/", "Basic OnAlenol", "http://h/"),
        ] {
            let mut url = Url::parse(url).expect("a URL");
            let login = take(&mut url).expect("a login");
            assert_eq!((login.header().as_str(), url.as_str()), (header, rest));
        }
        let mut plain = Url::parse("http://h/").expect("a URL");
        assert!(take(&mut plain).is_none());
    }
}
