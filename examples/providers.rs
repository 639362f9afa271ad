//! The same program on every provider that is configured: its key is set, or its base URL.
//!
//! ```text
//! cargo run --example providers --features serve
//! GROQ_API_KEY=… OPENAI_API_KEY=… cargo run --example providers --features serve
//! cargo run --example providers --features serve -- ollama/llama3.2 azure/my-deployment
//! ```
//!
//! With no key set it starts a server of its own on this machine, with the offline model behind it, and asks that
//! through the client of OpenAI's protocol: the way of a call is the same, but for the model.
use sigflow::{OpenAi, offline, prelude::*};
use std::time::Instant;

/// Where something belongs.
#[derive(Field, Clone, Copy)]
#[field(rename_all = "snake_case")]
enum Shelf {
    Fruit,
    Bakery,
    Drinks,
}

signature! {
    /// Say where an article of a shop belongs, and how many were ordered.
    struct Sort<'a> {
        /// a line of an order
        line: &'a str,
    } -> {
        /// fruit: apples, pears; bakery: bread, rolls; drinks: water, juice
        shelf: Shelf,
        #[field(ge = 0)]
        count: u32,
    }
}

const LINE: &str = "Count: 12\nbottles of juice, still and sparkling water";

#[tokio::main]
async fn main() -> Result<()> {
    let mut names: Vec<String> = std::env::args().skip(1).collect();
    if names.is_empty() {
        names = sigflow::configured();
    }
    if names.is_empty() {
        let server = offline::serve(0).await?;
        let model = OpenAi::builder("offline").base_url(server.base_url());
        println!("no key is set: asking {}", server.base_url());
        show("openai", &Lm::new(model.build()?)).await;
        return Ok(());
    }
    for name in names {
        let provider = name.split('/').next().unwrap_or_default();
        match Lm::parse(&name) {
            Ok(lm) => show(provider, &lm).await,
            Err(error) => println!("{provider:<12} {error}"),
        }
    }
    Ok(())
}

/// One call, and a line about it.
async fn show(provider: &str, lm: &Lm) {
    let began = Instant::now();
    match (Sort { line: LINE }).predict().with(lm).prediction().await {
        Ok(answer) => {
            let tokens = answer.usage.map_or_else(
                || "tokens unknown".to_owned(),
                |usage| format!("{} + {} tokens", usage.input_tokens, usage.output_tokens),
            );
            println!(
                "{provider:<12} {:<28} {:?}, {}   {tokens}, {:.0?}",
                lm.name(),
                answer.output.shelf,
                answer.output.count,
                began.elapsed(),
            );
        }
        Err(error) => println!("{provider:<12} {:<28} {error}", lm.name()),
    }
}
