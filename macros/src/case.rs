//! serde's `rename_all`.
use crate::diag::{Errors, hint};

const RULES: &[&str] = &[
    "lowercase",
    "UPPERCASE",
    "PascalCase",
    "camelCase",
    "snake_case",
    "SCREAMING_SNAKE_CASE",
    "kebab-case",
    "SCREAMING-KEBAB-CASE",
];

/// A rule as written, or a note that there is none of that name.
pub(crate) fn rule(text: &syn::LitStr, errors: &mut Errors) -> Option<String> {
    let rule = text.value();
    if RULES.contains(&rule.as_str()) {
        return Some(rule);
    }
    let message = format!("unknown rule `{rule}`{}", hint(&rule, RULES));
    errors.at(text.span(), message);
    None
}

/// The name of a field (`snake_case`) under a rule.
pub(crate) fn field(name: &str, rule: Option<&str>) -> String {
    let words = || name.split('_').filter(|word| !word.is_empty());
    match rule {
        Some("UPPERCASE" | "SCREAMING_SNAKE_CASE") => name.to_ascii_uppercase(),
        Some("PascalCase") => words().map(capital).collect(),
        Some("camelCase") => uncapital(&words().map(capital).collect::<String>()),
        Some("kebab-case") => name.replace('_', "-"),
        Some("SCREAMING-KEBAB-CASE") => name.to_ascii_uppercase().replace('_', "-"),
        _ => name.to_owned(),
    }
}

/// The name of a variant (`PascalCase`) under a rule.
pub(crate) fn variant(name: &str, rule: Option<&str>) -> String {
    match rule {
        Some("lowercase") => name.to_ascii_lowercase(),
        Some("UPPERCASE") => name.to_ascii_uppercase(),
        Some("camelCase") => uncapital(name),
        Some("snake_case") => snake(name),
        Some("SCREAMING_SNAKE_CASE") => snake(name).to_ascii_uppercase(),
        Some("kebab-case") => snake(name).replace('_', "-"),
        Some("SCREAMING-KEBAB-CASE") => snake(name).to_ascii_uppercase().replace('_', "-"),
        _ => name.to_owned(),
    }
}

fn capital(word: &str) -> String {
    let mut characters = word.chars();
    characters
        .next()
        .map(|first| first.to_ascii_uppercase())
        .into_iter()
        .chain(characters)
        .collect()
}

fn uncapital(word: &str) -> String {
    let mut characters = word.chars();
    characters
        .next()
        .map(|first| first.to_ascii_lowercase())
        .into_iter()
        .chain(characters)
        .collect()
}

/// As serde does: an underscore before each capital.
fn snake(name: &str) -> String {
    let mut snake = String::new();
    for (index, character) in name.char_indices() {
        if index > 0 && character.is_uppercase() {
            snake.push('_');
        }
        snake.push(character.to_ascii_lowercase());
    }
    snake
}

/// pydantic's title of a member: `full_name` is `Full Name`. ASCII only.
pub(crate) fn title(name: &str) -> String {
    let mut word = false;
    let titled = name.chars().map(|character| {
        let changed = match character {
            '_' => ' ',
            _ if word => character.to_ascii_lowercase(),
            _ => character.to_ascii_uppercase(),
        };
        word = character.is_ascii_alphabetic();
        changed
    });
    titled.collect()
}

#[cfg(test)]
mod tests {
    use super::{field, variant};

    /// The names are serde's; its own table is `serde_derive/src/internals/case.rs`.
    #[test]
    fn names_are_serdes() {
        for (rule, of_field, of_variant) in [
            ("lowercase", "very_tasty", "verytasty"),
            ("UPPERCASE", "VERY_TASTY", "VERYTASTY"),
            ("PascalCase", "VeryTasty", "VeryTasty"),
            ("camelCase", "veryTasty", "veryTasty"),
            ("snake_case", "very_tasty", "very_tasty"),
            ("SCREAMING_SNAKE_CASE", "VERY_TASTY", "VERY_TASTY"),
            ("kebab-case", "very-tasty", "very-tasty"),
            ("SCREAMING-KEBAB-CASE", "VERY-TASTY", "VERY-TASTY"),
        ] {
            assert_eq!(field("very_tasty", Some(rule)), of_field, "{rule}");
            assert_eq!(variant("VeryTasty", Some(rule)), of_variant, "{rule}");
        }
    }
}
