//! What DSPy says of an output behind its place.
use super::{names::python_value, schema::python_schema};
use crate::{
    constant::Out,
    schema::{Body, Schema},
};

/// DSPy's rule for an output, behind `# note: the value you produce `; nothing for text.
pub(crate) const fn python_note(out: &mut Out<'_>, schema: &Schema) {
    match schema.shape() {
        Schema::Text | Schema::Character => {}
        Schema::Boolean => note(out, "must be True or False"),
        Schema::Integer(_) => note(out, "must be a single int value"),
        Schema::Number(_) => note(out, "must be a single float value"),
        Schema::Literal(values) => {
            note(out, "must exactly match (no extra characters) one of: ");
            let values = values.get();
            let mut at = 0;
            while at < values.len() {
                if at > 0 {
                    out.push("; ");
                }
                python_value(out, &values[at]);
                at += 1;
            }
        }
        Schema::Named(named) if matches!(named.body(), Body::Words(_)) => {
            note(out, "must be one of: ");
            if let Body::Words(variants) = named.body() {
                let variants = variants.get();
                let mut at = 0;
                while at < variants.len() {
                    if at > 0 {
                        out.push("; ");
                    }
                    match &variants[at].value {
                        Some(value) => python_value(out, value),
                        None => out.push(variants[at].name.get()),
                    }
                    at += 1;
                }
            }
        }
        other => {
            note(out, "must adhere to the JSON schema: ");
            python_schema(out, other);
        }
    }
}

pub(super) const fn note(out: &mut Out<'_>, rule: &str) {
    out.push(crate::adapter::framing::NOTE);
    out.push(rule);
}
