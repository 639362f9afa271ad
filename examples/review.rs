//! A document is read clause by clause, as many at once as are allowed, and the findings are put together.
//!
//! ```text
//! cargo run --example review [FILE]
//! ```
mod support;

use sigflow::{Recorder, Scope, prelude::*};

/// How much a clause may cost the customer.
#[derive(Field, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[field(rename_all = "snake_case")]
enum Risk {
    Low,
    Medium,
    High,
}

signature! {
    /// Read one clause of a contract for the customer.
    struct ReadClause<'a> { clause: &'a str } -> {
        /// what the clause is about, in a few words
        subject: String,
        /// low: terms that are usual, law and courts, availability; medium: notice, renewal, months, fees are
        /// raised; high: not liable for any loss or negligence, added without telling
        risk: Risk,
    }

    /// Name the two sides of the contract.
    struct FindParties<'a> { heading: &'a str } -> { supplier: String, customer: String }

    /// Say in one sentence whether the customer should sign.
    struct Advise<'a> { findings: &'a str, customer: &'a str } -> {
        advice: String,
        /// whether a lawyer must look at it first
        lawyer: bool,
    }
}

#[program]
async fn review(document: String) -> Result<(FindPartiesOutput, Vec<String>, AdviseOutput)> {
    let mut parts = document.split("\n\n").map(str::to_owned);
    let heading = parts.next().unwrap_or_default();
    let clauses: Vec<String> = parts.collect();

    let parties = FindParties { heading: &heading }.predict().await?;
    let mut findings = Vec::new();
    #[parallel(4)]
    for clause in &clauses {
        let read = ReadClause { clause }.predict().await?;
        findings.push(format!("{}: {:?}", read.subject, read.risk));
    }
    let advice = Advise {
        findings: &findings.join("\n"),
        customer: &parties.customer,
    }
    .predict()
    .await?;
    Ok((parties, findings, advice))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let lm = support::model()?;
    let file = std::env::args().nth(1);
    let file = file.unwrap_or_else(|| {
        concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/contract.txt").to_owned()
    });
    let document = std::fs::read_to_string(file)?;

    println!("{}", Review::MERMAID);

    let recorder = Recorder::new();
    let scope = Scope::current().with_lm(&lm).with_trace(&recorder);
    let (parties, findings, advice) = scope.enter(Review::new().call(document)).await?;

    println!("{}", recorder.trace().gantt());
    println!("{} for {}", parties.supplier, parties.customer);
    for finding in findings {
        println!("- {finding}");
    }
    println!(
        "{}{}",
        advice.advice,
        if advice.lawyer { " Ask a lawyer." } else { "" }
    );
    Ok(())
}
