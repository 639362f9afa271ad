//! The reference itself, where it is beside the checkout: each event and each series that its section 5 names is ours.
use sigflow_providers::telemetry::{EventKind, Series};
use std::path::Path;

/// The lines of section 5, if the reference is there.
fn section() -> Option<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/reference/defaults.md");
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!(
            "shared/reference/defaults.md is not beside the checkout: names are not compared with it"
        );
        return None;
    };
    let lines = text.lines().skip_while(|line| !line.starts_with("## 5."));
    let lines = lines.skip(1).take_while(|line| !line.starts_with("## "));
    Some(lines.map(str::to_owned).collect())
}

/// What the section says of its events: names between commas, behind a colon, to the end of the sentence.
fn events(lines: &[String]) -> Vec<String> {
    let line = lines.iter().find(|line| line.starts_with("Events "));
    let (_, names) = line
        .and_then(|line| line.split_once("): "))
        .expect("a line of events");
    let names = names.trim_end_matches('.').split(", ");
    names.map(|name| format!("sigflow.{name}")).collect()
}

/// What it says of its series: families between semicolons; in one, names between commas and `and`, with their labels in
/// braces and remarks in brackets. A name that begins with an underscore goes on where the name before it ends:
/// `provider_requests_success, _error` is `provider_requests_error`.
fn series(lines: &[String]) -> Vec<(String, Vec<String>)> {
    let line = lines.iter().find(|line| line.starts_with("Series: "));
    let line = line
        .expect("a line of series")
        .trim_start_matches("Series: ");
    let mut all: Vec<(String, Vec<String>)> = Vec::new();
    for family in line.trim_end_matches('.').split("; ") {
        for one in names(family) {
            let (name, labels) = match one.split_once('{') {
                Some((name, labels)) => (name.trim(), labels.trim_end_matches('}')),
                None => (one.trim(), ""),
            };
            let name = match name.strip_prefix('_') {
                Some(rest) => {
                    let before = &all.last().expect("a name before it").0;
                    let (stem, _) = before.rsplit_once('_').expect("a name of two words");
                    format!("{stem}_{rest}")
                }
                None => name.to_owned(),
            };
            let labels = labels.split(", ").filter(|label| !label.is_empty());
            // `type = total|prompt|completion`
            let labels = labels.map(|label| label.split(" = ").next().unwrap_or(label).to_owned());
            all.push((name, labels.collect()));
        }
    }
    // labels behind the last of several names that go on from one are those of all: `a_score and _duration {…}`
    for index in (1..all.len()).rev() {
        let stem = |name: &str| name.rsplit_once('_').map(|(stem, _)| stem.to_owned());
        if all[index - 1].1.is_empty() && stem(&all[index].0) == stem(&all[index - 1].0) {
            let of_optimizer = all[index].1.iter().any(|label| label == "optimizer");
            if of_optimizer {
                let labels = all[index].1.clone();
                all[index - 1].1 = labels;
            }
        }
    }
    all
}

/// The names of a family with their labels, without remarks.
fn names(family: &str) -> Vec<String> {
    let (mut out, mut at, mut braces, mut remarks) = (Vec::new(), String::new(), 0, 0);
    let family = family.replace(" and ", ", ");
    for c in family.chars() {
        match c {
            '(' => remarks += 1,
            ')' => remarks -= 1,
            _ if remarks > 0 => {}
            ',' if braces == 0 => out.push(std::mem::take(&mut at)),
            c => {
                braces += i32::from(c == '{') - i32::from(c == '}');
                at.push(c);
            }
        }
    }
    out.push(at);
    out.into_iter()
        .filter(|name| !name.trim().is_empty())
        .collect()
}

#[test]
fn each_event_of_the_reference_is_ours() {
    let Some(lines) = section() else { return };
    let named = events(&lines);
    let ours: Vec<&str> = EventKind::ALL.iter().map(|kind| kind.name()).collect();
    assert_eq!(named, ours);
}

#[test]
fn each_series_of_the_reference_is_ours() {
    let Some(lines) = section() else { return };
    let named = series(&lines);
    assert!(named.len() >= 21, "{named:?}");
    let mut wrong = Vec::new();
    for (name, labels) in &named {
        match Series::ALL.iter().find(|series| series.name() == name) {
            None => wrong.push(format!("there is no series `{name}`")),
            Some(series) => {
                for label in labels {
                    if !series.labels().contains(&label.as_str()) {
                        wrong.push(format!("series `{name}` has no label `{label}`"));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The reader of the line itself.
#[test]
fn families_are_read() {
    let line = "Series: a_b {x, y}; t {type = p|q, m}; ok_success, _error {e}, _timeout, c_d (counter); \
                u {k} and v_level (gauges), g (evictions and more); o_score and _duration {optimizer}.";
    let read = series(&[line.to_owned()]);
    let shown: Vec<String> = read
        .iter()
        .map(|(name, labels)| format!("{name} {}", labels.join(" ")).trim().to_owned())
        .collect();
    assert_eq!(
        shown,
        [
            "a_b x y",
            "t type m",
            "ok_success",
            "ok_error e",
            "ok_timeout",
            "c_d",
            "u k",
            "v_level",
            "g",
            "o_score optimizer",
            "o_duration optimizer"
        ]
    );
}
