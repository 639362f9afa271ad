//! The table of prices that the providers crate ships, out of `LiteLLM`'s.
use crate::ci;
use serde_json::Value;
use std::{collections::BTreeMap, fmt::Write as _, fs};

/// Where it goes.
const TABLE: &str = "providers/src/price/table.tsv";

/// `LiteLLM`'s names of the providers that we have clients for.
const PROVIDERS: [&str; 12] = [
    "anthropic",
    "azure",
    "bedrock",
    "bedrock_converse",
    "deepseek",
    "gemini",
    "groq",
    "mistral",
    "openai",
    "openrouter",
    "together_ai",
    "xai",
];

/// Writes the table, or with `--check` compares it.
pub(crate) fn run(arguments: &[&str]) -> Result<(), String> {
    let (source, check) = match arguments {
        [source] => (source, false),
        [source, "--check"] => (source, true),
        _ => {
            return Err(
                "say where LiteLLM's file is: `cargo xtask prices model_prices.json [--check]`"
                    .into(),
            );
        }
    };
    let text = fs::read_to_string(source).map_err(|error| format!("{source}: {error}"))?;
    let all: BTreeMap<String, Value> =
        serde_json::from_str(&text).map_err(|error| format!("{source}: {error}"))?;
    let name = source.rsplit('/').next().unwrap_or(source);
    let table = table(name, &all);
    let path = ci::root().join(TABLE);
    if check {
        let known = fs::read_to_string(&path).map_err(|error| format!("{TABLE}: {error}"))?;
        if known != table {
            return Err(format!(
                "{TABLE} is not what {source} gives; run without --check"
            ));
        }
    } else {
        fs::write(&path, &table).map_err(|error| format!("{TABLE}: {error}"))?;
    }
    println!(
        "{TABLE}: {} models, {} bytes",
        table.lines().count() - 8,
        table.len()
    );
    Ok(())
}

fn table(source: &str, all: &BTreeMap<String, Value>) -> String {
    let mut table = format!(
        "# Prices in US dollars of a million tokens.\n\
         # Made by `cargo xtask prices` out of {source}, LiteLLM's model_prices_and_context_window.json\n\
         # (https://github.com/BerriAI/litellm, MIT licence, Copyright (c) 2023 Berri AI).\n\
         # Chat, responses and embedding models of the providers that sigflow has clients for. A model that costs nothing\n\
         # there is left out: its price is not known.\n\
         # A price that is missing is the one of input or output. `longest` are the tokens of the longest reply. Beyond\n\
         # `above` tokens of input the last four hold.\n\
         # model\tinput\toutput\tcached\twrite\treasoning\tlongest\tabove\tinput\toutput\tcached\twrite\n"
    );
    for (model, entry) in all {
        if let Some(row) = row(model, entry) {
            // never fails on a string
            let _ = writeln!(table, "{model}{row}");
        }
    }
    table
}

/// The columns of a model behind its name, if it belongs into the table.
fn row(model: &str, entry: &Value) -> Option<String> {
    let text = |name: &str| entry.get(name).and_then(Value::as_str);
    let is_ours = PROVIDERS.contains(&text("litellm_provider")?)
        && matches!(text("mode")?, "chat" | "responses" | "embedding")
        // classes of size and prices of regions are names that no client uses
        && !model.starts_with("together-ai-")
        && !model.starts_with("bedrock/")
        && !model.contains(['\t', ' ']);
    if !is_ours {
        return None;
    }
    let price = |name: &str| entry.get(name).and_then(Value::as_f64);
    let input = price("input_cost_per_token")?;
    let output = match price("output_cost_per_token") {
        Some(output) => output,
        // vectors are not paid by the token; of anything else half a price is none
        None if text("mode") == Some("embedding") => 0.0,
        None => return None,
    };
    if input <= 0.0 {
        return None;
    }
    let mut columns = vec![
        Some(input),
        Some(output),
        price("cache_read_input_token_cost"),
        price("cache_creation_input_token_cost"),
        price("output_cost_per_reasoning_token"),
    ];
    // vectors are no reply
    let longest = entry.get("max_output_tokens").and_then(Value::as_u64);
    let longest = longest.filter(|tokens| *tokens > 0 && text("mode") != Some("embedding"));
    let mut row = String::new();
    let above = ["100k", "128k", "200k", "256k", "272k", "512k"];
    let above = above
        .into_iter()
        .find(|size| price(&format!("input_cost_per_token_above_{size}_tokens")).is_some());
    write_prices(&mut row, &columns);
    row.push('\t');
    if let Some(tokens) = longest {
        let _ = write!(row, "{tokens}");
    }
    if let Some(size) = above {
        let tokens: u32 = size.trim_end_matches('k').parse().ok()?;
        let _ = write!(row, "\t{}", tokens * 1000);
        let beyond = |name: &str| price(&format!("{name}_above_{size}_tokens"));
        columns = vec![
            beyond("input_cost_per_token"),
            beyond("output_cost_per_token"),
            beyond("cache_read_input_token_cost"),
            beyond("cache_creation_input_token_cost"),
        ];
        write_prices(&mut row, &columns);
    }
    Some(row.trim_end_matches('\t').to_owned())
}

/// Of a million tokens, with as many digits as it has.
fn write_prices(row: &mut String, columns: &[Option<f64>]) {
    for column in columns {
        row.push('\t');
        if let Some(price) = column {
            // prices are decimal; what comes behind the sixth digit is of binary fractions
            let text = format!("{:.6}", price * 1e6);
            row.push_str(text.trim_end_matches('0').trim_end_matches('.'));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn rows_have_what_a_bill_needs_and_nothing_free() {
        let entry = json!({
            "litellm_provider": "anthropic", "mode": "chat",
            "input_cost_per_token": 3e-6, "output_cost_per_token": 1.5e-5,
            "cache_read_input_token_cost": 3e-7, "cache_creation_input_token_cost": 3.75e-6,
            "max_output_tokens": 64000,
            "input_cost_per_token_above_200k_tokens": 6e-6, "output_cost_per_token_above_200k_tokens": 2.25e-5,
        });
        assert_eq!(
            row("claude", &entry).as_deref(),
            Some("\t3\t15\t0.3\t3.75\t\t64000\t200000\t6\t22.5")
        );
        let vectors = json!({
            "litellm_provider": "openai", "mode": "embedding",
            "input_cost_per_token": 1e-7, "max_output_tokens": 1536,
        });
        assert_eq!(row("vectors", &vectors).as_deref(), Some("\t0.1\t0"));
        let free =
            json!({"litellm_provider": "gemini", "mode": "chat", "input_cost_per_token": 0.0});
        assert_eq!(row("gemini/free", &free), None);
        let image = json!({"litellm_provider": "openai", "mode": "image_generation", "input_cost_per_token": 1e-6});
        assert_eq!(row("image", &image), None);
    }
}
