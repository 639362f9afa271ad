//! The lists and objects in a text.
use crate::{
    parse::{fit::Fit, notes::Notes, payload::Candidate, reader::Reader, strict},
    scan,
    schema::Schema,
};

/// How many values of one text are looked at.
const VALUES: usize = 20_000;

/// How often a value that swallowed the rest of the text is looked into.
const AGAIN: usize = 12;

/// The lists and objects in a part of a text, one after the other.
pub(in crate::parse) fn values<'t, 's>(
    fit: &mut Fit<'_, 's>,
    schema: Option<&'s Schema>,
    text: &'t str,
    start: usize,
) -> Vec<Candidate<'t>> {
    let mut found: Vec<Candidate<'t>> = Vec::new();
    let bytes = text.as_bytes();
    let (mut at, mut again) = (start, 0);
    let lacks_closers = scan::lacks_closers(&bytes[start.min(bytes.len())..]);
    fit.work.add(bytes.len().saturating_sub(start) / 8);
    while found.len() < VALUES {
        let Some(offset) = bytes[at.min(bytes.len())..]
            .iter()
            .position(|byte| matches!(byte, b'{' | b'['))
        else {
            break;
        };
        fit.work.add(offset);
        at += offset;
        // a marker, or the start of a word in brackets that a link is made of
        if bytes[at..].starts_with(b"[[ ##") {
            at += 2;
            continue;
        }
        // what is cut off is not read as clean JSON to its end in vain: it is so if the reader finds no end
        let mut early = None;
        if lacks_closers && found.is_empty() && !fit.work.spent() {
            let mut reader = Reader::new(text, at, fit.scope, fit.work, fit.manner.partial);
            early = reader.read(schema).map(|node| (reader, node));
        }
        if early.as_ref().is_none_or(|(_, node)| !node.open)
            && let Some((node, end)) =
                strict::value(text, at).filter(|(_, end)| !goes_on(text, *end))
        {
            fit.work.add(end - at);
            found.push(Candidate {
                node,
                notes: Notes::default(),
                strict: true,
            });
            at = end;
            continue;
        }
        let begin = at;
        let (reader, node) = match early {
            Some((reader, node)) => (reader, Some(node)),
            None => {
                let mut reader = Reader::new(text, at, fit.scope, fit.work, fit.manner.partial);
                let node = reader.read(schema);
                (reader, node)
            }
        };
        if let Some(node) = node {
            // a bracket in prose takes all that follows for its inside
            let swallowed = node.open
                && again < AGAIN
                && !fit.work.spent()
                && schema.is_none_or(|schema| {
                    fit.sure(schema, &node).is_none()
                        && fit.trial(|fit| fit.value(schema, &node)).is_none()
                });
            at = reader.at.max(begin + 1);
            found.push(Candidate {
                node,
                notes: reader.notes,
                strict: false,
            });
            if swallowed {
                again += 1;
                at = begin + 1;
            }
        } else {
            at = begin + 1;
        }
    }
    found
}

/// After an object come a comma and another name: its bracket was closed too early.
fn goes_on(text: &str, end: usize) -> bool {
    let Some(rest) = text[end..].trim_start().strip_prefix(',') else {
        return false;
    };
    let Some(rest) = rest.trim_start().strip_prefix('"') else {
        return false;
    };
    text.as_bytes()[end - 1] == b'}'
        && rest
            .as_bytes()
            .iter()
            .take(80)
            .position(|byte| *byte == b'"')
            .is_some_and(|quote| rest[quote + 1..].trim_start().starts_with([':', '"']))
}
