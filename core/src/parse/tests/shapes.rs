//! A search for shapes of text that cost more for each byte the longer they are: repeated fragments of a
//! few tokens, each read at two lengths.
use super::generate::{outline, schemas};
use crate::parse::{Form, How, Keep, Strictness, reply};
use std::time::{Duration, Instant};

/// What fragments are made of.
const TOKENS: [&str; 34] = [
    "[", "]", "{", "}", "(", ")", "\"", "'", "`", "```", "\"\"\"", ",", ":", ";", "\\", "/", "//",
    "/*", "*/", "#", "<", ">", "<a>", "</a>", "\n", " ", "a", "name", "1", "-", "[[ ## ", " ## ]]",
    "“", "...",
];

struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).unwrap_or(0)
    }
    fn fragment(&mut self) -> String {
        (0..=self.below(6))
            .map(|_| TOKENS[self.below(TOKENS.len())])
            .collect()
    }
}

/// Steps of a reading, and the time it took.
fn cost(text: &str, form: Form) -> (usize, Duration) {
    let how = How {
        form,
        strictness: Strictness::Lenient,
    };
    let begin = Instant::now();
    let reading = reply::fields_of(&outline(), how, text, Keep::default());
    (reading.steps, begin.elapsed())
}

/// `cargo test --release -p sigflow-core --lib shapes -- --ignored --nocapture`, one of the slow checks: many
/// long shapes keep the bound of steps. It prints which are slowest by the clock: steps that nobody counts show
/// there. The clock judges the machine too, so that it is for the eye.
#[test]
#[ignore = "minutes: one of the slow checks"]
fn the_slowest_shapes_by_the_clock() {
    let mut random = Random(
        std::env::var("SEED")
            .ok()
            .and_then(|seed| seed.parse().ok())
            .unwrap_or(0x5eed),
    );
    let rounds: usize = std::env::var("ROUNDS")
        .ok()
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(2_000);
    let schemas = schemas();
    let mut worst: Vec<(f64, String)> = Vec::new();
    for round in 0..rounds {
        let (head, fragment) = (random.fragment(), random.fragment());
        let long = head.clone() + &fragment.repeat(60_000 / fragment.len());
        let (name, time) = match round % 4 {
            0 => {
                let schema = &schemas[random.below(schemas.len())];
                let begin = Instant::now();
                let _ = crate::parse::value(schema, &long, false);
                (format!("{schema:?}"), begin.elapsed())
            }
            form => {
                let form = [Form::Chat, Form::Json, Form::Xml][form - 1];
                let (steps, time) = cost(&long, form);
                // the bound that hostile texts are held to
                assert!(
                    steps <= 80 * long.len(),
                    "{head:?} + {fragment:?} as {form:?}: {steps} steps for {} bytes",
                    long.len()
                );
                (format!("{form:?}"), time)
            }
        };
        let nanoseconds =
            time.as_secs_f64() * 1e9 / f64::from(u32::try_from(long.len()).unwrap_or(1));
        worst.push((
            nanoseconds,
            format!("{head:?} + {fragment:?} as {name:.60}"),
        ));
    }
    worst.sort_by(|one, two| two.0.total_cmp(&one.0));
    for (nanoseconds, shape) in &worst[..worst.len().min(12)] {
        println!("{nanoseconds:8.1} ns/byte {shape}");
    }
}

/// The steps for a byte do not grow with the length.
#[test]
fn steps_are_linear() {
    let mut random = Random(0x00c0_ffee);
    for _ in 0..400 {
        let (head, fragment) = (random.fragment(), random.fragment());
        let of = |length: usize| head.clone() + &fragment.repeat(length / fragment.len());
        let (short, long) = (of(1_000), of(8_000));
        for form in [Form::Chat, Form::Json, Form::Xml] {
            let (few, many) = (cost(&short, form).0, cost(&long, form).0);
            let (few, many) = (few / short.len(), many / long.len());
            assert!(
                many <= 3 * few + 16,
                "{head:?} + {fragment:?} as {form:?}: {few} steps for a byte, then {many}"
            );
        }
    }
}
