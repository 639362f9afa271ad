//! Code in a language.
use crate::{
    Field, InputField, View, constant::Ref, error::Fault, field::mismatch, schema::Schema,
};
use serde_json::Value;
use std::{fmt, marker::PhantomData, ops::Deref};

/// A programming language, for [`Code`]. `PRINTED` is what prompts call the type: `Code_` and the name.
///
/// ```
/// use sigflow_core::types::{Code, Language};
///
/// struct Java;
/// impl Language for Java {
///     const PRINTED: &'static str = "Code_Java";
/// }
/// let code = Code::<Java>::new("int x = 1;");
/// assert_eq!(code.to_string(), "int x = 1;");
/// ```
pub trait Language: 'static {
    /// The name in prompts: `Code_` and the language's own name.
    const PRINTED: &'static str;
}

/// Python, the language of a [`Code`] that names none.
#[derive(Clone, Copy, Debug)]
pub struct Python;
impl Language for Python {
    const PRINTED: &'static str = "Code";
}

/// Code. Written into prompts as it is; read out of a fenced block, if there is one.
///
/// ```
/// use sigflow_core::{Field, types::Code};
///
/// let code: Code = Code::from_value("```python\nx = 1\n```".into()).expect("code");
/// assert_eq!(&*code, "x = 1");
/// ```
pub struct Code<L = Python> {
    code: String,
    of: PhantomData<fn() -> L>,
}

impl<L: Language> Code<L> {
    /// Code as it is.
    pub fn new(code: impl Into<String>) -> Self {
        Code {
            code: code.into(),
            of: PhantomData,
        }
    }
    /// The text.
    pub fn into_string(self) -> String {
        self.code
    }
}

/// Out of a fenced block: the first, whatever its language; else the whole text.
fn unfenced(text: &str) -> &str {
    let block = |start: usize| {
        let inside = &text[start..];
        inside.find("```").map(|end| inside[..end].trim())
    };
    let Some(fence) = text.find("```") else {
        return text;
    };
    // the rest of the fence's line is the language
    let in_lines = text[fence..]
        .find('\n')
        .and_then(|line| block(fence + line + 1));
    in_lines.or_else(|| block(fence + 3)).unwrap_or(text)
}

impl<L: Language> InputField for Code<L> {
    const SCHEMA: Ref<Schema> =
        Ref::new(const { &Schema::Printed(Ref::new(&Schema::Text), Ref::new(L::PRINTED)) });
    fn view(&self) -> View<'_> {
        View::Text(&self.code)
    }
}
impl<L: Language> Field for Code<L> {
    fn from_value(value: Value) -> Result<Self, Fault> {
        match &value {
            Value::String(text) => Ok(Code::new(unfenced(text))),
            Value::Object(members) => match members.get("code") {
                Some(Value::String(text)) => Ok(Code::new(unfenced(text))),
                _ => Err(mismatch("code as text", &value)),
            },
            _ => Err(mismatch("code as text", &value)),
        }
    }
}

impl<L> Clone for Code<L> {
    fn clone(&self) -> Self {
        Code {
            code: self.code.clone(),
            of: PhantomData,
        }
    }
}
impl<L> PartialEq for Code<L> {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code
    }
}
impl<L> Eq for Code<L> {}
impl<L> fmt::Debug for Code<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Code").field(&self.code).finish()
    }
}
impl<L> fmt::Display for Code<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code)
    }
}
impl<L> Deref for Code<L> {
    type Target = str;
    fn deref(&self) -> &str {
        &self.code
    }
}
impl<L: Language> From<String> for Code<L> {
    fn from(code: String) -> Self {
        Code::new(code)
    }
}
impl<L: Language> From<&str> for Code<L> {
    fn from(code: &str) -> Self {
        Code::new(code)
    }
}
impl<L: Language> serde::Serialize for Code<L> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.code)
    }
}
impl<'de, L: Language> serde::Deserialize<'de> for Code<L> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::__private::deserialize(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::unfenced;

    #[test]
    fn fences_go() {
        for (text, code) in [
            ("x = 1", "x = 1"),
            ("```python\nx = 1\n```", "x = 1"),
            ("Here:\n```\na\nb\n```\nand ```\nc\n```", "a\nb"),
            ("```x = 1```", "x = 1"),
            ("```open", "```open"),
        ] {
            assert_eq!(unfenced(text), code, "{text}");
        }
    }
}
