//! Server-sent events, byte by byte: whatever the pieces are that a connection gives.
//! The format is the HTML standard's, section 9.2.6.
use super::body::lossy as text;
use crate::wire::Event;
use sigflow_core::__private::find_byte;

/// Reads events out of bytes.
#[derive(Debug, Default)]
pub(crate) struct Events {
    /// The line under way.
    line: Vec<u8>,
    /// The data of the event under way, each line with a line feed behind it.
    data: Vec<u8>,
    /// Its name.
    name: Vec<u8>,
    /// The last byte was a carriage return: a line feed now belongs to it.
    returned: bool,
    /// Something came: a byte order mark may stand at the beginning only.
    begun: bool,
    /// Bytes that were looked at or copied, which tests hold to be a multiple of what came.
    #[cfg(test)]
    work: usize,
}

impl Events {
    /// Takes bytes, and gives each event that they complete.
    pub(crate) fn push(&mut self, bytes: &[u8], event: &mut dyn FnMut(Event<'_>)) {
        let mut rest = bytes;
        while let Some(first) = rest.first() {
            if std::mem::take(&mut self.returned) && *first == b'\n' {
                rest = &rest[1..];
                continue;
            }
            let Some(end) = line_end(rest) else {
                self.line.extend_from_slice(rest);
                return;
            };
            let (line, ended) = rest.split_at(end);
            self.returned = ended[0] == b'\r';
            rest = &ended[1..];
            // most lines come whole
            if self.line.is_empty() {
                self.read_line(line, event);
            } else {
                self.line.extend_from_slice(line);
                self.end_line(event);
            }
        }
    }

    /// The connection is at its end. An event without its empty line counts: servers forget it.
    pub(crate) fn end(&mut self, event: &mut dyn FnMut(Event<'_>)) {
        if !self.line.is_empty() {
            self.end_line(event);
        }
        self.dispatch(event);
    }

    /// Bytes of the event under way, which a server may let grow for ever.
    pub(crate) fn waiting(&self) -> usize {
        self.line.len() + self.data.len()
    }

    fn end_line(&mut self, event: &mut dyn FnMut(Event<'_>)) {
        let mut whole = std::mem::take(&mut self.line);
        self.read_line(&whole, event);
        // its room serves the next line
        whole.clear();
        self.line = whole;
    }

    fn read_line(&mut self, mut line: &[u8], event: &mut dyn FnMut(Event<'_>)) {
        #[cfg(test)]
        {
            self.work += line.len();
        }
        if !std::mem::replace(&mut self.begun, true) {
            line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
        }
        if line.is_empty() {
            return self.dispatch(event);
        }
        // other fields, and comments, which have no name, say nothing to us
        if let Some(value) = value(line, b"data") {
            self.data.extend_from_slice(value);
            self.data.push(b'\n');
        } else if let Some(value) = value(line, b"event") {
            self.name.clear();
            self.name.extend_from_slice(value);
        }
    }

    fn dispatch(&mut self, event: &mut dyn FnMut(Event<'_>)) {
        if self.data.pop().is_some() {
            #[cfg(test)]
            {
                self.work += self.data.len();
            }
            // characters that were cut between two pieces are whole again here
            event(Event {
                name: &text(&self.name),
                data: &text(&self.data),
                is_exception: false,
            });
            self.data.clear();
        }
        self.name.clear();
    }
}

/// Where a line ends.
#[allow(
    clippy::needless_bitwise_bool,
    reason = "without branches it takes eight bytes at a time"
)]
fn line_end(bytes: &[u8]) -> Option<usize> {
    let at = find_byte(bytes, 0, |byte| (byte == b'\n') | (byte == b'\r'));
    (at < bytes.len()).then_some(at)
}

/// What a line says of a field.
fn value<'a>(line: &'a [u8], field: &[u8]) -> Option<&'a [u8]> {
    match line.strip_prefix(field)? {
        [] => Some(&[]),
        [b':', b' ', value @ ..] | [b':', value @ ..] => Some(value),
        _ => None,
    }
}

#[cfg(test)]
#[path = "sse_tests.rs"]
mod tests;
