//! What is the same schema in two forms.
use serde_json::{Map, Value, json};

/// How a recursive root is referred to by schemars.
const ROOT: &str = "#";

/// A schema without what differs by design:
/// - `title` and `$schema`: ours are at the root of a signature only, schemars' at the root of a type.
/// - `true` and `{}` are the same schema.
/// - The order of `required` means nothing.
/// - A root that is a named type: schemars writes it in place, we refer to its definition.
/// - Definitions have the names of our types: `Page_Point_` for `Page<Point>`, which schemars calls
///   `Page2` or `Page_for_Point`. They are numbered here in the order in which they are met.
pub fn normal(schema: &Value) -> Value {
    let mut root = schema.clone();
    let definitions: Map<String, Value> =
        match root.as_object_mut().and_then(|root| root.remove("$defs")) {
            Some(Value::Object(definitions)) => definitions,
            _ => Map::new(),
        };
    let mut definitions = definitions;
    definitions.insert(ROOT.to_owned(), root.clone());
    if let Some(name) =
        definition_of(&root).filter(|_| root.as_object().is_some_and(|root| root.len() == 1))
    {
        root = definitions[name].clone();
    }
    let mut met: Vec<String> = Vec::new();
    let root = plain(&root, &mut met, true);
    let mut all = Vec::new();
    while all.len() < met.len() {
        let name = &met[all.len()];
        let definition = definitions
            .get(name)
            .unwrap_or_else(|| panic!("no definition `{name}` in {schema}"))
            .clone();
        all.push(plain(&definition, &mut met, true));
    }
    json!({ "root": root, "definitions": all })
}

fn definition_of(schema: &Value) -> Option<&str> {
    let target = schema.get("$ref")?.as_str()?;
    if target == ROOT {
        Some(ROOT)
    } else {
        target.strip_prefix("#/$defs/")
    }
}

fn plain(value: &Value, met: &mut Vec<String>, schema: bool) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<(&String, &Value)> = members.iter().collect();
            members.sort_by_key(|(key, _)| *key);
            let mut plain_members = Map::new();
            for (key, member) in members {
                // below `properties` keys are the author's
                let inner = !(schema && matches!(key.as_str(), "properties" | "patternProperties"));
                match key.as_str() {
                    "title" | "$schema" if schema => {}
                    "$ref" if schema => {
                        let name = definition_of(value).expect("a definition").to_owned();
                        let number =
                            met.iter()
                                .position(|known| *known == name)
                                .unwrap_or_else(|| {
                                    met.push(name);
                                    met.len() - 1
                                });
                        plain_members.insert(key.clone(), json!(number));
                    }
                    "required" if schema => {
                        let mut names: Vec<&str> = member
                            .as_array()
                            .unwrap()
                            .iter()
                            .filter_map(Value::as_str)
                            .collect();
                        names.sort_unstable();
                        plain_members.insert(key.clone(), json!(names));
                    }
                    "enum" | "const" | "default" | "examples" if schema => {
                        plain_members.insert(key.clone(), member.clone());
                    }
                    _ => {
                        plain_members.insert(key.clone(), plain(member, met, inner));
                    }
                }
            }
            if plain_members.is_empty() && schema {
                Value::Bool(true)
            } else {
                Value::Object(plain_members)
            }
        }
        Value::Array(items) => {
            Value::Array(items.iter().map(|item| plain(item, met, schema)).collect())
        }
        other => other.clone(),
    }
}
