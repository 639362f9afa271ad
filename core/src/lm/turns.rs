//! The messages of one call: one of them nearly always.
use super::Message;
use std::ops::{Deref, DerefMut};

/// Messages in order. One alone needs no list, and so no allocation.
///
/// ```
/// use sigflow_core::{Message, Turns};
///
/// let mut turns = Turns::from(Message::user("Where is Paris?"));
/// turns.push(Message::assistant("In France."));
/// assert_eq!(turns.len(), 2);
/// assert_eq!(turns[1].text(), "In France.");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Turns(Kind);

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    One(Message),
    Many(Vec<Message>),
}

impl Default for Turns {
    fn default() -> Self {
        Turns(Kind::Many(Vec::new()))
    }
}

impl Turns {
    /// Adds a message at the end.
    pub fn push(&mut self, message: Message) {
        self.insert(self.len(), message);
    }
    /// Adds a message before the one at `index`; at the end if there are fewer.
    pub fn insert(&mut self, index: usize, message: Message) {
        if self.is_empty() {
            self.0 = Kind::One(message);
            return;
        }
        let mut all = std::mem::take(self).into_vec();
        all.insert(index.min(all.len()), message);
        self.0 = Kind::Many(all);
    }
    /// The messages as a list.
    pub fn into_vec(self) -> Vec<Message> {
        match self.0 {
            Kind::One(message) => vec![message],
            Kind::Many(messages) => messages,
        }
    }
}

impl From<Message> for Turns {
    fn from(message: Message) -> Self {
        Turns(Kind::One(message))
    }
}
impl From<Vec<Message>> for Turns {
    fn from(messages: Vec<Message>) -> Self {
        Turns(Kind::Many(messages))
    }
}
impl FromIterator<Message> for Turns {
    fn from_iter<I: IntoIterator<Item = Message>>(messages: I) -> Self {
        messages.into_iter().collect::<Vec<_>>().into()
    }
}
impl Deref for Turns {
    type Target = [Message];
    fn deref(&self) -> &[Message] {
        match &self.0 {
            Kind::One(message) => std::slice::from_ref(message),
            Kind::Many(messages) => messages,
        }
    }
}
impl DerefMut for Turns {
    fn deref_mut(&mut self) -> &mut [Message] {
        match &mut self.0 {
            Kind::One(message) => std::slice::from_mut(message),
            Kind::Many(messages) => messages,
        }
    }
}
impl<'a> IntoIterator for &'a Turns {
    type Item = &'a Message;
    type IntoIter = std::slice::Iter<'a, Message>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
impl IntoIterator for Turns {
    type Item = Message;
    type IntoIter = std::vec::IntoIter<Message>;
    fn into_iter(self) -> Self::IntoIter {
        self.into_vec().into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::{Message, Turns};

    #[test]
    fn messages_keep_their_order() {
        let mut turns = Turns::default();
        for text in ["b", "c"] {
            turns.push(Message::user(text));
        }
        turns.insert(0, Message::user("a"));
        turns.insert(99, Message::user("d"));
        let said: Vec<&str> = turns.iter().map(Message::text).collect();
        assert_eq!(said, ["a", "b", "c", "d"]);
        assert_eq!(turns, turns.clone().into_vec().into());
    }
}
