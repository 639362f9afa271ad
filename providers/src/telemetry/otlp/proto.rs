//! Protocol Buffers, as much of them as OTLP needs: fields with a number, in one of three forms, written; and of a
//! collector's answer the one number that matters, read.

/// The fields of a message.
#[derive(Default)]
pub(super) struct Message(Vec<u8>);

impl Message {
    fn varint(&mut self, mut value: u64) {
        loop {
            #[allow(clippy::cast_possible_truncation, reason = "seven bits")]
            let low = (value & 0x7f) as u8;
            value >>= 7;
            if value == 0 {
                return self.0.push(low);
            }
            self.0.push(low | 0x80);
        }
    }
    fn key(&mut self, field: u32, form: u64) {
        self.varint(u64::from(field) << 3 | form);
    }
    /// A number or truth value.
    pub(super) fn number(&mut self, field: u32, value: u64) {
        self.key(field, 0);
        self.varint(value);
    }
    /// Eight bytes.
    pub(super) fn fixed(&mut self, field: u32, value: u64) {
        self.key(field, 1);
        self.0.extend_from_slice(&value.to_le_bytes());
    }
    pub(super) fn double(&mut self, field: u32, value: f64) {
        self.fixed(field, value.to_bits());
    }
    /// Text, or bytes.
    pub(super) fn bytes(&mut self, field: u32, value: &[u8]) {
        self.key(field, 2);
        self.varint(value.len() as u64);
        self.0.extend_from_slice(value);
    }
    /// A message inside.
    pub(super) fn message(&mut self, field: u32, write: impl FnOnce(&mut Message)) {
        let mut inside = Message::default();
        write(&mut inside);
        self.bytes(field, &inside.0);
    }
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

/// How many spans a collector did not take of a batch that it took: `rejected_spans` of `partial_success` in an
/// `ExportTraceServiceResponse`. What cannot be read says nothing.
pub(super) fn rejected(answer: &[u8]) -> u64 {
    let partial = Fields(answer).find_map(|field| match field {
        (1, Wire::Bytes(partial)) => Some(partial),
        _ => None,
    });
    let mut inside = Fields(partial.unwrap_or_default());
    let number = inside.find_map(|field| match field {
        (1, Wire::Number(number)) => Some(number),
        _ => None,
    });
    // a negative number is a mistake
    number
        .filter(|number| i64::try_from(*number).is_ok())
        .unwrap_or_default()
}

enum Wire<'a> {
    Number(u64),
    Bytes(&'a [u8]),
    Fixed,
}

/// The fields of a message, up to the first that is none.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let (first, rest) = self.0.split_first()?;
            self.0 = rest;
            value |= u64::from(first & 0x7f) << shift;
            if first & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }
    fn bytes(&mut self, length: u64) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(usize::try_from(length).ok()?)?;
        self.0 = rest;
        Some(taken)
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = (u64, Wire<'a>);
    fn next(&mut self) -> Option<Self::Item> {
        let key = self.varint()?;
        let value = match key & 7 {
            0 => Wire::Number(self.varint()?),
            1 => self.bytes(8).map(|_| Wire::Fixed)?,
            2 => {
                let length = self.varint()?;
                Wire::Bytes(self.bytes(length)?)
            }
            5 => self.bytes(4).map(|_| Wire::Fixed)?,
            _ => return None,
        };
        Some((key >> 3, value))
    }
}

/// The messages that stand in a message under a number.
#[cfg(test)]
pub(super) fn inside(message: &[u8], number: u64) -> Vec<&[u8]> {
    let all = Fields(message).filter_map(|field| match field {
        (of, Wire::Bytes(inside)) if of == number => Some(inside),
        _ => None,
    });
    all.collect()
}
