//! Clean replies are read straight into the outputs. What is read so is what the tolerant reader makes of
//! the same reply: over replies that are clean, and over replies with one thing in them changed.
#![allow(missing_docs, unreachable_pub, clippy::pedantic)]
use sigflow::{
    __private::{Form, read_both},
    Signature,
    prelude::*,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

#[derive(Field, PartialEq, Clone)]
pub enum Color {
    Red,
    #[field(alias = "dark green")]
    Green,
}

/// One thing.
#[derive(Field, PartialEq, Clone)]
pub struct Item {
    /// what it is
    pub name: String,
    #[field(ge = 0, le = 100)]
    pub count: u8,
    pub color: Color,
    pub weight: Option<f64>,
    pub parts: Vec<Item>,
    #[field(default = "none")]
    pub note: String,
}

signature! {
    /// Take stock.
    pub struct Stock { text: String } -> {
        summary: String,
        #[field(ge = 0.0, le = 1.0)]
        confidence: f64,
        exact: bool,
        total: i64,
        best: Color,
        first: Item,
        items: Vec<Item>,
        names: BTreeMap<String, u16>,
        pair: (i32, String),
        three: [f32; 3],
        seen: BTreeSet<String>,
        maybe: Option<i64>,
        letter: char,
    }
    /// Answer.
    pub struct Answer { question: String } -> {
        #[field(min_len = 1, max_len = 80)]
        answer: String,
        remark: Option<String>,
        boxed: Box<Item>,
        scores: HashMap<String, f64>,
    }
}

struct Random(u64);
impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
    fn text(&mut self) -> String {
        const TEXTS: &[&str] = &[
            "plain",
            "two words",
            "é 日本 😀",
            "a\nb",
            "q \" and \\",
            "[1]",
            "{\"a\": 1}",
            "12",
            "true",
            "null",
            "x: y",
            "[[ ## no ## ]]",
            "# c",
            "tab\there",
            "a longer text with more than sixteen bytes in it",
        ];
        TEXTS[self.below(TEXTS.len())].to_owned()
    }
    fn item(&mut self, depth: usize) -> Item {
        Item {
            name: self.text(),
            count: self.below(101) as u8,
            color: if self.below(2) == 0 {
                Color::Red
            } else {
                Color::Green
            },
            weight: (self.below(3) > 0).then(|| self.below(1000) as f64 / 8.0),
            parts: (0..if depth > 0 { self.below(3) } else { 0 })
                .map(|_| self.item(depth - 1))
                .collect(),
            note: self.text(),
        }
    }
    fn stock(&mut self) -> StockOutput {
        StockOutput {
            summary: self.text(),
            confidence: self.below(9) as f64 / 8.0,
            exact: self.below(2) == 0,
            total: self.below(1 << 40) as i64 - (1 << 39),
            best: Color::Green,
            first: self.item(2),
            items: (0..self.below(4)).map(|_| self.item(1)).collect(),
            names: (0..self.below(4))
                .map(|_| (self.text(), self.below(60_000) as u16))
                .collect(),
            pair: (self.below(100) as i32 - 50, self.text()),
            three: [0.5, -1.25, self.below(100) as f32],
            seen: (0..self.below(3)).map(|_| self.text()).collect(),
            maybe: (self.below(2) == 0).then(|| self.below(100) as i64),
            letter: ['a', 'é', '日'][self.below(3)],
        }
    }
    fn answer(&mut self) -> AnswerOutput {
        AnswerOutput {
            answer: self.text(),
            remark: (self.below(2) == 0).then(|| self.text()),
            boxed: Box::new(self.item(1)),
            scores: (0..self.below(3))
                .map(|_| (self.text(), self.below(9) as f64))
                .collect(),
        }
    }
    /// The reply with one byte or one stretch of it changed.
    fn changed(&mut self, reply: &str) -> String {
        let mut characters: Vec<char> = reply.chars().collect();
        let at = self.below(characters.len());
        match self.below(4) {
            0 => drop(characters.remove(at)),
            1 => characters.insert(
                at,
                [
                    '"', ',', '{', '}', '[', ']', ' ', '\n', '0', 'x', ':', '\\', '\r',
                ][self.below(13)],
            ),
            2 => {
                let end = (at + 1 + self.below(12)).min(characters.len());
                drop(characters.drain(at..end));
            }
            _ => {
                let end = (at + 1 + self.below(12)).min(characters.len());
                let copied: Vec<char> = characters[at..end].to_vec();
                characters.splice(at..at, copied);
            }
        }
        characters.into_iter().collect()
    }
}

/// The reply in each form: compact and pretty JSON, JSON in another order, chat sections.
fn replies(value: &serde_json::Value, random: &mut Random) -> Vec<(Form, String)> {
    let members = value.as_object().expect("an object");
    let mut order: Vec<_> = members.iter().collect();
    for index in (1..order.len()).rev() {
        order.swap(index, random.below(index + 1));
    }
    let shuffled: serde_json::Map<_, _> = order
        .into_iter()
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let mut chat = String::new();
    for (name, value) in members {
        let text = match value {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        chat.push_str(&format!("[[ ## {name} ## ]]\n{text}\n\n"));
    }
    vec![
        (Form::Json, value.to_string()),
        (Form::Chat, value.to_string()),
        (
            Form::Json,
            serde_json::to_string_pretty(value).expect("JSON"),
        ),
        (Form::Json, serde_json::to_string(&shuffled).expect("JSON")),
        (Form::Chat, format!("{chat}[[ ## completed ## ]]\n")),
        (Form::Chat, chat),
    ]
}

/// Holds both readings equal; whether there was a clean one.
fn agree<S: Signature>(form: Form, reply: &str) -> bool
where
    S::Output: serde::Serialize + std::fmt::Debug,
{
    let (clean, tolerant) = read_both::<S>(form, reply);
    let Some(clean) = clean else { return false };
    match tolerant {
        Ok(tolerant) => assert_eq!(
            serde_json::to_value(&clean).expect("JSON"),
            serde_json::to_value(&tolerant).expect("JSON"),
            "{reply}"
        ),
        Err(error) => panic!("{error}\n{reply}\n{clean:?}"),
    }
    true
}

fn hold<S: Signature>(rounds: u64, make: fn(&mut Random) -> serde_json::Value)
where
    S::Output: serde::Serialize + std::fmt::Debug,
{
    let (mut clean, mut all) = (0, 0);
    for seed in 1..=rounds {
        let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let value = make(&mut random);
        for (form, reply) in replies(&value, &mut random) {
            all += 1;
            clean += u64::from(agree::<S>(form, &reply));
            for _ in 0..6 {
                agree::<S>(form, &random.changed(&reply));
            }
        }
    }
    // what is left to the tolerant reader: markers inside texts, empty texts, the word for nothing
    assert!(
        clean * 10 > all * 6,
        "{clean} of {all} replies were read as clean"
    );
}

#[test]
fn all_types() {
    hold::<Stock>(300, |random| {
        serde_json::to_value(random.stock()).expect("JSON")
    });
}

#[test]
fn texts_and_pointers() {
    hold::<Answer>(600, |random| {
        serde_json::to_value(random.answer()).expect("JSON")
    });
}

#[test]
fn what_is_clean_is_read_as_such() {
    for (form, reply) in [
        (
            Form::Json,
            r#"{"answer": "yes", "remark": null, "boxed": {"name": "a", "count": 1, "color": "Red", "parts": []}, "scores": {}}"#,
        ),
        (
            Form::Chat,
            "[[ ## answer ## ]]\nyes\n[[ ## remark ## ]]\nnull\n\n[[ ## boxed ## ]]\n{\"name\": \"a\", \"count\": 1, \"color\": \"dark green\", \"weight\": 1, \"parts\": [], \"note\": \"\"}\n[[ ## scores ## ]]\n{\"a\": 1}\n\n[[ ## completed ## ]]",
        ),
    ] {
        assert!(agree::<Answer>(form, reply), "{reply}");
    }
    // a bound that is broken, a member too many, a member twice, prose around: not for this reader
    for reply in [
        r#"{"answer": "", "remark": null, "boxed": {"name": "a", "count": 1, "color": "Red", "parts": []}, "scores": {}}"#,
        r#"{"answer": "y", "remark": null, "boxed": {"name": "a", "count": 101, "color": "Red", "parts": []}, "scores": {}}"#,
        r#"{"answer": "y", "more": 1, "remark": null, "boxed": {"name": "a", "count": 1, "color": "Red", "parts": []}, "scores": {}}"#,
        r#"{"answer": "y", "answer": "z", "remark": null, "boxed": {"name": "a", "count": 1, "color": "Red", "parts": []}, "scores": {}}"#,
        r#"So: {"answer": "y", "remark": null, "boxed": {"name": "a", "count": 1, "color": "Red", "parts": []}, "scores": {}}"#,
    ] {
        assert!(
            read_both::<Answer>(Form::Json, reply).0.is_none(),
            "{reply}"
        );
    }
}
