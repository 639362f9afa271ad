//! Where the server is, in the forms in which Ollama's own programs take it.

/// Where Ollama listens on this machine.
pub(crate) const LOCAL: &str = "http://127.0.0.1:11434";

/// The URL that a value of `OLLAMA_HOST` means, as Ollama itself reads it: with or without a scheme, a port or a path; the
/// port is 11434, but with a scheme that of the scheme. What only a listener can mean (`0.0.0.0`) is this machine.
pub(crate) fn address(value: &str) -> String {
    let value = value.trim().trim_matches(['"', '\'']).trim();
    let (scheme, rest, usual) = match value.split_once("://") {
        Some((scheme @ "http", rest)) => (scheme, rest, "80"),
        Some((scheme @ "https", rest)) => (scheme, rest, "443"),
        Some((scheme, rest)) => (scheme, rest, "11434"),
        // the one host that needs no scheme to be secure
        None if value == "ollama.com" => ("https", value, "443"),
        None => ("http", value, "11434"),
    };
    let (place, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (host, port) = split(place);
    let is_port = |port: &&str| !port.is_empty() && port.parse::<u16>().is_ok();
    let port = port.filter(is_port).unwrap_or(usual);
    let host = match host {
        "" | "0.0.0.0" => "127.0.0.1",
        "::" => "::1",
        host => host,
    };
    let host = if host.contains(':') {
        format!("[{host}]")
    } else {
        host.to_owned()
    };
    let path = path.trim_end_matches('/');
    let slash = if path.is_empty() { "" } else { "/" };
    format!("{scheme}://{host}:{port}{slash}{path}")
}

/// Host and port. An address of many colons is one of IPv6, in brackets or bare.
fn split(place: &str) -> (&str, Option<&str>) {
    if let Some(rest) = place.strip_prefix('[') {
        let (host, behind) = rest.split_once(']').unwrap_or((rest, ""));
        return (host, behind.strip_prefix(':'));
    }
    match place.split_once(':') {
        Some((_, rest)) if rest.contains(':') => (place, None),
        Some((host, port)) => (host, Some(port)),
        None => (place, None),
    }
}

#[cfg(test)]
mod tests {
    use super::address;

    /// The table of Ollama's own test of the variable (`envconfig/config_test.go`), but for what only a listener can mean.
    #[test]
    fn every_form_that_ollama_takes() {
        for (value, url) in [
            ("", "http://127.0.0.1:11434"),
            ("1.2.3.4", "http://1.2.3.4:11434"),
            (":1234", "http://127.0.0.1:1234"),
            ("1.2.3.4:1234", "http://1.2.3.4:1234"),
            ("example.com", "http://example.com:11434"),
            ("example.com:1234", "http://example.com:1234"),
            ("example.com:66000", "http://example.com:11434"),
            ("example.com:-1", "http://example.com:11434"),
            (":0", "http://127.0.0.1:0"),
            ("::1", "http://[::1]:11434"),
            ("[::1]", "http://[::1]:11434"),
            ("[::1]:1337", "http://[::1]:1337"),
            ("[2001:db8::1]:8080", "http://[2001:db8::1]:8080"),
            (" 1.2.3.4 ", "http://1.2.3.4:11434"),
            ("\"1.2.3.4\"", "http://1.2.3.4:11434"),
            (" ' 1.2.3.4 ' ", "http://1.2.3.4:11434"),
            ("http://1.2.3.4", "http://1.2.3.4:80"),
            ("http://1.2.3.4:4321", "http://1.2.3.4:4321"),
            ("https://1.2.3.4", "https://1.2.3.4:443"),
            (
                "https://example.com/ollama",
                "https://example.com:443/ollama",
            ),
            ("example.com/ollama/", "http://example.com:11434/ollama"),
            ("example.com:1234/ollama", "http://example.com:1234/ollama"),
            ("ollama.com", "https://ollama.com:443"),
            ("0.0.0.0", "http://127.0.0.1:11434"),
            ("0.0.0.0:1234", "http://127.0.0.1:1234"),
            ("[::]:1234", "http://[::1]:1234"),
        ] {
            assert_eq!(address(value), url, "{value:?}");
        }
    }
}
