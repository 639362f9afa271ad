//! Values in tags.
use crate::{
    parse::{
        fit::Fit,
        node::{Kind, Member, Node},
        scope::Want,
        strict,
        tags::{DEEPEST, Element, Unclosed, elements, entities::decoded},
    },
    schema::{Body, Schema},
};
use std::{borrow::Cow, collections::HashMap};

/// A value in tags for a schema of names, from free text.
pub(in crate::parse) fn value<'t, 's>(
    fit: &Fit<'_, 's>,
    schema: &'s Schema,
    text: &'t str,
    start: usize,
) -> Option<Node<'t>> {
    if !text[start..].contains('<') {
        return None;
    }
    let names = fit.scope.names(Some(schema));
    if names.fields_empty() {
        return None;
    }
    fit.work.add(text.len() - start);
    let found = elements(text, start, text.len(), &|name| names.knows(name));
    if found.is_empty() {
        return None;
    }
    let (from, to) = (found[0].start, found[found.len() - 1].end);
    let node = object(fit, Some(schema), text, &found, 1);
    Some(Node::new(node, from, to))
}

fn object<'t, 's>(
    fit: &Fit<'_, 's>,
    schema: Option<&'s Schema>,
    text: &'t str,
    found: &[Element<'t>],
    depth: usize,
) -> Kind<'t> {
    let names = fit.scope.names(schema);
    let mut members: Vec<Member<'t>> = Vec::new();
    let mut places: HashMap<Cow<'t, str>, usize> = HashMap::new();
    for element in found {
        let name = element.key.map_or(Cow::Borrowed(element.name), decoded);
        let inner = names.member(&name);
        let value = content(fit, inner, text, element, depth + 1);
        // an element that comes again makes a list
        if let Some(place) = places.get(&name) {
            let known = &mut members[*place].value;
            match &mut known.kind {
                Kind::List(items) => match value.kind {
                    Kind::List(more) if fit.scope.want(inner) != Want::Text => items.extend(more),
                    _ => items.push(value),
                },
                _ => {
                    let one = std::mem::replace(known, Node::new(Kind::Null, 0, 0));
                    let (start, end) = (one.start as usize, value.end as usize);
                    *known = Node::new(Kind::List(vec![one, value]), start, end);
                }
            }
            continue;
        }
        places.insert(name.clone(), members.len());
        members.push(Member { name, value });
    }
    Kind::Object(members)
}

/// The content of an element as its schema wants it.
pub(in crate::parse) fn content<'t, 's>(
    fit: &Fit<'_, 's>,
    schema: Option<&'s Schema>,
    text: &'t str,
    element: &Element<'t>,
    depth: usize,
) -> Node<'t> {
    let (from, to) = element.inner;
    let raw = &text[from..to];
    let plain = raw.trim();
    let start = from + (raw.len() - raw.trim_start().len());
    let end = start + plain.len();
    fit.work.add(raw.len());
    let shape = schema.map(|schema| fit.scope.shape(schema));
    let mut node = Node::new(Kind::Nothing, start, end.max(start));
    node.open = element.unclosed == Unclosed::End;
    let optional = matches!(shape, Some(Schema::Optional(_)));
    let inner = match shape {
        Some(Schema::Optional(inner)) => Some(inner.get()),
        _ => schema,
    };
    let shape = inner.map(|schema| fit.scope.shape(schema));
    if plain.is_empty() {
        node.kind = match shape {
            _ if optional => Kind::Null,
            Some(Schema::List(_) | Schema::Set(_)) => Kind::List(Vec::new()),
            Some(Schema::Map(..)) => Kind::Object(Vec::new()),
            _ if element.empty && !matches!(shape, Some(Schema::Text)) => Kind::Null,
            _ => Kind::Text(Cow::Borrowed("")),
        };
        return node;
    }
    let leaf = |kind: fn(Cow<'t, str>) -> Kind<'t>| kind(decoded(plain));
    // text keeps what looks like tags
    if matches!(shape, Some(Schema::Text)) {
        node.kind = leaf(Kind::Text);
        return node;
    }
    let inside = if plain.contains('<')
        && depth < DEEPEST
        && !fit.work.spent()
        && !plain.starts_with(['{', '['])
    {
        elements(text, start, end, &|_| true)
    } else {
        Vec::new()
    };
    if inside.is_empty() {
        node.kind = match shape {
            // of an output it is what stands there, as in a section; of a member it is text
            Some(Schema::Any) if depth == 1 => {
                return strict::whole(plain)
                    .unwrap_or_else(|| Node::new(leaf(Kind::Text), start, end));
            }
            Some(Schema::Any) | None => leaf(Kind::Text),
            _ => leaf(Kind::Bare),
        };
        return node;
    }
    node.kind = match shape {
        Some(Schema::List(item) | Schema::Set(item) | Schema::Array(item, _)) => {
            let item = item.get();
            let named_items =
                |element: &Element<'_>| element.name == "item" || element.name == "li";
            let of_one_name =
                inside.len() > 1 && inside.iter().all(|element| element.name == inside[0].name);
            let is_record = fit.scope.want(Some(item)) == Want::Composite;
            // elements of one name are the items, unless that is the name of a member of one item
            let many =
                of_one_name && !(is_record && fit.scope.names(Some(item)).knows(inside[0].name));
            Kind::List(if many || inside.iter().all(named_items) {
                inside
                    .iter()
                    .map(|element| content(fit, Some(item), text, element, depth + 1))
                    .collect()
            } else if is_record {
                let only = object(fit, Some(item), text, &inside, depth + 1);
                vec![Node::new(only, start, end)]
            } else {
                vec![Node::new(leaf(Kind::Text), start, end)]
            })
        }
        Some(Schema::Tuple(kinds)) => Kind::List(
            inside
                .iter()
                .enumerate()
                .map(|(index, element)| {
                    content(
                        fit,
                        kinds.get().get(index).map(|schema| &**schema),
                        text,
                        element,
                        depth + 1,
                    )
                })
                .collect(),
        ),
        Some(Schema::Named(named)) if matches!(named.body(), Body::Words(_)) => leaf(Kind::Bare),
        Some(
            Schema::Map(..)
            | Schema::Named(_)
            | Schema::Inline(_)
            | Schema::Union(_)
            | Schema::Any
            | Schema::Recursion(_),
        )
        | None => object(fit, inner, text, &inside, depth + 1),
        // a scalar in one more tag
        _ if inside.len() == 1 => return content(fit, inner, text, &inside[0], depth + 1),
        _ => leaf(Kind::Bare),
    };
    node
}
