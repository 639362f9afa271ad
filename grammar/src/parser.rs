//! The signature string as a whole.

use std::collections::HashMap;

use crate::annotation;
use crate::error::{Error, Span};
use crate::lexer::lex;
use crate::names::Names;
use crate::parameters;
use crate::types::Type;

/// What a signature string says. Either list may be empty, as in DSPy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ast {
    /// The fields before the arrow, in order.
    pub inputs: Vec<Field>,
    /// The fields after it.
    pub outputs: Vec<Field>,
}

impl Ast {
    /// The signature in DSPy's short form, names only.
    ///
    /// ```
    /// let ast = sigflow_grammar::parse("a: int,\nb -> c: str = 'x'")?;
    /// assert_eq!(ast.canonical(), "a, b -> c");
    /// # Ok::<(), sigflow_grammar::Error>(())
    /// ```
    pub fn canonical(&self) -> String {
        let names = |fields: &[Field]| {
            let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
            names.join(", ")
        };
        format!("{} -> {}", names(&self.inputs), names(&self.outputs))
    }
}

/// A field as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub name_span: Span,
    /// Its type; `None` when none is written, which means `str`.
    pub ty: Option<Type>,
    /// Where the type stands; empty, behind the name, when there is none.
    pub ty_span: Span,
}

impl Field {
    /// The type, which is `str` when none is written.
    pub fn type_or_str(&self) -> Type {
        self.ty.clone().unwrap_or(Type::Str)
    }
}

/// Reads a signature string whose types are the grammar's own.
///
/// # Errors
/// A string that DSPy would refuse, or a type that has no counterpart here; see [`Error`].
///
/// ```
/// use sigflow_grammar::{parse, Type};
///
/// let ast = parse("question -> answer: str, score: float")?;
/// assert_eq!(ast.outputs[1].ty, Some(Type::Float));
///
/// let error = parse("question, answer").unwrap_err();
/// assert_eq!(
///     error.message,
///     "signature has no `->`; write the inputs, `->`, then the outputs: `question -> answer`",
/// );
/// # Ok::<(), sigflow_grammar::Error>(())
/// ```
pub fn parse(text: &str) -> Result<Ast, Error> {
    parse_with(text, Names::Listed(&[]))
}

/// Reads a signature string that may also use the caller's types; see [`Names`].
///
/// # Errors
/// As [`parse`].
pub fn parse_with(text: &str, names: Names<'_>) -> Result<Ast, Error> {
    let arrow = arrow(text)?;
    let inputs = side(text, Span::new(0, arrow), names)?;
    let outputs = side(text, Span::new(arrow + 2, text.len()), names)?;
    let known: HashMap<&str, Span> = inputs
        .iter()
        .map(|field| (field.name.as_str(), field.name_span))
        .collect();
    if let Some(output) = outputs
        .iter()
        .find(|output| known.contains_key(output.name.as_str()))
    {
        let name = &output.name;
        return Err(Error::new(
            output.name_span,
            format!("`{name}` is both an input and an output; rename one of them"),
        ));
    }
    Ok(Ast { inputs, outputs })
}

/// Reads one type annotation, such as `list[int] | None`.
///
/// # Errors
/// As [`parse`].
///
/// ```
/// use sigflow_grammar::{parse_type, Names, Type};
///
/// assert_eq!(parse_type("datetime.date", Names::Listed(&[]))?, Type::Date);
/// # Ok::<(), sigflow_grammar::Error>(())
/// ```
pub fn parse_type(text: &str, names: Names<'_>) -> Result<Type, Error> {
    let tokens = lex(text, Span::new(0, text.len()))?;
    if tokens.is_empty() {
        return Err(Error::new(
            Span::new(0, text.len()),
            "no type; write one such as `str`",
        ));
    }
    annotation::evaluate(text, &tokens, names)
}

/// Where the one arrow is. DSPy counts arrows in the bare text, in strings and comments too.
fn arrow(text: &str) -> Result<usize, Error> {
    let mut arrows = text.match_indices("->").map(|(at, _)| at);
    let Some(first) = arrows.next() else {
        return Err(Error::new(
            Span::new(0, text.len()),
            "signature has no `->`; write the inputs, `->`, then the outputs: `question -> answer`",
        ));
    };
    match arrows.next() {
        None => Ok(first),
        Some(second) => Err(Error::new(
            Span::new(second, second + 2),
            "a second `->`; keep one, between the inputs and the outputs: `question -> answer`",
        )),
    }
}

fn side(text: &str, side: Span, names: Names<'_>) -> Result<Vec<Field>, Error> {
    let tokens = lex(text, side)?;
    let mut fields: Vec<Field> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for parameter in parameters::split(text, &tokens, side.end)? {
        let name_span = parameter.name;
        let name = name_span.of(text).to_owned();
        if name.starts_with('_') {
            let bare = name.trim_start_matches('_');
            let instead = if bare.is_empty() { "field" } else { bare };
            return Err(Error::new(
                name_span,
                format!("field `{name}` begins with an underscore; write `{instead}`"),
            ));
        }
        let mut ty_span = Span::new(name_span.end, name_span.end);
        let mut ty = None;
        if let Some(range) = parameter.annotation {
            let tokens = &tokens[range];
            ty_span = tokens[0].span.to(tokens[tokens.len() - 1].span);
            ty = Some(annotation::evaluate(text, tokens, names)?);
        }
        let field = Field {
            name,
            name_span,
            ty,
            ty_span,
        };
        // A repeated name keeps its first place and takes the last type, as a key of a dict does.
        if let Some(&place) = places.get(&field.name) {
            fields[place] = field;
        } else {
            places.insert(field.name.clone(), fields.len());
            fields.push(field);
        }
    }
    Ok(fields)
}
