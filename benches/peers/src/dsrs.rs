//! DSRs 0.7.3: its chat adapter, the only one it has, called as its own tests do.
use crate::{
    measure::{best, reading, rendering},
    ours::{OrderOutput, PASSAGE, QUESTION, Status},
};
use dspy_rs::{ChatAdapter, Example, Message, MetaSignature, Signature, adapter::Adapter};
use serde_json::{Value, json};

#[derive(serde::Deserialize, schemars::JsonSchema)]
#[allow(dead_code, reason = "the signature names it")]
struct Item {
    sku: String,
    quantity: i64,
    price: f64,
    tags: Vec<String>,
}

// The status is text here: an enum would have to stand in quotes, which no model writes behind a marker.
#[allow(dead_code, reason = "its attribute keeps the fields")]
#[Signature]
struct Order {
    /// Take the order out of the mail.
    #[input]
    mail: String,
    #[output]
    id: i64,
    #[output]
    status: String,
    #[output]
    customer: String,
    #[output]
    gift: bool,
    #[output]
    items: Vec<Item>,
    #[output]
    note: String,
}

#[allow(dead_code, reason = "its attribute keeps the fields")]
#[Signature]
struct GroundedAnswer {
    /// Answer the question from the passages.
    #[input(desc = "may hold relevant facts")]
    context: Vec<String>,
    #[input]
    question: String,
    #[output(desc = "often between one and five words")]
    answer: String,
    #[output]
    confidence: f64,
}

/// Its values are JSON; a user who wants them typed asks serde, as here.
fn typed(
    values: &std::collections::HashMap<String, Value>,
) -> Option<(i64, String, String, bool, Vec<Item>, String)> {
    let text = |name: &str| values.get(name)?.as_str().map(str::to_owned);
    Some((
        values.get("id")?.as_i64()?,
        text("status")?,
        text("customer")?,
        values.get("gift")?.as_bool()?,
        <Vec<Item> as serde::Deserialize>::deserialize(values.get("items")?).ok()?,
        text("note")?,
    ))
}

pub fn read(name: &str, text: &str, truth: &OrderOutput) {
    let signature = Order::new();
    let read = || typed(&ChatAdapter.parse_response(&signature, Message::assistant(text)));
    let status = match truth.status {
        Status::Open => "open",
        Status::Paid => "paid",
        Status::Shipped => "shipped",
    };
    reading(
        name,
        "DSRs",
        read,
        |(id, said, customer, gift, items, note)| {
            (*id, *gift) == (truth.id, truth.gift)
                && (customer, note) == (&truth.customer, &truth.note)
                && said == status
                && items.len() == truth.items.len()
                && items.iter().zip(&truth.items).all(|(item, right)| {
                    item.sku == right.sku
                        && item.quantity == right.quantity
                        && item.price.to_bits() == right.price.to_bits()
                        && item.tags == right.tags
                })
        },
    );
}

fn example(output: bool) -> Example {
    let mut data = std::collections::HashMap::from([
        ("context".to_owned(), json!(vec![PASSAGE; 3])),
        ("question".to_owned(), json!(QUESTION)),
    ]);
    if output {
        data.insert("answer".to_owned(), json!("Paris"));
        data.insert("confidence".to_owned(), json!(0.9));
    }
    let names = |names: [&str; 2]| names.map(str::to_owned).to_vec();
    Example::new(
        data,
        names(["context", "question"]),
        names(["answer", "confidence"]),
    )
}

pub fn render(demos: usize) {
    let mut signature = GroundedAnswer::new();
    signature
        .set_demos((0..demos).map(|_| example(true)).collect())
        .expect("demos");
    let format = |inputs| ChatAdapter.format(&signature, inputs);
    let bytes = format(example(false))
        .messages
        .iter()
        .map(|message| message.content().len())
        .sum();
    rendering(demos, "DSRs", best(|| example(false), format), bytes);
}
