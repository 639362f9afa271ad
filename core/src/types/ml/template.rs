//! Prompts with places for what is filled in.
use super::{held, refused};
use crate::{
    Error, ErrorKind, Field, InputField, Reader, Result, View,
    constant::Ref,
    error::Fault,
    field::mismatch,
    read::unclean,
    schema::{Category, Constraint, Meaning, Schema},
    types::record::serde_traits,
};
use serde_json::Value;
use sigflow_grammar::closest;
use std::{fmt, ops::Deref, str::FromStr};

/// Text with `{{name}}` wherever something is filled in, 1 to 100,000 characters. A name begins with a letter or
/// `_`; letters, digits and `_` follow.
///
/// ```
/// use sigflow_core::types::PromptTemplate;
///
/// let template = PromptTemplate::new("Say {{greeting}} to {{name}}, and {{greeting}} again.")?;
/// assert_eq!(template.variables(), ["greeting", "name"]);
/// let text = template.fill([("greeting", "hello"), ("name", "Ada")])?;
/// assert_eq!(text, "Say hello to Ada, and hello again.");
///
/// let error = PromptTemplate::new("Dear {{first name}},").unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "input `prompt_template` is `{{first name}}` at character 6, must be a name of letters, digits and `_` that begins \
///      with no digit; write `{{first_name}}`",
/// );
/// # Ok::<(), sigflow_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PromptTemplate(String);

pub(super) static MEANING: Meaning = Meaning::new(
    "prompt_template",
    Category::Text,
    "Text with `{{name}}` wherever something is filled in; a name is letters, digits and `_`.",
)
.checked(is_template);

static SCHEMA: Schema = Schema::Constrained(
    Ref::new(&Schema::Text),
    Ref::new(
        const {
            &[
                Constraint::MinLen(1),
                Constraint::MaxLen(100_000),
                Constraint::Meaning(&MEANING),
            ]
        },
    ),
);

fn is_template(value: &Value) -> Result<(), Fault> {
    each_piece(value.as_str().unwrap_or_default(), |_| {})
}

/// What a template is made of.
enum Piece<'t> {
    Text(&'t str),
    Variable(&'t str),
}

/// Shows each piece in order.
fn each_piece<'t>(text: &'t str, mut see: impl FnMut(Piece<'t>)) -> Result<(), Fault> {
    let mut rest = text;
    loop {
        let (open, close) = (rest.find("{{"), rest.find("}}"));
        let Some(open) = open.filter(|open| close.is_none_or(|close| *open < close)) else {
            if let Some(close) = close {
                let upto = &rest[..close + 2];
                let from = upto.rfind(char::is_whitespace).map_or(0, |at| at + 1);
                return Err(unbalanced(
                    text,
                    rest,
                    quote(&upto[from..]),
                    close,
                    "`{{` before it",
                ));
            }
            see(Piece::Text(rest));
            return Ok(());
        };
        let inside = &rest[open + 2..];
        let end = inside.find("}}");
        let again = inside.find("{{");
        let Some(end) = end.filter(|end| again.is_none_or(|again| again >= *end)) else {
            let shown = &rest[open..];
            return Err(unbalanced(
                text,
                rest,
                quote(shown),
                open,
                "`}}` behind its name",
            ));
        };
        let name = &inside[..end];
        if !is_name(name) {
            let shown = quote(&rest[open..open + 2 + end + 2]);
            let place = character(text, rest, open);
            return Err(Fault::constraint(
                "",
                format!(
                    "a name of letters, digits and `_` that begins with no digit; write `{{{{{}}}}}`",
                    instead(name)
                ),
                format!("`{shown}` at character {place}"),
            ));
        }
        see(Piece::Text(&rest[..open]));
        see(Piece::Variable(name));
        rest = &inside[end + 2..];
    }
}

/// Braces that have no counterpart.
#[cold]
fn unbalanced(text: &str, rest: &str, shown: &str, at: usize, missing: &str) -> Fault {
    let place = character(text, rest, at);
    Fault::constraint(
        "",
        format!("balanced; add {missing}, or write single braces"),
        format!("`{shown}` at character {place}"),
    )
}

/// Where in a text, counted in characters from 1.
fn character(text: &str, rest: &str, at: usize) -> usize {
    text[..text.len() - rest.len() + at].chars().count() + 1
}

/// The first line of a place, at most 40 characters of it.
fn quote(text: &str) -> &str {
    let line = text.lines().next().unwrap_or_default();
    let end = line.char_indices().nth(40).map_or(line.len(), |(at, _)| at);
    &line[..end]
}

fn is_name(name: &str) -> bool {
    let mut characters = name.chars();
    characters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && characters.all(|other| other.is_ascii_alphanumeric() || other == '_')
}

/// A value that a template does not have a place for, or lacks.
#[cold]
fn misfilled(fault: Fault) -> Error {
    Error::from_faults(ErrorKind::InvalidInput, vec![fault])
}

/// A name that would do.
fn instead(name: &str) -> String {
    let mut instead = String::new();
    for character in name.trim().chars().take(40) {
        if character.is_ascii_alphanumeric() {
            if instead.is_empty() && character.is_ascii_digit() {
                instead.push('_');
            }
            instead.push(character);
        } else if !instead.ends_with('_') {
            instead.push('_');
        }
    }
    match instead.trim_end_matches('_') {
        "" => "name".to_owned(),
        trimmed => trimmed.to_owned(),
    }
}

impl PromptTemplate {
    /// What kind of thing it is.
    pub const CATEGORY: Category = MEANING.category();

    /// A template.
    ///
    /// # Errors
    /// If it is empty or too long, braces are not balanced, or a name is none; the place is quoted.
    pub fn new(text: impl Into<String>) -> Result<Self> {
        Self::from_value(Value::from(text.into())).map_err(|fault| refused(fault, &MEANING))
    }
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// The names, each once, in the order of their first mention.
    pub fn variables(&self) -> Vec<&str> {
        let mut names = Vec::new();
        // it was held to its form when it was made
        let _ = each_piece(&self.0, |piece| {
            if let Piece::Variable(name) = piece
                && !names.contains(&name)
            {
                names.push(name);
            }
        });
        names
    }
    /// The text with values in place of the names. Braces in values are only braces.
    ///
    /// # Errors
    /// If a value is missing, or there is one for a name that the template does not have.
    pub fn fill<N: AsRef<str>, V: AsRef<str>>(
        &self,
        values: impl IntoIterator<Item = (N, V)>,
    ) -> Result<String> {
        let values: Vec<(N, V)> = values.into_iter().collect();
        let names = self.variables();
        for (name, _) in &values {
            let name = name.as_ref();
            if !names.contains(&name) {
                let expected = match closest(name, names.iter().copied()) {
                    Some(close) => format!("`{close}`"),
                    None if names.is_empty() => "no values".to_owned(),
                    None => format!("one of `{}`", names.join("`, `")),
                };
                return Err(misfilled(Fault::mismatch(name, expected, "unknown")));
            }
        }
        let value = |name: &str| {
            values
                .iter()
                .rev()
                .find(|(known, _)| known.as_ref() == name)
        };
        if let Some(missing) = names.iter().find(|name| value(name).is_none()) {
            let expected = format!("a value for `{{{{{missing}}}}}`");
            return Err(misfilled(Fault::mismatch(*missing, expected, "")));
        }
        let mut filled = String::with_capacity(self.0.len());
        let _ = each_piece(&self.0, |piece| match piece {
            Piece::Text(text) => filled.push_str(text),
            Piece::Variable(name) => {
                if let Some((_, value)) = value(name) {
                    filled.push_str(value.as_ref());
                }
            }
        });
        Ok(filled)
    }
}

impl InputField for PromptTemplate {
    const SCHEMA: Ref<Schema> = Ref::new(&SCHEMA);
    fn view(&self) -> View<'_> {
        View::Text(&self.0)
    }
}
impl Field for PromptTemplate {
    fn from_value(value: Value) -> Result<Self, Fault> {
        match held(&SCHEMA, value)? {
            Value::String(text) => Ok(PromptTemplate(text)),
            other => Err(mismatch("text", &other)),
        }
    }
    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        if let Some(value) = reader.given() {
            return Self::from_value(value);
        }
        let text = reader.text()?.into_owned();
        Self::from_value(Value::from(text)).map_err(|_| unclean())
    }
}
serde_traits!(PromptTemplate);

impl Deref for PromptTemplate {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}
impl FromStr for PromptTemplate {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        Self::new(text)
    }
}
impl fmt::Display for PromptTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
