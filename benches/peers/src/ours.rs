//! sigflow: the signatures of the measurements, read and rendered.
use crate::measure::{best, rendering};
use sigflow::prelude::*;

#[derive(Field, Clone, Copy, PartialEq, Eq)]
#[field(rename_all = "snake_case")]
pub enum Status {
    Open,
    Paid,
    Shipped,
}

#[derive(Field, Clone, PartialEq)]
pub struct Item {
    pub sku: String,
    pub quantity: i64,
    pub price: f64,
    pub tags: Vec<String>,
}

signature! {
    /// Take the order out of the mail.
    #[derive(Clone, PartialEq)]
    pub struct Order { mail: String } -> {
        id: i64,
        status: Status,
        customer: String,
        gift: bool,
        items: Vec<Item>,
        note: String,
    }
}

/// The least that could be done: serde's derive.
#[derive(serde::Deserialize)]
pub struct Plain {
    id: i64,
    status: PlainStatus,
    customer: String,
    gift: bool,
    items: Vec<PlainItem>,
    note: String,
}
#[derive(serde::Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum PlainStatus {
    Open,
    Paid,
    Shipped,
}
#[derive(serde::Deserialize)]
struct PlainItem {
    sku: String,
    quantity: i64,
    price: f64,
    tags: Vec<String>,
}
impl Plain {
    pub fn is(&self, order: &OrderOutput) -> bool {
        let status = match order.status {
            Status::Open => PlainStatus::Open,
            Status::Paid => PlainStatus::Paid,
            Status::Shipped => PlainStatus::Shipped,
        };
        let items = self.items.iter().zip(&order.items).all(|(mine, item)| {
            mine.sku == item.sku
                && mine.quantity == item.quantity
                && mine.price.to_bits() == item.price.to_bits()
                && mine.tags == item.tags
        });
        (self.id, self.gift) == (order.id, order.gift)
            && (&self.customer, &self.note) == (&order.customer, &order.note)
            && self.status == status
            && items
            && self.items.len() == order.items.len()
    }
}

/// Reads a reply.
pub fn read(text: &str) -> Option<OrderOutput> {
    Order::parse_reply(text).ok()
}

signature! {
    /// Answer the question from the passages.
    #[derive(Clone)]
    pub struct GroundedAnswer {
        /// may hold relevant facts
        context: Vec<String>,
        question: String,
    } -> {
        /// often between one and five words
        answer: String,
        confidence: f64,
    }
}

pub const PASSAGE: &str = "Paris is the capital and largest city of France, on the river Seine.";
pub const QUESTION: &str = "What is the capital of France?";

fn inputs() -> GroundedAnswer {
    GroundedAnswer {
        context: vec![PASSAGE.to_owned(); 3],
        question: QUESTION.to_owned(),
    }
}

/// Renders calls: to a request, and on to the JSON of its messages, which is nearly all of a body.
pub fn render(demos: usize) {
    let output = || GroundedAnswerOutput {
        answer: "Paris".to_owned(),
        confidence: 0.9,
    };
    let predict =
        Predict::<GroundedAnswer>::new().with_demos((0..demos).map(|_| inputs().demo(output())));
    let request = |inputs| predict.call(inputs).request().expect("a request");
    let bytes = request(inputs())
        .messages()
        .map(|(_, text)| text.as_str().len())
        .sum();
    rendering(demos, "ours", best(inputs, request), bytes);
    let body = |inputs| {
        let request = request(inputs);
        let mut body = String::with_capacity(1024);
        for (role, text) in request.messages() {
            body.push_str(",{\"role\":\"");
            body.push_str(match role {
                sigflow::Role::System => "system",
                sigflow::Role::Assistant => "assistant",
                _ => "user",
            });
            body.push_str("\",\"content\":");
            text.write_json(&mut body);
            body.push('}');
        }
        body
    };
    let length = body(inputs()).len();
    rendering(demos, "ours, and as JSON", best(inputs, body), length);
}
