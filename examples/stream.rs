//! An answer that grows in the terminal, typed while it arrives.
//!
//! ```text
//! cargo run --example stream
//! ```
//!
//! With `OPENAI_API_KEY` (and `OPENAI_BASE_URL`, `SIGFLOW_MODEL` for another server) it asks that server;
//! else the built-in offline model answers, by token.
use sigflow::prelude::*;
use std::{io::Write, time::Duration};

signature! {
    /// Turn a customer's message into a task for the warehouse.
    struct MakeTask<'a> {
        message: &'a str,
    } -> {
        /// the customer's name
        customer: String,
        /// what is to be done, in one sentence
        task: String,
        /// amounts of money in the message
        amounts: Vec<f64>,
        /// how sure the answer is
        #[field(ge = 0.0, le = 1.0)]
        confidence: f64,
    }
}

const MESSAGE: &str = "Customer: Ada Lovelace
Task: send the missing parcel once more by express, and call before it is at the door
The parcel should have arrived on Monday. I paid 59.90 for express delivery.";

#[tokio::main]
async fn main() -> Result<()> {
    let lm = Lm::from_env_or_offline()?;
    // the offline model needs no time; a reader does
    let pause = Duration::from_millis(if lm.name() == "offline" { 40 } else { 0 });

    let mut stream = MakeTask { message: MESSAGE }.predict().with(&lm).stream();
    while let Some(event) = stream.next().await? {
        match (event.field, event.what) {
            (field, FieldEvent::Started) => print!("{field:?}: "),
            (_, FieldEvent::Delta(text)) => print!("{text}"),
            (_, FieldEvent::Finished) => println!(),
            _ => {}
        }
        std::io::stdout().flush().ok();
        tokio::time::sleep(pause).await;

        // what there is so far is typed, and whoever has seen enough drops the stream and stops paying
        if let Part::Done(customer) = &stream.partial().customer
            && customer == "nobody"
        {
            return Ok(());
        }
    }

    let prediction = stream.finish().await?;
    println!("\n{:?}", prediction.output);
    Ok(())
}
