//! A request as bytes.
use std::{
    fmt,
    hash::{BuildHasher as _, Hash, Hasher, RandomState},
    sync::Arc,
};

/// A request as bytes, hashed once: prompts are long, and each look-up hashes its key several times. The hash only
/// finds; what is found is compared whole.
#[derive(Clone)]
pub(super) struct Key {
    hash: u64,
    bytes: Arc<[u8]>,
    /// It means something beyond this process.
    pub(super) lasts: bool,
}

impl Key {
    /// Keys that are compared must be of one `random`, which nobody outside can know.
    pub(super) fn new(bytes: Vec<u8>, lasts: bool, random: &RandomState) -> Self {
        Key {
            hash: random.hash_one(&bytes),
            bytes: bytes.into(),
            lasts,
        }
    }
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash
            && (Arc::ptr_eq(&self.bytes, &other.bytes) || self.bytes == other.bytes)
    }
}
impl Eq for Key {}
impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

/// A short name, without what was asked.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.hash)
    }
}

#[cfg(test)]
mod tests {
    use super::Key;
    use std::{collections::HashMap, hash::RandomState};

    #[test]
    fn one_hash_is_not_one_request() {
        let mut other = Key::new(b"other".to_vec(), true, &RandomState::new());
        let one = Key::new(b"one".to_vec(), true, &RandomState::new());
        other.hash = one.hash;
        let mut map = HashMap::from([(one.clone(), 1)]);
        assert_eq!(map.get(&other), None);
        map.insert(other.clone(), 2);
        assert_eq!((map[&one], map[&other]), (1, 2));
    }
}
