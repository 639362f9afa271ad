//! Which named types a schema mentions, in the order of their first mention.
use super::{Body, FieldDef, Named, Schema, Variant};
use crate::constant::{Out, Ref};

/// More named types than this in one signature stop the compiler with a message.
const MOST: usize = 128;

/// The named types of a schema. A list and no map: `const fn`s have no maps.
pub(crate) struct Definitions<'a> {
    list: [Option<&'a Named>; MOST],
    len: usize,
}

impl<'a> Definitions<'a> {
    pub(crate) const fn new() -> Self {
        Definitions { list: [None; MOST], len: 0 }
    }
    /// The named types of some fields.
    pub(crate) const fn of_fields(fields: &'a [FieldDef]) -> Self {
        let mut all = Self::new();
        all.fields(fields);
        all
    }
    pub(crate) const fn of(schema: &'a Schema) -> Self {
        let mut all = Self::new();
        all.schema(schema);
        all
    }
    pub(crate) const fn len(&self) -> usize {
        self.len
    }
    pub(crate) const fn get(&self, index: usize) -> Option<&'a Named> {
        if index < self.len { self.list[index] } else { None }
    }
    pub(crate) const fn find(&self, id: u64) -> Option<&'a Named> {
        let mut at = 0;
        while at < self.len {
            if let Some(named) = self.list[at]
                && named.id == id
            {
                return Some(named);
            }
            at += 1;
        }
        None
    }
    pub(crate) const fn fields(&mut self, fields: &'a [FieldDef]) {
        let mut at = 0;
        while at < fields.len() {
            self.schema(fields[at].schema.get());
            at += 1;
        }
    }
    const fn variants(&mut self, variants: &'a [Variant]) {
        let mut at = 0;
        while at < variants.len() {
            if let Some(data) = &variants[at].data {
                self.schema(data.get());
            }
            at += 1;
        }
    }
    const fn list(&mut self, schemas: &'a [Ref<Schema>]) {
        let mut at = 0;
        while at < schemas.len() {
            self.schema(schemas[at].get());
            at += 1;
        }
    }
    /// Adds a schema's named types. Ends on cycles: a type met before is not entered again.
    pub(crate) const fn schema(&mut self, schema: &'a Schema) {
        match schema {
            Schema::List(item)
            | Schema::Set(item)
            | Schema::Array(item, _)
            | Schema::Optional(item)
            | Schema::Constrained(item, _)
            | Schema::Printed(item, _) => self.schema(item.get()),
            Schema::Map(key, value) => {
                self.schema(key.get());
                self.schema(value.get());
            }
            Schema::Tuple(items) | Schema::Union(items) => self.list(items.get()),
            Schema::Inline(definition) => {
                if let Body::Record(fields) = &definition.get().body {
                    self.fields(fields.get());
                }
            }
            Schema::Named(named) => {
                if self.find(named.id).is_some() {
                    return;
                }
                assert!(self.len < MOST, "a signature mentions more than 128 named types");
                self.list[self.len] = Some(named);
                self.len += 1;
                match named.body() {
                    Body::Record(fields) => self.fields(fields.get()),
                    Body::Words(_) => {}
                    Body::Variants(variants) => self.variants(variants.get()),
                }
            }
            _ => {}
        }
    }

    /// Whether the type `named` contains itself, directly or through others.
    pub(crate) const fn is_recursive(named: &'a Named) -> bool {
        let mut inside = Self::new();
        match named.body() {
            Body::Record(fields) => inside.fields(fields.get()),
            Body::Words(_) => {}
            Body::Variants(variants) => inside.variants(variants.get()),
        }
        inside.find(named.id).is_some() || inside.refers_to(named.id)
    }
    /// Whether one of these types has a [`Schema::Recursion`] to `id`.
    const fn refers_to(&self, id: u64) -> bool {
        let mut at = 0;
        while at < self.len {
            if let Some(named) = self.list[at]
                && body_refers_to(named.body(), id)
            {
                return true;
            }
            at += 1;
        }
        false
    }

    /// The name of a type in `$defs`: `Page_Person_`; a second type of the same name gets `_2`.
    pub(crate) const fn name(&self, out: &mut Out<'_>, named: &Named) {
        printed_name(out, named);
        let (mut at, mut same) = (0, 1);
        while at < self.len {
            if let Some(other) = self.list[at] {
                if other.id == named.id {
                    break;
                }
                if equal(other.name.get(), named.name.get())
                    && other.arguments.get().len() == named.arguments.get().len()
                {
                    same += 1;
                }
            }
            at += 1;
        }
        if same > 1 {
            out.push("_");
            out.number(same);
        }
    }

    /// The indices in the order of the names: Python sorts `$defs`.
    pub(crate) const fn sorted(&self) -> [usize; MOST] {
        let mut order = [0; MOST];
        let mut at = 0;
        while at < self.len {
            let mut place = at;
            while place > 0 && self.before(at, order[place - 1]) {
                order[place] = order[place - 1];
                place -= 1;
            }
            order[place] = at;
            at += 1;
        }
        order
    }
    const fn before(&self, one: usize, two: usize) -> bool {
        match (self.list[one], self.list[two]) {
            (Some(one), Some(two)) => less(one.name.get(), two.name.get()),
            _ => false,
        }
    }
}

const fn body_refers_to(body: &Body, id: u64) -> bool {
    match body {
        Body::Record(fields) => {
            let fields = fields.get();
            let mut at = 0;
            while at < fields.len() {
                if refers_to(fields[at].schema.get(), id) {
                    return true;
                }
                at += 1;
            }
            false
        }
        Body::Words(_) => false,
        Body::Variants(variants) => {
            let variants = variants.get();
            let mut at = 0;
            while at < variants.len() {
                if let Some(data) = &variants[at].data
                    && refers_to(data.get(), id)
                {
                    return true;
                }
                at += 1;
            }
            false
        }
    }
}

/// Whether a schema mentions `id` without entering named types.
const fn refers_to(schema: &Schema, id: u64) -> bool {
    match schema {
        Schema::List(item)
        | Schema::Set(item)
        | Schema::Array(item, _)
        | Schema::Optional(item)
        | Schema::Constrained(item, _)
        | Schema::Printed(item, _) => refers_to(item.get(), id),
        Schema::Map(key, value) => refers_to(key.get(), id) || refers_to(value.get(), id),
        Schema::Tuple(items) | Schema::Union(items) => {
            let items = items.get();
            let mut at = 0;
            while at < items.len() {
                if refers_to(items[at].get(), id) {
                    return true;
                }
                at += 1;
            }
            false
        }
        Schema::Recursion(other) => *other == id,
        Schema::Inline(definition) => body_refers_to(&definition.get().body, id),
        _ => false,
    }
}

/// `Page_Person_`, as pydantic names an instance of a generic model.
pub(crate) const fn printed_name(out: &mut Out<'_>, named: &Named) {
    out.push(named.name.get());
    let arguments = named.arguments.get();
    let mut at = 0;
    while at < arguments.len() {
        out.push("_");
        argument(out, arguments[at].get());
        at += 1;
    }
    if at > 0 {
        out.push("_");
    }
}

const fn argument(out: &mut Out<'_>, schema: &Schema) {
    match schema {
        Schema::Named(named) => printed_name(out, named),
        Schema::List(item) | Schema::Set(item) | Schema::Array(item, _) => {
            out.push("list_");
            argument(out, item.get());
            out.push("_");
        }
        Schema::Map(_, value) => {
            out.push("dict_");
            argument(out, value.get());
            out.push("_");
        }
        Schema::Optional(item) => {
            out.push("Optional_");
            argument(out, item.get());
            out.push("_");
        }
        Schema::Constrained(item, _) | Schema::Printed(item, _) => argument(out, item.get()),
        Schema::Text | Schema::Character => out.push("str"),
        Schema::Boolean => out.push("bool"),
        Schema::Integer(_) => out.push("int"),
        Schema::Number(_) => out.push("float"),
        Schema::Tuple(_) => out.push("tuple"),
        Schema::Union(_) => out.push("Union"),
        Schema::Literal(_) => out.push("Literal"),
        _ => out.push("Any"),
    }
}

pub(crate) const fn equal(one: &str, two: &str) -> bool {
    let (one, two) = (one.as_bytes(), two.as_bytes());
    if one.len() != two.len() {
        return false;
    }
    let mut at = 0;
    while at < one.len() {
        if one[at] != two[at] {
            return false;
        }
        at += 1;
    }
    true
}

pub(crate) const fn less(one: &str, two: &str) -> bool {
    let (one, two) = (one.as_bytes(), two.as_bytes());
    let mut at = 0;
    while at < one.len() && at < two.len() {
        if one[at] != two[at] {
            return one[at] < two[at];
        }
        at += 1;
    }
    one.len() < two.len()
}

