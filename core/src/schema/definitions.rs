//! Which named types a schema mentions, in the order of their first mention.
use super::{Body, FieldDef, Named, Schema, Variant};
use crate::{
    constant::{Out, Ref},
    signature::SignatureDef,
};

/// More named types than this among the inputs or the outputs of a signature stop the compiler with a
/// message; signatures made at run time refuse them.
pub(crate) const MOST: usize = 128;

/// Named types by their places in a list, a bit each.
pub(crate) type Places = u128;

/// The named types of a schema. A list and no map: `const fn`s have no maps.
pub(crate) struct Definitions<'a> {
    list: [Option<&'a Named>; MOST],
    len: usize,
    /// What each type mentions without entering other types; what fields mention has no type around it.
    mentions: [Places; MOST],
    /// The type that is being entered.
    inside: Option<usize>,
    /// The first that found no room.
    homeless: Option<&'a Named>,
}

impl<'a> Definitions<'a> {
    pub(crate) const fn new() -> Self {
        Definitions {
            list: [None; MOST],
            len: 0,
            mentions: [0; MOST],
            inside: None,
            homeless: None,
        }
    }
    /// The named types of some fields.
    pub(crate) const fn of_fields(fields: &'a [FieldDef]) -> Self {
        let mut all = Self::new();
        all.fields(fields);
        all.checked()
    }
    pub(crate) const fn of(schema: &'a Schema) -> Self {
        let mut all = Self::new();
        all.schema(schema);
        all.checked()
    }
    /// Stops the compiler here and not inside the types, each of which would be a note of its own.
    const fn checked(self) -> Self {
        if let Some(named) = self.homeless {
            no_room(named);
        }
        self
    }
    /// Stops the compiler where a signature has more named types than there is room for.
    pub(crate) const fn have_room(signature: &SignatureDef) {
        Definitions::of_fields(signature.inputs.get());
        Definitions::of_fields(signature.outputs.get());
    }
    /// The same where so many more types come beside the outputs at run time.
    pub(crate) const fn have_room_beside(signature: &SignatureDef, more: usize) {
        Definitions::have_room(signature);
        let outputs = Definitions::of_fields(signature.outputs.get());
        assert!(
            outputs.len + more <= MOST,
            "`checked_reasoning` finds no room: the outputs have 128 named types; move one of them to another signature"
        );
    }
    pub(crate) const fn len(&self) -> usize {
        self.len
    }
    pub(crate) const fn get(&self, index: usize) -> Option<&'a Named> {
        if index < self.len {
            self.list[index]
        } else {
            None
        }
    }
    pub(crate) const fn find(&self, id: u64) -> Option<&'a Named> {
        match self.place(id) {
            Some(place) => self.list[place],
            None => None,
        }
    }
    /// Where a type stands in the list.
    pub(crate) const fn place(&self, id: u64) -> Option<usize> {
        let mut at = 0;
        while at < self.len {
            if let Some(named) = self.list[at]
                && named.id == id
            {
                return Some(at);
            }
            at += 1;
        }
        None
    }
    /// What each type reaches over any number of mentions: a recursive type reaches itself.
    pub(crate) const fn reached(&self) -> [Places; MOST] {
        closure(self.mentions, self.len)
    }
    const fn mention(&mut self, place: usize) {
        if let Some(inside) = self.inside {
            self.mentions[inside] |= 1 << place;
        }
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
                if let Some(place) = self.place(named.id) {
                    self.mention(place);
                    return;
                }
                if self.len == MOST {
                    if self.homeless.is_none() {
                        self.homeless = Some(named);
                    }
                    return;
                }
                let place = self.len;
                self.mention(place);
                self.list[place] = Some(named);
                self.len += 1;
                let around = self.inside;
                self.inside = Some(place);
                match named.body() {
                    Body::Record(fields) => self.fields(fields.get()),
                    Body::Words(_) => {}
                    Body::Variants(variants) => self.variants(variants.get()),
                }
                self.inside = around;
            }
            Schema::Recursion(id) => {
                if let Some(place) = self.place(*id) {
                    self.mention(place);
                }
            }
            _ => {}
        }
    }

    /// Whether the type `named` contains itself, directly or through others.
    pub(crate) const fn is_recursive(named: &'a Named) -> bool {
        let mut all = Self::new();
        all.list[0] = Some(named);
        all.len = 1;
        all.inside = Some(0);
        match named.body() {
            Body::Record(fields) => all.fields(fields.get()),
            Body::Words(_) => return false,
            Body::Variants(variants) => all.variants(variants.get()),
        }
        all.reached()[0] & 1 != 0
    }

    /// Whether a member of `named` with this schema leads back to `named`.
    pub(crate) fn closes_cycle(named: &'a Named, member: &'a Schema) -> bool {
        let mut all = Self::new();
        all.list[0] = Some(named);
        all.len = 1;
        all.inside = Some(0);
        all.schema(member);
        all.reached()[0] & 1 != 0
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
                if equal(other.name.get(), named.name.get()) && same_name(other, named) {
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

/// Stops the compiler at the first named type that finds no room.
#[cold]
const fn no_room(named: &Named) -> ! {
    let mut buffer = [0; 1024];
    let mut out = Out::new(&mut buffer);
    out.push("`");
    printed_name(&mut out, named);
    out.push("` is one named type too many: inputs and outputs have room for ");
    out.number(MOST as i128);
    out.push(" each; move some of them to another signature");
    let len = if out.len() < 1024 { out.len() } else { 1024 };
    match std::str::from_utf8(buffer.split_at(len).0) {
        Ok(text) => panic!("{}", text),
        Err(_) => panic!("too many named types in one signature"),
    }
}

/// What each place reaches over any number of steps.
pub(crate) const fn closure(mut steps: [Places; MOST], len: usize) -> [Places; MOST] {
    let mut over = 0;
    while over < len {
        let mut from = 0;
        while from < len {
            if steps[from] & (1 << over) != 0 {
                steps[from] |= steps[over];
            }
            from += 1;
        }
        over += 1;
    }
    steps
}

/// Whether two types print alike. Names are compared by their first 256 bytes.
const fn same_name(one: &Named, two: &Named) -> bool {
    if one.arguments.get().is_empty() && two.arguments.get().is_empty() {
        return true;
    }
    let (mut left, mut right) = ([0; 256], [0; 256]);
    printed_name(&mut Out::new(&mut left), one);
    printed_name(&mut Out::new(&mut right), two);
    let mut at = 0;
    while at < left.len() {
        if left[at] != right[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// `Page_Person_`, as pydantic names an instance of a generic model.
pub(crate) const fn printed_name(out: &mut Out<'_>, named: &Named) {
    plain(out, named.name.get());
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

/// A name as it may stand in a reference: other signs become `_`, as pydantic does it.
const fn plain(out: &mut Out<'_>, name: &str) {
    let bytes = name.as_bytes();
    if is_plain(bytes) {
        return out.push(name);
    }
    let (mut at, mut start) = (0, 0);
    while at < bytes.len() {
        if !(bytes[at].is_ascii_alphanumeric() || matches!(bytes[at], b'_' | b'.' | b'-')) {
            out.part(name, start, at);
            // the rest of a character longer than a byte goes with its first byte
            if bytes[at] & 0xc0 != 0x80 {
                out.push("_");
            }
            start = at + 1;
        }
        at += 1;
    }
    out.part(name, start, bytes.len());
}

/// Whether there are only ASCII letters, digits and `_`.
const fn is_plain(bytes: &[u8]) -> bool {
    // one look-up a byte: comparisons cost compile time
    const PLAIN: [bool; 256] = {
        let mut plain = [false; 256];
        let mut byte = 0_u8;
        while byte < 128 {
            plain[byte as usize] = byte.is_ascii_alphanumeric() || byte == b'_';
            byte += 1;
        }
        plain
    };
    let (mut at, len) = (0, bytes.len());
    while at < len && PLAIN[bytes[at] as usize] {
        at += 1;
    }
    at == len
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
    equal_bytes(one.as_bytes(), two.as_bytes())
}

pub(crate) const fn equal_bytes(one: &[u8], two: &[u8]) -> bool {
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

#[cfg(test)]
mod tests {
    use super::{is_plain, plain};
    use crate::constant::Out;

    #[test]
    fn plain_names_are_letters_digits_and_underscores() {
        for byte in 0..=127_u8 {
            for at in 0..9 {
                let mut name = [b'a'; 9];
                name[at] = byte;
                let expected = byte.is_ascii_alphanumeric() || byte == b'_';
                assert_eq!(is_plain(&name), expected, "{byte} at {at}");
            }
        }
        assert!(
            is_plain(b"")
                && is_plain(b"Page")
                && is_plain(b"LineItem_2")
                && !is_plain("Größe".as_bytes())
        );
    }

    #[test]
    fn other_signs_become_underscores() {
        for (name, expected) in [
            ("Größe", "Gr__e"),
            ("a/b", "a_b"),
            ("日本 x", "___x"),
            ("A.b-c", "A.b-c"),
        ] {
            let mut buffer = [0; 32];
            let mut out = Out::new(&mut buffer);
            plain(&mut out, name);
            let len = out.len();
            assert_eq!(std::str::from_utf8(&buffer[..len]), Ok(expected));
        }
    }
}
