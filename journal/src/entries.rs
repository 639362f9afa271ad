//! A walk through the entries of a space.
use crate::{Entry, Journal, store::Read};
use sigflow_core::Result;

/// A walk through the entries of a space, in the order in which they were put; of an entry that was put again the last
/// time counts. It holds nothing open between two steps: what is put behind it on the way is seen.
#[derive(Debug)]
pub struct Entries {
    journal: Journal,
    space: String,
    /// Read already, the next one last.
    ready: Vec<Entry>,
    /// Where to go on; none at the end.
    after: Option<i64>,
    damaged: u64,
}

impl Entries {
    pub(crate) fn new(journal: Journal, space: &str) -> Self {
        Entries {
            journal,
            space: space.to_owned(),
            ready: Vec::new(),
            after: Some(0),
            damaged: 0,
        }
    }
    /// The next entry; none at the end. Damaged ones are passed over and [counted](Self::damaged).
    ///
    /// # Errors
    /// If the file cannot be read; with [`Fault::Overloaded`](crate::Fault::Overloaded) if too many reads wait already.
    pub async fn next(&mut self) -> Result<Option<Entry>> {
        loop {
            if let Some(entry) = self.ready.pop() {
                return Ok(Some(entry));
            }
            let Some(after) = self.after else {
                return Ok(None);
            };
            let page = self.journal.page(&self.space, after).await?;
            self.after = page.next;
            for read in page.entries.into_iter().rev() {
                match read {
                    Read::Sound(entry) => self.ready.push(entry),
                    Read::Damaged => self.damaged += 1,
                }
            }
        }
    }
    /// How many entries were passed over so far because their checksum is wrong.
    pub fn damaged(&self) -> u64 {
        self.damaged
    }
}
