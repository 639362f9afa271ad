//! Signatures as people write them.
use sigflow::prelude::*;
use std::collections::BTreeMap;

/// One line of an invoice.
#[derive(Field, PartialEq)]
pub struct LineItem {
    /// what was sold
    pub description: String,
    #[field(gt = 0)]
    pub quantity: u32,
    /// in the invoice's currency
    #[field(ge = 0.0)]
    pub unit_price: f64,
    #[field(le = 100)]
    pub discount_percent: Option<u8>,
}

/// A postal address.
#[derive(Field, PartialEq)]
pub struct Address {
    pub street: String,
    #[field(pattern = "^[0-9]{5}$")]
    pub code: String,
    pub city: String,
    /// two letters, as in ISO 3166
    #[field(min_len = 2, max_len = 2, default = "DE")]
    pub country: String,
}

signature! {
    /// Read the invoice.
    pub struct ReadInvoice {
        /// the text, page by page
        pages: Vec<String>,
    } -> {
        #[field(examples = ["INV-0001"], min_len = 1)]
        number: String,
        /// who sends it
        seller: Address,
        /// where it goes, if that is another address
        delivery: Option<Address>,
        #[field(min_len = 1, max_len = 200)]
        items: Vec<LineItem>,
        /// tax by rate in percent
        tax: BTreeMap<u8, f64>,
        /// from and to, if the invoice is for a period
        period: Option<(String, String)>,
        #[field(default = "EUR")]
        currency: String,
    }
}

/// How soon someone must act.
#[derive(Field, PartialEq)]
#[field(rename_all = "snake_case")]
pub enum Urgency {
    /// production is down, or data is being lost
    RightNow,
    /// one customer cannot work
    Today,
    Whenever,
}

/// What is to be done.
#[derive(Field, PartialEq)]
pub enum Action {
    /// nothing: it is spam
    Discard,
    /// one person can deal with it
    Assign {
        /// a team of ours
        team: Team,
        /// why this team
        because: Option<String>,
    },
    /// the ticket's number
    Merge(u64),
    Ask(Vec<String>),
    Wait,
}

#[derive(Field, PartialEq, Eq, PartialOrd, Ord)]
pub enum Team {
    Billing,
    Platform,
}

signature! {
    /// Classify the support ticket.
    pub struct Classify<'a> { subject: &'a str, body: &'a str } -> {
        /// judge by what the customer cannot do
        urgency: Urgency,
        action: Action,
        /// how sure, by team
        scores: BTreeMap<Team, f32>,
        #[field(max_len = 3)]
        tags: std::collections::BTreeSet<String>,
        language: Option<String>,
    }
}

/// A part of a text, with its parts.
#[derive(Field, PartialEq)]
pub struct Section {
    /// a few words
    #[field(max_len = 80)]
    pub title: String,
    /// parts of this part
    pub parts: Vec<Section>,
    /// what explains it
    pub note: Option<Box<Note>>,
}

#[derive(Field, PartialEq)]
pub struct Note {
    pub text: String,
    /// where that is said
    pub source: Option<Box<Section>>,
}

signature! {
    /// Outline the text.
    pub struct Outline { text: String } -> {
        /// the whole
        root: Section,
        /// what stands beside it
        notes: Vec<Note>,
    }
    /// Read a calculation.
    pub struct Calculate { text: String } -> { result: Expression }
}

#[derive(Field, PartialEq)]
pub enum Expression {
    Number(f64),
    Add(Box<Expression>, Box<Expression>),
}
