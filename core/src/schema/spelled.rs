//! Pieces of text that rustc joins before anything is interpreted.
//!
//! A constant is rendered by rustc's interpreter, where each piece of text costs 7 to 11 µs, however long
//! it is. What a renderer would put together from a name, a description and fixed words, the expansion
//! has `concat!` join, which costs nothing. A renderer that finds no pieces (a signature made at run time,
//! a name with an escape) puts the same text together itself; a test holds both equal.

/// The pieces of one field: one text, and where in it each begins. A piece ends where the next begins.
#[derive(Clone, Copy, Debug)]
pub struct Spelled {
    pub(crate) text: &'static str,
    /// The field has neither bounds nor a default nor examples.
    pub(crate) bare: bool,
    /// Its place in the structure. The mention in the reminder stands before it, from the start on.
    pub(crate) framed: usize,
    /// Its line in the list of fields, up to the type: ``. `answer` (``
    pub(crate) opened: usize,
    /// The rest of that line: `): in one sentence`
    pub(crate) closed: usize,
    /// A member in JSON Schema, with the comma before it: `,"answer":{`
    pub(crate) key: usize,
    /// Its description, left open: `,"description":"in one sentence`
    pub(crate) described: usize,
    /// A member in Python's JSON: `"answer": {`
    pub(crate) python: usize,
    /// Its description there, whole, if there is one: `, "description": "in one sentence"`
    pub(crate) python_described: usize,
    /// The end. Python's title stands before it, with the brace that ends the member: `, "title": "Answer"}`
    pub(crate) end: usize,
}

/// The same text follows from the field, so it tells no fields apart.
impl PartialEq for Spelled {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Spelled {
    /// What [`__spelled`](crate::__spelled) joined of a name and a description.
    pub(crate) const fn new(text: &'static str, name: &str, doc: &str, bare: bool) -> Option<Self> {
        if text.is_empty() {
            return None;
        }
        let (name, doc) = (name.len(), doc.len());
        // a struct's begins with the key
        let titled = text.as_bytes()[1] == b'"';
        let (framed, opened, closed, key) = if titled {
            (0, 0, 0, 0)
        } else {
            let framed = name + 21;
            let opened = framed + name + name + 15;
            let closed = opened + name + 6;
            let key = closed + if doc > 0 { doc + 3 } else { 2 };
            (framed, opened, closed, key)
        };
        let described = key + name + 5;
        let python = described + if doc > 0 { doc + 16 } else { 0 };
        let (python_described, end) = if titled {
            let python_described = python + name + 5;
            let titled = python_described + if doc > 0 { doc + 19 } else { 0 };
            (python_described, titled + name + 14)
        } else {
            (python, python)
        };
        assert!(
            text.len() == end,
            "the pieces of a field are not as long as they must be"
        );
        Some(Spelled {
            text,
            bare,
            framed,
            opened,
            closed,
            key,
            described,
            python,
            python_described,
            end,
        })
    }
}

/// The pieces of a field in one text: of a signature's from its name and description, of a struct's also
/// from pydantic's title, which is as long as the name.
#[doc(hidden)]
#[macro_export]
macro_rules! __spelled {
    ($name:literal "") => {
        $crate::__private::core::concat!(
            $crate::__framing!(then),
            "`",
            $crate::__framing!(open),
            $name,
            $crate::__framing!(close),
            "`",
            $crate::__framing!(open),
            $name,
            $crate::__framing!(close),
            "\n{",
            $name,
            "}",
            ". `",
            $name,
            "` (",
            "):",
            ",\"",
            $name,
            "\":{"
        )
    };
    ($name:literal $doc:literal) => {
        $crate::__private::core::concat!(
            $crate::__framing!(then),
            "`",
            $crate::__framing!(open),
            $name,
            $crate::__framing!(close),
            "`",
            $crate::__framing!(open),
            $name,
            $crate::__framing!(close),
            "\n{",
            $name,
            "}",
            ". `",
            $name,
            "` (",
            "): ",
            $doc,
            ",\"",
            $name,
            "\":{",
            ",\"description\":\"",
            $doc
        )
    };
    ($name:literal "" $title:literal) => {
        $crate::__private::core::concat!(
            ",\"",
            $name,
            "\":{",
            "\"",
            $name,
            "\": {",
            ", \"title\": \"",
            $title,
            "\"}"
        )
    };
    ($name:literal $doc:literal $title:literal) => {
        $crate::__private::core::concat!(
            ",\"",
            $name,
            "\":{",
            ",\"description\":\"",
            $doc,
            "\"",
            $name,
            "\": {",
            ", \"description\": \"",
            $doc,
            "\"",
            ", \"title\": \"",
            $title,
            "\"}"
        )
    };
}
