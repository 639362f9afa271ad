//! Where a value that is no string ends.

/// How deep inside of a value the next byte stands.
#[derive(Debug)]
pub(super) struct Nest {
    depth: usize,
    string: bool,
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
    fn take(&mut self, byte: u8) {
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
    /// Goes to the end of a value, if it is there. Says where the items of a list end, on the way.
    pub(super) fn value(
        &mut self,
        text: &str,
        at: &mut usize,
        mut item: impl FnMut(usize),
    ) -> Option<usize> {
        let bytes = text.as_bytes();
        while let Some(byte) = bytes.get(*at) {
            if self.string || self.depth > 1 {
                self.take(*byte);
                *at += 1;
                continue;
            }
            if matches!(byte, b',' | b'}' | b']') {
                match self.depth {
                    0 => return Some(*at - blanks_before(&bytes[..*at])),
                    _ if *byte != b'}' => item(*at),
                    _ => {}
                }
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
