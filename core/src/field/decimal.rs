//! `rust_decimal::Decimal`.
use super::formatted::formatted;
use rust_decimal::Decimal;
use std::fmt::Display;

formatted! {
    Decimal, Decimal, Display::fmt, |text| {
        Decimal::from_str_exact(text).or_else(|_| Decimal::from_scientific(text)).ok()
    };
}

#[cfg(test)]
mod tests {
    use crate::{Field, InputField};
    use rust_decimal::Decimal;
    use serde_json::json;

    #[test]
    fn decimals_keep_their_digits() {
        for (value, expected) in [
            (json!("12.50"), "12.50"),
            (json!(12.5), "12.5"),
            (json!(-3), "-3"),
            (json!("1e3"), "1000"),
            (
                json!("79228162514264337593543950335"),
                "79228162514264337593543950335",
            ),
        ] {
            assert_eq!(
                Decimal::from_value(value)
                    .expect("a decimal")
                    .view()
                    .to_value(),
                json!(expected)
            );
        }
        let fault = Decimal::from_value(json!("much"))
            .expect_err("a word")
            .to_string();
        assert!(fault.contains("a decimal number like 12.50"), "{fault}");
    }
}
