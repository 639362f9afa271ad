//! The page of defaults, held to the product: each figure of it is read out of the product or seen at work, and each can
//! be set. The README has the same tables. The reference's own figures are in the files of this name of core and
//! providers.
#[path = "defaults/bounds.rs"]
mod bounds;
#[path = "defaults/calls.rs"]
mod calls;
#[path = "defaults/layers.rs"]
mod layers;
#[path = "defaults/rest.rs"]
mod rest;
#[path = "defaults/settings.rs"]
mod settings;

use sigflow::{Prefix, Request};
use std::{
    collections::BTreeSet,
    fmt::{self, Debug},
};

const PAGE: &str = include_str!("../src/guide/defaults.md");
const README: &str = include_str!("../README.md");

/// A row of the page: its name, the figure as the product has it, and after another was set.
struct Row {
    what: &'static str,
    ours: String,
    set: String,
}

fn row(what: &'static str, ours: impl Into<String>, set: impl Into<String>) -> Row {
    Row {
        what,
        ours: ours.into(),
        set: set.into(),
    }
}

/// The rows of all tables of defaults in a text: their cells, without the marks of links.
fn tables(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut inside) = (Vec::new(), false);
    for line in text.lines() {
        let cells = line.trim().strip_prefix('|');
        let Some(cells) = cells.and_then(|cells| cells.strip_suffix('|')) else {
            inside = false;
            continue;
        };
        let cell = |cell: &str| cell.trim().replace("[`", "`").replace("`]", "`");
        let cells: Vec<String> = cells.split('|').map(cell).collect();
        if cells[..2] == ["what", "default"] {
            inside = true;
        } else if inside && !cells[0].starts_with("---") {
            rows.push(cells);
        }
    }
    rows
}

/// What a value's `Debug` says of one of its fields.
#[track_caller]
fn shown(of: &impl Debug, field: &str) -> String {
    let text = format!("{of:?}");
    let begin = [" ", "{ "].map(|before| format!("{before}{field}: "));
    let Some(at) = begin.iter().find_map(|it| Some(text.find(it)? + it.len())) else {
        panic!("no field `{field}` in {text}");
    };
    let mut depth = 0_i32;
    let rest = text[at..].chars().take_while(|c| {
        depth += match c {
            '{' | '(' | '[' => 1,
            '}' | ')' | ']' => -1,
            _ => 0,
        };
        depth > 0 || depth == 0 && *c != ','
    });
    rest.collect::<String>().trim_end().to_owned()
}

/// A text in the place of the value whose `Debug` it is.
struct Given(String);
impl Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A time as the page writes it: `0.5 s` of `500ms`.
fn time(debug: &str) -> String {
    match (
        debug.strip_suffix("ms"),
        debug.strip_suffix("ns"),
        debug.strip_suffix('s'),
    ) {
        (Some(millis), ..) => format!("{} s", millis.parse::<f64>().expect("a number") / 1000.0),
        (_, Some(nanos), _) => format!("{} s", nanos.parse::<f64>().expect("a number") / 1e9),
        (_, _, Some(seconds)) => format!("{seconds} s"),
        _ => debug.to_owned(),
    }
}

/// Bytes as the page writes them.
fn bytes(debug: &str) -> String {
    let bytes: u64 = debug.parse().expect("a number");
    match bytes {
        0 => "0".to_owned(),
        _ if bytes.is_multiple_of(1 << 30) => format!("{} GiB", bytes >> 30),
        _ if bytes.is_multiple_of(1 << 20) => format!("{} MiB", bytes >> 20),
        _ => format!("{bytes} bytes"),
    }
}

/// A number with a comma before each three digits.
fn count(debug: &str) -> String {
    let number: u64 = debug.parse().expect("a number");
    match number {
        1_000.. => format!("{},{:03}", number / 1000, number % 1000),
        _ => number.to_string(),
    }
}

/// A word of the code.
fn word(debug: impl Debug) -> String {
    format!("`{debug:?}`")
}

fn ask() -> Request {
    Request::new(Prefix::new(String::new().into()), vec![])
}

#[tokio::test]
async fn the_page_has_the_figures_of_the_product() {
    let mut rows = calls::rows().await;
    rows.extend(layers::rows().await);
    rows.extend(bounds::rows().await);
    rows.extend(rest::rows().await);
    let page = tables(PAGE);
    let mut wrong = Vec::new();
    for Row { what, ours, set } in &rows {
        match page.iter().find(|cells| cells[0] == *what) {
            None => wrong.push(format!("the page has no row `{what}`, which is {ours}")),
            Some(cells) if cells[1] != *ours => {
                wrong.push(format!(
                    "`{what}` is {ours}, and the page says {}",
                    cells[1]
                ));
            }
            Some(_) if ours == set => wrong.push(format!("`{what}` stays {ours} when it is set")),
            Some(_) => {}
        }
    }
    let known: BTreeSet<&str> = rows.iter().map(|row| row.what).collect();
    for cells in &page {
        let what = cells[0].as_str();
        if !known.contains(what) {
            wrong.push(format!("nothing holds the row `{what}` of the page"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn each_row_says_where_it_is_set() {
    let page = tables(PAGE);
    assert!(page.len() >= 60, "{}", page.len());
    let names: BTreeSet<&String> = page.iter().map(|cells| &cells[0]).collect();
    assert_eq!(names.len(), page.len(), "a row stands twice");
    for cells in &page {
        assert_eq!(cells.len(), 5, "{cells:?}");
        let set = cells[2..].iter().filter(|cell| !cell.is_empty());
        assert!(set.clone().count() > 0, "{cells:?} is not to be set");
        for place in set.flat_map(|cell| cell.split(", ")) {
            let name = place
                .strip_prefix('`')
                .and_then(|name| name.strip_suffix('`'));
            let is_method = name.is_some_and(|name| name.split("::").count() == 2);
            assert!(is_method, "{place} of {cells:?} is no method");
        }
    }
    // links are there for all but what a feature brings; rustdoc knows whether they lead somewhere
    for (index, place) in PAGE.match_indices("[`") {
        let rest = &PAGE[index + place.len()..];
        let name = &rest[..rest.find('`').expect("an end")];
        // a field may have the same name
        let is_linked = ["", "method@"]
            .iter()
            .any(|kind| PAGE.contains(&format!("\n[`{name}`]: {kind}crate::")));
        assert!(is_linked, "no link for {name}");
    }
}

#[test]
fn the_readme_has_the_same_tables() {
    let (page, readme) = (tables(PAGE), tables(README));
    for (one, other) in page.iter().zip(&readme) {
        assert_eq!(one, other);
    }
    assert_eq!(page.len(), readme.len());
}

#[test]
fn figures_are_written_as_people_do() {
    assert_eq!(
        ["5s", "500ms", "0ns", "100ms"].map(time),
        ["5 s", "0.5 s", "0 s", "0.1 s"]
    );
    assert_eq!(["134217728", "1073741824"].map(bytes), ["128 MiB", "1 GiB"]);
    assert_eq!(["10000", "500"].map(count), ["10,000", "500"]);
}
