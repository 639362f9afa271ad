//! Servers that nobody here wrote. `eval "$(.ci/counterparts.sh)"` starts them and sets the variables.

/// The server that a variable names, without a path; nothing where it is not set, and then a test passes.
pub fn server(variable: &str) -> Option<String> {
    let url = std::env::var(variable).ok();
    let Some(url) = url.filter(|url| !url.trim().is_empty()) else {
        eprintln!("{variable} is not set: this test passes without its server");
        return None;
    };
    let url = url.trim().trim_end_matches('/');
    Some(url.strip_suffix("/v1").unwrap_or(url).to_owned())
}

/// As [`server`], with `/v1` behind it.
pub fn versioned(variable: &str) -> Option<String> {
    server(variable).map(|url| url + "/v1")
}
