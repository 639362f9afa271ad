//! Nothing that a user can type makes the crate panic.

use crate::*;

/// A small generator, so that a failure repeats.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        // Xorshift; its low bits are the weak ones.
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}

const SEEDS: [&str; 10] = [
    "question -> answer",
    "a: Optional[int], b: dict[str, list[int]] -> c: Literal['it\\'s', -1, True], d: tuple[int, ...]",
    "text: Annotated[str, Field(max_length=5, ge=-0.5, description=\"x\")] -> b: int | str | None",
    "a, /, b=1, *args: *Ts, c, **kw -> d: dspy.Code[\"python\"]",
    "a = lambda x, y: {x: [1, 2]}, b = 0x1f -> c",
    "a\n, b # comment\n -> c: r'''x''' 'y'",
    "ü: Profile -> é: typing.List[datetime.date]",
    "a: (int) | ((str)) -> b: dict[(str, int)]",
    "a: NoneType | int -> b: Union[Union[int, str], None, int]",
    "a: tuple[()] -> b: Literal['\\N{DASH}', '\\ud800', '\\x41', b'x', 1_0, 1e5]",
];

const PIECES: [&str; 44] = [
    "->",
    ",",
    ":",
    "=",
    "[",
    "]",
    "(",
    ")",
    "{",
    "}",
    "*",
    "**",
    "/",
    ".",
    "...",
    "|",
    "'",
    "\"",
    "'''",
    "\\",
    "\n",
    "\r\n",
    "#",
    "-",
    "None",
    "NoneType",
    "Literal[",
    "Optional[",
    "Union[",
    "Annotated[",
    "Field(",
    "lambda ",
    "int",
    "list",
    "é",
    "\u{301}",
    "\0",
    "0x",
    "1e",
    "_",
    "class",
    "\u{1f600}",
    "\t",
    "Code[",
];

#[test]
fn mutated_signatures_never_panic() {
    let mut random = Random(0x5eed_1234_abcd_0042);
    let mut accepted = 0;
    for round in 0..20_000 {
        let mut text: Vec<char> = SEEDS[random.below(SEEDS.len())].chars().collect();
        for _ in 0..=random.below(4) {
            let at = random.below(text.len() + 1);
            match random.below(4) {
                0 => {
                    let end = (at + random.below(8)).min(text.len());
                    text.drain(at..end);
                }
                1 => {
                    let copy = text[at..(at + 12).min(text.len())].to_vec();
                    text.splice(at..at, copy);
                }
                _ => {
                    text.splice(at..at, PIECES[random.below(PIECES.len())].chars());
                }
            }
        }
        let text: String = text.into_iter().collect();
        let names = [Names::Listed(&["Profile"]), Names::Open][round % 2];
        match parse_with(&text, names) {
            Ok(ast) => {
                accepted += 1;
                for field in ast.inputs.iter().chain(&ast.outputs) {
                    assert_eq!(field.name_span.of(&text), field.name);
                    assert!(!python_name(&field.type_or_str()).is_empty());
                    infer_prefix(&field.name);
                }
            }
            Err(error) => {
                assert!(
                    text.get(error.span.start..error.span.end).is_some(),
                    "{text:?} {error:?}"
                );
                assert!(
                    !error.message.ends_with('.') && error.message.contains(';'),
                    "{}",
                    error.message
                );
                error.render(&text);
            }
        }
        let _ = parse_type(&text, names);
        for make in [
            infer_prefix,
            title,
            snake_case,
            pascal_case,
            cleandoc,
            python_repr_str,
            json_string,
        ] {
            make(&text);
        }
    }
    assert!(
        accepted > 500,
        "only {accepted} of the mutants are valid; the test has lost its teeth"
    );
}

#[test]
fn depth_is_bounded() {
    let nested = |depth| format!("a: {}int{} -> b", "list[".repeat(depth), "]".repeat(depth));
    assert!(parse(&nested(63)).is_ok());
    for depth in [64, 65, 100_000] {
        let error = parse(&nested(depth)).unwrap_err();
        assert!(
            error.message.starts_with("nested more than 64 deep"),
            "{}",
            error.message
        );
    }
    let unclosed = "a: ".to_owned() + &"(".repeat(100_000) + " -> b";
    assert!(parse(&unclosed).is_err());
    assert!(parse_type(&"list[".repeat(100_000), Names::Open).is_err());
}

#[test]
fn long_signatures_take_linear_time() {
    // Quadratic work on these would take minutes.
    let many = 100_000;
    let fields: Vec<String> = (0..many).map(|index| format!("f{index}: int")).collect();
    assert_eq!(
        parse(&format!("{} -> b", fields.join(", ")))
            .unwrap()
            .inputs
            .len(),
        many
    );
    let values: Vec<String> = (0..many).map(|index| format!("'{index}'")).collect();
    assert!(parse(&format!("a: Literal[{}] -> b", values.join(", "))).is_ok());
    let options: Vec<String> = (0..many).map(|index| format!("Literal[{index}]")).collect();
    assert!(parse(&format!("a: {} -> b", options.join(" | "))).is_ok());
    assert!(parse(&format!("a: Union[{}] -> b", options.join(", "))).is_ok());
    assert!(parse(&format!("a: {} -> b", "NoneType | ".repeat(many) + "int")).is_ok());
    assert!(parse(&format!("a: {} -> b", "x".repeat(1 << 20))).is_err());
}
