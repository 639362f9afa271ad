//! Phoenix at a free port, until it is dropped.
use serde_json::{Value, json};
use std::{
    fs::{self, File},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// It migrates its database first, and takes a minute on a machine that is busy.
const LONGEST_START: Duration = Duration::from_mins(5);

pub(super) struct Server {
    process: Child,
    url: String,
    client: reqwest::Client,
    log: PathBuf,
}

impl Server {
    pub(super) async fn start(python: &Path, folder: &Path) -> Result<Self, String> {
        let (port, grpc) = (free_port()?, free_port()?);
        let log = folder.join("phoenix.log");
        let about = |error: std::io::Error| format!("{}: {error}", log.display());
        let out = File::create(&log).map_err(about)?;
        let errors = out.try_clone().map_err(about)?;
        let program = python.with_file_name("phoenix");
        let process = Command::new(&program)
            .arg("serve")
            .env("PHOENIX_WORKING_DIR", folder)
            .env("PHOENIX_HOST", "127.0.0.1")
            .env("PHOENIX_PORT", port.to_string())
            .env("PHOENIX_GRPC_PORT", grpc.to_string())
            .env("PHOENIX_TELEMETRY_ENABLED", "false")
            .stdin(Stdio::null())
            .stdout(out)
            .stderr(errors)
            .spawn()
            .map_err(|error| format!("{}: {error}", program.display()))?;
        let client = reqwest::Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(30))
            .build()
            .map_err(|error| error.to_string())?;
        let mut server = Server {
            process,
            url: format!("http://127.0.0.1:{port}"),
            client,
            log,
        };
        server.answers().await?;
        Ok(server)
    }

    async fn answers(&mut self) -> Result<(), String> {
        println!("Phoenix starts at {}", self.url);
        let began = Instant::now();
        loop {
            let asked = self.client.get(format!("{}/healthz", self.url)).send();
            if asked.await.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            let ended = self.process.try_wait().map_err(|error| error.to_string())?;
            if ended.is_some() || began.elapsed() > LONGEST_START {
                let said = fs::read_to_string(&self.log).unwrap_or_default();
                let from = said.lines().count().saturating_sub(20);
                let last: Vec<&str> = said.lines().skip(from).collect();
                return Err(format!("Phoenix does not answer:\n{}", last.join("\n")));
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// What its GraphQL says.
    pub(super) async fn ask(&self, query: &str) -> Result<Value, String> {
        let request = self.client.post(format!("{}/graphql", self.url));
        let answer = request.json(&json!({ "query": query })).send().await;
        let answer = answer.map_err(|error| error.to_string())?;
        let said: Value = answer.json().await.map_err(|error| error.to_string())?;
        match said.get("errors") {
            Some(errors) => Err(format!("Phoenix refuses the question: {errors}")),
            None => Ok(said["data"].clone()),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A port that was free a moment ago.
fn free_port() -> Result<u16, String> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    Ok(address.port())
}
