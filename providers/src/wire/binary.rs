//! Amazon's event stream: binary frames, each with headers, a payload and two checksums.
//!
//! A frame is: its length, that of its headers, and the CRC of both; the headers; the payload; the CRC of all
//! before. Numbers are big endian. (Smithy's specification, `application/vnd.amazon.eventstream`.)
use super::{Event, frames::LONGEST_EVENT};
use serde_json::json;

/// Length, length of the headers, checksum.
const PRELUDE: usize = 12;
/// The prelude and the checksum at the end.
const LEAST: usize = PRELUDE + 4;

/// Reads events out of frames.
#[derive(Debug, Default)]
pub(crate) struct Binary {
    /// What came and is no whole frame yet.
    bytes: Vec<u8>,
}

impl Binary {
    /// Takes bytes, and gives each event that they complete.
    ///
    /// # Errors
    /// A frame that is not what was sent: nothing behind it can be trusted.
    pub(super) fn push(
        &mut self,
        bytes: &[u8],
        event: &mut dyn FnMut(Event<'_>),
    ) -> Result<(), String> {
        self.bytes.extend_from_slice(bytes);
        let mut at = 0;
        while let Some(length) = length(&self.bytes[at..])? {
            let Some(frame) = self.bytes.get(at..at + length) else {
                break;
            };
            read(frame, event)?;
            at += length;
        }
        self.bytes.drain(..at);
        Ok(())
    }

    /// Bytes of the frame under way.
    pub(super) fn waiting(&self) -> usize {
        self.bytes.len()
    }
}

/// How long the frame is that begins here, if that much of it has come.
fn length(bytes: &[u8]) -> Result<Option<usize>, String> {
    let Some(prelude) = bytes.get(..PRELUDE) else {
        return Ok(None);
    };
    if crc(&prelude[..8]) != number(&prelude[8..]) {
        return Err("a frame of the stream begins with a wrong checksum".to_owned());
    }
    let length = number(prelude) as usize;
    let headers = number(&prelude[4..]) as usize;
    if length > LONGEST_EVENT {
        let most = LONGEST_EVENT >> 20;
        return Err(format!("an event of the stream is longer than {most} MiB"));
    }
    if length < LEAST || headers > length - LEAST {
        return Err("a frame of the stream has impossible lengths".to_owned());
    }
    Ok(Some(length))
}

/// One whole frame.
fn read(frame: &[u8], event: &mut dyn FnMut(Event<'_>)) -> Result<(), String> {
    let (content, checksum) = frame.split_at(frame.len() - 4);
    if crc(content) != number(checksum) {
        return Err("a frame of the stream ends with a wrong checksum".to_owned());
    }
    let end = PRELUDE + number(&frame[4..]) as usize;
    let headers = headers(&content[PRELUDE..end])
        .ok_or_else(|| "a frame of the stream has headers that are none".to_owned())?;
    let payload = String::from_utf8_lossy(&content[end..]);
    match headers.kind {
        "exception" => event(Event {
            name: headers.exception,
            is_exception: true,
            data: &payload,
        }),
        "error" => event(Event {
            name: headers.code,
            is_exception: true,
            data: &json!({"message": headers.message}).to_string(),
        }),
        _ => event(Event {
            name: headers.event,
            is_exception: false,
            data: &payload,
        }),
    }
    Ok(())
}

/// The headers that say what an event is.
#[derive(Default)]
struct Headers<'a> {
    kind: &'a str,
    event: &'a str,
    exception: &'a str,
    code: &'a str,
    message: &'a str,
}

/// Each header is the length of its name, its name, a type, and a value as long as the type says.
fn headers(mut bytes: &[u8]) -> Option<Headers<'_>> {
    let mut headers = Headers::default();
    while let Some((length, rest)) = bytes.split_first() {
        let (name, rest) = rest.split_at_checked(usize::from(*length))?;
        let (kind, rest) = rest.split_first()?;
        let (length, rest) = match kind {
            0 | 1 => (0, rest),
            2 => (1, rest),
            3 => (2, rest),
            4 => (4, rest),
            5 | 8 => (8, rest),
            6 | 7 => {
                let (length, rest) = rest.split_at_checked(2)?;
                let length = u16::from_be_bytes(length.try_into().ok()?);
                (usize::from(length), rest)
            }
            9 => (16, rest),
            _ => return None,
        };
        let (value, rest) = rest.split_at_checked(length)?;
        bytes = rest;
        if *kind == 7 {
            let value = std::str::from_utf8(value).ok()?;
            match name {
                b":message-type" => headers.kind = value,
                b":event-type" => headers.event = value,
                b":exception-type" => headers.exception = value,
                b":error-code" => headers.code = value,
                b":error-message" => headers.message = value,
                _ => {}
            }
        }
    }
    Some(headers)
}

/// The first four bytes as a number.
fn number(bytes: &[u8]) -> u32 {
    let four = bytes.get(..4).and_then(|four| four.try_into().ok());
    four.map_or(0, u32::from_be_bytes)
}

/// The checksum of IEEE 802.3, a byte at a time.
pub(crate) fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| TABLE[usize::from(crc.to_le_bytes()[0] ^ byte)] ^ (crc >> 8);
    !bytes.iter().fold(u32::MAX, step)
}

#[allow(clippy::cast_possible_truncation)] // 256 entries
const TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 {
                0xedb8_8320 ^ (crc >> 1)
            } else {
                crc >> 1
            };
            bit += 1;
        }
        table[byte] = crc;
        byte += 1;
    }
    table
};

#[cfg(test)]
#[path = "binary_tests.rs"]
mod tests;
