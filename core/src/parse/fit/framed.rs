//! Texts in a frame: code in a fence, reasoning in an object.
use super::Fit;
use crate::{
    parse::node::{Kind, Node},
    schema::Schema,
};
use serde_json::Value;

impl<'s> Fit<'_, 's> {
    /// The code in a fence, or the text that is code.
    pub(super) fn code(&mut self, inner: &'s Schema, node: &Node<'_>) -> Option<Value> {
        if let Kind::Object(members) = &node.kind
            && let Some(member) = members.iter().find(|member| &*member.name == "code")
        {
            return self.code(inner, &member.value);
        }
        let Some(text) = node.text() else {
            return self.value(inner, node);
        };
        if let Some((start, end)) = fence(text) {
            return Some(Value::from(text[start..end].trim()));
        }
        if let Some(found) = member(text, "code") {
            return Some(Value::from(found));
        }
        // on one line
        if let Some(inside) = text
            .trim()
            .strip_prefix("```")
            .and_then(|text| text.strip_suffix("```"))
        {
            return Some(Value::from(inside.trim()));
        }
        Some(Value::from(text))
    }

    /// Reasoning: text, or an object of it.
    pub(super) fn content(&mut self, inner: &'s Schema, node: &Node<'_>) -> Option<Value> {
        if let Kind::Object(members) = &node.kind
            && let Some(member) = members.iter().find(|member| &*member.name == "content")
        {
            return self.value(inner, &member.value);
        }
        if let Some(found) = node.text().and_then(|text| member(text, "content")) {
            return Some(Value::from(found));
        }
        self.value(inner, node)
    }
}

/// What a text says that is JSON and nothing else: a text, or the only member of that name.
fn member(text: &str, name: &str) -> Option<String> {
    if !text.trim_start().starts_with(['{', '"']) {
        return None;
    }
    match crate::parse::strict::whole(text)?.kind {
        Kind::Text(text) => Some(text.into_owned()),
        Kind::Object(members) => members
            .iter()
            .find(|member| &*member.name == name)
            .and_then(|member| Some(member.value.text()?.to_owned())),
        _ => None,
    }
}

/// The inside of the first code fence.
fn fence(text: &str) -> Option<(usize, usize)> {
    let open = text.find("```")?;
    let line = open + text[open..].find('\n')? + 1;
    let end = line + text[line..].find("```")?;
    Some((line, end))
}
