//! The text that Prometheus reads, and a server of it.
use super::{Form, Key, Series, Telemetry, conventions::exported, store::bounds};
use sigflow_core::{Error, ErrorKind, Result};
use std::{fmt::Write, net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::AbortHandle,
    time::timeout,
};

/// A metric's name by OpenTelemetry's rule for Prometheus: words joined by `_`, the unit behind, and that it is a sum.
fn name_of(series: Series) -> String {
    let (name, unit) = series.metric();
    let unit = match unit {
        "s" => "_seconds",
        "By" => "_bytes",
        "USD" => "_usd",
        _ => "",
    };
    let sum = if series.is_sum() { "_total" } else { "" };
    format!("{}{unit}{sum}", name.replace('.', "_"))
}

fn labels(key: &Key, more: Option<(&str, String)>) -> String {
    let mut out = String::new();
    let own = key
        .attributes()
        .map(|(name, value)| (name, value.to_owned()));
    for (name, value) in own.chain(more) {
        let value = value
            .replace('\\', "\\\\")
            .replace('"', "\\\"")
            .replace('\n', "\\n");
        let between = if out.is_empty() { '{' } else { ',' };
        let _ = write!(out, "{between}{}=\"{value}\"", name.replace('.', "_"));
    }
    if !out.is_empty() {
        out.push('}');
    }
    out
}

impl Telemetry {
    /// All series since the beginning, as Prometheus reads them (text format 0.0.4).
    ///
    /// ```
    /// use sigflow_providers::telemetry::{Series, Telemetry};
    ///
    /// let telemetry = Telemetry::new();
    /// telemetry.record(Series::CacheHits, &["responses"], 1.0);
    /// assert!(telemetry.prometheus().contains("sigflow_cache_hits_total{component=\"responses\"} 1\n"));
    /// ```
    pub fn prometheus(&self) -> String {
        let mut out = String::new();
        let totals = self.store().totals();
        exported(totals, |members| {
            let series = members[0].0.series;
            let name = name_of(series);
            let form = series.form();
            let kind = match form {
                Form::Gauge => "gauge",
                _ if series.is_sum() => "counter",
                Form::Seconds | Form::Tokens => "histogram",
                _ => "summary",
            };
            let _ = writeln!(out, "# TYPE {name} {kind}");
            for (key, total) in members {
                let own = labels(key, None);
                let _ = match kind {
                    "counter" => writeln!(out, "{name}{own} {}", total.sum),
                    "gauge" => writeln!(out, "{name}{own} {}", total.last),
                    kind => {
                        if let (Some(bounds), Some(buckets)) = (bounds(form), &total.buckets) {
                            let mut seen = 0;
                            for (bound, count) in bounds.iter().zip(buckets.iter()) {
                                seen += count;
                                let at = labels(key, Some(("le", bound.to_string())));
                                let _ = writeln!(out, "{name}_bucket{at} {seen}");
                            }
                        }
                        if kind == "histogram" {
                            let at = labels(key, Some(("le", "+Inf".to_owned())));
                            let _ = writeln!(out, "{name}_bucket{at} {}", total.count);
                        }
                        let _ = writeln!(out, "{name}_sum{own} {}", total.sum);
                        writeln!(out, "{name}_count{own} {}", total.count)
                    }
                };
            }
        });
        out
    }

    /// Answers `GET /metrics` at an address until what comes back is dropped. Port 0 takes any free one.
    ///
    /// ```
    /// # async fn run() -> sigflow_core::Result<()> {
    /// let telemetry = sigflow_providers::telemetry::Telemetry::new();
    /// let served = telemetry.serve_prometheus("127.0.0.1:0").await?;
    /// println!("http://{}/metrics", served.address());
    /// # Ok(()) }
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(run()).unwrap();
    /// ```
    ///
    /// # Errors
    /// Of kind `Configuration`, if the address cannot be listened at.
    pub async fn serve_prometheus(&self, address: &str) -> Result<Served> {
        let wrong = |error: std::io::Error| {
            let message = format!("no metrics at `{address}`: {error}; give a free address");
            Error::new(ErrorKind::Configuration, message).with_source(error)
        };
        let listener = TcpListener::bind(address).await.map_err(wrong)?;
        let address = listener.local_addr().map_err(wrong)?;
        let telemetry = self.clone();
        let task = tokio::spawn(async move {
            loop {
                match listener.accept().await {
                    // one after the other: a scrape is short, and nobody else is to be served
                    Ok((socket, _)) => {
                        let answer = answer(socket, &telemetry);
                        let _ = timeout(Duration::from_secs(5), answer).await;
                    }
                    // no descriptors are left, say: better later than in a loop
                    Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
                }
            }
        });
        Ok(Served {
            address,
            task: task.abort_handle(),
        })
    }
}

async fn answer(mut socket: TcpStream, telemetry: &Telemetry) -> std::io::Result<()> {
    let mut head = Vec::new();
    let mut piece = [0; 1024];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") && head.len() < 16 * 1024 {
        match socket.read(&mut piece).await? {
            0 => return Ok(()),
            count => head.extend_from_slice(&piece[..count]),
        }
    }
    let (status, body) = if head.starts_with(b"GET /metrics ") || head.starts_with(b"GET /metrics?")
    {
        ("200 OK", telemetry.prometheus())
    } else {
        ("404 Not Found", "the metrics are at /metrics\n".to_owned())
    };
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/plain; version=0.0.4; charset=utf-8\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    socket.write_all(head.as_bytes()).await?;
    socket.write_all(body.as_bytes()).await?;
    socket.shutdown().await
}

/// A server of metrics; dropping this ends it.
#[derive(Debug)]
#[must_use = "it serves as long as this is held"]
pub struct Served {
    address: SocketAddr,
    task: AbortHandle,
}

impl Served {
    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.task.abort();
    }
}
