//! Ours and DSRs on the same texts; `run.sh` calls it.
//!
//! `sigflow-peers FOLDER` reads the texts that `texts.py` wrote there and prints a line for each
//! measurement: thing, text, who, nanoseconds, what came of it, separated by tabs.
#[cfg(feature = "dsrs")]
mod dsrs;
mod measure;
mod ours;

use std::{fs, path::Path};

/// Lengths of the replies, and forms: JSON or chat markers, clean or as models write them.
const SIZES: [&str; 3] = ["200B", "5KB", "500KB"];
const FORMS: [&str; 4] = ["json-clean", "json-messy", "chat-clean", "chat-messy"];
/// How many demos a prompt has.
const DEMOS: [usize; 4] = [0, 2, 16, 64];

fn main() {
    let folder = std::env::args().nth(1).expect("a folder with the texts");
    let folder = Path::new(&folder);
    let read = |name: String| fs::read_to_string(folder.join(name)).expect("a text");
    for size in SIZES {
        let truth: ours::OrderOutput =
            serde_json::from_str(&read(format!("{size}-json-clean.txt"))).expect("an order");
        for form in FORMS {
            let name = format!("{size}-{form}");
            let text = read(format!("{name}.txt"));
            measure::reading(&name, "ours", || ours::read(&text), |order| *order == truth);
            if form == "json-clean" {
                let serde = || serde_json::from_str::<ours::Plain>(&text).ok();
                measure::reading(&name, "serde_json", serde, |order| order.is(&truth));
            }
            #[cfg(feature = "dsrs")]
            if form.starts_with("chat") {
                dsrs::read(&name, &text, &truth);
            }
        }
    }
    for demos in DEMOS {
        ours::render(demos);
        #[cfg(feature = "dsrs")]
        dsrs::render(demos);
    }
}
