//! A number that tells an entry from one that was damaged, and a key's place in the index.
//!
//! FNV-1a in 64 bits (Fowler, Noll, Vo): each step is a bijection of the state, so that one damaged byte always shows,
//! and more go unseen once in 2^64. It guards against accidents; who can write to the file can write what he likes.

const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

fn add(state: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(state, |state, byte| {
        (state ^ u64::from(*byte)).wrapping_mul(PRIME)
    })
}

/// With its length before it, so that a byte cannot move from one part into the next.
fn part(state: u64, bytes: &[u8]) -> u64 {
    add(add(state, &(bytes.len() as u64).to_le_bytes()), bytes)
}

/// As SQLite has numbers.
pub(crate) fn of_key(key: &[u8]) -> i64 {
    add(BASIS, key).cast_signed()
}

pub(crate) fn of_entry(space: &str, key: &[u8], value: &[u8], made: i64) -> i64 {
    let state = part(part(part(BASIS, space.as_bytes()), key), value);
    add(state, &made.to_le_bytes()).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::{of_entry, of_key};

    #[test]
    fn it_is_fnv_1a() {
        // the test vectors of its authors
        assert_eq!(of_key(b"").cast_unsigned(), 0xcbf2_9ce4_8422_2325);
        assert_eq!(of_key(b"foobar").cast_unsigned(), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn each_byte_and_each_border_counts() {
        let sound = of_entry("s", b"key", b"value", 7);
        for (space, key, value, made) in [
            ("t", "key", "value", 7),
            ("", "skey", "value", 7),
            ("s", "kez", "value", 7),
            ("s", "keyv", "alue", 7),
            ("s", "key", "valuf", 7),
            ("s", "key", "value", 8),
        ] {
            assert_ne!(
                of_entry(space, key.as_bytes(), value.as_bytes(), made),
                sound
            );
        }
    }
}
