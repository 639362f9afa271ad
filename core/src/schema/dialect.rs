//! What each provider's structured output can say, and what is done about the rest.
//!
//! A signature fits a dialect exactly, fits after lowering, or is refused with a reason. Lowering keeps
//! the meaning: the parser reads both forms, and bounds that a dialect cannot say stand in the
//! description and are checked by us.
//!
//! | | plain | OpenAI | Anthropic | Gemini |
//! |---|---|---|---|---|
//! | `Option`, `default` | not required | null | left out | not required |
//! | maps | object | list of `key` and `value` | list of `key` and `value` | object |
//! | tuples | `prefixItems` | object `0`, `1`, … | object `0`, `1`, … | `prefixItems` |
//! | bounds of numbers | said | said | described | `minimum`, `maximum` |
//! | bounds of lengths | said | of lists | at least 0 or 1 items | of lists |
//! | recursion | yes | yes | refused | below what may be left out |
//! | a value of any shape | yes | refused | refused | refused |
//! | limits | | 5,000 properties, 10 levels, 120,000 characters, 1,000 words | 24 optional, 16 unions | |
use super::{Constraint, Format, Schema, json};
use crate::{constant::Out, signature::SignatureDef};

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
    /// A type that contains itself in what must be there.
    RecursiveRequired,
    /// Deeper than ten levels of objects.
    TooDeep,
    /// More than 5,000 properties.
    TooManyProperties,
    /// More than 1,000 words in enums.
    TooManyWords,
    /// An enum of more than 250 words that are longer than 15,000 characters together.
    LongWords,
    /// More types with a choice (`Option` in lists, enums with data) than the dialect takes.
    TooManyUnions,
    /// More fields that may be left out than the dialect takes.
    TooManyOptional,
    /// Names and words longer than 120,000 characters together.
    TooLong,
}

impl Refusal {
    /// The reason, ending with the fix.
    pub const fn reason(self) -> &'static str {
        match self {
            Refusal::Anything => {
                "holds a value of any shape, which strict structured output cannot say; give it a type of its own"
            }
            Refusal::Recursive => {
                "contains itself, which this dialect refuses; leave the dialect out of `strict(…)` or make the type flat"
            }
            Refusal::RecursiveRequired => {
                "contains itself in a value that must be there, which this dialect refuses; write `Option<Box<…>>` or `Vec<…>` where it does"
            }
            Refusal::TooDeep => {
                "is nested deeper than 10 levels, the dialect's limit; flatten the type"
            }
            Refusal::TooManyProperties => {
                "makes more than 5,000 properties, the dialect's limit; split the signature"
            }
            Refusal::TooManyWords => {
                "makes more than 1,000 enum values, the dialect's limit; use `String` and a `check`"
            }
            Refusal::LongWords => {
                "has an enum of more than 250 values and 15,000 characters, the dialect's limit; use `String` and a `check`"
            }
            Refusal::TooManyUnions => {
                "makes more than 16 types with a choice, the dialect's limit; use fewer enums with data, and fewer `Option`s inside lists"
            }
            Refusal::TooManyOptional => {
                "makes more than 24 optional fields, the dialect's limit; use fewer `Option`s and defaults"
            }
            Refusal::TooLong => {
                "makes names and enum values longer than 120,000 characters, the dialect's limit; shorten them"
            }
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
    /// No property may be unknown.
    pub(super) const fn closed(self) -> bool {
        matches!(self, Dialect::OpenAi | Dialect::Anthropic)
    }
    /// Maps must be written as lists of `key` and `value`.
    pub(super) const fn lists_maps(self) -> bool {
        self.closed()
    }
    /// Tuples must be written as objects with the members `0`, `1`, ….
    pub(super) const fn numbers_tuples(self) -> bool {
        self.closed()
    }
    /// Numbers may have bounds.
    pub(super) const fn ranges(self) -> bool {
        !self.is(Dialect::Anthropic)
    }
    /// Whether the dialect can say a bound of values of this shape; else it goes into the description.
    pub(super) const fn says(self, constraint: &Constraint, shape: &Schema) -> bool {
        let list = matches!(shape, Schema::List(_) | Schema::Set(_))
            || self.lists_maps() && matches!(shape, Schema::Map(..));
        match self {
            Dialect::Plain => true,
            Dialect::OpenAi => match constraint {
                Constraint::MinLen(_) | Constraint::MaxLen(_) => list,
                // of a decimal, which is text here
                Constraint::Pattern(pattern) => plain_pattern(pattern.get()),
                _ => !matches!(shape, Schema::Formatted(_)),
            },
            Dialect::Anthropic => match constraint {
                Constraint::MinLen(len) => list && *len <= 1,
                Constraint::Pattern(pattern) => plain_pattern(pattern.get()),
                _ => false,
            },
            Dialect::Gemini => match constraint {
                Constraint::Ge(_) | Constraint::Le(_) => !matches!(shape, Schema::Formatted(_)),
                Constraint::MinLen(_) | Constraint::MaxLen(_) => list,
                _ => false,
            },
        }
    }
    /// The dialect's `format` for values with a text form, if it has one.
    pub(super) const fn format(self, format: Format) -> Option<&'static str> {
        let plain = self.is(Dialect::Plain);
        match format {
            Format::DateTime => Some("date-time"),
            Format::Date => Some("date"),
            Format::Time => Some("time"),
            Format::Duration | Format::Uuid | Format::Ipv4 | Format::Ipv6
                if self.is(Dialect::Gemini) =>
            {
                None
            }
            Format::Duration => Some("duration"),
            Format::Uuid => Some("uuid"),
            Format::Ipv4 => Some("ipv4"),
            Format::Ipv6 => Some("ipv6"),
            // formats of no standard; the names are schemars'
            Format::LocalDateTime if plain => Some("partial-date-time"),
            Format::LocalTime if plain => Some("partial-time"),
            Format::ZonedDateTime if plain => Some("zoned-date-time"),
            Format::Ip if plain => Some("ip"),
            Format::Bytes if plain => Some("binary"),
            _ => None,
        }
    }
    /// A pattern that stands for a format which the dialect does not know.
    pub(super) const fn pattern(self, format: Format) -> Option<&'static str> {
        match (self, format) {
            (Dialect::Plain, Format::Decimal) => Some(r"^-?\d+(\.\d+)?([eE]\d+)?$"),
            (Dialect::OpenAi | Dialect::Anthropic, Format::Decimal) => Some(r"^-?\d+(\.\d+)?$"),
            (Dialect::OpenAi | Dialect::Anthropic, Format::LocalDateTime) => {
                Some(r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?$")
            }
            (Dialect::OpenAi | Dialect::Anthropic, Format::LocalTime) => {
                Some(r"^\d{2}:\d{2}:\d{2}(\.\d+)?$")
            }
            _ => None,
        }
    }
}

impl Format {
    /// What values look like, for people and models.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Format::DateTime => "a date and time like 2026-03-01T12:00:00Z",
            Format::Date => "a date like 2026-03-01",
            Format::Time | Format::LocalTime => "a time like 12:00:00",
            Format::LocalDateTime => "a date and time like 2026-03-01T12:00:00",
            Format::ZonedDateTime => {
                "a date and time in a zone like 2026-03-01T12:00:00+01:00[Europe/Paris]"
            }
            Format::Duration => "a duration like PT90S",
            Format::Decimal => "a decimal number like 12.50",
            Format::Uuid => "a UUID like 67e55044-10b1-426f-9247-bb680e5fe0c8",
            Format::Ip => "an IP address like 192.0.2.1",
            Format::Ipv4 => "an IPv4 address like 192.0.2.1",
            Format::Ipv6 => "an IPv6 address like 2001:db8::1",
            Format::Bytes => "bytes as text",
            Format::Complex => "a complex number like 1+2j",
        }
    }
}

/// Without lookaround, back references, word borders, flags and names: what every engine reads alike.
const fn plain_pattern(pattern: &str) -> bool {
    let bytes = pattern.as_bytes();
    let mut at = 0;
    while at + 1 < bytes.len() {
        match (bytes[at], bytes[at + 1]) {
            (b'(', b'?') if at + 2 < bytes.len() && bytes[at + 2] == b':' => at += 2,
            (b'(', b'?')
            | (b'\\', b'b' | b'B' | b'A' | b'z' | b'p' | b'P' | b'1'..=b'9')
            | (b'[', b'[') => {
                return false;
            }
            (b'\\', _) => at += 2,
            _ => at += 1,
        }
    }
    true
}

/// How well the outputs of a signature fit a dialect.
pub const fn fit(dialect: Dialect, signature: &SignatureDef, reasoning: bool) -> Fit {
    json::measure(dialect, signature, reasoning).fit
}

/// As [`fit`], with the index of the output that is refused.
pub const fn misfit(dialect: Dialect, signature: &SignatureDef, reasoning: bool) -> (Fit, usize) {
    let measure = json::measure(dialect, signature, reasoning);
    (measure.fit, measure.output)
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
