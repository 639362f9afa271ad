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

#[cfg(test)]
mod tests {
    use super::plain;

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
            }
        }
    }
}
