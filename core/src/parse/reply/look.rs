//! The ways of looking for outputs in a reply, and which comes first.
use crate::{
    parse::{
        fit::Fit,
        payload,
        reply::{
            Form, Way,
            markers::{exact, loose},
            object::{clean, object},
            tagged::{bare, labelled, tagged},
        },
        rule::{Rule, Strictness},
        scope::is_named,
    },
    scan,
    schema::FieldDef,
};

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
pub(super) fn find<'t, 's>(
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
    best.unwrap_or_else(|| Way::new(fields))
}
