//! What each provider's structured output can say, and what is done about the rest.
//!
//! A signature fits a dialect exactly, fits after lowering, or is refused with a reason. Lowering keeps
//! the meaning: the parser reads both forms, and bounds that a dialect cannot say stand in the
//! description and are checked by us.
use super::{Body, Constraint, Definitions, FieldDef, Format, Schema};
use crate::{constant::{Out, Ref}, signature::SignatureDef};

/// A form of JSON Schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dialect {
    /// JSON Schema 2020-12: everything can be said.
    Plain,
    /// OpenAI's strict structured output.
    OpenAi,
    /// Anthropic's structured output and strict tools.
    Anthropic,
    /// Gemini's `responseJsonSchema`.
    Gemini,
}

/// How well a signature fits a dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fit {
    /// The schema says all there is to say.
    Exact,
    /// The schema says it in another form, or leaves a bound to us.
    Lowered,
    /// The dialect cannot say it.
    Refused(Refusal),
}

/// Why a dialect refuses a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// A type that may hold anything.
    Anything,
    /// A type that contains itself.
    Recursive,
    /// Deeper than ten levels of objects.
    TooDeep,
    /// More than 5,000 properties.
    TooManyProperties,
    /// More than 1,000 words in enums.
    TooManyWords,
    /// More types with a choice (`Option`, unions) than the dialect takes.
    TooManyUnions,
    /// Names and words longer than 120,000 characters together.
    TooLong,
}

impl Refusal {
    /// The reason, ending with the fix.
    pub const fn reason(self) -> &'static str {
        match self {
            Refusal::Anything => "holds a value of any shape, which strict structured output cannot say; give it a type of its own",
            Refusal::Recursive => "contains itself, which this dialect refuses; leave the dialect out of `strict(…)` or make the type flat",
            Refusal::TooDeep => "is nested deeper than 10 levels, the dialect's limit; flatten the type",
            Refusal::TooManyProperties => "makes more than 5,000 properties, the dialect's limit; split the signature",
            Refusal::TooManyWords => "makes more than 1,000 enum values, the dialect's limit; use `String` and a `check`",
            Refusal::TooManyUnions => "makes more than 16 optional or union types, the dialect's limit; use fewer `Option`s",
            Refusal::TooLong => "makes names and enum values longer than 120,000 characters, the dialect's limit; shorten them",
        }
    }
}

impl Dialect {
    pub(crate) const fn is(self, other: Dialect) -> bool {
        self as u8 == other as u8
    }
    /// The dialect's name in our attributes: `strict(openai)`.
    pub const fn name(self) -> &'static str {
        match self {
            Dialect::Plain => "plain",
            Dialect::OpenAi => "openai",
            Dialect::Anthropic => "anthropic",
            Dialect::Gemini => "gemini",
        }
    }
    /// Every property must be required, and none may be unknown.
    pub(super) const fn closed(self) -> bool {
        matches!(self, Dialect::OpenAi | Dialect::Anthropic)
    }
    /// Maps must be written as lists of `key` and `value`.
    pub(super) const fn lists_maps(self) -> bool {
        matches!(self, Dialect::OpenAi | Dialect::Anthropic)
    }
    /// Tuples must be written as objects with the members `0`, `1`, ….
    pub(super) const fn numbers_tuples(self) -> bool {
        matches!(self, Dialect::OpenAi | Dialect::Anthropic)
    }
    /// A `$ref` may not have neighbours.
    pub(super) const fn lonely_references(self) -> bool {
        !self.is(Dialect::Plain)
    }
    /// Whether the dialect can say a bound; else it goes into the description.
    pub(super) const fn says(self, constraint: &Constraint, schema: &Schema) -> bool {
        let map = matches!(schema.shape(), Schema::Map(..));
        let list = matches!(schema.shape(), Schema::List(_) | Schema::Set(_) | Schema::Array(..));
        match self {
            Dialect::Plain => true,
            Dialect::OpenAi => match constraint {
                Constraint::MinLen(_) | Constraint::MaxLen(_) => list || map,
                _ => true,
            },
            Dialect::Anthropic => match constraint {
                Constraint::MinLen(len) => list && *len <= 1,
                Constraint::Pattern(pattern) => plain_pattern(pattern.get()),
                _ => false,
            },
            Dialect::Gemini => match constraint {
                Constraint::Ge(_) | Constraint::Le(_) => true,
                Constraint::MinLen(_) | Constraint::MaxLen(_) => list,
                _ => false,
            },
        }
    }
    /// Whether the dialect knows a `format`.
    pub(super) const fn format(self, format: Format) -> Option<&'static str> {
        let name = match format {
            Format::DateTime => "date-time",
            Format::Date => "date",
            Format::Time => "time",
            Format::Duration => "duration",
            Format::Uuid => "uuid",
            Format::Bytes => return if self.is(Dialect::Plain) { Some("binary") } else { None },
            Format::Decimal | Format::Complex => return None,
        };
        match self {
            Dialect::Gemini if matches!(format, Format::Uuid | Format::Duration) => None,
            _ => Some(name),
        }
    }
}

/// Without lookaround, back references and word borders.
const fn plain_pattern(pattern: &str) -> bool {
    let bytes = pattern.as_bytes();
    let mut at = 0;
    while at + 1 < bytes.len() {
        match (bytes[at], bytes[at + 1]) {
            (b'(', b'?') | (b'\\', b'b' | b'B' | b'1'..=b'9') => return false,
            (b'\\', _) => at += 2,
            _ => at += 1,
        }
    }
    true
}

/// What is counted of a schema, to hold it against limits.
struct Count {
    dialect: Dialect,
    properties: usize,
    words: usize,
    unions: usize,
    characters: usize,
    lowered: bool,
    refused: Option<Refusal>,
}

/// How well the outputs of a signature fit a dialect.
pub const fn fit(dialect: Dialect, signature: &SignatureDef, reasoning: bool) -> Fit {
    match misfit(dialect, signature, reasoning) {
        (fit, _) => fit,
    }
}

/// As [`fit`], with the index of the output that is refused.
pub const fn misfit(dialect: Dialect, signature: &SignatureDef, reasoning: bool) -> (Fit, usize) {
    if dialect.is(Dialect::Plain) {
        return (Fit::Exact, 0);
    }
    let outputs = signature.outputs.get();
    let mut count = Count {
        dialect,
        properties: reasoning as usize,
        words: 0,
        unions: 0,
        characters: 0,
        lowered: false,
        refused: None,
    };
    let definitions = Definitions::of_fields(outputs);
    let mut at = 0;
    while at < outputs.len() {
        count.field(&outputs[at]);
        count.depth(outputs[at].schema.get(), 1);
        if let Some(refusal) = count.refused {
            return (Fit::Refused(refusal), at);
        }
        at += 1;
    }
    let mut at = 0;
    while at < definitions.len() {
        if let Some(named) = definitions.get(at) {
            match named.body() {
                Body::Record(fields) => {
                    let fields = fields.get();
                    let mut field = 0;
                    while field < fields.len() {
                        count.field(&fields[field]);
                        field += 1;
                    }
                }
                Body::Words(variants) => {
                    let variants = variants.get();
                    count.words += variants.len();
                    let mut variant = 0;
                    while variant < variants.len() {
                        count.characters += variants[variant].name.get().len();
                        variant += 1;
                    }
                }
                Body::Variants(variants) => {
                    let variants = variants.get();
                    count.unions += 1;
                    let mut variant = 0;
                    while variant < variants.len() {
                        count.properties += 1;
                        if let Some(data) = &variants[variant].data {
                            count.schema(data.get());
                        }
                        variant += 1;
                    }
                }
            }
            if dialect.is(Dialect::Anthropic) && Definitions::is_recursive(named) {
                count.refuse(Refusal::Recursive);
            }
        }
        if let Some(refusal) = count.refused {
            return (Fit::Refused(refusal), mentions(outputs, &definitions, at));
        }
        at += 1;
    }
    if dialect.is(Dialect::OpenAi) {
        if count.properties > 5000 {
            count.refuse(Refusal::TooManyProperties);
        }
        if count.words > 1000 {
            count.refuse(Refusal::TooManyWords);
        }
        if count.characters > 120_000 {
            count.refuse(Refusal::TooLong);
        }
    }
    if dialect.is(Dialect::Anthropic) && count.unions > 16 {
        count.refuse(Refusal::TooManyUnions);
    }
    match count.refused {
        Some(refusal) => (Fit::Refused(refusal), 0),
        None if count.lowered => (Fit::Lowered, 0),
        None => (Fit::Exact, 0),
    }
}

/// The first output through which definition `index` is reached.
const fn mentions(outputs: &[FieldDef], all: &Definitions<'_>, index: usize) -> usize {
    let Some(named) = all.get(index) else { return 0 };
    let mut at = 0;
    while at < outputs.len() {
        if Definitions::of(outputs[at].schema.get()).find(named.id).is_some() {
            return at;
        }
        at += 1;
    }
    0
}

impl Count {
    const fn refuse(&mut self, refusal: Refusal) {
        if self.refused.is_none() {
            self.refused = Some(refusal);
        }
    }
    const fn field(&mut self, field: &FieldDef) {
        self.properties += 1;
        self.characters += field.name.get().len();
        if field.default.is_some() && self.dialect.closed() {
            self.lowered = true;
            self.unions += 1;
        }
        self.constraints(field.constraints.get(), field.schema.get());
        self.schema(field.schema.get());
    }
    const fn constraints(&mut self, constraints: &[Constraint], schema: &Schema) {
        let mut at = 0;
        while at < constraints.len() {
            if !self.dialect.says(&constraints[at], schema) {
                self.lowered = true;
            }
            at += 1;
        }
    }
    const fn list(&mut self, items: &[Ref<Schema>]) {
        let mut at = 0;
        while at < items.len() {
            self.schema(items[at].get());
            at += 1;
        }
    }
    /// Counts without entering named types: those are counted once each.
    const fn schema(&mut self, schema: &Schema) {
        match schema {
            Schema::Any => self.refuse(Refusal::Anything),
            Schema::Set(item) | Schema::Array(item, _) => {
                self.lowered |= !matches!(schema, Schema::Array(..) if !self.dialect.is(Dialect::Anthropic));
                self.schema(item.get());
            }
            Schema::List(item) | Schema::Printed(item, _) => self.schema(item.get()),
            Schema::Constrained(item, constraints) => {
                self.constraints(constraints.get(), item.get());
                self.schema(item.get());
            }
            Schema::Optional(item) => {
                self.unions += 1;
                self.lowered = true;
                self.schema(item.get());
            }
            Schema::Map(_, value) => {
                self.lowered |= self.dialect.lists_maps();
                self.schema(value.get());
            }
            Schema::Tuple(items) => {
                self.lowered |= self.dialect.numbers_tuples();
                self.list(items.get());
            }
            Schema::Union(options) => {
                self.unions += 1;
                self.list(options.get());
            }
            Schema::Literal(values) => self.words += values.get().len(),
            Schema::Formatted(format) => {
                self.lowered |= self.dialect.format(*format).is_none();
            }
            Schema::Character => self.lowered = true,
            Schema::Inline(definition) => {
                if let Body::Record(fields) = &definition.get().body {
                    let fields = fields.get();
                    let mut at = 0;
                    while at < fields.len() {
                        self.field(&fields[at]);
                        at += 1;
                    }
                }
            }
            _ => {}
        }
    }
    /// Levels of objects from the root; a recursive type is as deep as its definition.
    const fn depth(&mut self, schema: &Schema, level: usize) {
        if level > 10 {
            if self.dialect.is(Dialect::OpenAi) {
                self.refuse(Refusal::TooDeep);
            }
            return;
        }
        match schema.shape() {
            Schema::List(item) | Schema::Set(item) | Schema::Array(item, _) | Schema::Optional(item) => {
                self.depth(item.get(), level);
            }
            Schema::Map(_, value) => self.depth(value.get(), level + 1),
            Schema::Tuple(items) | Schema::Union(items) => {
                let items = items.get();
                let mut at = 0;
                while at < items.len() {
                    self.depth(items[at].get(), level + 1);
                    at += 1;
                }
            }
            Schema::Named(named) => {
                if let Body::Record(fields) = named.body()
                    && !Definitions::is_recursive(named)
                {
                    let fields = fields.get();
                    let mut at = 0;
                    while at < fields.len() {
                        self.depth(fields[at].schema.get(), level + 1);
                        at += 1;
                    }
                }
            }
            _ => {}
        }
    }
}

/// Stops the compiler when a dialect refuses a signature: how `#[signature(strict)]` works.
///
/// # Panics
/// When it does; in a constant that is a compile error.
pub const fn require(dialect: Dialect, signature: &SignatureDef) {
    if let (Fit::Refused(refusal), index) = misfit(dialect, signature, false) {
        let mut buffer = [0; 512];
        let mut out = Out::new(&mut buffer);
        out.push("output `");
        out.push(signature.outputs.get()[index].name.get());
        out.push("` of `");
        out.push(signature.name.get());
        out.push("` does not fit `");
        out.push(dialect.name());
        out.push("`: it ");
        out.push(refusal.reason());
        let len = out.len();
        match std::str::from_utf8(buffer.split_at(if len < 512 { len } else { 512 }).0) {
            Ok(text) => panic!("{}", text),
            Err(_) => panic!("a signature does not fit a dialect"),
        }
    }
}
