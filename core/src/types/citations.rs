//! Where an answer stands in the documents it was given.
use super::record::record;
use serde_json::{Map, Value, json};

/// The citations of an answer.
///
/// ```
/// use sigflow_core::{Field, types::Citations};
/// use serde_json::json;
///
/// let citation = json!({"cited_text": "blue", "document_index": 0, "start_char_index": 11, "end_char_index": 15});
/// let citations = Citations::from_value(json!([citation])).expect("a list of citations will do");
/// assert_eq!(citations.citations[0].cited_text, "blue");
/// assert_eq!(citations.citations[0].kind, "char_location");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Citations {
    /// One by one.
    pub citations: Vec<Citation>,
}

record!(Citations: Citations, "Quoted texts and where they stand.", |value| match value {
    Value::Array(items) => json!({"citations": items}),
    Value::Object(members) if members.contains_key("cited_text") => {
        json!({"citations": [Value::Object(members)]})
    }
    other => other,
},
    citations "citations" None => Vec<Citation>,
);

/// A text and where it stands in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// How the place is given: `char_location`.
    pub kind: String,
    /// The words.
    pub cited_text: String,
    /// Which document, counted from 0.
    pub document_index: i64,
    /// The document's title.
    pub document_title: Option<String>,
    /// Where the words begin, in characters.
    pub start_char_index: i64,
    /// Where they end.
    pub end_char_index: i64,
    /// What the words are cited for.
    pub supported_text: Option<String>,
}

record!(Citation: Citation, "A quoted text and where it stands.", |value| value,
    kind "type" Some("\"char_location\"") => String,
    cited_text "cited_text" None => String,
    document_index "document_index" None => i64,
    document_title "document_title" Some("null") => Option<String>,
    start_char_index "start_char_index" None => i64,
    end_char_index "end_char_index" None => i64,
    supported_text "supported_text" Some("null") => Option<String>,
);

/// A citation as DSPy writes it, out of its members: in this order, without what is empty.
pub(crate) fn citation_block(members: &Value) -> Value {
    let mut block = Map::new();
    let mut set = |name: &str, value: Value| block.insert(name.to_owned(), value);
    let kind = members
        .get("type")
        .cloned()
        .unwrap_or_else(|| "char_location".into());
    set("type", kind);
    for name in [
        "cited_text",
        "document_index",
        "start_char_index",
        "end_char_index",
    ] {
        set(name, members.get(name).cloned().unwrap_or_default());
    }
    for name in ["document_title", "supported_text"] {
        if let Some(text) = members
            .get(name)
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
        {
            set(name, text.into());
        }
    }
    Value::Object(block)
}
