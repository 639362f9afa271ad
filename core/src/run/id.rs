//! Names of runs.
use crate::{Error, ErrorKind};
use std::{
    collections::hash_map::RandomState,
    fmt,
    hash::{BuildHasher, Hasher},
    str::FromStr,
    sync::OnceLock,
    sync::atomic::{AtomicU64, Ordering},
    time::SystemTime,
};

/// The name of one run: 32 hexadecimal digits that no other run has. Later ones are greater.
///
/// ```
/// use sigflow_core::RunId;
///
/// let (one, two) = (RunId::new(), RunId::new());
/// assert_ne!(one, two);
/// assert_eq!(one.to_string().parse::<RunId>()?, one);
/// # Ok::<(), sigflow_core::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(u128);

impl RunId {
    /// A new one: the time in milliseconds, then chance, as UUIDs of version 7 do (RFC 9562).
    #[allow(clippy::new_without_default, reason = "two defaults are never equal")]
    pub fn new() -> Self {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let millis = since.map_or(0, |since| since.as_millis()) & 0xffff_ffff_ffff;
        let (count, chance) = chance();
        // the count keeps those of one millisecond and one process in order
        RunId((millis << 80) | (u128::from(count & 0xffff) << 64) | u128::from(chance))
    }
}

/// A number by chance, and how many there were before it.
pub(crate) fn chance() -> (u64, u64) {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    static SEED: OnceLock<RandomState> = OnceLock::new();
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    // the standard library's only source of chance is the keys of its hasher
    let mut hasher = SEED.get_or_init(RandomState::new).build_hasher();
    hasher.write_u64(count);
    (count, hasher.finish())
}

impl RunId {
    /// As a number: the trace of its spans has the same.
    pub const fn as_u128(self) -> u128 {
        self.0
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}
impl fmt::Debug for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl FromStr for RunId {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self, Error> {
        let digits = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = digits
            .then(|| u128::from_str_radix(text, 16).ok())
            .flatten();
        number.map(RunId).ok_or_else(|| {
            let message = format!("`{text}` names no run; write its 32 hexadecimal digits");
            Error::new(ErrorKind::State, message)
        })
    }
}
