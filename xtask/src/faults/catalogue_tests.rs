//! The table is the catalogue, where the catalogue is beside the repository.
use super::scenarios;
use crate::faults::{
    rule::{Check, Rule, Weight},
    scenario::{Ideal, Mode, Play},
};
use serde_json::{Value, json};
use sigflow_testkit::Fault;

/// A rule as the catalogue writes it.
fn written(rule: &Rule) -> Value {
    let (kind, value, window) = match rule.check {
        Check::NoHang => ("no_hang", None, None),
        Check::Complete => ("complete", None, None),
        Check::NoTruncatedSuccess => ("no_truncated_success", None, None),
        Check::PrimaryMin(least) => ("attempts_primary_min", Some(json!(least)), None),
        Check::PrimaryMax(most) => ("attempts_primary_max", Some(json!(most)), None),
        Check::PrimaryIs(count) => ("attempts_primary_eq", Some(json!(count)), None),
        Check::FirstGapMin(least) => ("first_gap_min_s", Some(json!(least)), None),
        Check::MaxWithin(window, most) => ("max_attempts_within", Some(json!(most)), Some(window)),
        Check::WallMax(most) => ("wall_max_s", Some(json!(most)), None),
        Check::AliveAfter => ("alive_after", None, None),
        Check::FallbackUsed => ("fallback_used", None, None),
        Check::ReportsFallback => ("reported_model_is_fallback", None, None),
        Check::UsagePresent => ("usage_present", None, None),
        Check::NoPrefillMasking => ("no_prefill_masking", None, None),
        Check::SequenceNoHang => ("seq_no_hang", None, None),
        Check::SequenceServed => ("seq_served_during_outage", None, None),
        Check::SequenceRecovered(most) => ("seq_recovered_within_s", Some(json!(most)), None),
        Check::SequenceProbes => ("seq_probe_discipline", None, None),
        ours => panic!("{ours:?} is no check of the catalogue"),
    };
    json!([
        kind,
        value.map(|value| value.as_f64()),
        window,
        rule.weight != Weight::Required,
        rule.weight == Weight::Informational,
        rule.needs_fallback,
    ])
}

/// A check as the catalogue has it, in the same form.
fn read(check: &Value) -> Value {
    json!([
        check["kind"],
        check["value"].as_f64(),
        check["window_s"].as_f64(),
        check["severity"] == "advisory",
        check["informational"] == true,
        check["requires"] == "fallback",
    ])
}

#[test]
fn the_table_is_the_catalogue() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../shared/specs/failoverbench/catalogue.yaml"
    );
    let Ok(text) = std::fs::read_to_string(path) else {
        eprintln!("no catalogue beside the checkout: not compared");
        return;
    };
    let catalogue: Value = serde_norway::from_str(&text).expect("YAML");
    let rows = catalogue["scenarios"].as_array().expect("a list");
    assert_eq!(rows.len(), 16);
    assert_eq!(catalogue["prompt"], sigflow_testkit::PROMPT);
    for row in rows {
        let ours = scenarios()
            .into_iter()
            .find(|ours| row["id"] == ours.id && ours.mode == Mode::Stream);
        let ours = ours.unwrap_or_else(|| panic!("{} is missing", row["id"]));
        let id = ours.id;
        assert_eq!(row["model"], ours.fault.model(), "{id}");
        assert_eq!(row["max_wall_s"].as_f64(), Some(ours.max_wall_s), "{id}");
        let fallback = row["fallback_model"].as_str().unwrap_or("fb-ok");
        assert_eq!(ours.fallback.map(Fault::model), Some(fallback), "{id}");
        assert_eq!(row["ideal"] == "error", ours.ideal == Ideal::Error, "{id}");
        let checks: Vec<Value> = row["checks"]
            .as_array()
            .expect("a list")
            .iter()
            .map(read)
            .collect();
        let rules: Vec<Value> = ours.rules.iter().map(written).collect();
        assert_eq!(rules, checks, "{id}");
        if let Play::Sequence {
            count,
            every_s,
            max_wall_s,
        } = ours.play
        {
            let sequence = json!({"count": count, "interval_s": every_s, "per_request_max_wall_s": max_wall_s});
            assert_eq!(row["sequence"]["count"], sequence["count"]);
            for name in ["interval_s", "per_request_max_wall_s"] {
                assert_eq!(
                    row["sequence"][name].as_f64(),
                    sequence[name].as_f64(),
                    "{name}"
                );
            }
        }
    }
}
