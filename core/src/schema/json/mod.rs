//! JSON Schema of a signature, in each dialect.
//!
//! One traversal writes the text and counts what the dialects limit, so that what is said of a schema and
//! the schema itself cannot drift. All of it is `const fn`: constants and dynamic signatures are written
//! by the same code.
mod bounds;
mod collections;
mod enums;
mod limits;
mod members;
mod record;
mod unions;
mod writer;

pub(super) use limits::Measure;

use super::{Definitions, Dialect, FieldDef, Fit, Schema};
use crate::{
    constant::{Out, at_run_time},
    signature::SignatureDef,
};
use limits::Place;
use members::members;
use writer::{Doc, Member, Writer};

/// The schema of the outputs; nothing when the dialect refuses them.
pub(crate) const fn outputs(
    out: &mut Out<'_>,
    dialect: Dialect,
    signature: &SignatureDef,
    reasoning: bool,
) {
    let start = out.len();
    if let Fit::Refused(_) = write(out, dialect, signature, signature.outputs.get(), reasoning).fit
    {
        out.truncate(start);
    }
}

/// The schema of the inputs.
pub(crate) const fn inputs(out: &mut Out<'_>, dialect: Dialect, signature: &SignatureDef) {
    write(out, dialect, signature, signature.inputs.get(), false);
}

/// What there is to say of the schema of the outputs, without writing it.
pub(super) const fn measure(
    dialect: Dialect,
    signature: &SignatureDef,
    reasoning: bool,
) -> Measure {
    let mut out = Out::new(&mut []);
    write(
        &mut out,
        dialect,
        signature,
        signature.outputs.get(),
        reasoning,
    )
}

/// The schema of one type by itself, in the plain dialect.
pub fn of_type(schema: &Schema) -> String {
    let all = Definitions::of(schema);
    at_run_time(|out| {
        let mut writer = Writer::new(out, Dialect::Plain, &all);
        writer.open();
        members(&mut writer, schema, &Member::NONE);
        definitions(&mut writer);
        writer.close();
    })
}

const fn write(
    out: &mut Out<'_>,
    dialect: Dialect,
    signature: &SignatureDef,
    fields: &[FieldDef],
    reasoning: bool,
) -> Measure {
    let all = Definitions::of_fields(fields);
    let mut writer = Writer::new(out, dialect, &all);
    writer.open();
    if dialect.is(Dialect::Plain) {
        writer.raw(",\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"title\":");
        writer.out.json(signature.name.get());
    }
    record::record(&mut writer, fields, reasoning, Doc::NONE);
    definitions(&mut writer);
    writer.close();
    writer.tally.measure(&all, &writer.reached, fields)
}

/// The definitions that were referred to, and those that they refer to. A type that was only written in
/// place has none.
const fn definitions(writer: &mut Writer<'_, '_, '_>) {
    let mut written = 0;
    while writer.wanted & !written != 0 {
        let place = (writer.wanted & !written).trailing_zeros() as usize;
        let Some(named) = writer.definitions.get(place) else {
            break;
        };
        writer.raw(if written == 0 {
            ",\"$defs\":{\""
        } else {
            ",\""
        });
        written |= 1 << place;
        writer.tally.enter_definition(place);
        let before = writer.out.len();
        writer.definitions.name(writer.out, named);
        writer.tally.characters(writer.out.len() - before);
        writer.raw("\":");
        writer.around = Some(place);
        writer.open();
        enums::definition(writer, named, Doc::NONE);
        writer.close();
        if writer.dialect.is(Dialect::Anthropic) && writer.reaches_itself(place) {
            writer.tally.refuse(super::Refusal::Recursive);
        }
    }
    if written != 0 {
        writer.raw("}");
    }
    if writer.dialect.is(Dialect::Gemini)
        && let Some(place) = writer.must_reach_itself()
    {
        writer
            .tally
            .refuse_at(Place::Type(place), super::Refusal::RecursiveRequired);
    }
}
