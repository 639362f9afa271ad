//! The commonest types, whose texts are fixed: one piece each for the renderers.
use super::Schema;

/// What the renderers write of a type without parts and without bounds of its own.
pub(crate) struct Leaf {
    /// Its name in Python.
    pub(crate) name: &'static str,
    /// What follows an output of the type in the prompt's structure.
    pub(crate) noted: &'static str,
    /// What follows its mention in the reminder.
    pub(crate) asked: &'static str,
    /// The first member of its schema in Python's JSON.
    pub(crate) python: &'static str,
    /// The first member of its schema.
    pub(crate) json: &'static str,
}

macro_rules! leaf {
    ($name:literal $json:literal) => {
        Leaf {
            name: $name,
            noted: concat!(
                crate::__framing!(note),
                "must be a single ",
                $name,
                " value\n\n"
            ),
            asked: concat!(crate::__framing!(valid), $name, ")"),
            python: concat!("\"type\": \"", $json, "\""),
            json: concat!("\"type\":\"", $json, "\""),
        }
    };
}

static TEXT: Leaf = Leaf {
    noted: "\n\n",
    asked: "",
    ..leaf!("str" "string")
};
static BOOLEAN: Leaf = Leaf {
    noted: concat!(crate::__framing!(note), "must be True or False\n\n"),
    ..leaf!("bool" "boolean")
};
static INTEGER: Leaf = leaf!("int" "integer");
static NUMBER: Leaf = leaf!("float" "number");

/// The texts of a schema, if it is one of these.
pub(crate) const fn leaf(schema: &Schema) -> Option<&'static Leaf> {
    match schema {
        Schema::Text => Some(&TEXT),
        Schema::Boolean => Some(&BOOLEAN),
        Schema::Integer(_) => Some(&INTEGER),
        Schema::Number(_) => Some(&NUMBER),
        _ => None,
    }
}
