//! Runs of bytes that mean nothing, eight at a time.
//!
//! A byte less than `n` borrows from its high bit when `n` is taken off it. The borrow goes on into the
//! bytes above, so only the lowest of the bits that come out is sure: the first byte found.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// Where the next byte stands that is one of `stops` or a control character; also one that is not ASCII,
/// if `wide` says so. The length if there is none.
#[inline]
pub(crate) fn plain<const N: usize>(
    bytes: &[u8],
    mut at: usize,
    stops: [u8; N],
    wide: bool,
) -> usize {
    let high = if wide { HIGH } else { 0 };
    while let Some(chunk) = bytes
        .get(at..at + 8)
        .and_then(|chunk| chunk.try_into().ok())
    {
        let chunk = u64::from_le_bytes(chunk);
        let mut found = chunk.wrapping_sub(ONES * 0x20) & !chunk | chunk & high;
        for stop in stops {
            let same = chunk ^ (ONES * u64::from(stop));
            found |= same.wrapping_sub(ONES) & !same;
        }
        found &= HIGH;
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    while let Some(byte) = bytes.get(at) {
        if *byte < 0x20 || wide && *byte >= 0x80 || stops.contains(byte) {
            break;
        }
        at += 1;
    }
    at
}

/// Where the next byte stands that `is` says yes to; the length if there is none. For bytes that are rare: sixteen are
/// looked at at once, and one by one only where one of them is it. `is` should be without branches.
#[inline(always)]
#[allow(
    clippy::inline_always,
    reason = "blocks are looked at as wholes only where `is` is known"
)]
pub fn find(bytes: &[u8], mut at: usize, is: impl Fn(u8) -> bool) -> usize {
    while let Some(block) = bytes
        .get(at..at + 16)
        .and_then(|block| block.try_into().ok())
    {
        let block: &[u8; 16] = block;
        if block.iter().fold(false, |found, byte| found | is(*byte)) {
            break;
        }
        at += 16;
    }
    while bytes.get(at).is_some_and(|byte| !is(*byte)) {
        at += 1;
    }
    at
}

/// Where the next byte stands that a string of JSON cannot hold as it is: a quote, a backslash, a control character.
/// The length if there is none. It is [`plain`] with these stops, in fewer steps: prompts and replies go by here.
#[inline(always)]
#[allow(
    clippy::inline_always,
    reason = "its constants stay in registers from run to run"
)]
pub(crate) fn special(bytes: &[u8], mut at: usize) -> usize {
    // short runs are many: a word first
    if let Some(clean) = word(bytes, at) {
        at += clean;
        if clean < 8 {
            return at;
        }
        while let Some(block) = bytes
            .get(at..at + 16)
            .and_then(|block| block.try_into().ok())
            && is_plain(block)
        {
            at += 16;
        }
        // in one of the next two words it stands, unless the text ends before
        for _ in 0..2 {
            let Some(clean) = word(bytes, at) else { break };
            at += clean;
            if clean < 8 {
                return at;
            }
        }
    }
    while bytes.get(at).is_some_and(|byte| !is_special(*byte)) {
        at += 1;
    }
    at
}

/// The quote and what is below the space are one range once a bit is turned: it makes 0x22 the least but the space.
#[inline]
#[allow(
    clippy::needless_bitwise_bool,
    reason = "without branches it takes eight bytes at a time"
)]
const fn is_special(byte: u8) -> bool {
    (byte ^ 2 < 0x21) | (byte == b'\\')
}

/// How many of the next eight bytes are not special before the first that is.
#[inline]
fn word(bytes: &[u8], at: usize) -> Option<usize> {
    let word = u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?);
    let low = (word ^ (ONES * 2)).wrapping_sub(ONES * 0x21);
    let backslash = (word ^ (ONES * 0x5c)).wrapping_sub(ONES);
    let found = (low | backslash) & !word & HIGH;
    Some(found.trailing_zeros() as usize / 8)
}

/// Without a branch inside, so that the compiler looks at all bytes at once.
#[inline]
fn is_plain(block: &[u8; 16]) -> bool {
    !block
        .iter()
        .fold(false, |found, byte| found | is_special(*byte))
}

/// Where the next byte of one kind stands; the length if there is none.
#[inline]
pub(crate) fn byte(bytes: &[u8], mut at: usize, wanted: u8) -> usize {
    while let Some(chunk) = bytes
        .get(at..at + 8)
        .and_then(|chunk| chunk.try_into().ok())
    {
        let same = u64::from_le_bytes(chunk) ^ (ONES * u64::from(wanted));
        let found = same.wrapping_sub(ONES) & !same & HIGH;
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    while bytes.get(at).is_some_and(|byte| *byte != wanted) {
        at += 1;
    }
    at.min(bytes.len())
}

/// Where the next two bytes of one kind stand together; the length if there are none.
pub(crate) fn twice(bytes: &[u8], mut at: usize, wanted: u8) -> usize {
    loop {
        at = byte(bytes, at, wanted);
        match bytes.get(at + 1) {
            Some(next) if *next == wanted => return at,
            Some(_) => at += 1,
            None => return bytes.len(),
        }
    }
}

/// Whether more brackets and braces are opened than closed, those in strings too.
pub(crate) fn lacks_closers(bytes: &[u8]) -> bool {
    let (mut open, mut close) = (0usize, 0usize);
    // counts of a byte each, so that the compiler counts many bytes at once; one bit makes two kinds one
    for chunk in bytes.chunks(255) {
        let (mut opened, mut closed) = (0u8, 0u8);
        for byte in chunk {
            opened += u8::from(byte | 0x20 == b'{');
            closed += u8::from(byte | 0x20 == b'}');
        }
        open += usize::from(opened);
        close += usize::from(closed);
    }
    open > close
}

#[cfg(test)]
mod tests {
    use super::{byte, find, lacks_closers, plain, special, twice};

    #[test]
    fn single_bytes_and_pairs_are_found() {
        let text = b"a [ long run [ of [[ brackets [[[ and then ] of none, to its very end [";
        for at in 0..=text.len() {
            let one = text[at..].iter().position(|byte| *byte == b'[');
            assert_eq!(byte(text, at, b'['), one.map_or(text.len(), |one| at + one));
            let two = text[at..].windows(2).position(|pair| pair == b"[[");
            assert_eq!(
                twice(text, at, b'['),
                two.map_or(text.len(), |two| at + two)
            );
        }
    }

    #[test]
    fn brackets_are_counted_over_chunks() {
        let even = "[{}]".repeat(200);
        assert!(!lacks_closers(even.as_bytes()));
        assert!(lacks_closers(format!("{even}[").as_bytes()));
        assert!(lacks_closers(format!("{{{even}").as_bytes()));
        assert!(!lacks_closers(format!("{even}]").as_bytes()));
        assert!(!lacks_closers(even.replace('[', "").as_bytes()));
    }

    #[test]
    fn it_finds_what_a_plain_loop_finds() {
        let mut text: Vec<u8> = (0..=255).collect();
        text.extend(
            b"a long run of plain bytes, and then \"quotes\" and \\ and \x7f \x80 'more' of it",
        );
        for wide in [false, true] {
            for at in 0..text.len() {
                let slow = text[at..]
                    .iter()
                    .position(|byte| {
                        *byte < 0x20 || wide && *byte >= 0x80 || matches!(byte, b'"' | b'\\')
                    })
                    .map_or(text.len(), |found| at + found);
                assert_eq!(plain(&text, at, [b'"', b'\\'], wide), slow, "{at} {wide}");
                if !wide {
                    assert_eq!(special(&text, at), slow, "{at}");
                }
            }
        }
    }

    #[test]
    fn what_is_special_is_found_wherever_it_stands() {
        for byte in 0..=255_u8 {
            let is_special = byte < 0x20 || matches!(byte, b'"' | b'\\');
            for length in 0..60 {
                for at in 0..length {
                    let mut text = vec![b'a'; length];
                    text[at] = byte;
                    let found = if is_special { at } else { length };
                    assert_eq!(special(&text, 0), found, "{byte:#x} at {at} of {length}");
                }
            }
        }
        assert_eq!(special(b"abc", 7), 7);
    }

    #[test]
    fn what_is_rare_is_found_wherever_it_stands() {
        for length in 0..60 {
            for at in 0..length {
                let mut text = vec![b'a'; length];
                text[at] = b'b';
                for from in 0..=at {
                    assert_eq!(find(&text, from, |byte| byte == b'b'), at);
                }
                assert_eq!(find(&text, 0, |byte| byte == b'c'), length);
            }
        }
    }
}
