//! A run that is seen from outside: its trace goes to any collector that speaks OTLP, and the run's own figures are
//! shown beside it.
//!
//! ```text
//! cargo run --example telemetry
//! OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318 cargo run --example telemetry [FIGURES.json]
//! ```
//!
//! A server on this machine answers in the place of `gpt-5` and refuses one request; nothing else is needed, no key and
//! no network. Without a collector nothing is sent.
use sigflow::{
    Error, ErrorKind, OpenAi, Prices, Recorder, Response, Retry, RetryRule, Scope, Spending, Trace,
    Usage, offline,
    prelude::*,
    telemetry::{Exporter, Series, Telemetry},
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

signature! {
    /// Write a search query that would find the answer.
    struct SearchQuery<'a> { question: &'a str } -> { query: String }

    /// Ask the question in other words.
    struct Paraphrase<'a> { question: &'a str } -> { text: String }

    /// Answer the question.
    struct Answer<'a> { question: &'a str, notes: Vec<String> } -> { answer: String, confidence: f64 }
}

#[program]
async fn research(question: String) -> Result<AnswerOutput> {
    let question = &question;
    let direct = SearchQuery { question }.predict().await?;
    let reworded = Paraphrase { question }.predict().await?;
    let notes = vec![direct.query, reworded.text];
    Answer { question, notes }.predict().await
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = offline::serve_model(0, stand_in()).await?;
    let client = OpenAi::builder("gpt-5").base_url(server.base_url());
    // each request has its price, and a call may take several requests
    let spending = Spending::new(&Prices::new());
    let lm = Retry::new(spending.around(&Lm::new(client.build()?)))
        .rule(RetryRule::new().base(Duration::from_millis(20)))
        .lm();

    let (telemetry, recorder) = (Telemetry::new(), Recorder::new());
    let mut scope = Scope::current()
        .with_lm(&lm)
        .with_trace(&recorder)
        .with_sink(Arc::new(telemetry.clone()));
    let exporter = Exporter::from_env().map(sigflow::telemetry::ExporterBuilder::build);
    let exporter = exporter.transpose()?;
    if let Some(exporter) = &exporter {
        // with prompts and replies, which are left out unless they are asked for
        scope = scope.with_sink(exporter.sink()).with_content(true);
    }
    let question = "Why does a bridge have gaps that open in winter?";
    let answer = scope.enter(Research::new().call(question.into())).await?;
    println!("{question}\n{}\n", answer.answer);

    let trace = recorder.trace();
    show(&trace, &telemetry);
    match exporter {
        Some(exporter) => {
            exporter.flush().await?;
            let run = trace.run.map(|run| run.to_string());
            println!(
                "trace {} is with the collector",
                run.as_deref().unwrap_or("?")
            );
        }
        None => println!("OTEL_EXPORTER_OTLP_ENDPOINT is not set: no trace was sent"),
    }
    if let Some(file) = std::env::args().nth(1) {
        let figures = serde_json::json!({
            "trace": trace,
            "calls": telemetry.total(Series::ProviderRequestsSuccess, &[]).1,
            "requests": telemetry.total(Series::Attempts, &[]).1,
            "tokens": {
                "input": tokens(&telemetry, "prompt"),
                "output": tokens(&telemetry, "completion"),
            },
            "cost_usd": telemetry.total(Series::ExecutionCost, &[]).1,
        });
        std::fs::write(file, figures.to_string())?;
    }
    Ok(())
}

fn tokens(telemetry: &Telemetry, part: &str) -> f64 {
    telemetry.total(Series::TokenUsage, &[("type", part)]).1
}

/// A line for each call, and the sums as the telemetry has them.
fn show(trace: &Trace, telemetry: &Telemetry) {
    println!(
        "{:<12}{:>10}{:>10}{:>10}{:>10}{:>14}",
        "call", "tokens in", "cached", "out", "thoughts", "cost"
    );
    let prices = Prices::new();
    for (span, call) in trace.calls() {
        for exchange in &call.exchanges {
            let usage = exchange.usage.unwrap_or_default();
            println!(
                "{:<12}{:>10}{:>10}{:>10}{:>10}{:>14}",
                span.name,
                usage.input_tokens,
                usage.cached_input_tokens,
                usage.output_tokens,
                usage.reasoning_tokens,
                prices
                    .cost(&exchange.model, &usage)
                    .map_or_else(|| "unknown".to_owned(), |cost| format!("${cost:.7}")),
            );
        }
    }
    let total = |series| telemetry.total(series, &[]).1;
    println!(
        "{:<12}{:>10}{:>20}{:>10}{:>14}\n{} calls, {} requests\n",
        "together",
        tokens(telemetry, "prompt"),
        tokens(telemetry, "completion"),
        "",
        format!("${:.7}", total(Series::ExecutionCost)),
        total(Series::ProviderRequestsSuccess),
        total(Series::Attempts),
    );
}

/// What stands in for the model: three replies at the pace of a small one, half of each prompt out of its cache, and
/// thoughts before each reply. It refuses one request.
fn stand_in() -> Lm {
    let has_refused = Arc::new(AtomicBool::new(false));
    Lm::from_fn(move |request| {
        let has_refused = has_refused.clone();
        async move {
            let prompt: usize = request
                .messages()
                .map(|(_, text)| text.as_str().len())
                .sum();
            let system = request.prefix.system.as_str();
            let said = if system.contains("search query") {
                "[[ ## query ## ]]\nbridge expansion joint width winter temperature"
            } else if system.contains("in other words") {
                "[[ ## text ## ]]\nWhat makes the joints of a bridge wider when it is cold?"
            } else {
                "[[ ## answer ## ]]\nSteel and concrete shrink in the cold, and the gap between two spans takes up the \
                 difference.\n[[ ## confidence ## ]]\n0.9"
            };
            tokio::time::sleep(Duration::from_millis(60 + said.len() as u64)).await;
            if system.contains("in other words") && !has_refused.swap(true, Ordering::Relaxed) {
                return Err(Error::new(ErrorKind::Server, "overloaded").with_status(503));
            }
            // four letters make a token, about
            let thoughts = 10 * said.len() as u64;
            let mut usage = Usage::new(prompt as u64 / 4, said.len() as u64 / 4 + thoughts);
            usage.cached_input_tokens = usage.input_tokens / 2;
            usage.reasoning_tokens = thoughts;
            let mut response = Response::text(said);
            response.usage = Some(usage);
            Ok(response)
        }
    })
}
