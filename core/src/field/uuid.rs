//! `uuid::Uuid`.
use super::formatted::formatted;
use std::fmt::Display;
use uuid::Uuid;

formatted! {
    Uuid, Uuid, Display::fmt, |text| Uuid::try_parse(text).ok();
}

#[cfg(test)]
mod tests {
    use crate::{Field, InputField};
    use serde_json::json;
    use uuid::Uuid;

    #[test]
    fn ids_are_read_in_every_form() {
        let expected = json!("67e55044-10b1-426f-9247-bb680e5fe0c8");
        for text in [
            "67e55044-10b1-426f-9247-bb680e5fe0c8",
            "67E5504410B1426F9247BB680E5FE0C8",
            "{67e55044-10b1-426f-9247-bb680e5fe0c8}",
            " urn:uuid:67e55044-10b1-426f-9247-bb680e5fe0c8 ",
        ] {
            assert_eq!(
                Uuid::from_value(json!(text))
                    .expect("a UUID")
                    .view()
                    .to_value(),
                expected
            );
        }
        let fault = Uuid::from_value(json!("67e55044"))
            .expect_err("too short")
            .to_string();
        assert!(
            fault.contains("a UUID like 67e55044-10b1-426f-9247-bb680e5fe0c8"),
            "{fault}"
        );
    }
}
