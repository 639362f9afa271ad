//! What buffers say they take is what the allocator gave them, about: bounds of memory go by it.
use sigflow::{
    Ask, DynSignature, FieldSpec, Message, Prefix, Request, SignatureCache, Text, TypeDefinition,
    TypeRegistry,
};
use sigflow_bench::allocations::{Counting, live};
use std::sync::Mutex;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The counts are the process's.
static ALONE: Mutex<()> = Mutex::new(());

/// What is said, in hundredths of what it is.
fn said(bytes: usize, before: usize) -> usize {
    bytes * 100 / (live() - before)
}

/// The cache after so many signatures, each asked once.
fn filled(text: impl Fn(usize) -> String, types: &TypeRegistry) -> usize {
    let before = live();
    let cache = SignatureCache::new();
    for number in 0..300 {
        let signature = cache.parse_with(&text(number), types).unwrap();
        let inputs: Vec<_> = signature.inputs().iter().collect();
        let inputs = inputs.iter().map(|field| (field.name.get(), "?".into()));
        let question = signature.ask(inputs).unwrap();
        let request = question.predict().request().unwrap();
        // as a client writes it
        request.prefix.system.write_json(&mut String::new());
    }
    said(cache.bytes(), before)
}

#[test]
fn signatures_with_their_prompts() {
    let _alone = ALONE.lock().unwrap();
    // what is made once in a process is not the cache's
    drop(DynSignature::parse("question -> answer").unwrap());
    let none = TypeRegistry::new();
    let small = filled(|number| format!("question_{number} -> answer"), &none);
    let words = "Literal['good', 'bad', 'neither of them', 'not said']";
    let large = |number: usize| {
        let inputs: Vec<String> = (0..12).map(|at| format!("input_{at}_{number}")).collect();
        format!("{} -> labels: list[{words}], notes", inputs.join(", "))
    };
    let large = filled(large, &none);
    let members = (0..10).map(|at| FieldSpec::member(format!("member_{at}"), "list[str]"));
    let types = TypeRegistry::new().with("Person", TypeDefinition::record(members));
    let nested = |number| format!("text_{number} -> people: list[Person], count: int");
    let nested = filled(nested, &types);
    for (what, said) in [("small", small), ("large", large), ("typed", nested)] {
        println!("{what}: {said} % of what is in use");
        assert!((60..170).contains(&said), "{what}: {said} %");
    }
}

#[test]
fn requests_that_wait() {
    let _alone = ALONE.lock().unwrap();
    let prefix = Prefix::new(Text::shared("x".repeat(50_000)));
    let before = live();
    let requests: Vec<Request> = (0..100)
        .map(|number| {
            let said = format!("{number} {}", "y".repeat(1_000));
            let turns = vec![Message::user(said.clone()), Message::assistant(said)];
            Request::new(prefix.clone(), turns)
        })
        .collect();
    let bytes: usize = requests.iter().map(Request::bytes).sum();
    let said = said(bytes, before);
    println!("requests: {said} % of what is in use");
    assert!((80..120).contains(&said), "{said} %");
}
