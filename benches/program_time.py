"""CPU seconds that rustc needs for one program of N model calls, against the same body as
a plain async fn: check and build, clean and after a touch. By hand: `python3 benches/program_time.py 10 50`.

The calls are seven chains side by side, and a last call that reads all of their ends.
"""

import sys

import compile_time

HEAD = """use sigflow::prelude::*;
signature! {
    /// Say it in other words.
    pub struct Reword<'a> { text: &'a str } -> { reworded: String }
}
"""
CHAINS = 7
PACKAGE = compile_time.KINDS["sigflow"][2]
COLUMNS = ["check", "check again", "build", "build again"]


def body(attribute: str, calls: int) -> str:
    lines = [attribute, "pub async fn answer(question: String) -> Result<String> {"]
    for call in range(calls - 1):
        text = "&question" if call < CHAINS else f"&call_{call - CHAINS}.reworded"
        lines.append(f"    let call_{call} = Reword {{ text: {text} }}.predict().await?;")
    ends = range(max(0, calls - 1 - CHAINS), calls - 1)
    all_ends = ", ".join(f"call_{call}.reworded.as_str()" for call in ends)
    lines.append(f'    let together = [{all_ends}].join(" ");')
    lines.append("    let last = Reword { text: &together }.predict().await?;")
    lines += ["    Ok(last.reworded)", "}", ""]
    # a future that is polled: else rustc does not compile it
    lines.append("pub fn boxed(question: String) -> std::pin::Pin<Box<dyn Future<Output = Result<String>> + Send>> {")
    lines += ["    Box::pin(answer(question))", "}", ""]
    # the counts of `compile_time` repeat a block with its number; here it is one block
    return "\n".join(lines).replace("{", "{{").replace("}", "}}")


def main() -> None:
    counts = [int(argument) for argument in sys.argv[1:]] or [10, 50]
    print(f"{'calls':<22}" + "".join(f"{column:>13}" for column in COLUMNS) + "   CPU seconds of cargo and rustc")
    for calls in counts:
        compile_time.KINDS = {
            "program": (HEAD, body("#[program]", calls), PACKAGE),
            "plain function": (HEAD, body("", calls), PACKAGE),
        }
        rows = compile_time.measure(1)
        for kind, figures in rows.items():
            print(f"{calls:>4} {kind:<17}" + "".join(f"{figures[column]:>13.2f}" for column in COLUMNS))
        program, plain = rows.values()
        ratios = [program[column] / plain[column] for column in COLUMNS]
        print(f"{calls:>4} {'ratio':<17}" + "".join(f"{ratio:>13.2f}" for ratio in ratios))


if __name__ == "__main__":
    main()
