//! Types of every kind, derived for sigflow and for schemars.
use schemars::JsonSchema;
use sigflow::Field;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A person,
/// as an address book has them.
#[derive(Field, JsonSchema)]
pub struct Person {
    /// full name
    pub name: String,
    pub age: u8,
    /// where mail goes; "quoted", back\slash, tab	and 日本
    pub email: Option<String>,
    /// where they live
    pub address: Address,
    /// a second home
    pub other: Option<Address>,
    pub level: Level,
}

#[derive(Field, JsonSchema)]
pub struct Address {
    pub street: String,
    /// five digits
    pub code: u32,
}

#[derive(Field, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Renamed {
    pub first_name: String,
    #[serde(rename = "ID")]
    pub id: u64,
    pub last_seen: Option<String>,
    pub r#type: String,
}

#[derive(Field, JsonSchema)]
pub struct Unnamed {
    pub only: Option<bool>,
    pub or_this: Option<Vec<i16>>,
}

#[derive(Field, JsonSchema)]
#[serde(rename = "Other_Name")]
pub struct Named {
    pub value: i8,
}

#[derive(Field, JsonSchema, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    Low,
    Middle,
    High,
}

/// How soon.
#[derive(Field, JsonSchema)]
pub enum Priority {
    /// at once
    Urgent,
    Normal,
    /// some day
    Low,
    Never,
}

#[derive(Field, JsonSchema, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum State {
    InProgress,
    Done,
    #[serde(rename = "won't")]
    Refused,
}

/// A figure.
#[derive(Field, JsonSchema)]
pub enum Shape {
    Empty,
    Circle(f64),
    /// two corners
    Line(Point, Point),
    Rectangle {
        /// in metres
        width: f64,
        height: Option<f64>,
    },
    /// nothing is known
    Unknown,
    Other,
}

#[derive(Field, JsonSchema)]
pub struct Point {
    pub x: f32,
    pub y: f32,
}

#[derive(Field, JsonSchema)]
pub enum OnlyData {
    Text(String),
    Person(Person),
    Many(Vec<Shape>),
}

#[derive(Field, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OneVariant {
    TheOnly { here: bool },
}

/// Some of many.
#[derive(Field, JsonSchema)]
pub struct Page<T> {
    /// the items
    pub items: Vec<T>,
    pub first: Option<T>,
    pub next: Option<u32>,
}

#[derive(Field, JsonSchema)]
pub struct Pair<A, B> {
    pub one: A,
    pub two: B,
    pub by_name: BTreeMap<String, B>,
}

#[derive(Field, JsonSchema)]
pub enum Either<L, R> {
    Left(L),
    Right(R),
    Both { left: L, right: R },
}

#[derive(Field, JsonSchema)]
pub struct Tree {
    pub value: i32,
    /// below
    pub children: Vec<Tree>,
}

#[derive(Field, JsonSchema)]
pub struct Chain {
    pub head: String,
    /// what follows
    pub tail: Option<Box<Chain>>,
}

#[derive(Field, JsonSchema)]
pub struct Link<T> {
    pub value: T,
    pub next: Option<Box<Link<T>>>,
}

/// A calculation.
#[derive(Field, JsonSchema)]
pub enum Expression {
    Number(f64),
    /// a sum
    Add(Box<Expression>, Box<Expression>),
    Negate {
        /// of what
        of: Box<Expression>,
    },
    Call(String, Vec<Expression>),
    Pi,
}

#[derive(Field, JsonSchema)]
pub struct Author {
    pub name: String,
    pub books: Vec<Book>,
}

/// Has authors, who have books.
#[derive(Field, JsonSchema)]
pub struct Book {
    pub title: String,
    pub authors: Vec<Author>,
    pub sequel: Option<Box<Book>>,
    pub shelf: Option<Shelf>,
}

#[derive(Field, JsonSchema)]
pub struct Shelf {
    pub books: BTreeMap<String, Book>,
}

#[derive(Field, JsonSchema)]
pub struct Everything {
    pub letter: char,
    pub yes: bool,
    pub bytes: Vec<u8>,
    pub words: BTreeSet<String>,
    pub levels: HashMap<Level, Vec<u32>>,
    pub numbers: BTreeMap<i64, f32>,
    pub counts: BTreeMap<u16, State>,
    pub letters: BTreeMap<char, bool>,
    pub triple: (String, i64, bool),
    pub four: [f64; 4],
    pub deep: Option<Vec<Option<BTreeMap<String, Vec<(u8, Option<Point>)>>>>>,
    pub json: serde_json::Value,
    pub maybe_json: Option<serde_json::Value>,
    pub any: BTreeMap<String, serde_json::Value>,
    pub boxed: Box<Option<Box<Point>>>,
}

pub mod elsewhere {
    /// Has the name of another type.
    #[derive(sigflow::Field, schemars::JsonSchema)]
    pub struct Point {
        pub place: String,
    }
    #[derive(sigflow::Field, schemars::JsonSchema)]
    pub struct Both {
        pub here: super::Point,
        pub there: Point,
    }
}
