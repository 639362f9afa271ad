//! Replies of three sizes, clean and in the ways that models get wrong, all saying the same; and the
//! floor: `serde_json` reading the clean one into the same struct.
use sigflow::{Result, prelude::*};
use std::fmt::Write;

/// What a support team keeps of one ticket.
#[derive(Field, PartialEq)]
pub struct Ticket {
    id: u32,
    title: String,
    area: String,
    urgent: bool,
    score: f64,
    tags: Vec<String>,
    note: Option<String>,
}

signature! {
    /// Sort the tickets.
    pub struct Sort { mail: String } -> {
        summary: String,
        tickets: Vec<Ticket>,
    }
}

/// The same as serde reads it.
#[derive(serde::Deserialize)]
pub struct FloorTicket {
    /// a number
    pub id: u32,
    /// a line
    pub title: String,
    /// a word
    pub area: String,
    /// whether it waits
    pub urgent: bool,
    /// from 0 to 1
    pub score: f64,
    /// some words
    pub tags: Vec<String>,
    /// a line, or none
    pub note: Option<String>,
}

/// The outputs as serde reads them.
#[derive(serde::Deserialize)]
pub struct FloorSort {
    /// a line
    pub summary: String,
    /// all of them
    pub tickets: Vec<FloorTicket>,
}

/// A way in which a reply is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An object of JSON and nothing else.
    Clean,
    /// The same with line breaks and blanks.
    Pretty,
    /// Sections behind markers, as asked.
    Sections,
    /// In a code fence, with words around it.
    Fenced,
    /// Commas too many, and comments.
    Commas,
    /// Single quotes.
    Single,
    /// Typographic quotes.
    Smart,
    /// As Python prints it.
    Python,
    /// No quotes where none are needed.
    Unquoted,
    /// Line breaks in strings.
    Newlines,
    /// Quotes in strings.
    Inner,
    /// Markers in the lines' middle and mess behind them.
    Markers,
    /// Numbers and truth in quotes, names in another case: no slip of the pen, but the wrong types.
    Types,
    /// The closing brackets are missing.
    Cut,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 14] = [
        Kind::Clean,
        Kind::Pretty,
        Kind::Sections,
        Kind::Fenced,
        Kind::Commas,
        Kind::Single,
        Kind::Smart,
        Kind::Python,
        Kind::Unquoted,
        Kind::Newlines,
        Kind::Inner,
        Kind::Markers,
        Kind::Types,
        Kind::Cut,
    ];
    /// Its name in lower case.
    pub fn name(self) -> String {
        format!("{self:?}").to_lowercase()
    }
    /// Whether it is what was asked for.
    pub const fn is_clean(self) -> bool {
        matches!(self, Kind::Clean | Kind::Pretty | Kind::Sections)
    }
}

const TITLES: [&str; 5] = [
    "The app closes when a photo is added",
    "Invoice shows the old address",
    "Cannot sign in after the update",
    "Please add a dark theme",
    "Parcel has not arrived yet",
];
const AREAS: [&str; 4] = ["mobile", "billing", "accounts", "shipping"];

/// How the pieces of a value are written.
struct Pen<'a> {
    kind: Kind,
    out: &'a mut String,
}

impl Pen<'_> {
    fn text(&mut self, text: &str) {
        let (open, close) = match self.kind {
            Kind::Single | Kind::Python => ("'", "'"),
            Kind::Smart => ("“", "”"),
            Kind::Unquoted => ("", ""),
            _ => ("\"", "\""),
        };
        let _ = write!(self.out, "{open}{text}{close}");
    }
    fn name(&mut self, name: &str) {
        match self.kind {
            Kind::Types if name != "summary" && name != "tickets" => {
                let mut letters = name.chars();
                let first = letters.next().map(|first| first.to_ascii_uppercase());
                let name: String = first.into_iter().chain(letters).collect();
                self.text(&name);
            }
            _ => self.text(name),
        }
        self.out
            .push_str(if self.kind == Kind::Clean { ":" } else { ": " });
    }
    /// Between members and items.
    fn comma(&mut self) {
        self.out.push_str(match self.kind {
            Kind::Clean => ",",
            Kind::Commas => ", /* next */ ",
            _ => ", ",
        });
    }
    fn word(&mut self, word: &str) {
        let python = self.kind == Kind::Python;
        let word = match word {
            "true" if python => "True",
            "false" if python => "False",
            "null" if python => "None",
            word => word,
        };
        if self.kind == Kind::Types && word != "null" {
            self.text(word);
        } else {
            self.out.push_str(word);
        }
    }
    fn last_comma(&mut self) {
        if matches!(self.kind, Kind::Commas | Kind::Markers) {
            self.out.push(',');
        }
    }
    fn line(&mut self, depth: usize) {
        if !matches!(self.kind, Kind::Clean | Kind::Single | Kind::Python) {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n(' ', depth * 2));
        }
    }
    fn ticket(&mut self, index: usize) {
        let title = TITLES[index % TITLES.len()];
        self.out.push('{');
        self.line(2);
        self.name("id");
        self.word(&(1_000 + index).to_string());
        self.comma();
        self.line(2);
        self.name("title");
        self.text(&match self.kind {
            Kind::Newlines => title.replacen(' ', "\n", 1),
            Kind::Inner => title.replacen(' ', " \"", 1) + "\" again",
            _ => title.to_owned(),
        });
        self.comma();
        self.line(2);
        self.name("area");
        self.text(AREAS[index % AREAS.len()]);
        self.comma();
        self.line(2);
        self.name("urgent");
        self.word(if index.is_multiple_of(3) {
            "true"
        } else {
            "false"
        });
        self.comma();
        self.line(2);
        self.name("score");
        self.word(&format!("0.{}", 11 + index % 80));
        self.comma();
        self.line(2);
        self.name("tags");
        self.out.push('[');
        self.text("new");
        self.comma();
        self.text(AREAS[(index + 1) % AREAS.len()]);
        self.last_comma();
        self.out.push(']');
        self.comma();
        self.line(2);
        self.name("note");
        if index.is_multiple_of(2) {
            self.word("null");
        } else {
            self.text("came by mail");
        }
        self.last_comma();
        self.line(1);
        self.out.push('}');
    }
    fn tickets(&mut self, count: usize) {
        self.out.push('[');
        for index in 0..count {
            if index > 0 {
                self.comma();
            }
            self.ticket(index);
            if self.kind == Kind::Commas && index % 8 == 1 {
                self.out.push_str(" // seen before");
                self.out.push('\n');
            }
        }
        self.last_comma();
        self.out.push(']');
    }
}

/// So many tickets in one way of writing.
pub fn reply(kind: Kind, tickets: usize) -> String {
    let mut text = String::new();
    match kind {
        Kind::Sections | Kind::Markers => {
            text.push_str(if kind == Kind::Sections {
                "[[ ## summary ## ]]\nmail of the day\n\n[[ ## tickets ## ]]\n"
            } else {
                "Here you are: [[ ## Summary ## ]] mail of the day\n[[ ## tickets ]]\n```json\n"
            });
            let mut pen = Pen {
                kind,
                out: &mut text,
            };
            pen.tickets(tickets);
            text.push_str(if kind == Kind::Sections {
                "\n\n[[ ## completed ## ]]\n"
            } else {
                "\n```\n\n[[ ## completed ## ]]"
            });
            return text;
        }
        Kind::Fenced => text.push_str("Sure! I have sorted the mail:\n\n```json\n"),
        _ => {}
    }
    let mut pen = Pen {
        kind,
        out: &mut text,
    };
    pen.out.push('{');
    pen.name("summary");
    pen.text("mail of the day");
    pen.comma();
    pen.line(0);
    pen.name("tickets");
    pen.tickets(tickets);
    pen.last_comma();
    if kind == Kind::Cut {
        text.truncate(text.len() - 2);
        return text;
    }
    text.push('}');
    if kind == Kind::Fenced {
        text.push_str("\n```\n\nTell me if anything is missing.");
    }
    text
}

/// The sizes that are measured, by their names: how many tickets make about so many bytes of clean JSON.
pub const SIZES: [(&str, usize); 3] = [("200B", 1), ("5KB", 36), ("500KB", 3_600)];

/// Reads a reply.
///
/// # Errors
/// If it is none.
pub fn sort(reply: &str) -> Result<SortOutput> {
    Sort::parse_reply(reply)
}

/// The floor: the clean reply by serde.
///
/// # Errors
/// If it is none.
pub fn floor_sort(reply: &str) -> serde_json::Result<FloorSort> {
    serde_json::from_str(reply)
}

#[cfg(test)]
mod tests {
    use super::{Kind, floor_sort, reply, sort};

    #[test]
    fn all_ways_of_writing_say_the_same() {
        let floor = floor_sort(&reply(Kind::Clean, 20)).expect("clean JSON");
        for kind in Kind::ALL {
            let read = sort(&reply(kind, 20)).unwrap_or_else(|error| panic!("{kind:?}: {error}"));
            assert_eq!(read.summary, "mail of the day", "{kind:?}");
            assert_eq!(read.tickets.len(), floor.tickets.len(), "{kind:?}");
            for (read, floor) in read.tickets.iter().zip(&floor.tickets) {
                let title = match kind {
                    Kind::Newlines => read.title.replace('\n', " "),
                    Kind::Inner => read.title.replace(['"'], "").replace(" again", ""),
                    _ => read.title.clone(),
                };
                assert_eq!(title, floor.title, "{kind:?}");
                assert_eq!(
                    (read.id, &read.area, read.urgent, &read.tags, &read.note),
                    (
                        floor.id,
                        &floor.area,
                        floor.urgent,
                        &floor.tags,
                        &floor.note
                    ),
                    "{kind:?}"
                );
                assert!((read.score - floor.score).abs() < 1e-12, "{kind:?}");
            }
        }
    }
}
