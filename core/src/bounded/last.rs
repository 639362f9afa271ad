//! The last of what came, bounded in number and in bytes: under the histories of models and predictors.
use std::collections::VecDeque;

/// Entries that a history keeps, unless told otherwise.
const ENTRIES: usize = 100;
/// Bytes that it keeps, where it keeps content: prompts can be of any length.
const BYTES: usize = 16 << 20;

/// What may stand in a [`Last`].
pub(crate) trait Weighs {
    /// Bytes that it takes.
    fn bytes(&self) -> usize;
    /// Leaves away what makes it long.
    fn lighten(&mut self);
}

/// What a history keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Keeps {
    /// At most so many entries.
    pub(crate) entries: usize,
    /// The most bytes of all entries, if content is kept.
    pub(crate) content: Option<usize>,
}

impl Keeps {
    pub(crate) const fn new() -> Self {
        Keeps {
            entries: ENTRIES,
            content: None,
        }
    }
    pub(crate) const fn none() -> Self {
        Keeps {
            entries: 0,
            content: None,
        }
    }
    pub(crate) const fn with_content(self, bytes: Option<usize>) -> Self {
        Keeps {
            entries: self.entries,
            content: Some(match bytes {
                Some(bytes) => bytes,
                None => BYTES,
            }),
        }
    }
    pub(crate) const fn of(self, entries: usize) -> Self {
        Keeps {
            entries,
            content: self.content,
        }
    }
}

impl Default for Keeps {
    fn default() -> Self {
        Self::new()
    }
}

/// The last of what came.
#[derive(Debug)]
pub(crate) struct Last<T> {
    keeps: Keeps,
    entries: VecDeque<T>,
    bytes: usize,
}

impl<T: Weighs + Clone> Last<T> {
    pub(crate) fn new(keeps: Keeps) -> Self {
        Last {
            keeps,
            entries: VecDeque::new(),
            bytes: 0,
        }
    }
    /// One more; the oldest go.
    pub(crate) fn push(&mut self, mut entry: T) {
        let most = self.keeps.content.unwrap_or(usize::MAX);
        // one that is longer than all may be is kept without its content, so that the others keep theirs
        if entry.bytes() > most {
            entry.lighten();
        }
        self.bytes += entry.bytes();
        self.entries.push_back(entry);
        while self.entries.len() > self.keeps.entries || self.bytes > most {
            self.drop_oldest();
        }
    }
    fn drop_oldest(&mut self) -> Option<usize> {
        let bytes = self.entries.pop_front()?.bytes();
        self.bytes -= bytes;
        Some(bytes)
    }
    /// Forgets the oldest until so many bytes are free, and says how many are.
    pub(crate) fn forget(&mut self, wanted: usize) -> usize {
        let mut freed = 0;
        while freed < wanted
            && let Some(bytes) = self.drop_oldest()
        {
            freed += bytes;
        }
        freed
    }
    /// All of them, oldest first.
    pub(crate) fn entries(&self) -> Vec<T> {
        self.entries.iter().cloned().collect()
    }
    /// Bytes of all that is kept.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::{Keeps, Last, Weighs};

    #[derive(Clone, Debug, PartialEq)]
    struct Text(usize, String);

    impl Weighs for Text {
        fn bytes(&self) -> usize {
            10 + self.1.len()
        }
        fn lighten(&mut self) {
            self.1 = String::new();
        }
    }

    fn fill(keeps: Keeps, lengths: impl IntoIterator<Item = usize>) -> Last<Text> {
        let mut last = Last::new(keeps);
        for (number, length) in lengths.into_iter().enumerate() {
            last.push(Text(number, "a".repeat(length)));
        }
        last
    }

    #[test]
    fn a_hundred_unless_set() {
        let last = fill(Keeps::new(), vec![5; 150]);
        let kept = last.entries();
        assert_eq!((kept.len(), kept[0].0, last.bytes()), (100, 50, 1500));
        assert_eq!(fill(Keeps::new().of(3), vec![5; 150]).entries().len(), 3);
        assert_eq!(fill(Keeps::none(), vec![5; 150]).bytes(), 0);
    }

    #[test]
    fn bytes_are_bounded_and_what_is_too_long_alone_drives_nobody_out() {
        let keeps = Keeps::new().with_content(Some(1000));
        let mut last = fill(keeps, vec![90; 50]);
        assert_eq!((last.entries().len(), last.bytes()), (10, 1000));
        last.push(Text(50, "a".repeat(2000)));
        let kept = last.entries();
        assert_eq!((kept.len(), kept[9].clone()), (10, Text(50, String::new())));
        assert_eq!(last.forget(150), 200);
        assert_eq!((last.entries().len(), last.bytes()), (8, 710));
        assert_eq!((last.forget(usize::MAX), last.bytes()), (710, 0));
    }
}
