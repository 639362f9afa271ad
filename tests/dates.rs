//! Field types of other crates, each behind its feature: written into prompts, asked for in schemas, read
//! from replies.
#![allow(missing_docs)]
use serde_json::{Value, json};
use sigflow::{prelude::*, testing::Scripted};

/// A reply in sections.
#[allow(dead_code, reason = "without the features no test is left")]
fn sections(values: &[(&str, &str)]) -> String {
    values.iter().fold(String::new(), |text, (name, value)| {
        text + "[[ ## " + name + " ## ]]\n" + value + "\n\n"
    })
}

mod standard {
    use super::*;
    use std::{
        collections::BTreeMap,
        net::IpAddr,
        num::{NonZeroI32, NonZeroU8},
        time::Duration,
    };

    signature! {
        struct Measure { since: Duration } -> {
            took: Duration,
            server: IpAddr,
            tries: NonZeroU8,
            balance: Option<NonZeroI32>,
            by_server: BTreeMap<IpAddr, Duration>,
        }
    }

    #[tokio::test]
    async fn std_types() {
        let reply = sections(&[
            ("took", "1h 30m"),
            ("server", "192.0.2.1"),
            ("tries", "3"),
            ("balance", "-5"),
            ("by_server", r#"{" 2001:db8::1 ": "PT0.5S"}"#),
        ]);
        let wrong = reply.replace("1h 30m", "long");
        let lm = Scripted::new([reply.as_str(), wrong.as_str()]).lm();
        let output = Measure {
            since: Duration::from_millis(1500),
        }
        .predict()
        .with(&lm)
        .await
        .unwrap();
        assert_eq!(output.took, Duration::from_mins(90));
        assert_eq!(
            (output.tries.get(), output.balance.map(NonZeroI32::get)),
            (3, Some(-5))
        );
        assert_eq!(
            output.by_server.values().next(),
            Some(&Duration::from_millis(500))
        );
        let error = Measure {
            since: Duration::ZERO,
        }
        .predict()
        .with(&lm)
        .await
        .unwrap_err()
        .to_string();
        assert!(
            error.contains("took") && error.contains("a duration like PT90S"),
            "{error}"
        );
        let schema: Value = serde_json::from_str(Measure::OPENAI_SCHEMA).unwrap();
        assert_eq!(
            schema["properties"]["took"],
            json!({"type": "string", "format": "duration"})
        );
        assert_eq!(
            schema["properties"]["server"]["description"],
            "(an IP address like 192.0.2.1)"
        );
        assert_eq!(
            schema["properties"]["tries"],
            json!({"type": "integer", "maximum": 255, "minimum": 1})
        );
    }
}

mod with_chrono {
    use super::*;
    use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

    signature! {
        struct Plan { today: NaiveDate, now: DateTime<Utc> } -> {
            day: NaiveDate,
            start: NaiveTime,
            local: NaiveDateTime,
            at: DateTime<Utc>,
            there: Option<DateTime<FixedOffset>>,
            length: TimeDelta,
            others: std::collections::BTreeMap<NaiveDate, Vec<TimeDelta>>,
        }
    }

    #[tokio::test]
    async fn chrono_types() {
        let reply = sections(&[
            ("day", "2026-03-01"),
            ("start", "09:30"),
            ("local", "2026-03-01 09:30:00"),
            ("at", "2026-03-01T08:30:00Z"),
            ("there", "null"),
            ("length", "PT45M"),
            ("others", r#"{"2026-03-02": ["PT1H", 90]}"#),
        ]);
        let wrong = reply.replace("[[ ## day ## ]]\n2026-03-01", "[[ ## day ## ]]\ntomorrow");
        let lm = Scripted::new([reply.as_str(), wrong.as_str()]).lm();
        let day = NaiveDate::from_ymd_opt(2026, 3, 1).unwrap();
        let now = day.and_hms_opt(8, 0, 0).unwrap().and_utc();
        let ask = || Plan { today: day, now };
        let output = ask().predict().with(&lm).await.unwrap();
        assert_eq!(
            (output.day, output.start),
            (day, NaiveTime::from_hms_opt(9, 30, 0).unwrap())
        );
        assert_eq!(
            (output.local, output.at),
            (
                day.and_hms_opt(9, 30, 0).unwrap(),
                day.and_hms_opt(8, 30, 0).unwrap().and_utc()
            )
        );
        assert_eq!(
            (output.there, output.length),
            (None, TimeDelta::minutes(45))
        );
        assert_eq!(
            output.others[&day.succ_opt().unwrap()],
            [TimeDelta::hours(1), TimeDelta::seconds(90)]
        );
        let text = serde_json::to_value(&output).unwrap();
        assert_eq!(
            (&text["local"], &text["at"]),
            (
                &json!("2026-03-01T09:30:00"),
                &json!("2026-03-01T08:30:00Z")
            )
        );
        assert_eq!(
            serde_json::from_value::<PlanOutput>(text).unwrap().at,
            output.at
        );
        let error = ask().predict().with(&lm).await.unwrap_err().to_string();
        assert!(
            error.contains("`day`") && error.contains("a date like 2026-03-01"),
            "{error}"
        );
        assert!(
            Plan::PROMPT.contains("`day` (date)") && Plan::PROMPT.contains("`length` (timedelta)"),
            "{}",
            Plan::PROMPT
        );
        let formats = |schema: &str| {
            let schema: Value = serde_json::from_str(schema).unwrap();
            ["day", "start", "local", "at", "length"]
                .map(|name| schema["properties"][name]["format"].clone())
        };
        let plain = [
            "date",
            "partial-time",
            "partial-date-time",
            "date-time",
            "duration",
        ]
        .map(Value::from);
        assert_eq!(formats(Plan::JSON_SCHEMA), plain);
        let lowered = [
            json!("date"),
            Value::Null,
            Value::Null,
            json!("date-time"),
            json!("duration"),
        ];
        assert_eq!(formats(Plan::OPENAI_SCHEMA), lowered);
        assert_eq!(formats(Plan::ANTHROPIC_SCHEMA), lowered);
        assert_eq!(
            formats(Plan::GEMINI_SCHEMA),
            [
                json!("date"),
                Value::Null,
                Value::Null,
                json!("date-time"),
                Value::Null
            ]
        );
    }
}

mod with_jiff {
    use super::*;
    use jiff::{SignedDuration, Span, Timestamp, Zoned, civil};

    signature! {
        struct Plan { today: civil::Date, now: Zoned } -> {
            day: civil::Date,
            start: civil::Time,
            local: civil::DateTime,
            at: Timestamp,
            there: Zoned,
            every: Span,
            length: SignedDuration,
        }
    }

    #[tokio::test]
    async fn jiff_types() {
        let reply = sections(&[
            ("day", "2026-03-01"),
            ("start", "09:30"),
            ("local", "2026-03-01T09:30:00"),
            ("at", "2026-03-01T08:30:00Z"),
            ("there", "2026-03-01T09:30:00+01:00[Europe/Paris]"),
            ("every", "P1W"),
            ("length", "45m"),
        ]);
        let wrong = reply.replace("2026-03-01\n", "2026-02-30\n");
        let lm = Scripted::new([reply.as_str(), wrong.as_str()]).lm();
        let now: Zoned = "2026-03-01T09:30:00+01:00[Europe/Paris]".parse().unwrap();
        let ask = || Plan {
            today: now.date(),
            now: now.clone(),
        };
        let output = ask().predict().with(&lm).await.unwrap();
        assert_eq!(
            (output.day, output.start),
            (civil::date(2026, 3, 1), civil::time(9, 30, 0, 0))
        );
        assert_eq!(
            (output.at, output.there.timestamp()),
            (now.timestamp(), now.timestamp())
        );
        assert_eq!(
            (output.every.get_weeks(), output.length),
            (1, SignedDuration::from_mins(45))
        );
        let text = serde_json::to_value(&output).unwrap();
        assert_eq!(text["there"], "2026-03-01T09:30:00+01:00[Europe/Paris]");
        let error = ask().predict().with(&lm).await.unwrap_err().to_string();
        assert!(
            error.contains("day") && error.contains("a date like 2026-03-01"),
            "{error}"
        );
        assert!(
            Plan::PROMPT.contains("`there` (datetime)"),
            "{}",
            Plan::PROMPT
        );
    }
}

mod with_uuid {
    use super::*;
    use uuid::Uuid;

    signature! { struct Find { id: Uuid } -> { same: Uuid, others: Vec<Uuid> } }

    #[tokio::test]
    async fn ids() {
        let id = "67e55044-10b1-426f-9247-bb680e5fe0c8";
        let reply = sections(&[
            ("same", &id.to_uppercase()),
            ("others", &format!("[\"{id}\"]")),
        ]);
        let lm = Scripted::new([
            reply.as_str(),
            "[[ ## same ## ]]\nx\n[[ ## others ## ]]\n[]",
        ])
        .lm();
        let id: Uuid = id.parse().unwrap();
        let output = Find { id }.predict().with(&lm).await.unwrap();
        assert_eq!((output.same, output.others), (id, vec![id]));
        let error = Find { id }
            .predict()
            .with(&lm)
            .await
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("same") && error.contains("a UUID like"),
            "{error}"
        );
        let schema: Value = serde_json::from_str(Find::ANTHROPIC_SCHEMA).unwrap();
        assert_eq!(
            schema["properties"]["same"],
            json!({"type": "string", "format": "uuid"})
        );
        assert!(Find::PROMPT.contains("`same` (UUID)"), "{}", Find::PROMPT);
    }
}

mod with_decimal {
    use super::*;
    use rust_decimal::Decimal;

    signature! {
        struct Total { prices: Vec<Decimal> } -> { #[field(ge = 0)] total: Decimal, tax: Option<Decimal> }
    }

    #[tokio::test]
    async fn amounts() {
        let digits = "79228162514264337593543950.33";
        let reply = sections(&[("total", digits), ("tax", "1,234.50")]);
        let lm = Scripted::new([
            reply.as_str(),
            "{\"total\": -0.5, \"tax\": 3}",
            "[[ ## total ## ]]\na lot",
        ])
        .lm();
        let ask = || Total {
            prices: vec![Decimal::new(1250, 2)],
        };
        let output = ask().predict().with(&lm).await.unwrap();
        assert_eq!(
            (output.total.to_string(), output.tax),
            (digits.to_owned(), Some(Decimal::new(123_450, 2)))
        );
        let error = ask().predict().with(&lm).await.unwrap_err().to_string();
        assert!(
            error.contains("total") && error.contains("at least 0"),
            "{error}"
        );
        let error = ask().predict().with(&lm).await.unwrap_err().to_string();
        assert!(error.contains("a decimal number like 12.50"), "{error}");
        let schema = |text: &str| {
            serde_json::from_str::<Value>(text).unwrap()["properties"]["total"].clone()
        };
        assert_eq!(
            schema(Total::JSON_SCHEMA),
            json!({"type": ["string", "number"], "pattern": r"^-?\d+(\.\d+)?([eE]\d+)?$", "minimum": 0})
        );
        assert_eq!(
            schema(Total::OPENAI_SCHEMA),
            json!({"type": "string", "pattern": r"^-?\d+(\.\d+)?$", "description": "(greater than or equal to: 0, a decimal number like 12.50)"})
        );
    }
}
