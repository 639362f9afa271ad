//! Where constants are rendered.
use std::marker::PhantomData;

/// A sink for text, usable in constants.
///
/// Past its capacity it only counts: the caller sees `len() > capacity` and renders again with room.
/// Compile-time costs behind its shape (measured on rustc 1.95): a statement about 0.1 µs, a raw copy
/// about 15 µs. So: few pushes, long pieces.
pub(crate) struct Out<'a> {
    start: *mut u8,
    capacity: usize,
    len: usize,
    buffer: PhantomData<&'a mut [u8]>,
}

impl<'a> Out<'a> {
    /// Writes into `buffer` from its start.
    pub(crate) const fn new(buffer: &'a mut [u8]) -> Self {
        Out { capacity: buffer.len(), start: buffer.as_mut_ptr(), len: 0, buffer: PhantomData }
    }
    /// Bytes written, or that would have been written had there been room.
    pub(crate) const fn len(&self) -> usize {
        self.len
    }
    /// Appends `text`.
    pub(crate) const fn push(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }
    /// Appends bytes that are UTF-8 together with what is already there.
    const fn bytes(&mut self, bytes: &[u8]) {
        if self.len + bytes.len() <= self.capacity {
            // SAFETY: the room was just checked, and `buffer` is borrowed exclusively for `'a`.
            unsafe {
                std::ptr::copy_nonoverlapping(bytes.as_ptr(), self.start.add(self.len), bytes.len());
            }
        }
        self.len += bytes.len();
    }
    /// Appends a number in decimal.
    pub(crate) const fn number(&mut self, number: i128) {
        if number < 0 {
            self.push("-");
        }
        let mut rest = number.unsigned_abs();
        let mut digits = [b'0'; 40];
        let mut at = digits.len();
        loop {
            at -= 1;
            digits[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        self.bytes(digits.split_at(at).1);
    }
    /// Appends `text` with JSON's escapes, without quotes. Runs without escapes go as one piece.
    pub(crate) const fn json_inner(&mut self, text: &str) {
        const HEX: &str = "0123456789abcdef";
        let bytes = text.as_bytes();
        let (mut at, mut start) = (0, 0);
        while at < bytes.len() {
            let byte = bytes[at];
            if byte < 0x20 || byte == b'"' || byte == b'\\' {
                self.bytes(bytes.split_at(at).0.split_at(start).1);
                match byte {
                    b'"' => self.push("\\\""),
                    b'\\' => self.push("\\\\"),
                    b'\n' => self.push("\\n"),
                    b'\r' => self.push("\\r"),
                    b'\t' => self.push("\\t"),
                    _ => {
                        self.push("\\u00");
                        let (high, low) = ((byte >> 4) as usize, (byte & 15) as usize);
                        self.bytes(HEX.as_bytes().split_at(high + 1).0.split_at(high).1);
                        self.bytes(HEX.as_bytes().split_at(low + 1).0.split_at(low).1);
                    }
                }
                start = at + 1;
            }
            at += 1;
        }
        self.bytes(bytes.split_at(start).1);
    }
    /// Appends `text` as a JSON string with its quotes.
    pub(crate) const fn json(&mut self, text: &str) {
        self.push("\"");
        self.json_inner(text);
        self.push("\"");
    }
    /// Appends a part of `text`; both ends lie on character borders, or nothing is written.
    pub(crate) const fn part(&mut self, text: &str, from: usize, to: usize) {
        let bytes = text.as_bytes();
        if text.is_char_boundary(from) && text.is_char_boundary(to) && from <= to {
            self.bytes(bytes.split_at(to).0.split_at(from).1);
        }
    }
    /// Appends one character.
    pub(crate) const fn char(&mut self, character: char) {
        let mut buffer = [0; 4];
        self.push(character.encode_utf8(&mut buffer));
    }
}

/// The first pass of a rendered constant: a buffer and how much of it is used.
pub struct Scratch<const CAPACITY: usize> {
    buffer: [u8; CAPACITY],
    len: usize,
}

impl<const CAPACITY: usize> Scratch<CAPACITY> {
    /// An empty one, to be filled by the renderers of this crate.
    pub(crate) const fn new() -> Self {
        Scratch { buffer: [0; CAPACITY], len: 0 }
    }
    /// A sink over the buffer.
    pub(crate) const fn out(&mut self) -> Out<'_> {
        Out::new(&mut self.buffer)
    }
    /// Notes how long the text is, which may be more than the buffer holds.
    #[must_use]
    pub(crate) const fn with_len(mut self, len: usize) -> Self {
        self.len = len;
        self
    }
    /// How long the text is.
    pub const fn len(&self) -> usize {
        self.len
    }
    /// Whether the text is empty.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }
}

/// A rendered text, exactly as long as it must be.
pub struct Rendered<const LEN: usize>([u8; LEN]);

impl<const LEN: usize> Rendered<LEN> {
    /// Cuts a scratch to its length; `None` if the text did not fit and must be rendered again.
    pub const fn cut<const CAPACITY: usize>(scratch: &Scratch<CAPACITY>) -> Option<Self> {
        if scratch.len != LEN || LEN > CAPACITY {
            return None;
        }
        let mut text = [0; LEN];
        // SAFETY: both arrays hold at least `LEN` bytes.
        unsafe { std::ptr::copy_nonoverlapping(scratch.buffer.as_ptr(), text.as_mut_ptr(), LEN) };
        Some(Rendered(text))
    }
    /// A scratch of exactly this size, in its place.
    pub const fn exact(scratch: Scratch<LEN>) -> Self {
        assert!(scratch.len == LEN, "a renderer wrote two different texts");
        Rendered(scratch.buffer)
    }
    /// The text.
    pub const fn as_str(&self) -> &str {
        // SAFETY: an `Out` takes only UTF-8, whole strings at a time, and the scratch was full.
        unsafe { std::str::from_utf8_unchecked(&self.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::Out;

    fn text(write: impl Fn(&mut Out<'_>)) -> String {
        let mut buffer = [0; 256];
        let mut out = Out::new(&mut buffer);
        write(&mut out);
        let len = out.len();
        String::from_utf8(buffer[..len].to_vec()).expect("UTF-8")
    }

    #[test]
    fn json_is_what_serde_json_writes() {
        for sample in ["", "plain", "a\"b\\c\n\r\t\u{1}\u{1f}é日", "\n", "\u{7f}"] {
            assert_eq!(text(|out| out.json(sample)), serde_json::to_string(sample).expect("JSON"));
        }
    }

    #[test]
    fn numbers_are_decimal() {
        for number in [0, 7, 10, -1, i128::from(u64::MAX), i128::MIN, i128::MAX] {
            assert_eq!(text(|out| out.number(number)), number.to_string());
        }
    }

    #[test]
    fn past_the_end_it_only_counts() {
        let mut buffer = [0; 4];
        let mut out = Out::new(&mut buffer);
        out.push("abc");
        out.push("def");
        out.push("g");
        assert_eq!(out.len(), 7);
        assert_eq!(&buffer[..3], b"abc");
    }
}
