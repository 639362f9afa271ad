//! Redirects, for users who want them followed: the request goes on as it is, and no key goes with it.
use crate::secret::{Redactor, is_secret_header};
use reqwest::{
    Response, Url,
    header::{HeaderMap, HeaderName, LOCATION},
};

/// Where a reply sends a request that came `from` there, if it may go. Only 307 and 308 say that the request stays as it
/// is; behind the others a `GET` without a body would ask nothing.
pub(super) fn place(response: &Response, from: &Url, redactor: &Redactor) -> Option<Url> {
    if !matches!(response.status().as_u16(), 307 | 308) {
        return None;
    }
    allowed(
        response.headers().get(LOCATION)?.to_str().ok()?,
        from,
        redactor,
    )
}

fn allowed(place: &str, from: &Url, redactor: &Redactor) -> Option<Url> {
    let mut url = from.join(place).ok()?;
    let is_downgrade = from.scheme() == "https" && url.scheme() == "http";
    if !matches!(url.scheme(), "http" | "https") || is_downgrade {
        return None;
    }
    // what a server puts before the host would be sent as a password
    url.set_username("").ok()?;
    url.set_password(None).ok()?;
    url.set_fragment(None);
    // a server that repeats the key in the place does not get it carried there
    redactor.find(url.as_str()).is_empty().then_some(url)
}

/// Leaves behind whatever may be a key: all that the user gave, and what is known to hold one.
pub(super) fn leave_keys(headers: &mut HeaderMap) {
    let is_key = |name: &HeaderName| {
        let mut values = headers.get_all(name).iter();
        is_secret_header(name.as_str()) || values.any(reqwest::header::HeaderValue::is_sensitive)
    };
    let keys: Vec<HeaderName> = headers
        .keys()
        .filter(|name| is_key(name))
        .cloned()
        .collect();
    for name in keys {
        headers.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::{Redactor, Url, allowed, leave_keys};
    use reqwest::header::{HeaderMap, HeaderValue};

    #[test]
    fn a_place_is_a_url_without_secrets_and_no_less_safe() {
        let mut redactor = Redactor::default();
        redactor.add("sk-0123456789");
        let from = Url::parse("https://one.example/v1/chat?a=b").unwrap();
        for (place, to) in [
            ("https://other.example/x", Some("https://other.example/x")),
            ("/v2/chat", Some("https://one.example/v2/chat")),
            ("//other.example/", Some("https://other.example/")),
            (
                "https://me:secret@other.example/#top",
                Some("https://other.example/"),
            ),
            ("http://other.example/", None),
            ("ftp://other.example/", None),
            ("https://other.example/?key=sk-0123456789", None),
            ("https://[other/", None),
        ] {
            let url = allowed(place, &from, &redactor);
            assert_eq!(url.as_ref().map(Url::as_str), to, "{place}");
        }
    }

    #[test]
    fn keys_stay_behind() {
        let mut headers = HeaderMap::new();
        headers.insert("content-type", HeaderValue::from_static("application/json"));
        headers.insert("x-api-key", HeaderValue::from_static("sk-1"));
        let mut own = HeaderValue::from_static("blue");
        own.set_sensitive(true);
        headers.append("x-team", HeaderValue::from_static("red"));
        headers.append("x-team", own);
        leave_keys(&mut headers);
        assert_eq!(
            headers
                .keys()
                .map(reqwest::header::HeaderName::as_str)
                .collect::<Vec<_>>(),
            ["content-type"]
        );
    }
}
