//! The book's page of compile errors quotes what the failing programs print, word for word.
use std::{collections::BTreeSet, fs, path::Path};

#[test]
fn every_message_of_the_book_is_printed_by_a_program() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut printed = BTreeSet::new();
    for family in fs::read_dir(root.join("tests")).expect("the folder of programs") {
        let Ok(programs) = fs::read_dir(family.expect("an entry").path().join("fail")) else {
            continue;
        };
        for program in programs {
            let path = program.expect("an entry").path();
            if path
                .extension()
                .is_some_and(|extension| extension == "stderr")
            {
                let text = fs::read_to_string(path).expect("a text");
                printed.extend(text.lines().map(str::to_owned));
            }
        }
    }
    let page = root.join("../src/guide/compile_errors.md");
    let page = fs::read_to_string(page).expect("the page of the book");
    let quoted: Vec<&str> = page
        .lines()
        .filter(|line| line.starts_with("error: ") || line.starts_with("error["))
        .collect();
    assert!(quoted.len() > 30, "{} messages are quoted", quoted.len());
    let wrong: Vec<&&str> = quoted
        .iter()
        .filter(|line| !printed.contains(**line))
        .collect();
    assert!(wrong.is_empty(), "no program prints {wrong:#?}");
}
