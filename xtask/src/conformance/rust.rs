//! Recorded types and signatures as Rust source.
use super::{list, text, values};
use serde_json::Value;
use std::fmt::Write;

/// A signature as source.
pub(crate) struct Source {
    /// The types it names.
    pub(crate) types: String,
    /// The block.
    pub(crate) signature: String,
}

/// The source of a recorded signature, or why there is none.
pub(crate) fn source(recorded: &Value) -> Result<Source, String> {
    let mut writer = Writer {
        types: String::new(),
        literals: 0,
    };
    for (name, ty) in recorded["types"].as_object().into_iter().flatten() {
        writer.named(name, ty)?;
    }
    let instructions = format!("#[doc = include_str!({INSTRUCTIONS:?})]");
    let mut signature =
        format!("    signature! {{\n        {instructions}\n        pub struct Sig {{\n");
    let fields = list(&recorded["fields"]);
    if !fields.iter().any(|field| field["role"] == "output") {
        return Err("a signature without outputs is a mistake here".to_owned());
    }
    for field in fields.iter().filter(|field| field["role"] == "input") {
        writer.field(&mut signature, field)?;
    }
    signature.push_str("        } -> {\n");
    for field in fields.iter().filter(|field| field["role"] == "output") {
        writer.field(&mut signature, field)?;
    }
    signature.push_str("        }\n    }\n");
    Ok(Source {
        types: writer.types,
        signature,
    })
}

/// Stands for the file with the instructions of a vector: what a doc comment would trim, it keeps.
pub(crate) const INSTRUCTIONS: &str = "@instructions@";

struct Writer {
    types: String,
    /// How many enums were made of literals.
    literals: usize,
}

impl Writer {
    fn field(&mut self, out: &mut String, field: &Value) -> Result<(), String> {
        let name = text(&field["name"]);
        let description = text(&field["desc"]);
        if description != format!("${{{name}}}") && !description.is_empty() {
            let _ = writeln!(out, "            #[field(desc = {description:?})]");
        }
        if field["constraints_text"].is_null() && !empty(&field["metadata"]) {
            return Err("bounds that DSPy does not print".to_owned());
        }
        bounds(out, &field["metadata"])?;
        if let Some(value) = field.get("default") {
            default(out, value)?;
        }
        let ty = self.ty(&field["type"])?;
        let _ = writeln!(out, "            {}: {ty},", identifier(name)?);
        Ok(())
    }

    /// A model or an enum.
    fn named(&mut self, name: &str, ty: &Value) -> Result<(), String> {
        if !name.chars().all(|c| c.is_alphanumeric() || c == '_') {
            return Err(format!("`{name}` is an instance of a generic class"));
        }
        let mut out = String::new();
        let doc = ty["json_schema"]["description"]
            .as_str()
            .unwrap_or_default();
        if !doc.is_empty() {
            let _ = writeln!(out, "    #[doc = {doc:?}]");
        }
        let _ = writeln!(out, "    #[derive(Field, Clone, PartialEq)]");
        if ty["kind"] == "enum" {
            let _ = writeln!(out, "    pub enum {name} {{");
            for member in list(&ty["members"]) {
                let Some(value) = member["value"].as_str() else {
                    return Err("an enum of numbers: an enum of Rust is its words".to_owned());
                };
                let member = identifier(text(&member["name"]))?;
                let _ = writeln!(
                    out,
                    "        #[field(alias = {value:?}, desc = \"\")] {member},"
                );
            }
        } else {
            let _ = writeln!(out, "    pub struct {name} {{");
            for member in list(&ty["fields"]) {
                self.member(&mut out, member)?;
            }
        }
        out.push_str("    }\n");
        self.types.push_str(&out);
        Ok(())
    }

    fn member(&mut self, out: &mut String, member: &Value) -> Result<(), String> {
        let description = text(&member["description"]);
        if !description.is_empty() {
            let _ = writeln!(out, "        #[field(desc = {description:?})]");
        }
        if let Some(alias) = member["alias"].as_str() {
            let _ = writeln!(out, "        #[field(alias = {alias:?})]");
        }
        bounds(out, &member["constraints"])?;
        if member["required"] == false {
            if member["default_is_factory"] == true || member.get("default").is_none() {
                return Err("a default that the schema does not show".to_owned());
            }
            default(out, &member["default"])?;
        }
        let ty = self.ty(&member["type"])?;
        let _ = writeln!(
            out,
            "        pub {}: {ty},",
            identifier(text(&member["name"]))?
        );
        Ok(())
    }

    fn ty(&mut self, tree: &Value) -> Result<String, String> {
        let bare = tree["bare"] == true;
        let no = |what: &str| Err(what.to_owned());
        Ok(match text(&tree["kind"]) {
            "list" | "set" | "dict" | "tuple" if bare => {
                return no("a list or map without parameters prints a name of Python's own");
            }
            "tuple_variadic" | "frozenset" => return no("a type of Python's own name"),
            "str" => "String".to_owned(),
            "int" => "i64".to_owned(),
            "float" => "f64".to_owned(),
            "bool" => "bool".to_owned(),
            "any" => "Value".to_owned(),
            "datetime" => "chrono::DateTime<chrono::Utc>".to_owned(),
            "date" => "chrono::NaiveDate".to_owned(),
            "time" => "chrono::NaiveTime".to_owned(),
            "decimal" => "rust_decimal::Decimal".to_owned(),
            "uuid" => "uuid::Uuid".to_owned(),
            "list" => format!("Vec<{}>", self.ty(&tree["item"])?),
            "set" => format!("BTreeSet<{}>", self.ty(&tree["item"])?),
            "dict" => format!(
                "BTreeMap<{}, {}>",
                self.ty(&tree["key"])?,
                self.ty(&tree["value"])?
            ),
            "tuple" => {
                let items = list(&tree["items"]).iter().map(|item| self.ty(item));
                let items: Result<Vec<_>, _> = items.collect();
                format!("({},)", items?.join(", "))
            }
            "union" => self.union(list(&tree["options"]))?,
            "literal" => self.literal(list(&tree["values"]))?,
            "model" | "enum" | "typed_dict" | "dataclass" => text(&tree["name"]).to_owned(),
            "dspy" => self.dspy(text(&tree["type"]), tree["language"].as_str()),
            "decision" => return no("a decision with criteria is made at run time"),
            "annotated" => return no("bounds inside a type"),
            other => return Err(format!("`{other}` has no counterpart among static types")),
        })
    }

    /// `Option<T>`; a union of several types would be an enum of the author's own.
    fn union(&mut self, options: &[Value]) -> Result<String, String> {
        match options {
            [one, none] if none["kind"] == "none" => Ok(format!("Option<{}>", self.ty(one)?)),
            _ => Err("a union of several types is an enum of the author's own".to_owned()),
        }
    }

    /// An enum that prints as a literal.
    fn literal(&mut self, values: &[Value]) -> Result<String, String> {
        let mut out = String::new();
        let name = format!("Literal{}", self.literals);
        self.literals += 1;
        let _ = writeln!(
            out,
            "    #[derive(Field, Clone, PartialEq)]\n    #[field(literal)]\n    pub enum {name} {{"
        );
        for (index, value) in values.iter().enumerate() {
            let Some(word) = value.as_str() else {
                return Err("a literal that is no text".to_owned());
            };
            let _ = writeln!(
                out,
                "        #[field(alias = {word:?}, desc = \"\")] V{index},"
            );
        }
        out.push_str("    }\n");
        self.types.push_str(&out);
        Ok(name)
    }

    fn dspy(&mut self, name: &str, language: Option<&str>) -> String {
        match (name, language) {
            ("Code", Some(language)) => {
                let marker = format!("Language{}", self.literals);
                self.literals += 1;
                // `python` is what `Code` without a language says, and what `Code["python"]` says of itself
                let _ = writeln!(
                    self.types,
                    "    pub struct {marker};\n    impl types::Language for {marker} {{\n        \
                     const PRINTED: &'static str = {:?};\n    }}",
                    format!("Code_{language}")
                );
                format!("types::Code<{marker}>")
            }
            _ => format!("types::{name}"),
        }
    }
}

fn empty(bounds: &Value) -> bool {
    bounds.as_object().is_none_or(serde_json::Map::is_empty)
}

fn bounds(out: &mut String, bounds: &Value) -> Result<(), String> {
    for (name, value) in bounds.as_object().into_iter().flatten() {
        let name = match name.as_str() {
            "min_length" => "min_len",
            "max_length" => "max_len",
            known @ ("ge" | "gt" | "le" | "lt" | "multiple_of" | "pattern") => known,
            other => return Err(format!("`{other}` bounds nothing here")),
        };
        let _ = writeln!(out, "            #[field({name} = {value})]");
    }
    Ok(())
}

fn default(out: &mut String, value: &Value) -> Result<(), String> {
    let literal = match values::plain(value) {
        Value::Null => "None".to_owned(),
        Value::Object(_) => return Err("a default that is a map".to_owned()),
        other => other.to_string(),
    };
    let _ = writeln!(out, "            #[field(default = {literal})]");
    Ok(())
}

/// A name of Python as one of Rust.
pub(crate) fn identifier(name: &str) -> Result<String, String> {
    const WORDS: &[&str] = &[
        "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do",
        "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in",
        "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
        "return", "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe",
        "unsized", "use", "virtual", "where", "while", "yield",
    ];
    match name {
        "self" | "Self" | "super" | "crate" => Err(format!("`{name}` is no name in Rust")),
        word if WORDS.contains(&word) => Ok(format!("r#{word}")),
        _ => Ok(name.to_owned()),
    }
}
