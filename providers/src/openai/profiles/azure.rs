//! Where Azure's calls go: by deployment and dated version, or by the newer path without either.
use crate::{Secret, wire::Connection};
use reqwest::Url;
use sigflow_core::{Error, ErrorKind, Result};

/// Completes an endpoint (`https://NAME.openai.azure.com`) to a base URL. One with a path of its own is taken as it
/// is, but for the version.
///
/// # Errors
/// Of kind `Configuration`: no endpoint, which nobody else can know.
pub(in crate::openai) fn place(connection: &mut Connection, version: Option<&str>) -> Result<()> {
    let Some(base) = &connection.base_url else {
        let message = "Azure has no common place; give `.base_url(\"https://NAME.openai.azure.com\")` with the name of your resource";
        return Err(Error::new(ErrorKind::Configuration, message));
    };
    // what is wrong with it is said where every base URL is read
    let Ok(mut url) = Url::parse(base.expose()) else {
        return Ok(());
    };
    if url.cannot_be_a_base() {
        return Ok(());
    }
    let path = url.path().trim_end_matches('/');
    if path.is_empty() || path == "/openai" {
        match version {
            Some(_) => {
                if let Ok(mut segments) = url.path_segments_mut() {
                    segments.clear();
                    segments.extend(["openai", "deployments", &connection.model]);
                }
            }
            None => url.set_path("/openai/v1"),
        }
    }
    if let Some(version) = version
        && !url.query_pairs().any(|(name, _)| name == "api-version")
    {
        url.query_pairs_mut().append_pair("api-version", version);
    }
    connection.base_url = Some(Secret::new(url.as_str()));
    Ok(())
}
