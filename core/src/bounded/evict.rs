//! Which entry of a full cache goes first.
use std::collections::BTreeMap;

/// Which entry of a full cache goes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Eviction {
    /// The least recently used.
    #[default]
    Lru,
    /// The least often used; among equals the least recently used.
    Lfu,
    /// The oldest.
    Ttl,
}

/// What an entry's place in the order depends on. Ticks are unique, and so are places.
#[derive(Clone, Copy, Debug)]
pub(super) struct Usage {
    pub(super) made: u64,
    pub(super) used: u64,
    pub(super) uses: u64,
}

/// The entries in the order in which they go, by a key of type `K`.
#[derive(Debug)]
pub(super) struct Order<K> {
    eviction: Eviction,
    places: BTreeMap<(u64, u64), K>,
}

impl<K: Clone> Order<K> {
    pub(super) fn new(eviction: Eviction) -> Self {
        Order {
            eviction,
            places: BTreeMap::new(),
        }
    }
    fn place(&self, usage: &Usage) -> (u64, u64) {
        match self.eviction {
            Eviction::Lru => (0, usage.used),
            Eviction::Lfu => (usage.uses, usage.used),
            Eviction::Ttl => (0, usage.made),
        }
    }
    pub(super) fn insert(&mut self, usage: &Usage, key: K) {
        self.places.insert(self.place(usage), key);
    }
    pub(super) fn remove(&mut self, usage: &Usage) {
        self.places.remove(&self.place(usage));
    }
    /// An entry was used.
    pub(super) fn moved(&mut self, before: &Usage, after: &Usage) {
        if let Some(key) = self.places.remove(&self.place(before)) {
            self.places.insert(self.place(after), key);
        }
    }
    /// Takes out the entry that goes first.
    pub(super) fn pop(&mut self) -> Option<K> {
        self.places.pop_first().map(|(_, key)| key)
    }
    pub(super) fn clear(&mut self) {
        self.places.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::{Eviction, Order, Usage};

    /// Three entries made in the order a, b, c; then b is used twice and a once.
    fn first(eviction: Eviction) -> &'static str {
        let mut order = Order::new(eviction);
        let usage = |tick| Usage {
            made: tick,
            used: tick,
            uses: 1,
        };
        for (tick, key) in [(1, "a"), (2, "b"), (3, "c")] {
            order.insert(&usage(tick), key);
        }
        let used = |from: Usage, tick| Usage {
            used: tick,
            uses: from.uses + 1,
            ..from
        };
        let (b, bb) = (used(usage(2), 4), used(used(usage(2), 4), 5));
        order.moved(&usage(2), &b);
        order.moved(&b, &bb);
        order.moved(&usage(1), &used(usage(1), 6));
        order.pop().unwrap_or_default()
    }

    #[test]
    fn each_kind_has_its_first() {
        assert_eq!(first(Eviction::Lru), "c");
        assert_eq!(first(Eviction::Lfu), "c");
        assert_eq!(first(Eviction::Ttl), "a");
    }
}
