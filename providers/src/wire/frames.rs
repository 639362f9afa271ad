//! From the bytes of a connection to events, whatever the pieces are in which they come.
#[cfg(feature = "bedrock")]
use super::binary::Binary;
use super::{Event, Framing};
use crate::http::{body::lossy, sse};

/// The longest event that is read, in bytes.
pub(crate) const LONGEST_EVENT: usize = 32 * 1024 * 1024;

/// Reads events out of bytes, in one of the forms.
#[derive(Debug)]
pub(crate) enum Frames {
    Events(sse::Events),
    Lines(Lines),
    #[cfg(feature = "bedrock")]
    Binary(Binary),
}

impl Frames {
    pub(crate) fn new(framing: Framing) -> Self {
        match framing {
            Framing::Events => Frames::Events(sse::Events::default()),
            Framing::Lines => Frames::Lines(Lines::default()),
            #[cfg(feature = "bedrock")]
            Framing::Binary => Frames::Binary(Binary::default()),
        }
    }

    /// Takes bytes, and gives each event that they complete.
    ///
    /// # Errors
    /// What is wrong with the bytes, in words.
    pub(crate) fn push(
        &mut self,
        bytes: &[u8],
        event: &mut dyn FnMut(Event<'_>),
    ) -> Result<(), String> {
        match self {
            Frames::Events(events) => events.push(bytes, event),
            Frames::Lines(lines) => lines.push(bytes, event),
            #[cfg(feature = "bedrock")]
            Frames::Binary(binary) => binary.push(bytes, event)?,
        }
        if self.waiting() > LONGEST_EVENT {
            let most = LONGEST_EVENT >> 20;
            return Err(format!("an event of the stream is longer than {most} MiB"));
        }
        Ok(())
    }

    /// The connection is at its end. An event without its last mark counts: servers forget it.
    pub(crate) fn end(&mut self, event: &mut dyn FnMut(Event<'_>)) {
        match self {
            Frames::Events(events) => events.end(event),
            Frames::Lines(lines) => lines.end(event),
            // a frame that was cut has no checksum
            #[cfg(feature = "bedrock")]
            Frames::Binary(_) => {}
        }
    }

    /// Bytes of the event under way, which a server may let grow for ever.
    fn waiting(&self) -> usize {
        match self {
            Frames::Events(events) => events.waiting(),
            Frames::Lines(lines) => lines.line.len(),
            #[cfg(feature = "bedrock")]
            Frames::Binary(binary) => binary.waiting(),
        }
    }
}

/// Texts on lines of their own.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    /// The line under way.
    line: Vec<u8>,
}

impl Lines {
    fn push(&mut self, bytes: &[u8], event: &mut dyn FnMut(Event<'_>)) {
        let mut rest = bytes;
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            self.line.extend_from_slice(&rest[..end]);
            rest = &rest[end + 1..];
            self.end(event);
        }
        self.line.extend_from_slice(rest);
    }

    fn end(&mut self, event: &mut dyn FnMut(Event<'_>)) {
        let text = lossy(&self.line);
        let data = text.trim_start_matches('\u{feff}').trim();
        if !data.is_empty() {
            event(Event::of(data));
        }
        self.line.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(pieces: &[&[u8]]) -> Vec<String> {
        let (mut frames, mut all) = (Frames::new(Framing::Lines), Vec::new());
        for piece in pieces {
            let mut event = |event: Event<'_>| all.push(event.data.to_owned());
            frames.push(piece, &mut event).expect("short lines");
        }
        frames.end(&mut |event| all.push(event.data.to_owned()));
        all
    }

    #[test]
    fn any_cut_gives_the_same_lines() {
        let text = "\u{feff}{\"a\":\"é\"}\r\n\n {\"b\":2}\n{\"c\":3}".as_bytes();
        let expected = ["{\"a\":\"é\"}", "{\"b\":2}", "{\"c\":3}"];
        for at in 0..=text.len() {
            assert_eq!(all(&[&text[..at], &text[at..]]), expected, "{at}");
        }
        assert_eq!(all(&text.chunks(1).collect::<Vec<_>>()), expected);
    }

    #[test]
    fn an_event_without_end_is_not_kept() {
        let mut frames = Frames::new(Framing::Events);
        let piece = vec![b'a'; 1024 * 1024];
        let mut nothing = |_: Event<'_>| panic!("no event");
        let mut results = (0..40).map(|_| frames.push(&piece, &mut nothing));
        let error = results.find_map(Result::err).expect("it is too long");
        assert_eq!(error, "an event of the stream is longer than 32 MiB");
    }
}
