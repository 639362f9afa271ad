//! Whether a signature is still the one it was.
use crate::{schema::FieldDef, signature::Def};

/// Of names, sides and types of the fields: what tuning does not change, and what demos depend on. The same on
/// every machine and in every build.
pub(super) fn of(def: &Def) -> String {
    let mut hash = Fnv::default();
    let mut side = |mark: &str, fields: &mut dyn Iterator<Item = &FieldDef>| {
        hash.write(mark);
        for field in fields {
            hash.write(field.name.get());
            hash.write(&field.python_type());
        }
    };
    side("->", &mut def.inputs().iter());
    side("<-", &mut def.outputs());
    format!("{:016x}", hash.0)
}

/// FNV-1a of 64 bits (Fowler, Noll, Vo): it shall find accidents, not attacks, and must not change with the
/// standard library as its own hasher may.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Fnv(0xcbf2_9ce4_8422_2325)
    }
}
impl Fnv {
    fn write(&mut self, text: &str) {
        // a byte that no UTF-8 has, so that `ab` `c` differs from `a` `bc`
        for byte in text.bytes().chain([0xff]) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}
