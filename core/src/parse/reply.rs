//! A whole reply: where each output stands in it, and what it says.
use super::{
    Given, How, chat,
    expected::expected,
    fit::{Fit, Manner},
    labels,
    limits::{LONGEST, Work},
    node::{Kind, Member, Node},
    notes::Notes,
    payload::{self, Candidate},
    reader::Reader,
    rule::{Repair, Rule, Strictness},
    scope::{Scope, is_named},
    strict,
    tags::{self, Unclosed},
    values::absent,
};
use crate::{
    error::Fault,
    scan,
    schema::{FieldDef, Schema},
    signature::Def,
};
use serde_json::Value;
use std::borrow::Cow;

/// The form in which a reply was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// Values between `[[ ## name ## ]]` markers.
    #[default]
    Chat,
    /// One JSON object.
    Json,
    /// Values in tags.
    Xml,
}

/// What a reply says.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    /// The outputs in order, in their schemas' form; `None` where there is a fault.
    pub(crate) values: Vec<Option<Given>>,
    /// What some of them are written in.
    pub(crate) text: String,
    /// Which outputs the reply itself gives, whole: those that an error carries.
    pub(crate) given: Vec<bool>,
    pub(crate) repairs: Vec<Repair>,
    pub(crate) faults: Vec<Fault>,
    /// All steps, for tests that bound them.
    #[cfg(test)]
    pub(crate) steps: usize,
}

impl Reading {
    /// None of the outputs is written.
    pub(crate) fn is_by_value(&self) -> bool {
        let mut values = self.values.iter().flatten();
        values.all(|value| matches!(value, Given::Value(_)))
    }
    /// The outputs as values, null where there is none.
    #[cfg(test)]
    pub(crate) fn as_values(&self) -> Vec<Value> {
        let values = self.values.iter().cloned();
        values
            .map(|value| value.unwrap_or_default().into_value())
            .collect()
    }
}

/// Where an output was found.
enum Found<'t> {
    Node(Node<'t>),
    /// Text between markers.
    Text(usize, usize),
    /// Its end is cut off.
    Cut(usize),
}

/// What one way of looking found: for each output, and what it had to forgive.
struct Way<'t> {
    found: Vec<Option<Found<'t>>>,
    rules: Vec<(Rule, std::ops::Range<usize>)>,
    /// The nodes stand there as clean JSON.
    strict: bool,
}

impl Way<'_> {
    fn hits(&self) -> usize {
        self.found.iter().flatten().count()
    }
}

/// What is wanted of a reading.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keep {
    /// What needs nothing done to it need not become a value.
    pub(crate) written: bool,
    /// What was forgiven is listed.
    pub(crate) listed: bool,
}

impl Default for Keep {
    fn default() -> Self {
        Keep {
            written: false,
            listed: true,
        }
    }
}

/// Reads a reply.
pub(crate) fn read(def: &Def, how: How, text: &str, keep: Keep) -> Reading {
    let fields: Cow<'_, [FieldDef]> = if def.reasoning {
        Cow::Owned(def.outputs().cloned().collect())
    } else {
        Cow::Borrowed(def.signature.outputs.get())
    };
    fields_of(&fields, how, text, keep)
}

/// Reads a reply that has these fields.
pub(super) fn fields_of(fields: &[FieldDef], how: How, text: &str, keep: Keep) -> Reading {
    let How { form, strictness } = how;
    let mut reading = Reading {
        values: fields.iter().map(|_| None).collect(),
        given: vec![false; fields.len()],
        ..Reading::default()
    };
    if text.len() > LONGEST {
        reading.faults.push(Fault::mismatch(
            "",
            format!("a reply of at most {LONGEST} bytes"),
            format!("{} bytes", text.len()),
        ));
        return reading;
    }
    let listed = keep.listed || strictness == Strictness::Strict;
    let (scope, work) = (Scope::default(), Work::listed(text, listed));
    let manner = Manner {
        dspy: true,
        ..Manner::default()
    };
    let mut fit = Fit::new(&scope, &work, manner, text, "");
    fit.written = keep.written.then(String::new);
    let way = find(&mut fit, fields, form, strictness, text);
    for (rule, range) in way.rules.iter().filter(|_| listed) {
        let node = Node::new(Kind::Nothing, range.start, range.end);
        fit.plainly(*rule, &node);
    }
    for (index, (field, found)) in fields.iter().zip(way.found).enumerate() {
        fit.path.clear();
        fit.path.push_str(field.name.get());
        let before = fit.faults.len();
        let (value, open) = match found {
            None => {
                let value = absent(field);
                if let Err(fault) = &value {
                    fit.faults.push(fault.clone());
                }
                reading.values[index] = value.ok().map(Given::Value);
                continue;
            }
            Some(Found::Cut(at)) => {
                let rest = crate::field::shorten(&Value::from(text[at..].trim()));
                fit.faults.push(Fault::mismatch(
                    field.name.get(),
                    expected(field.schema.get()),
                    format!("cut off: {rest}"),
                ));
                (None, true)
            }
            Some(Found::Node(node)) => {
                let open = node.open || is_open(&node);
                (fit.settled_field(field, &node, way.strict), open)
            }
            Some(Found::Text(start, end)) => (section(&mut fit, field, text, start, end), false),
        };
        let whole = fit.faults.len() == before;
        if !whole || value.is_none() {
            if whole {
                let node = Node::new(Kind::Nothing, 0, 0);
                fit.mismatch(field.schema.get(), &node);
            }
            continue;
        }
        reading.values[index] = value;
        reading.given[index] = !open;
    }
    let Fit {
        repairs,
        faults,
        written,
        ..
    } = fit;
    reading.text = written.unwrap_or_default();
    reading.repairs = repairs;
    reading.faults = faults;
    if strictness == Strictness::Strict && reading.faults.is_empty() {
        refuse(&mut reading);
    }
    #[cfg(test)]
    {
        reading.steps = work.done();
    }
    reading
}

/// The end of the text cut the value itself.
fn is_open(node: &Node<'_>) -> bool {
    match &node.kind {
        Kind::List(items) => node.open && items.last().is_some_and(|item| item.open),
        _ => node.open,
    }
}

/// What was forgiven is a fault where nothing is.
fn refuse(reading: &mut Reading) {
    for repair in &reading.repairs {
        if matches!(repair.rule, Rule::Default | Rule::Unknown | Rule::Truth) {
            continue;
        }
        let path = if repair.path.is_empty() {
            "reply"
        } else {
            &repair.path
        };
        reading.faults.push(Fault::mismatch(
            path,
            "what was asked for, to the letter",
            format!("{} {}", repair.rule, repair.note).trim_end(),
        ));
    }
}

/// The ways of looking.
#[derive(Clone, Copy)]
enum Look {
    Exact,
    Loose,
    Clean,
    Object,
    Tags,
    Labels,
    Bare,
}

impl Look {
    fn run<'t, 's>(
        self,
        fit: &mut Fit<'_, 's>,
        fields: &'s [FieldDef],
        text: &'t str,
        start: usize,
    ) -> Option<Way<'t>> {
        match self {
            Look::Exact => exact(fields, text, start),
            Look::Loose => loose(fields, text, start),
            Look::Clean => clean(fields, text),
            Look::Object => object(fit, fields, text, start),
            Look::Tags => tagged(fit, fields, text, start),
            Look::Labels => labelled(fit, fields, text, start),
            Look::Bare => bare(fit, fields, text, start),
        }
    }
}

/// The way of looking that finds most; the one that the form says comes first.
fn find<'t, 's>(
    fit: &mut Fit<'_, 's>,
    fields: &'s [FieldDef],
    form: Form,
    strictness: Strictness,
    text: &'t str,
) -> Way<'t> {
    let known = |name: &str| fields.iter().any(|field| is_named(field, name));
    let start = payload::thoughts(text, &known)
        .filter(|end| !text[*end..].trim().is_empty())
        .unwrap_or(0);
    let whole = |way: &Way<'_>| {
        fields
            .iter()
            .zip(&way.found)
            .all(|(field, found)| found.is_some() || field.is_optional())
    };
    let ways: &[Look] = match (form, strictness) {
        (Form::Chat, Strictness::Strict) => &[Look::Exact],
        (Form::Json, Strictness::Strict) => &[Look::Clean],
        (Form::Xml, Strictness::Strict) => &[Look::Tags],
        (Form::Chat, _) => &[
            Look::Exact,
            Look::Loose,
            Look::Object,
            Look::Tags,
            Look::Labels,
            Look::Bare,
        ],
        (Form::Json, _) => &[
            Look::Object,
            Look::Exact,
            Look::Loose,
            Look::Tags,
            Look::Labels,
            Look::Bare,
        ],
        (Form::Xml, _) => &[
            Look::Tags,
            Look::Object,
            Look::Exact,
            Look::Loose,
            Look::Labels,
            Look::Bare,
        ],
    };
    // what begins a marker
    let marked = scan::twice(text.as_bytes(), start, b'[') < text.len();
    let mut best: Option<Way<'t>> = None;
    let mut last = None;
    for look in ways {
        if !marked && matches!(look, Look::Exact | Look::Loose) {
            continue;
        }
        let hits = best.as_ref().map_or(0, Way::hits);
        // what names some of the outputs is the form; only its own loose reading may find more
        let same_form = matches!((look, last), (Look::Loose, Some(Look::Exact)));
        if hits > 0 && !same_form {
            break;
        }
        if let Some(mut way) = look.run(fit, fields, text, start)
            && way.hits() > hits
        {
            if start > 0 {
                way.rules.push((Rule::Thoughts, 0..start));
            }
            let done = whole(&way);
            best = Some(way);
            last = Some(*look);
            if done {
                break;
            }
        }
    }
    best.unwrap_or_else(|| Way {
        found: fields.iter().map(|_| None).collect(),
        rules: Vec::new(),
        strict: false,
    })
}

/// DSPy's markers: the first section of a name wins.
fn exact<'t>(fields: &[FieldDef], text: &'t str, start: usize) -> Option<Way<'t>> {
    let sections = chat::sections(&text[start..]);
    let mut way = Way {
        found: fields.iter().map(|_| None).collect(),
        rules: Vec::new(),
        strict: false,
    };
    for section in &sections {
        let Some(index) = fields
            .iter()
            .position(|field| field.name.get() == section.name)
        else {
            continue;
        };
        let (from, to) = (start + section.content.0, start + section.content.1);
        if way.found[index].is_some() {
            way.rules.push((Rule::Repeated, start + section.start..to));
            continue;
        }
        way.found[index] = Some(place(text, from, to, section.closed, &mut way.rules));
    }
    (way.hits() > 0).then_some(way)
}

/// A section's content. At the end of the text there may be the beginning of a marker.
fn place<'t>(
    text: &'t str,
    from: usize,
    to: usize,
    closed: bool,
    rules: &mut Vec<(Rule, std::ops::Range<usize>)>,
) -> Found<'t> {
    if !closed {
        let end = from + chat::without_cut_marker(&text[from..to]);
        if end < to {
            rules.push((Rule::Truncated, end..to));
            return Found::Text(from, end);
        }
    }
    Found::Text(from, to)
}

/// Markers anywhere and in any spelling.
fn loose<'t>(fields: &[FieldDef], text: &'t str, start: usize) -> Option<Way<'t>> {
    let sections = chat::loose(&text[start..], &|name| {
        fields.iter().any(|field| is_named(field, name))
    });
    let mut way = Way {
        found: fields.iter().map(|_| None).collect(),
        rules: Vec::new(),
        strict: false,
    };
    for section in &sections {
        let Some(index) = fields
            .iter()
            .position(|field| field.name.get() == section.name)
            .or_else(|| {
                fields
                    .iter()
                    .position(|field| is_named(field, section.name))
            })
        else {
            continue;
        };
        let (from, to) = (start + section.content.0, start + section.content.1);
        if way.found[index].is_some() {
            way.rules.push((Rule::Repeated, start + section.start..to));
            continue;
        }
        way.rules.push((Rule::Marker, start + section.start..from));
        way.found[index] = Some(place(text, from, to, section.closed, &mut way.rules));
    }
    (way.hits() > 0).then_some(way)
}

/// The members of an object, by field: the last with the very name, else the last in another spelling.
fn by_field<'t>(
    fields: &[FieldDef],
    members: Vec<Member<'t>>,
    notes: &Notes,
    listed: bool,
) -> Way<'t> {
    let mut way = Way {
        found: fields.iter().map(|_| None).collect(),
        rules: notes
            .iter()
            .filter(|_| listed)
            .map(|note| (note.rule, note.range()))
            .collect(),
        strict: false,
    };
    let mut very = vec![false; fields.len()];
    for member in members {
        let exact = fields
            .iter()
            .position(|field| field.name.get() == &*member.name);
        let Some(index) = exact.or_else(|| {
            fields
                .iter()
                .position(|field| is_named(field, &member.name))
        }) else {
            way.rules.push((Rule::Unknown, member.value.span()));
            continue;
        };
        if matches!(member.value.kind, Kind::Nothing) {
            continue;
        }
        if way.found[index].is_some() {
            way.rules.push((Rule::Repeated, member.value.span()));
            if very[index] && exact.is_none() {
                continue;
            }
        }
        if exact.is_none() {
            way.rules.push((Rule::NameFold, member.value.span()));
        }
        very[index] = exact.is_some();
        way.found[index] = Some(Found::Node(member.value));
    }
    way
}

/// One JSON object that is the whole text.
fn clean<'t>(fields: &[FieldDef], text: &'t str) -> Option<Way<'t>> {
    let node = strict::whole(text)?;
    match node.kind {
        Kind::Object(members) => Some(by_field(fields, members, &Notes::default(), false)),
        _ => None,
    }
}

/// The object with most of the fields, wherever it stands; of several the last.
fn object<'t, 's>(
    fit: &mut Fit<'_, 's>,
    fields: &'s [FieldDef],
    text: &'t str,
    start: usize,
) -> Option<Way<'t>> {
    if let Some(way) = escaped(fields, text, start) {
        return Some(way);
    }
    let scheme = outputs(fields);
    // the reader only looks at the names: what it borrows from the schema goes no further
    let candidates = {
        let scope = Scope::default();
        let mut inner = Fit::new(&scope, fit.work, fit.manner, text, "");
        payload::values(&mut inner, Some(&scheme), text, start)
    };
    let known = |members: &[Member<'_>]| {
        fields
            .iter()
            .filter(|field| {
                members.iter().any(|member| {
                    is_named(field, &member.name) && !matches!(member.value.kind, Kind::Nothing)
                })
            })
            .count()
    };
    let mut best: Option<(usize, u32, Candidate<'t>)> = None;
    for candidate in candidates {
        let strict = candidate.strict;
        let Some((members, wrapped)) = unwrapped(candidate.node, &known, 0) else {
            continue;
        };
        let hits = known(&members.1);
        let cost = candidate.notes.cost() + u32::from(wrapped);
        if hits == 0 {
            continue;
        }
        let better = best
            .as_ref()
            .is_none_or(|(most, least, _)| hits > *most || hits == *most && cost <= *least);
        if better {
            let node = Node {
                kind: Kind::Object(members.1),
                ..members.0
            };
            let mut notes = candidate.notes;
            if wrapped {
                notes.append(Notes::one(Rule::Unwrapped, node.span()));
            }
            best = Some((
                hits,
                cost,
                Candidate {
                    node,
                    notes,
                    // what was taken out of a text stands there with its escapes
                    strict: strict && !wrapped,
                },
            ));
        }
    }
    let Some((_, _, candidate)) = best else {
        return opened(fit, fields, text, start);
    };
    let range = candidate.node.span();
    let around = !(text[..range.start].trim().is_empty()
        && text[range.end.min(text.len())..].trim().is_empty());
    let fenced = around && text[..range.start].contains("```");
    let Kind::Object(members) = candidate.node.kind else {
        return None;
    };
    let mut way = by_field(fields, members, &candidate.notes, fit.work.lists());
    way.strict = candidate.strict;
    if around {
        way.rules
            .push((if fenced { Rule::Fence } else { Rule::Prose }, range));
    }
    Some(way)
}

/// Gives a value that was read in a copy, and all within it, one place in the reply.
fn place_all(node: &mut Node<'_>, start: usize, end: usize) {
    let place = Node::new(Kind::Nothing, start, end);
    (node.start, node.end) = (place.start, place.end);
    match &mut node.kind {
        Kind::List(items) => items
            .iter_mut()
            .for_each(|item| place_all(item, start, end)),
        Kind::Object(members) => members
            .iter_mut()
            .for_each(|member| place_all(&mut member.value, start, end)),
        _ => {}
    }
}

/// The object in a JSON text that is the whole reply.
fn escaped<'t>(fields: &[FieldDef], text: &'t str, start: usize) -> Option<Way<'t>> {
    let rest = text[start..].trim_start();
    if !rest.starts_with('"') || !rest[1..].trim_start().starts_with('{') {
        return None;
    }
    let Kind::Text(inside) = strict::whole(rest)?.kind else {
        return None;
    };
    let mut node = owned(&strict::whole(&inside)?);
    place_all(&mut node, start, text.len());
    let Kind::Object(members) = node.kind else {
        return None;
    };
    let mut way = by_field(fields, members, &Notes::default(), false);
    way.rules.push((Rule::Reparsed, start..text.len()));
    (way.hits() > 0).then_some(way)
}

/// Members of an object whose opening bracket is missing: `"answer": "x", "score": 1}`.
fn opened<'t, 's>(
    fit: &mut Fit<'_, 's>,
    fields: &'s [FieldDef],
    text: &'t str,
    start: usize,
) -> Option<Way<'t>> {
    let rest = text[start..].trim();
    let name = rest.strip_prefix('"')?.split('"').next()?;
    let after = rest.get(name.len() + 2..)?.trim_start();
    if !after.starts_with(':') || !fields.iter().any(|field| is_named(field, name)) {
        return None;
    }
    let whole = format!("{{{rest}");
    let scheme = outputs(fields);
    let scope = Scope::default();
    let mut reader = Reader::new(&whole, 0, &scope, fit.work, false);
    let mut node = owned(&reader.read(Some(&scheme))?);
    place_all(&mut node, start, text.len());
    let Kind::Object(members) = node.kind else {
        return None;
    };
    let mut way = by_field(fields, members, &Notes::default(), false);
    // places in the copy are no places in the reply
    let found = start..text.len();
    way.rules.clear();
    way.rules
        .extend(reader.notes.iter().map(|note| (note.rule, found.clone())));
    way.rules.push((Rule::Closer, found));
    (way.hits() > 0).then_some(way)
}

/// The object itself, or the one inside that has the fields.
fn unwrapped<'t>(
    node: Node<'t>,
    known: &dyn Fn(&[Member<'_>]) -> usize,
    depth: usize,
) -> Option<((Node<'t>, Vec<Member<'t>>), bool)> {
    let shell = Node {
        kind: Kind::Null,
        ..node
    };
    match node.kind {
        Kind::Object(members) => {
            if known(&members) > 0 || depth > 3 {
                return Some(((shell, members), depth > 0));
            }
            members
                .into_iter()
                .find_map(|member| match member.value.kind {
                    Kind::Object(_) | Kind::List(_) => unwrapped(member.value, known, depth + 1)
                        .filter(|((_, members), _)| known(members) > 0),
                    Kind::Text(Cow::Borrowed(text)) if text.trim_start().starts_with('{') => {
                        let mut inner = strict::whole(text)?;
                        place_all(
                            &mut inner,
                            member.value.start as usize,
                            member.value.end as usize,
                        );
                        unwrapped(inner, known, depth + 1)
                            .filter(|((_, members), _)| known(members) > 0)
                    }
                    Kind::Text(Cow::Owned(text)) if text.trim_start().starts_with('{') => {
                        // a copy of the part outlives its text
                        let mut inner = owned(&strict::whole(&text)?);
                        place_all(
                            &mut inner,
                            member.value.start as usize,
                            member.value.end as usize,
                        );
                        unwrapped(inner, known, depth + 1)
                            .filter(|((_, members), _)| known(members) > 0)
                    }
                    _ => None,
                })
        }
        Kind::List(items) if items.len() <= 4 => items.into_iter().rev().find_map(|item| {
            unwrapped(item, known, depth + 1).filter(|((_, members), _)| known(members) > 0)
        }),
        _ => None,
    }
}

fn owned(node: &Node<'_>) -> Node<'static> {
    let text = |text: &Cow<'_, str>| Cow::Owned(text.to_string());
    let kind = match &node.kind {
        Kind::Nothing => Kind::Nothing,
        Kind::Null => Kind::Null,
        Kind::Bool(value) => Kind::Bool(*value),
        Kind::Number(digits) => Kind::Number(text(digits)),
        Kind::Text(inner) => Kind::Text(text(inner)),
        Kind::Bare(inner) => Kind::Bare(text(inner)),
        Kind::List(items) => Kind::List(items.iter().map(owned).collect()),
        Kind::Object(members) => Kind::Object(
            members
                .iter()
                .map(|member| Member {
                    name: text(&member.name),
                    value: owned(&member.value),
                })
                .collect(),
        ),
    };
    Node {
        kind,
        start: node.start,
        end: node.end,
        open: node.open,
        plain: node.plain,
    }
}

/// The fields as a schema of one object.
fn outputs(fields: &[FieldDef]) -> Schema {
    use crate::{
        constant::Ref,
        schema::{Body, Definition},
    };
    let body = Body::Record(Ref::shared(std::sync::Arc::from(fields)));
    Schema::Inline(Ref::shared(std::sync::Arc::new(Definition {
        doc: Ref::new(""),
        body,
    })))
}

/// Tags by the names of the fields.
fn tagged<'t, 's>(
    fit: &mut Fit<'_, 's>,
    fields: &'s [FieldDef],
    text: &'t str,
    start: usize,
) -> Option<Way<'t>> {
    if !text[start..].contains('<') {
        return None;
    }
    fit.work.add(text.len());
    let mut way = Way {
        found: fields.iter().map(|_| None).collect(),
        rules: Vec::new(),
        strict: false,
    };
    let position = |name: &str| {
        fields
            .iter()
            .position(|field| field.name.get() == name)
            .or_else(|| fields.iter().position(|field| is_named(field, name)))
    };
    let elements = tags::elements(text, start, text.len(), &|name| position(name).is_some());
    let mut last = start;
    for element in &elements {
        let Some(index) = position(element.name) else {
            continue;
        };
        last = element.end;
        if let Some(Found::Node(known)) = &mut way.found[index]
            && element.unclosed == Unclosed::No
            && let Schema::List(_) | Schema::Set(_) = fields[index].schema.get().shape()
        {
            let more = tags::content(fit, Some(fields[index].schema.get()), text, element, 1);
            gather(known, more);
            continue;
        }
        if way.found[index].is_some() {
            way.rules.push((Rule::Repeated, element.start..element.end));
            continue;
        }
        if fields[index].name.get() != element.name {
            way.rules.push((Rule::NameFold, element.start..element.end));
        }
        way.found[index] = Some(match element.unclosed {
            Unclosed::End => Found::Cut(element.start),
            unclosed => {
                if unclosed == Unclosed::Sibling {
                    way.rules.push((Rule::Closer, element.end..element.end));
                }
                let schema = fields[index].schema.get();
                Found::Node(tags::content(fit, Some(schema), text, element, 1))
            }
        });
    }
    // the beginning of a tag at the end
    if let Some(open) = text[last..].rfind('<')
        && let name = &text[last + open + 1..]
        && !name.is_empty()
        && let Some(index) = fields
            .iter()
            .position(|field| field.name.get().starts_with(name))
        && way.found[index].is_none()
        && way.hits() > 0
    {
        way.found[index] = Some(Found::Cut(last + open));
    }
    (way.hits() > 0).then_some(way)
}

/// A tag that comes again where a list is wanted: its items follow the others.
fn gather<'t>(known: &mut Node<'t>, more: Node<'t>) {
    let end = more.end;
    let items = |node: Node<'t>| match node.kind {
        Kind::List(items) => items,
        _ => vec![node],
    };
    let start = known.start;
    let first = std::mem::replace(known, Node::new(Kind::Null, 0, 0));
    let mut all = items(first);
    all.extend(items(more));
    *known = Node {
        kind: Kind::List(all),
        start,
        end,
        open: false,
        plain: false,
    };
}

/// Lines of `name: value`.
fn labelled<'t, 's>(
    fit: &mut Fit<'_, 's>,
    fields: &'s [FieldDef],
    text: &'t str,
    start: usize,
) -> Option<Way<'t>> {
    let scheme = outputs(fields);
    let scope = Scope::default();
    let inner = Fit::new(&scope, fit.work, fit.manner, text, "");
    let node = labels::record(&inner, &scheme, text, start)?;
    let range = node.span();
    let Kind::Object(mut members) = node.kind else {
        return None;
    };
    // of a label that comes again the first counts, as of a marker
    members.reverse();
    let mut way = by_field(fields, members, &Notes::default(), false);
    way.rules.push((Rule::Labels, range));
    (way.hits() > 0).then_some(way)
}

/// The value of the only output, and nothing that says so. Text would be whatever came.
fn bare<'t, 's>(
    fit: &mut Fit<'_, 's>,
    fields: &'s [FieldDef],
    text: &'t str,
    start: usize,
) -> Option<Way<'t>> {
    let mut required = fields
        .iter()
        .enumerate()
        .filter(|(_, field)| !field.is_optional());
    let (index, field) = match (required.next(), required.next()) {
        (Some(one), None) => one,
        (None, None) if fields.len() == 1 => (0, &fields[0]),
        _ => return None,
    };
    if matches!(
        fit.scope.shape(field.schema.get()),
        Schema::Text | Schema::Any | Schema::Optional(_)
    ) || matches!(field.schema.get(), Schema::Printed(..))
    {
        return None;
    }
    fit.trial(|fit| section(fit, field, text, start, text.len()))?;
    let mut way = Way {
        found: fields.iter().map(|_| None).collect(),
        rules: Vec::new(),
        strict: false,
    };
    way.rules.push((Rule::ImpliedName, start..text.len()));
    way.found[index] = Some(Found::Text(start, text.len()));
    Some(way)
}

/// The value of a section, by the schema of its field.
fn section<'s>(
    fit: &mut Fit<'_, 's>,
    field: &'s FieldDef,
    text: &str,
    start: usize,
    end: usize,
) -> Option<Given> {
    let (start, end) = payload::trimmed(text, start, end);
    let content = &text[start..end];
    let schema = field.schema.get();
    let keeps = keeps_text(schema);
    if keeps || is_code(schema) {
        let mut node = Node::new(Kind::Text(chat::lines(content)), start, end);
        if !keeps && content.is_empty() {
            node.kind = Kind::Text(Cow::Borrowed(""));
        }
        return fit.field(field, &node).map(Given::Value);
    }
    if field.default.is_some()
        && matches!(content, "null" | "None")
        && !matches!(fit.scope.shape(schema), Schema::Optional(_))
    {
        return absent(field).ok().map(Given::Value);
    }
    let value = payload::read(fit, schema, text, start, end)?;
    if let Given::Value(value) = &value {
        fit.bounds(value, field.constraints.get());
    }
    Some(value)
}

/// What DSPy takes as text whatever it looks like: text, and what may be text or nothing.
pub(crate) fn keeps_text(schema: &Schema) -> bool {
    let text = |schema: &Schema| matches!(schema.shape(), Schema::Text);
    match schema.shape() {
        Schema::Text => !is_code(schema),
        Schema::Optional(inner) => match inner.get().shape() {
            Schema::Text => true,
            Schema::Union(options) => options.get().iter().any(|option| text(option.get())),
            _ => false,
        },
        Schema::Union(options) => {
            options.get().iter().any(|option| text(option.get()))
                && options
                    .get()
                    .iter()
                    .any(|option| matches!(option.get().shape(), Schema::Null))
        }
        _ => false,
    }
}

fn is_code(schema: &Schema) -> bool {
    matches!(schema, Schema::Printed(_, name) if name.get() == "Code" || name.get().starts_with("Code_"))
}
