//! Amazon's signature of a request, version 4: who sends what, when and where to, under a key that goes nowhere.
//!
//! The algorithm is that of the AWS documentation, “Create a signed AWS API request”.
use reqwest::Url;
use sha2::{Digest, Sha256};
use std::{
    fmt::Write as _,
    time::{SystemTime, UNIX_EPOCH},
};

/// What names and proves the sender.
pub(super) struct Credentials {
    pub(super) access_key: crate::Secret,
    pub(super) secret_key: crate::Secret,
    /// Of credentials that end.
    pub(super) token: Option<crate::Secret>,
}

/// The headers that a signature adds.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Signed {
    /// `x-amz-date`.
    pub(super) date: String,
    /// `authorization`.
    pub(super) authorization: String,
}

/// The service that requests are for.
const SERVICE: &str = "bedrock";

/// Signs a `POST` of JSON to `url`.
pub(super) fn sign(
    credentials: &Credentials,
    region: &str,
    url: &Url,
    body: &[u8],
    now: SystemTime,
) -> Signed {
    let date = timestamp(now);
    let day = &date[..8];
    let mut headers = vec![
        ("content-type", "application/json".to_owned()),
        ("host", host(url)),
        ("x-amz-date", date.clone()),
    ];
    if let Some(token) = &credentials.token {
        headers.push(("x-amz-security-token", token.expose().to_owned()));
    }
    let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
    let names = names.join(";");
    let mut request = format!("POST\n{}\n{}\n", path(url), query(url));
    for (name, value) in &headers {
        let _ = writeln!(request, "{name}:{}", value.trim());
    }
    let _ = write!(request, "\n{names}\n{}", hex(&sha256(body)));

    let scope = format!("{day}/{region}/{SERVICE}/aws4_request");
    let hashed = hex(&sha256(request.as_bytes()));
    let text = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{hashed}");
    let mut key = format!("AWS4{}", credentials.secret_key.expose()).into_bytes();
    for part in [day, region, SERVICE, "aws4_request"] {
        key = hmac(&key, part.as_bytes()).to_vec();
    }
    let signature = hex(&hmac(&key, text.as_bytes()));
    let access_key = credentials.access_key.expose();
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential={access_key}/{scope}, SignedHeaders={names}, Signature={signature}"
    );
    Signed {
        date,
        authorization,
    }
}

/// Where Bedrock answers in a region.
pub(super) fn host_of_region(region: &str) -> String {
    let end = if region.starts_with("cn-") { ".cn" } else { "" };
    format!("https://bedrock-runtime.{region}.amazonaws.com{end}")
}

/// As the connection writes it.
fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// The path as it is sent, escaped once more.
fn path(url: &Url) -> String {
    let mut out = String::new();
    for (index, part) in url.path().split('/').enumerate() {
        if index > 0 {
            out.push('/');
        }
        escape(part, &mut out);
    }
    out
}

/// The members of the query by their names.
fn query(url: &Url) -> String {
    let member = |(name, value): (std::borrow::Cow<'_, str>, std::borrow::Cow<'_, str>)| {
        let mut out = String::new();
        escape(&name, &mut out);
        out.push('=');
        escape(&value, &mut out);
        out
    };
    let mut members: Vec<String> = url.query_pairs().map(member).collect();
    members.sort_unstable();
    members.join("&")
}

/// Percent escapes of all but letters, digits and `-._~`.
pub(super) fn escape(text: &str, out: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// RFC 2104, over SHA-256.
fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    /// Bytes of a block of the hash.
    const BLOCK: usize = 64;
    let mut block = [0; BLOCK];
    if key.len() > BLOCK {
        block[..32].copy_from_slice(&sha256(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let with = |pad: u8, rest: &[u8]| {
        let mut hash = Sha256::new();
        hash.update(block.map(|byte| byte ^ pad));
        hash.update(rest);
        <[u8; 32]>::from(hash.finalize())
    };
    with(0x5c, &with(0x36, message))
}

fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(out, "{byte:02x}");
    }
    out
}

/// `20261130T101530Z`.
fn timestamp(now: SystemTime) -> String {
    let seconds = now
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    let (year, month, day) = date(seconds / 86_400);
    let of_day = seconds % 86_400;
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
}

/// Year, month and day of so many days since 1970. Eras of 400 years begin in March, so that the odd day of a leap
/// year is a year's last (H. Hinnant, “chrono-compatible low-level date algorithms”).
fn date(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn credentials(token: Option<&str>) -> Credentials {
        Credentials {
            access_key: "AKIDEXAMPLE".into(),
            secret_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".into(),
            token: token.map(Into::into),
        }
    }

    /// Signatures that botocore 1.44.5 (`botocore.auth.SigV4Auth`) makes of the same requests with its clock set to
    /// 2026-11-30 10:15:30 UTC.
    #[test]
    fn signatures_are_those_of_the_sdk() {
        let now = UNIX_EPOCH + Duration::from_secs(1_796_033_730);
        let aws = "https://bedrock-runtime.us-east-1.amazonaws.com/model";
        let arn = "arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2Fx.y-v1%3A0";
        for (url, body, token, signature) in [
            (
                format!("{aws}/us.anthropic.claude-haiku-4-5-20251001-v1%3A0/converse"),
                r#"{"messages":[]}"#,
                None,
                "39bd6f7963111d9c9d030198323a829bca5b8835592d1dd91444df5aee54d93a",
            ),
            (
                format!("{aws}/{arn}/converse-stream"),
                r#"{"messages":[{"role":"user","content":[{"text":"é"}]}]}"#,
                Some("a/session+token=="),
                "3ffec63a088e417b766a240c061f2918e0034441d33381455619e3e08bda703e",
            ),
            (
                "http://127.0.0.1:8080/proxy/model/m/converse?b=2&a=1%20x".to_owned(),
                "",
                None,
                "0b57aa60e1a8ff0827ad3df27419fda9e80070a15740dfc60d5ff0ad2c104de5",
            ),
        ] {
            let url = Url::parse(&url).expect("a URL");
            let signed = sign(&credentials(token), "us-east-1", &url, body.as_bytes(), now);
            assert_eq!(signed.date, "20261130T101530Z");
            let (head, own) = signed.authorization.split_once("Signature=").expect("one");
            assert_eq!(own, signature, "{url}");
            let scope = "Credential=AKIDEXAMPLE/20261130/us-east-1/bedrock/aws4_request";
            assert!(head.contains(scope), "{head}");
            assert_eq!(head.contains(";x-amz-security-token"), token.is_some());
        }
    }

    /// RFC 4231, cases 1, 2 and 6.
    #[test]
    fn keyed_hashes_of_the_standard() {
        for (key, message, hash) in [
            (
                vec![0x0b; 20],
                "Hi There",
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
            ),
            (
                b"Jefe".to_vec(),
                "what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (
                vec![0xaa; 131],
                "Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
        ] {
            assert_eq!(hex(&hmac(&key, message.as_bytes())), hash);
        }
    }

    #[test]
    fn dates() {
        let at = |seconds: u64| timestamp(UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(at(0), "19700101T000000Z");
        assert_eq!(at(951_782_400), "20000229T000000Z");
        assert_eq!(at(1_709_251_199), "20240229T235959Z");
        assert_eq!(at(4_107_542_399), "21000228T235959Z");
        assert_eq!(at(4_107_542_400), "21000301T000000Z");
    }
}
