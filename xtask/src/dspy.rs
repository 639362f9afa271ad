//! States to DSPy and back: DSPy itself saves three programs, which are loaded here, tuned further and saved; DSPy
//! loads these, and saves them again. All of it must be the same on both sides, the prompts too.
use crate::python;
use serde_json::Value;
use sigflow_core::{Adapter, DynProgram, DynSignature, FieldSpec, Predictors, Record, SavedState};
use std::{fs, path::Path, process::Command};

const VERSION: &str = "3.4.1";
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/dspy/states.py");

/// Runs the task.
pub(crate) fn run(target: &Path) -> Result<(), String> {
    let python = python::with(target, "dspy", VERSION)?;
    let folder = target.join("dspy-states");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    execute(&python, "write", &folder)?;
    let mut checked = 0;
    let theirs = prompts(&folder, "write")?;
    for (name, mut program) in programs().map_err(|error| error.to_string())? {
        let about = |error: sigflow_core::Error| format!("{name}: {error}");
        let saved = folder.join(format!("{name}.dspy.json"));
        program.load(&saved).map_err(about)?;
        let state = SavedState::read(&saved).map_err(about)?;
        equal(name, "loaded here", &SavedState::of(&program), &state)?;
        checked += same_prompts(name, &program, &theirs[name])?;
        for (index, (path, predictor)) in program.named_predictors_mut().into_iter().enumerate() {
            predictor.set_instructions(&format!("Tuned again: {path}, «{index}»."));
            let mut demos = predictor.demos().to_vec();
            demos.push(Record::from_iter([("question", "And here?".into())]));
            predictor.set_demos(demos);
        }
        let ours = folder.join(format!("{name}.sigflow.json"));
        program.save(&ours).map_err(about)?;
    }
    execute(&python, "read", &folder)?;
    let theirs = prompts(&folder, "read")?;
    for (name, mut program) in programs().map_err(|error| error.to_string())? {
        let about = |error: sigflow_core::Error| format!("{name}: {error}");
        let read = |end: &str| SavedState::read(folder.join(format!("{name}.{end}.json")));
        let (ours, back) = (
            read("sigflow").map_err(about)?,
            read("back").map_err(about)?,
        );
        equal(name, "loaded by DSPy", &back, &ours)?;
        back.apply(&mut program).map_err(about)?;
        checked += same_prompts(name, &program, &theirs[name])?;
    }
    println!(
        "states of 3 programs went to DSPy {VERSION} and back; {checked} prompts are the same"
    );
    Ok(())
}

/// The same programs as in the script.
fn programs() -> sigflow_core::Result<[(&'static str, DynProgram); 3]> {
    let parse = DynSignature::parse;
    let answer = || -> sigflow_core::Result<DynSignature> {
        DynSignature::builder("Answer")
            .instructions("Answer the question from the passages.")
            .field(FieldSpec::input("context", "list[str]").description("may hold relevant facts"))
            .input("question", "str")
            .field(
                FieldSpec::output("answer", "str").description("often between one and five words"),
            )
            .field(FieldSpec::output("confidence", "float").ge(0).le(1))
            .build()
    };
    let reasoned =
        |signature: DynSignature| signature.prepend(FieldSpec::output("reasoning", "str"));
    let hop = |before: &str| -> sigflow_core::Result<Vec<(String, DynSignature)>> {
        let all = [
            ("queries[0]", parse("question -> query")?),
            (
                "queries[1].predict",
                reasoned(parse("question, context: list[str] -> query")?)?,
            ),
            ("table['fast']", parse("question -> answer")?),
            ("table['y z']", parse("question -> stars: int")?),
            ("answer.predict", reasoned(answer()?)?),
        ];
        let all = all.into_iter();
        Ok(all
            .map(|(path, signature)| (format!("{before}{path}"), signature))
            .collect())
    };
    let mut outer = hop("hop.")?;
    outer.push(("judge".to_owned(), parse("answer, reference -> ok: bool")?));
    Ok([
        ("alone", DynProgram::from_signatures([("self", answer()?)])?),
        ("multi_hop", DynProgram::from_signatures(hop("")?)?),
        ("outer", DynProgram::from_signatures(outer)?),
    ])
}

fn equal(name: &str, what: &str, one: &SavedState, two: &SavedState) -> Result<(), String> {
    if one == two {
        return Ok(());
    }
    Err(format!("{name}, {what}, differs:\n{one}\nfrom\n{two}"))
}

/// The system message that a call of each predictor would send, held against DSPy's.
fn same_prompts(name: &str, program: &DynProgram, theirs: &Value) -> Result<usize, String> {
    let predictors = program.named_predictors();
    for (path, _) in &predictors {
        let request = program.get(path).and_then(|predictor| {
            let inputs = predictor.signature().inputs().iter().map(|field| {
                let list = field.python_type().starts_with("list");
                let value = if list {
                    Value::Array(Vec::new())
                } else {
                    "x".into()
                };
                (field.name.get().to_owned(), value)
            });
            predictor.call(inputs)?.adapter(Adapter::Chat).request()
        });
        let request = request.map_err(|error| format!("{name}, `{path}`: {error}"))?;
        let ours = request.prefix.system.as_str();
        let theirs = theirs[path].as_str().unwrap_or_default();
        if ours != theirs {
            return Err(format!("{name}, `{path}`: ours\n{ours}\nDSPy's\n{theirs}"));
        }
    }
    Ok(predictors.len())
}

fn prompts(folder: &Path, task: &str) -> Result<Value, String> {
    let path = folder.join(format!("prompts.{task}.json"));
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

fn execute(python: &Path, task: &str, folder: &Path) -> Result<(), String> {
    let status = Command::new(python)
        .arg(SCRIPT)
        .arg(task)
        .arg(folder)
        .status()
        .map_err(|error| format!("`{}` could not start: {error}", python.display()))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("`states.py {task}` failed: {status}"))
    }
}
