use super::Events;
use crate::wire::{Event, Frames, Framing};

/// Name and data of each event, told in these pieces; with what the end of the connection completes.
fn events(pieces: &[&[u8]]) -> Vec<(String, String)> {
    let (mut events, mut all) = (Events::default(), Vec::new());
    let mut note = |event: Event<'_>| all.push((event.name.to_owned(), event.data.to_owned()));
    for piece in pieces {
        events.push(piece, &mut note);
    }
    events.end(&mut note);
    all
}

fn all(pieces: &[&[u8]]) -> Vec<String> {
    events(pieces).into_iter().map(|(_, data)| data).collect()
}

const TEXT: &str = "\u{feff}data: a\r\n: comment\r\ndata:b\r\n\r\nevent: x\rid: 1\rdata: {\"é\": \"日本😀\"}\r\r\n\n\ndata\ndata:  two\n\nretry: 5\ndatum: no\n\ndata: last";

#[test]
fn any_cut_gives_the_same_events() {
    let expected = ["a\nb", "{\"é\": \"日本😀\"}", "\n two", "last"];
    let bytes = TEXT.as_bytes();
    assert_eq!(all(&[bytes]), expected);
    for at in 0..bytes.len() {
        assert_eq!(all(&[&bytes[..at], &bytes[at..]]), expected, "{at}");
    }
    for size in 1..9 {
        let pieces: Vec<&[u8]> = bytes.chunks(size).collect();
        assert_eq!(all(&pieces), expected, "{size}");
    }
}

#[test]
fn wrong_bytes_lose_no_event() {
    assert_eq!(all(&[b"data: a\xff\n\n"]), ["a\u{fffd}"]);
    assert_eq!(all(&[b"data: \xef\xbb\xbf\n\n"]), ["\u{feff}"]);
    assert!(all(&[b"\n\n: only\n\nevent: x\n\n"]).is_empty());
}

/// The cases on which parsers of server-sent events differ, each in six cuts. What the standard says stands here, but
/// for two: an event without its empty line counts, for servers forget it behind `[DONE]`; and an event without a name
/// has none, not “message”.
#[test]
fn the_cases_on_which_parsers_differ() {
    type Case = (
        &'static str,
        &'static [u8],
        &'static [(&'static str, &'static str)],
    );
    let cases: &[Case] = &[
        (
            "line feeds",
            b"data: a\n\ndata: b\n\n",
            &[("", "a"), ("", "b")],
        ),
        ("both", b"event: x\r\ndata: a\r\n\r\n", &[("x", "a")]),
        (
            "carriage returns",
            b"data: a\r\rdata: b\r\r",
            &[("", "a"), ("", "b")],
        ),
        ("byte order mark", b"\xef\xbb\xbfdata: a\n\n", &[("", "a")]),
        ("no blank", b"data:a\n\n", &[("", "a")]),
        ("two blanks", b"data:  a\n\n", &[("", " a")]),
        (
            "several lines",
            b"data: a\ndata: b\ndata\n\n",
            &[("", "a\nb\n")],
        ),
        ("comments", b": ping\n\n:\n\ndata: a\n\n", &[("", "a")]),
        (
            "no last line",
            b"data: a\n\ndata: [DONE]",
            &[("", "a"), ("", "[DONE]")],
        ),
        (
            "no empty last line",
            b"data: a\n\ndata: [DONE]\n",
            &[("", "a"), ("", "[DONE]")],
        ),
        ("a name alone", b"event: ping\n\ndata: a\n\n", &[("", "a")]),
        ("empty data", b"data\n\ndata:\n\n", &[("", ""), ("", "")]),
        (
            "long characters",
            "data: h\u{1f600}\u{e9}\u{4f60}\n\n".as_bytes(),
            &[("", "h\u{1f600}\u{e9}\u{4f60}")],
        ),
        (
            "U+2028",
            "data: a\u{2028}b\n\n".as_bytes(),
            &[("", "a\u{2028}b")],
        ),
        (
            "a wrong byte",
            b"data: a\xffb\n\ndata: c\n\n",
            &[("", "a\u{fffd}b"), ("", "c")],
        ),
        (
            "ids",
            b"id: a\0b\ndata: x\n\nid: 7\ndata: y\n\ndata: z\n\n",
            &[("", "x"), ("", "y"), ("", "z")],
        ),
        ("other fields", b"Data: a\n\ndata : b\n\n", &[]),
        ("empty lines first", b"\n\n\ndata: a\n\n", &[("", "a")]),
    ];
    assert_eq!(cases.len(), 18);
    for (name, bytes, expected) in cases {
        for size in [1, 2, 3, 5, 7, 1000] {
            let pieces: Vec<&[u8]> = bytes.chunks(size).collect();
            let found = events(&pieces);
            let found: Vec<(&str, &str)> = found
                .iter()
                .map(|(name, data)| (name.as_str(), data.as_str()))
                .collect();
            assert_eq!(found, *expected, "{name}, {size} bytes at a time");
        }
    }
}

/// A line of 4 MB in pieces of 1 KB: each byte is looked at and copied a fixed number of times.
#[test]
fn work_is_linear_in_what_comes() {
    for length in [40_000, 400_000, 4_000_000] {
        let text = format!("data: {}\n\n", "x".repeat(length));
        for size in [1024, 16 * 1024] {
            let (mut events, mut found) = (Events::default(), 0);
            for piece in text.as_bytes().chunks(size) {
                events.push(piece, &mut |event| found += event.data.len());
            }
            assert_eq!(found, length);
            assert!(
                events.work <= 5 * text.len(),
                "{} for {}",
                events.work,
                text.len()
            );
        }
    }
}

/// 5 MB in one event is a reply like any other; what is longer than 32 MiB is none, in one line or in many.
#[test]
fn long_events_up_to_a_bound() {
    let big = format!("data: {}\n\ndata: b\n\n", "x".repeat(5_000_000));
    let mut frames = Frames::new(Framing::Events);
    let mut lengths = Vec::new();
    for piece in big.as_bytes().chunks(8192) {
        frames
            .push(piece, &mut |event: Event<'_>| {
                lengths.push(event.data.len());
            })
            .expect("short enough");
    }
    assert_eq!(lengths, [5_000_000, 1]);
    for line in ["x".repeat(8192), format!("data: {}\n", "x".repeat(8185))] {
        let mut frames = Frames::new(Framing::Events);
        let mut nothing = |_: Event<'_>| panic!("no event");
        let pushed = (0..8192).position(|_| frames.push(line.as_bytes(), &mut nothing).is_err());
        let most = 32 * 1024 * 1024 / 8192;
        assert!(
            pushed.is_some_and(|at| at.abs_diff(most) <= 8),
            "{pushed:?}, not {most}"
        );
    }
}
