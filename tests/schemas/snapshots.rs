//! Every dialect of a few signatures, to be read.
use super::{samples::*, valid};
use serde_json::Value;
use sigflow::Dialect;

fn pretty(dialect: Dialect, text: &str) -> String {
    match valid::check(dialect, text) {
        Some(schema) => serde_json::to_string_pretty::<Value>(&schema).unwrap(),
        None => "refused".to_owned(),
    }
}

macro_rules! snapshots {
    ($($signature:ident $name:literal),*) => { $(
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path("snapshots");
        settings.set_prepend_module_to_snapshot(false);
        settings.bind(|| {
            insta::assert_snapshot!(concat!($name, ".inputs"), pretty(Dialect::Plain, $signature::INPUT_SCHEMA));
            insta::assert_snapshot!(concat!($name, ".plain"), pretty(Dialect::Plain, $signature::JSON_SCHEMA));
            insta::assert_snapshot!(concat!($name, ".openai"), pretty(Dialect::OpenAi, $signature::OPENAI_SCHEMA));
            insta::assert_snapshot!(concat!($name, ".anthropic"), pretty(Dialect::Anthropic, $signature::ANTHROPIC_SCHEMA));
            insta::assert_snapshot!(concat!($name, ".gemini"), pretty(Dialect::Gemini, $signature::GEMINI_SCHEMA));
            insta::assert_debug_snapshot!(concat!($name, ".analysis"), $signature::ANALYSIS);
        });
    )* };
}

#[test]
fn dialects_say_what_they_can() {
    snapshots!(ReadInvoice "invoice", Classify "classify", Outline "outline", Calculate "calculate");
}
