//! Where a member stands: a hash of its series and labels. A dozen of them are made for each call, by `SipHash` at 700
//! instructions each.
use super::Series;
use std::hash::{BuildHasher as _, BuildHasherDefault, Hasher, RandomState};

/// Places of members. Labels may be made of what users send, so nobody can tell which labels share a place: all depends
/// on two secret numbers. Those that do all the same stand beside each other.
pub(super) struct Places {
    begin: u64,
    factor: u64,
}

impl Places {
    pub(super) fn new() -> Self {
        let chance = RandomState::new();
        Places {
            begin: chance.hash_one(0),
            // an even number would lose bits
            factor: chance.hash_one(1) | 1,
        }
    }
    pub(super) fn of(&self, series: Series, values: &[&str]) -> u64 {
        let mut state = self.mixed(self.begin ^ series as u64);
        for value in values {
            let (words, rest) = value.as_bytes().as_chunks::<8>();
            for word in words {
                state = self.mixed(state ^ u64::from_le_bytes(*word));
            }
            let last = rest
                .iter()
                .fold(0, |last, byte| last << 8 | u64::from(*byte));
            // with the length, so that `a`, `bc` are not `ab`, `c`
            let length = (value.len() as u64).rotate_right(8);
            state = self.mixed(state ^ last ^ length);
        }
        // labels that differ in a few bits only are still near each other after one factor: one in ten factors spreads
        // them badly
        folded(state ^ self.begin, self.factor.rotate_left(32) | 1)
    }
    fn mixed(&self, state: u64) -> u64 {
        folded(state, self.factor)
    }
}

/// Both halves of the product: each bit of it depends on all bits.
#[allow(clippy::cast_possible_truncation, reason = "the halves")]
fn folded(state: u64, factor: u64) -> u64 {
    let product = u128::from(state) * u128::from(factor);
    product as u64 ^ (product >> 64) as u64
}

/// For a map whose keys are hashes already.
pub(super) type Same = BuildHasherDefault<Given>;

/// Gives back the number that it is given.
#[derive(Default)]
pub(super) struct Given(u64);

impl Hasher for Given {
    fn write_u64(&mut self, place: u64) {
        self.0 = place;
    }
    fn write(&mut self, bytes: &[u8]) {
        // no key of ours is written so
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }
    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::{Places, Series};
    use std::collections::HashSet;

    #[test]
    fn labels_that_differ_have_places_that_differ() {
        let places = Places::new();
        let mut seen = HashSet::new();
        let mut words: Vec<String> = (0..200).map(|at| "a".repeat(at)).collect();
        words.extend((0..2_000).map(|number| format!("model-{number}")));
        for word in &words {
            for series in [Series::ExecutionCost, Series::TokenUsage] {
                assert!(seen.insert(places.of(series, &[word, "x"])), "{word}, x");
                assert!(seen.insert(places.of(series, &["x", word])) || word == "x");
                assert!(seen.insert(places.of(series, &[word])), "{word}");
            }
        }
        // the same letters, cut elsewhere
        let cuts = [["ab", "c"], ["a", "bc"], ["", "abc"], ["abc", ""]];
        let places = cuts.map(|cut| places.of(Series::Events, &cut));
        assert_eq!(HashSet::from(places).len(), 4);
        // each process has its own
        let (one, other) = (Places::new(), Places::new());
        let of = |places: &Places| places.of(Series::Events, &["a"]);
        assert_ne!(of(&one), of(&other));
    }

    #[test]
    fn places_spread_over_a_table() {
        // the lowest and the highest bits are what a table looks at
        let places = Places::new();
        let (mut low, mut high) = (HashSet::new(), HashSet::new());
        for number in 0..4_096 {
            let place = places.of(Series::ExecutionCost, &[&number.to_string()]);
            low.insert(place & 4_095);
            high.insert(place >> 52);
        }
        // by chance 63 of a hundred
        assert!(
            low.len() > 2_300 && high.len() > 2_300,
            "{} {}",
            low.len(),
            high.len()
        );
    }
}
