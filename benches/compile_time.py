"""Measures compile time; see compile_time.sh. Prints one table row for each count."""

import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
WORK = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "compile_time"

OURS = """
/// An item.
#[derive(Field)]
pub struct Item{n} {{
    /// what it is
    pub name: String,
    pub score: f64,
    pub tags: Vec<String>,
}}
signature! {{
    /// Find the items that the request {n} asks for.
    pub struct Find{n} {{
        /// what is asked
        request: String,
        passages: Vec<String>,
        limit: Option<i64>,
        exact: bool,
        threshold: f64,
    }} -> {{
        /// in one sentence
        summary: String,
        #[field(ge = 0.0, le = 1.0)]
        confidence: f64,
        items: Vec<Item{n}>,
        remark: Option<String>,
        count: i64,
    }}
}}
pub fn constants{n}() -> usize {{
    Find{n}::PROMPT.len() + Find{n}::JSON_SCHEMA.len() + Find{n}::INPUT_SCHEMA.len()
        + Find{n}::OPENAI_SCHEMA.len() + Find{n}::ANTHROPIC_SCHEMA.len() + Find{n}::GEMINI_SCHEMA.len()
}}
pub async fn ask{n}(inputs: Find{n}, lm: &sigflow::Lm) -> sigflow::Result<Find{n}Output> {{
    inputs.predict().with(lm).await
}}
"""

THEIRS = """
/// An item.
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
pub struct Item{n} {{
    /// what it is
    pub name: String,
    pub score: f64,
    pub tags: Vec<String>,
}}
/// Find the items that the request {n} asks for.
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
pub struct Find{n} {{
    /// what is asked
    pub request: String,
    pub passages: Vec<String>,
    pub limit: Option<i64>,
    pub exact: bool,
    pub threshold: f64,
}}
#[derive(Serialize, Deserialize, JsonSchema, Debug)]
pub struct Find{n}Output {{
    /// in one sentence
    pub summary: String,
    #[schemars(range(min = 0.0, max = 1.0))]
    pub confidence: f64,
    pub items: Vec<Item{n}>,
    pub remark: Option<String>,
    pub count: i64,
}}
pub fn schemas{n}() -> (schemars::Schema, schemars::Schema) {{
    (schemars::schema_for!(Find{n}), schemars::schema_for!(Find{n}Output))
}}
pub fn read{n}(inputs: &Find{n}, text: &str) -> serde_json::Result<(String, Find{n}Output)> {{
    Ok((serde_json::to_string(inputs)?, serde_json::from_str(text)?))
}}
"""

KINDS = {
    "sigflow": ("use sigflow::prelude::*;\n", OURS, f'sigflow = {{ path = "{ROOT}", default-features = false, features = ["macros"] }}\n'),
    "serde + schemars": (
        "use schemars::JsonSchema;\nuse serde::{Deserialize, Serialize};\n",
        THEIRS,
        'serde = { version = "1", features = ["derive"] }\nserde_json = "1"\nschemars = "1"\n',
    ),
}


def cargo(folder: pathlib.Path, *arguments: str) -> float:
    """Runs cargo and returns the CPU seconds of it and of rustc."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = dict(os.environ, CARGO_INCREMENTAL="1", CARGO_TARGET_DIR=str(WORK / "target"))
    subprocess.run(["cargo", *arguments, "--quiet", "--offline"], cwd=folder, check=True, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def prepare(kind: str, count: int) -> pathlib.Path:
    head, one, dependencies = KINDS[kind]
    name = kind.split()[0] + f"_{count}"
    folder = WORK / name
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "src").mkdir(parents=True)
    manifest = f'[package]\nname = "{name}"\nedition = "2024"\n[dependencies]\n{dependencies}[workspace]\n'
    (folder / "Cargo.toml").write_text(manifest)
    shutil.copy(ROOT / "Cargo.lock", folder / "Cargo.lock")
    (folder / "src" / "lib.rs").write_text("#![allow(dead_code)]\n" + head + "".join(one.format(n=n) for n in range(count)))
    return folder


def measure(count: int) -> dict[str, dict[str, float]]:
    """Seconds by kind and command. The kinds take turns, so that what else the machine does meets both."""
    folders = {kind: prepare(kind, count) for kind in KINDS}
    environment = dict(os.environ, CARGO_TARGET_DIR=str(WORK / "target"))
    figures: dict[str, dict[str, list[float]]] = {kind: {} for kind in KINDS}
    # a few signatures take a tenth of a second: the median of several
    rounds = 1 if count >= 100 else 9
    for folder in folders.values():
        subprocess.run(["cargo", "fetch", "--quiet"], cwd=folder, check=True, env=environment)
    for command in ("check", "build"):
        for folder in folders.values():
            cargo(folder, command)  # builds the dependencies
        for turn in range(rounds):
            for kind, folder in folders.items():
                seconds = figures[kind]
                subprocess.run(["cargo", "clean", "--quiet", "-p", folder.name], cwd=folder, check=True, env=environment)
                seconds.setdefault(command, []).append(cargo(folder, command))
                with open(folder / "src" / "lib.rs", "a") as source:
                    source.write(f"\npub fn touched_by_{command}_{turn}() {{}}\n")
                seconds.setdefault(command + " again", []).append(cargo(folder, command))
    return {
        kind: {column: statistics.median(all_turns) for column, all_turns in seconds.items()}
        for kind, seconds in figures.items()
    }


def main() -> None:
    arguments = sys.argv[1:]
    barred = "--bar" in arguments
    counts = [int(argument) for argument in arguments if argument != "--bar"] or [1, 100]
    columns = ["check", "check again", "build", "build again"]
    print(f"{'':<22}" + "".join(f"{column:>13}" for column in columns) + "   CPU seconds of cargo and rustc")
    worst = 0.0
    for count in counts:
        rows = measure(count)
        for kind, figures in rows.items():
            print(f"{count:>4} {kind:<17}" + "".join(f"{figures[column]:>13.2f}" for column in columns))
        ours, theirs = rows["sigflow"], rows["serde + schemars"]
        ratios = {column: ours[column] / theirs[column] for column in columns}
        print(f"{count:>4} {'ratio':<17}" + "".join(f"{ratios[column]:>13.2f}" for column in columns))
        if count >= 100:
            worst = max(worst, ratios["check"], ratios["build"])
    # a bar on a ratio within one run, where the counts are high enough to stand above the noise
    if barred and worst > 1.0:
        sys.exit(f"{worst:.2f} times the compile time of serde and schemars: the bar is 1.0")


if __name__ == "__main__":
    main()
