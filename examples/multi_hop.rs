//! A question whose answer takes two steps, over a small collection of texts: a program of five model calls
//! and three searches, in which what does not wait for one another overlaps.
//!
//! ```text
//! cargo run --example multi_hop ["QUESTION" [CHART.svg]]
//! ```
mod support;

use sigflow::{Bm25, Recorder, Retriever, Scope, prelude::*};

signature! {
    /// Write a search query that finds facts about the topic.
    struct SearchQuery<'a> { topic: &'a str } -> { query: String }

    /// Say the topic in other words.
    struct Paraphrase<'a> { topic: &'a str } -> {
        /// the same topic, said in another way
        text: String,
    }

    /// Name what the passages speak of that leads on to the answer, and is not in the question.
    struct NextHop<'a> { passages: &'a str, question: &'a str } -> {
        /// a person, a place or a thing of the passages
        name: String,
    }

    /// Answer the question from the passages.
    struct GroundedAnswer { passages: String, question: String } -> {
        /// one sentence of the passages
        answer: String,
        #[field(ge = 0.0, le = 1.0)]
        confidence: f64,
    }
}

#[program(pure(search))]
async fn multi_hop(
    question: String,
    index: &dyn Retriever,
) -> Result<Reasoned<GroundedAnswerOutput>> {
    let topic = question.trim_end_matches('?');
    let direct = SearchQuery { topic }.predict().await?;
    let reworded = Paraphrase { topic }.predict().await?;
    let first = index.search(&direct.query, 2).await?;
    let second = index.search(&reworded.text, 2).await?;
    let found = first.join("\n");
    let hop = NextHop {
        passages: &found,
        question: &question,
    }
    .predict()
    .await?;
    let further = index.search(&hop.name, 2).await?;
    let passages = [first, second, further].concat().join("\n");
    GroundedAnswer { passages, question }
        .chain_of_thought()
        .await
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let lm = support::model()?;
    let question = std::env::args().nth(1);
    let question =
        question.unwrap_or_else(|| "In which port was the designer of Marrow Bridge born?".into());

    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/collection.txt");
    let collection = std::fs::read_to_string(file)?;
    let index = Bm25::new(collection.lines());

    println!("{}", MultiHop::MERMAID);

    let recorder = Recorder::new();
    let scope = Scope::current().with_lm(&lm).with_trace(&recorder);
    let program = MultiHop::new();
    let answered = scope.enter(program.call(question.clone(), &index)).await?;

    let chart = recorder.trace().gantt();
    println!("{chart}");
    if let Some(file) = std::env::args().nth(2) {
        std::fs::write(file, chart.svg())?;
    }
    println!("{question}");
    println!("{} (confidence {})", answered.answer, answered.confidence);
    Ok(())
}
