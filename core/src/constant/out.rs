//! Where constants are rendered.
use std::marker::PhantomData;

/// A text, and where it is.
///
/// `str::len` is three calls in rustc's interpreter, and this is read for each piece of each constant.
#[repr(C)]
union Text<'a> {
    whole: &'a str,
    parts: Parts,
}

#[derive(Clone, Copy)]
#[repr(C)]
struct Parts {
    start: *const u8,
    len: usize,
}

/// The parts of a text. A macro and no function: a call costs as much as what it does.
macro_rules! parts {
    ($text:expr) => {
        // SAFETY: the layout is asserted below.
        unsafe { Text { whole: $text }.parts }
    };
}

// That a reference to a text is its address and then its length is what rustc does, though no page
// promises it; a compiler that does otherwise stops here.
const _: () = {
    let parts = parts!("text");
    // SAFETY: `start` points at four bytes, if the layout is the one above.
    assert!(parts.len == 4 && unsafe { *parts.start } == b't');
};

/// A sink for text, usable in constants.
///
/// Past its capacity it only counts: the caller sees `len() > capacity` and renders again with room.
///
/// Compile-time costs behind its shape, measured on rustc 1.95: an index or a comparison 1 µs, a call of
/// our own function 2 µs, a call of a generic function of the standard library 5 µs and more (`split_at`
/// 35 µs, `split_first_chunk` 46 µs), a whole `push` about 10 µs. So: few pushes, loops over indices, raw
/// pointers instead of slices.
pub(crate) struct Out<'a> {
    buffer: *mut [u8],
    capacity: usize,
    len: usize,
    borrow: PhantomData<&'a mut [u8]>,
}

impl<'a> Out<'a> {
    /// Writes into `buffer` from its start.
    pub(crate) const fn new(buffer: &'a mut [u8]) -> Self {
        Out {
            capacity: buffer.len(),
            buffer: std::ptr::from_mut(buffer),
            len: 0,
            borrow: PhantomData,
        }
    }
    /// Bytes written, or that would have been written had there been room.
    pub(crate) const fn len(&self) -> usize {
        self.len
    }
    /// Forgets what was written past `len`, which must be a length it had before.
    pub(crate) const fn truncate(&mut self, len: usize) {
        if len < self.len {
            self.len = len;
        }
    }
    /// Appends `text`.
    pub(crate) const fn push(&mut self, text: &str) {
        let (from, to) = (parts!(text), self.len);
        let end = to + from.len;
        if end < self.capacity {
            // SAFETY: the index is checked, the room behind it was checked, and `buffer` is borrowed
            // exclusively.
            unsafe {
                let start = &raw mut (*self.buffer)[to];
                std::ptr::copy_nonoverlapping(from.start, start, from.len);
            }
            self.len = end;
        } else {
            self.copy(text, 0, from.len);
        }
    }
    /// Appends three texts. Cheaper than one after another.
    pub(crate) const fn push_three(&mut self, one: &str, two: &str, three: &str) {
        let parts = (parts!(one), parts!(two), parts!(three));
        let first = self.len;
        let second = first + parts.0.len;
        let third = second + parts.1.len;
        let end = third + parts.2.len;
        if end < self.capacity {
            // SAFETY: as in `push`, three times.
            unsafe {
                let buffer = self.buffer;
                let start = &raw mut (*buffer)[first];
                std::ptr::copy_nonoverlapping(parts.0.start, start, parts.0.len);
                let start = &raw mut (*buffer)[second];
                std::ptr::copy_nonoverlapping(parts.1.start, start, parts.1.len);
                let start = &raw mut (*buffer)[third];
                std::ptr::copy_nonoverlapping(parts.2.start, start, parts.2.len);
            }
            self.len = end;
        } else {
            self.copy(one, 0, parts.0.len);
            self.copy(two, 0, parts.1.len);
            self.copy(three, 0, parts.2.len);
        }
    }
    /// Appends the bytes of `text` from `from` to `to`.
    ///
    /// # Panics
    /// If these are no character borders.
    pub(crate) const fn piece(&mut self, text: &str, from: usize, to: usize) {
        let bytes = text as *const str as *const [u8];
        let len = parts!(text).len;
        // SAFETY: a text is bytes; the indices are checked.
        let whole = unsafe {
            from <= to
                && to <= len
                && (from == len || (*bytes)[from] & 0xc0 != 0x80)
                && (to == len || (*bytes)[to] & 0xc0 != 0x80)
        };
        assert!(whole, "a piece of text is cut within a character");
        self.copy(text, from, to);
    }
    /// Appends `text` without the comma that it begins with, and without a blank behind that.
    pub(crate) const fn push_without_comma(&mut self, text: &str) {
        let bytes = text as *const str as *const [u8];
        let len = parts!(text).len;
        // SAFETY: a text is bytes; the indices are checked. What is left of UTF-8 behind these is UTF-8.
        let from = unsafe {
            if len > 1 && (*bytes)[0] == b',' {
                1 + ((*bytes)[1] == b' ') as usize
            } else {
                0
            }
        };
        self.copy(text, from, len);
    }
    /// Appends the bytes of `text` from `from` to `to`; together with what comes next they are UTF-8.
    const fn copy(&mut self, text: &str, from: usize, to: usize) {
        let source = text as *const str as *const [u8];
        let len = to - from;
        if self.len + len > self.capacity {
            // from here on the text has a hole: nothing more may be written
            self.capacity = 0;
        } else if len > 0 {
            // SAFETY: both indices are checked, `len` bytes fit behind each (`to` is at most the length of
            // `text`, by the callers, and the room was checked above), and `buffer` is borrowed exclusively.
            unsafe {
                let start = &raw const (*source)[from];
                let end = &raw mut (*self.buffer)[self.len];
                std::ptr::copy_nonoverlapping(start, end, len);
            }
        }
        self.len += len;
    }
    /// Appends a number in decimal.
    pub(crate) const fn number(&mut self, number: i128) {
        const DIGITS: &str = "0123456789";
        if number < 0 {
            self.push("-");
        }
        let rest = number.unsigned_abs();
        let mut place: u128 = 1;
        while rest / place >= 10 {
            place *= 10;
        }
        while place > 0 {
            let digit = (rest / place % 10) as usize;
            self.copy(DIGITS, digit, digit + 1);
            place /= 10;
        }
    }
    /// Appends `text` with JSON's escapes, without quotes. Runs without escapes go as one piece.
    pub(crate) const fn json_inner(&mut self, text: &str) {
        const HEX: &str = "0123456789abcdef";
        let bytes = text.as_bytes();
        let len = parts!(text).len;
        let (mut at, mut start) = (0, 0);
        while at < len {
            let byte = bytes[at];
            if byte < 0x20 || byte == b'"' || byte == b'\\' {
                self.copy(text, start, at);
                match byte {
                    b'"' => self.push("\\\""),
                    b'\\' => self.push("\\\\"),
                    b'\n' => self.push("\\n"),
                    b'\r' => self.push("\\r"),
                    b'\t' => self.push("\\t"),
                    _ => {
                        self.push("\\u00");
                        let (high, low) = ((byte >> 4) as usize, (byte & 15) as usize);
                        self.copy(HEX, high, high + 1);
                        self.copy(HEX, low, low + 1);
                    }
                }
                start = at + 1;
            }
            at += 1;
        }
        self.copy(text, start, len);
    }
    /// Appends `text` as a JSON string with its quotes.
    pub(crate) const fn json(&mut self, text: &str) {
        self.push("\"");
        self.json_inner(text);
        self.push("\"");
    }
    /// Appends a part of `text`; both ends lie on character borders, or nothing is written.
    pub(crate) const fn part(&mut self, text: &str, from: usize, to: usize) {
        if from <= to && text.is_char_boundary(from) && text.is_char_boundary(to) {
            self.copy(text, from, to);
        }
    }
    /// Appends one character.
    pub(crate) const fn char(&mut self, character: char) {
        let mut buffer = [0; 4];
        self.push(character.encode_utf8(&mut buffer));
    }
}

/// Whether a text is one line of plain ASCII: nothing in it that JSON escapes or that ends a line.
pub(crate) const fn is_plain_line(text: &str) -> bool {
    let bytes = text.as_bytes();
    let len = bytes.len();
    let mut at = 0;
    while at < len {
        let byte = bytes[at];
        if byte < 0x20 || byte >= 0x80 || byte == b'"' || byte == b'\\' {
            return false;
        }
        at += 1;
    }
    true
}

/// The first pass of a rendered constant: a buffer and how much of it is used.
pub(crate) struct Scratch<const CAPACITY: usize> {
    buffer: [u8; CAPACITY],
    len: usize,
}

impl<const CAPACITY: usize> Scratch<CAPACITY> {
    /// An empty one, to be filled by the renderers of this crate.
    pub(crate) const fn new() -> Self {
        Scratch {
            buffer: [0; CAPACITY],
            len: 0,
        }
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
    pub(crate) const fn len(&self) -> usize {
        self.len
    }
}

/// What `write` writes, at run time: a prompt or a schema.
pub(crate) fn at_run_time(write: impl Fn(&mut Out<'_>)) -> String {
    with_room(4096, write)
}

/// The same of a piece of one.
pub(crate) fn written(write: impl Fn(&mut Out<'_>)) -> String {
    with_room(256, write)
}

/// Once more with room if it was longer than expected.
fn with_room(room: usize, write: impl Fn(&mut Out<'_>)) -> String {
    let mut buffer = vec![0; room];
    loop {
        let mut out = Out::new(&mut buffer);
        write(&mut out);
        let len = out.len();
        if len <= buffer.len() {
            buffer.truncate(len);
            // an `Out` takes only UTF-8; should that ever be wrong, the text is mended, not lost
            return String::from_utf8(buffer)
                .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        }
        buffer = vec![0; len];
    }
}

/// A rendered text, exactly as long as it must be.
pub(crate) struct Rendered<const LEN: usize>([u8; LEN]);

impl<const LEN: usize> Rendered<LEN> {
    /// Cuts a scratch to its length; `None` if the text did not fit and must be rendered again.
    pub(crate) const fn cut<const CAPACITY: usize>(scratch: &Scratch<CAPACITY>) -> Option<Self> {
        if scratch.len != LEN || LEN > CAPACITY {
            return None;
        }
        let mut text = [0; LEN];
        // SAFETY: both arrays hold at least `LEN` bytes.
        unsafe { std::ptr::copy_nonoverlapping(scratch.buffer.as_ptr(), text.as_mut_ptr(), LEN) };
        Some(Rendered(text))
    }
    /// A scratch of exactly this size, in its place.
    pub(crate) const fn exact(scratch: Scratch<LEN>) -> Self {
        assert!(scratch.len == LEN, "a renderer wrote two different texts");
        Rendered(scratch.buffer)
    }
    /// The text.
    pub(crate) const fn as_str(&self) -> &str {
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
            assert_eq!(
                text(|out| out.json(sample)),
                serde_json::to_string(sample).expect("JSON")
            );
        }
    }

    #[test]
    fn numbers_are_decimal() {
        for number in [0, 7, 10, -1, i128::from(u64::MAX), i128::MIN, i128::MAX] {
            assert_eq!(text(|out| out.number(number)), number.to_string());
        }
    }

    #[test]
    fn what_is_past_a_length_can_be_forgotten() {
        let mut buffer = [0; 4];
        let mut out = Out::new(&mut buffer);
        out.push("abc");
        out.truncate(1);
        out.push("de");
        out.push("f");
        assert_eq!(out.len(), 4);
        out.push("ghi");
        out.truncate(0);
        out.push("x");
        assert_eq!(
            (out.len(), &buffer),
            (1, b"adef"),
            "it only counts from the overflow on"
        );
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
