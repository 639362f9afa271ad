//! Where a value that is no string ends.

/// How deep inside of a value the next byte stands.
#[derive(Debug)]
pub(super) struct Nest {
    pub(super) depth: usize,
    pub(super) string: bool,
    escaped: bool,
}

impl Nest {
    pub(super) const fn new() -> Self {
        Nest {
            depth: 0,
            string: false,
            escaped: false,
        }
    }
    pub(super) fn take(&mut self, byte: u8) {
        if self.string {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.string = false,
                _ => {}
            }
            return;
        }
        match byte {
            b'"' => self.string = true,
            b'[' | b'{' => self.depth += 1,
            b']' | b'}' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
    }
    /// Goes to the end of a value, if it is there.
    pub(super) fn value(&mut self, text: &str, at: &mut usize) -> Option<usize> {
        let bytes = text.as_bytes();
        while let Some(byte) = bytes.get(*at) {
            if self.depth == 0 && !self.string && matches!(byte, b',' | b'}' | b']') {
                return Some(*at - blanks_before(&bytes[..*at]));
            }
            let inside = self.depth > 0;
            self.take(*byte);
            *at += 1;
            if inside && self.depth == 0 {
                return Some(*at);
            }
        }
        None
    }
}

fn blanks_before(bytes: &[u8]) -> usize {
    let blanks = bytes.iter().rev();
    blanks.take_while(|byte| byte.is_ascii_whitespace()).count()
}
