//! Numbers in words.

/// A number in English words: `three`, `twenty-one`, `one hundred and five`.
pub(super) fn words(text: &str) -> Option<u64> {
    if text.len() > 200
        || !text
            .chars()
            .all(|c| c.is_alphabetic() || matches!(c, ' ' | '-'))
    {
        return None;
    }
    let lower = text.to_lowercase();
    let (mut sum, mut part, mut any) = (0u64, 0u64, false);
    for word in lower
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty())
    {
        let small = [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ];
        let tens = [
            "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
        ];
        if let Some(value) = small.iter().position(|small| *small == word) {
            part += value as u64;
        } else if let Some(value) = tens.iter().position(|tens| *tens == word) {
            part += (value as u64 + 2) * 10;
        } else {
            match word {
                "and" if any => continue,
                "a" if !any => part = 1,
                "hundred" => part = part.max(1) * 100,
                "thousand" | "million" | "billion" => {
                    let scale = match word {
                        "thousand" => 1_000,
                        "million" => 1_000_000,
                        _ => 1_000_000_000,
                    };
                    sum = sum.checked_add(part.max(1).checked_mul(scale)?)?;
                    part = 0;
                }
                _ => return None,
            }
        }
        if part > 1_000_000 {
            return None;
        }
        any = true;
    }
    (any && lower != "a").then_some(sum + part)
}
