//! The first program: one signature, one call, a typed answer.
//!
//! ```text
//! cargo run --example quickstart
//! ```
//!
//! With `OPENAI_API_KEY` (and `OPENAI_BASE_URL`, `SIGFLOW_MODEL` for another server) it asks that server;
//! else the built-in offline model answers.
use sigflow::prelude::*;

/// What a message is about.
#[derive(Field, Clone, Copy, PartialEq)]
#[field(rename_all = "snake_case")]
enum Topic {
    Delivery,
    Payment,
    Product,
}

signature! {
    /// Read a customer's message.
    struct ReadMessage<'a> {
        /// as it came in by mail
        message: &'a str,
    } -> {
        /// the customer's name
        name: String,
        /// what it is about; delivery: parcels, arrival, late; payment: card, invoice, refund; product: broken, quality
        topic: Topic,
        /// the order's number, if there is one
        order_number: Option<u32>,
        /// amounts of money in the message
        amounts: Vec<f64>,
        /// whether the message sounds urgent
        urgent: bool,
        /// how sure the answer is
        #[field(ge = 0.0, le = 1.0)]
        confidence: f64,
    }
}

const MESSAGE: &str = "Name: Ada Lovelace
Order number: 48213
The parcel should have arrived on Monday and is late. I paid 59.90 for express delivery, please hurry!";

#[tokio::main]
async fn main() -> Result<()> {
    let lm = Lm::from_env_or_offline()?;

    let ReadMessageOutput {
        name,
        topic,
        order_number,
        amounts,
        urgent,
        confidence,
    } = ReadMessage { message: MESSAGE }.predict().with(&lm).await?;

    println!("name:         {name}");
    println!("topic:        {topic:?}");
    println!("order number: {order_number:?}");
    println!("amounts:      {amounts:?}");
    println!("urgent:       {urgent}");
    println!("confidence:   {confidence}");
    Ok(())
}
