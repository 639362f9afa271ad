//! A page as Chromium shows it.
use std::{path::Path, process::Command};

const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// Writes a picture of a page. Where there is no browser it is installed out of Debian's packages.
pub(super) fn take(page: &str, profile: &Path, file: &Path) -> Result<(), String> {
    let browser = browser()?;
    let output = Command::new(browser)
        .args([
            "--headless=new",
            // it asks this machine alone, and root may have no sandbox
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--window-size=1500,900",
            // the page asks for its data first
            "--virtual-time-budget=20000",
        ])
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg(format!("--screenshot={}", file.display()))
        .arg(page)
        .output()
        .map_err(|error| format!("{browser} could not start: {error}"))?;
    if output.status.success() && file.is_file() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("{browser} took no picture of {page}:\n{said}"))
}

fn browser() -> Result<&'static str, String> {
    let found = || {
        let mut all = BROWSERS.into_iter();
        all.find(|name| Command::new(name).arg("--version").output().is_ok())
    };
    if let Some(browser) = found() {
        return Ok(browser);
    }
    println!("installing chromium");
    for arguments in [
        &["update", "-qq"][..],
        &["install", "-y", "-qq", "chromium"],
    ] {
        let status = Command::new("apt-get").args(arguments).status();
        if !status.is_ok_and(|status| status.success()) {
            break;
        }
    }
    found().ok_or_else(|| {
        let names = BROWSERS.join(", ");
        format!("a picture needs a browser: install one of {names}")
    })
}
