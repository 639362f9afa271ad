//! What expansions name. No promise is made about anything here.
mod bounds;
mod constants;
#[cfg(feature = "schemars")]
mod foreign;
mod impls;
mod parts;
pub mod programs;
mod read;
mod returned;
mod show;
mod stream;
mod strict;
mod tables;

pub use constants::{Made, Written};
pub use impls::{
    MembersFn, ReadAt, def, deserialize, deserialize_inputs as read_inputs,
    deserialize_outputs as deserialize_into, each_input, reasoned_constants, serialize,
};
pub use parts::{NoPart, Part, PartMut, parameter, part};
pub use read::{
    check_one, checked, given_to, members_of, members_of_variant, no_word, unreadable, variant_of,
    word_of,
};
pub use returned::{Returned, ReturnedObject, ReturnedOutputs, ReturnedType};
pub use show::{Show, Shown, debug_struct, debug_tuple};
pub use stream::{nth, output_part};
pub use strict::{strict_instance, strict_output, strict_outputs};
pub use tables::{
    Extra, Of, definition, ge, gt, identity, input, instance, le, lt, multiple_of, output, pattern,
    trim, variant, variant_also, word, word_also,
};

#[cfg(feature = "schemars")]
pub use foreign::{json_schema, schema_id, schema_name, schemars};

pub use crate::quoted::{pass as pass_quoted, read as read_quoted, write as write_quoted};
pub use crate::scan::find as find_byte;

pub use crate::program::{
    Arguments, Common, ErasedProgram, Parameter, Predictors, Walk, WalkMut, argument,
    schema as arguments_schema,
};
pub use crate::signature::OutputsOf;
pub use crate::{
    __constants as constants, __debug as impl_debug, __deserialize as impl_deserialize,
    __deserialize_inputs as impl_deserialize_inputs,
    __deserialize_outputs as impl_deserialize_outputs, __key as impl_key,
    __outputs_of as outputs_of, __partial as partial, __plain as plain, __question as question,
    __reasoned as reasoned, __recursion as recursion, __schemars as impl_schemars,
    __serialize as impl_serialize, __spelled as spelled, Adapter, Analysis, Ask, Constants, Def,
    Field, InputField, MapKey, Members, Reader, Signature, SignatureDef, Text, View,
    constant::Ref,
    error::Fault,
    field::{Items, mismatch},
    parse::{OneFault, Values, check_author},
    schema::{
        Body, Constraint, Definition, Dialect, FieldDef, Limit, Literal, Named, Schema, Variant,
        render::{Constant, First},
    },
    stream::{Part as OutputPart, Partial, Slot},
    types,
};
pub use crate::{
    dynamic::{align_value, read as read_reply, read_value},
    parse::Form,
    read::both as read_both,
};
pub use serde;
pub use serde_json::Value;
pub use std;
pub use std as core;
pub use std::result::Result::Ok;

/// What sees the fields of a value one after another.
pub type Each<'a> = dyn FnMut(&str, View<'_>) + 'a;
/// What reading the outputs of a signature gives.
pub type Outputs<T> = Result<T, Vec<Fault>>;

/// What the graph of a program is made of.
pub mod graph {
    pub use crate::graph::{Chart, ChartText, Edge, EdgeKind, Graph, HasGraph, Node, NodeKind};
}

/// The future behind `#[program]`.
pub mod flow {
    pub use crate::flow::{
        Beside, Get, Group, Host, Left, Op, Out, Own, Put, Schedule, Take, Turns, Until, begin,
        never, step, turn,
    };
}
