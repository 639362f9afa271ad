//! `cargo xtask programs`: random bodies, each compiled with `#[program]` and as the plain function, and
//! held equal in what they answer, in the order of effects and drops, and in time.
//!
//! The same seed gives the same programs. A difference prints the program's source.
mod draw;
mod expressions;
mod flow;
mod scope;
mod statements;
mod theme;
mod write;

pub(crate) use draw::Draw;
use std::collections::BTreeMap;
use theme::Theme;

/// Fewer than this many programs of a theme prove little; asked of runs of 200 programs and more.
const LEAST: usize = 20;

/// A program, as source.
struct Program {
    name: String,
    /// Parameters, result and body, in braces.
    function: String,
    themes: Vec<Theme>,
}

/// What was asked for on the command line.
struct Asked {
    count: usize,
    seed: u64,
    only: Option<String>,
    /// Both without the attribute, which checks the programs themselves.
    plain: bool,
}

/// Writes the programs, compiles and runs them.
pub(crate) fn run(arguments: &[&str]) -> Result<(), String> {
    let asked = asked(arguments)?;
    let mut programs: Vec<Program> = (0..asked.count)
        .map(|index| program(asked.seed, index))
        .collect();
    let mut themes: BTreeMap<Theme, usize> = BTreeMap::new();
    for theme in programs.iter().flat_map(|program| &program.themes) {
        *themes.entry(*theme).or_default() += 1;
    }
    for (theme, count) in &themes {
        println!("{count:5} programs with {}", theme.name());
    }
    let rare = |theme: &&Theme| themes.get(theme).is_none_or(|count| *count < LEAST);
    if asked.count >= 200
        && let Some(theme) = Theme::ALL.iter().find(rare)
    {
        return Err(format!("too few programs with {}", theme.name()));
    }
    if let Some(name) = &asked.only {
        programs.retain(|program| program.name == *name);
    }
    let failed = format!(
        "random programs of seed {} differ or do not compile",
        asked.seed
    );
    write::run(&programs, asked.plain, &failed)
}

/// The program of that index. It depends on nothing else, so that a larger run contains a smaller one.
fn program(seed: u64, index: usize) -> Program {
    let draw = Draw::new(seed.wrapping_mul(1_000_003).wrapping_add(index as u64));
    let focus = Theme::ALL[index % Theme::ALL.len()];
    let (function, themes) = statements::function(draw, focus);
    Program {
        name: format!("p{index}"),
        function,
        themes,
    }
}

fn asked(arguments: &[&str]) -> Result<Asked, String> {
    let mut asked = Asked {
        count: 200,
        seed: 1,
        only: None,
        plain: false,
    };
    let mut rest = arguments.iter();
    while let Some(option) = rest.next() {
        if *option == "--plain" {
            asked.plain = true;
            continue;
        }
        let value = rest
            .next()
            .ok_or_else(|| format!("`{option}` needs a value"))?;
        let number = || {
            value
                .parse::<u64>()
                .map_err(|_| format!("`{option}` takes a number, not `{value}`"))
        };
        match *option {
            "--count" => asked.count = usize::try_from(number()?).unwrap_or(usize::MAX),
            "--seed" => asked.seed = number()?,
            "--only" => asked.only = Some((*value).to_owned()),
            _ => {
                return Err(format!(
                    "unknown option `{option}`; use `--count N`, `--seed N`, `--only NAME` or `--plain`"
                ));
            }
        }
    }
    Ok(asked)
}
