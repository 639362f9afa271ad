//! Where the sections of a clean chat reply stand.
use super::{Reader, unclean};
use crate::{adapter::framing, error::Fault, scan};

impl Reader<'_> {
    /// Enters the section of a field, which must be the next thing.
    pub(super) fn enter_section(&mut self, name: &str) -> Result<(), Fault> {
        self.header(name)?;
        let bytes = self.text.as_bytes();
        let mut at = self.at;
        // one loop looks for the end and for what splits lines in Python only
        loop {
            #[allow(
                clippy::needless_bitwise_bool,
                reason = "without branches it takes eight bytes at a time"
            )]
            let stops = |byte: u8| {
                // of control characters a text has line feeds and tabs, which mean nothing here
                let is_odd = (byte < 0x20) & (byte != b'\n') & (byte != b'\t');
                is_odd | (byte == b'[') | (byte == 0xc2) | (byte == 0xe2)
            };
            at = scan::find(bytes, at, stops);
            let Some(byte) = bytes.get(at) else {
                break;
            };
            match byte {
                b'[' if bytes[at..].starts_with(b"[[") => break,
                b'\r' | 0x0b | 0x0c | 0x1c..=0x1f => return Err(unclean()),
                0xc2 if bytes.get(at + 1) == Some(&0x85) => return Err(unclean()),
                0xe2 if matches!(bytes.get(at..at + 3), Some([_, 0x80, 0xa8 | 0xa9])) => {
                    return Err(unclean());
                }
                _ => at += 1,
            }
        }
        // a marker within a line, or one of another kind, is the tolerant reader's
        if at < bytes.len()
            && (bytes[at - 1] != b'\n' || !bytes[at..].starts_with(framing::OPEN.as_bytes()))
        {
            return Err(unclean());
        }
        self.end = at;
        self.bare = true;
        // an empty section may be nothing, or a default
        if self.text[self.at..self.end].trim_ascii().is_empty() {
            return Err(unclean());
        }
        Ok(())
    }
    /// Leaves a section, of which nothing may be left.
    pub(super) fn leave_section(&mut self) -> Result<(), Fault> {
        if !self.is_at_end() {
            return Err(unclean());
        }
        self.bare = false;
        self.at = self.end;
        self.end = self.text.len();
        Ok(())
    }
    /// Takes the last marker, if it is there: DSPy does not ask for it.
    pub(super) fn completed(&mut self) -> Result<(), Fault> {
        if self.is_at_end() {
            return Ok(());
        }
        self.header(framing::COMPLETED)
    }
    /// Takes a header that has a line of its own.
    fn header(&mut self, name: &str) -> Result<(), Fault> {
        self.peek();
        let rest = self.text[self.at..]
            .strip_prefix(framing::OPEN)
            .and_then(|rest| rest.strip_prefix(name))
            .and_then(|rest| rest.strip_prefix(framing::CLOSE))
            .filter(|rest| rest.is_empty() || rest.starts_with('\n'))
            .ok_or_else(unclean)?;
        self.at = self.text.len() - rest.len();
        Ok(())
    }
}
