//! The macros of sigflow. Users depend on `sigflow`, which re-exports them.
//!
//! Each macro is a small compiler: parse accepts more than is valid, `lower` makes a model of our own,
//! `check` judges the model and collects every mistake, `expand` turns it into tables and calls and
//! cannot fail.
mod attributes;
mod bounds;
mod case;
mod diag;
mod docs;
mod field;
mod paths;
mod predictors;
mod program;
mod seen;
mod signature;

#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

/// Declares signatures: what is asked of a language model, and what comes back.
///
/// ```ignore
/// signature! {
///     /// Answer the question from the passages.
///     #[derive(Clone)]
///     pub struct GroundedAnswer {
///         /// may hold relevant facts
///         context: Vec<String>,
///         question: String,
///     } -> {
///         /// often between one and five words
///         answer: String,
///         #[field(ge = 0.0, le = 1.0)]
///         confidence: f64,
///     }
/// }
/// ```
///
/// makes the struct `GroundedAnswer` of the inputs, the struct `GroundedAnswerOutput` of the outputs, and
/// the constants `PROMPT`, `JSON_SCHEMA`, `INPUT_SCHEMA`, `OPENAI_SCHEMA`, `ANTHROPIC_SCHEMA`,
/// `GEMINI_SCHEMA` and `ANALYSIS`. Doc comments are instructions and descriptions; derives and other
/// attributes go to both structs; `Debug` and `Serialize` come by themselves, and so does `Deserialize`, but
/// for inputs that borrow.
///
/// DSPy's string form works too: `signature!(pub QA = "question -> answer: str, confidence: float");`,
/// and `signature!(pub type ExtractInvoice = Extract<Invoice>;);` gives one instance of a signature with
/// type parameters its constants.
///
/// # Options
/// - `#[signature(strict)]`: a compile error if a provider's structured output cannot say the outputs;
///   `strict(openai, gemini)` asks only those.
/// - `#[signature(crate = path)]`: where sigflow is, if not at `::sigflow`.
/// - `#[field(…)]`: `desc`, `alias`, `default`, `ge`, `gt`, `le`, `lt`, `multiple_of`, `min_len`, `max_len`,
///   `pattern`, `check = path`, `examples = […]`.
///
/// # Frequent mistakes
/// - No outputs: "signature `Qa` has no outputs; add them after the inputs: `-> { answer: String }`".
/// - A type of your own without the derive: "`City` cannot be an output of a signature … if it is your own
///   struct or enum, add `#[derive(Field)]` to it".
///
/// `SIGFLOW_DEBUG_MACRO=GroundedAnswer cargo check` prints one expansion on stderr.
#[proc_macro]
pub fn signature(input: TokenStream) -> TokenStream {
    signature::signature(input.into()).into()
}

/// Makes a struct or an enum a type for signatures: schema, reading and writing.
///
/// It also gives `Debug`, `Serialize` and `Deserialize`, and with the feature `schemars` that crate's
/// `JsonSchema`. If you derive some of them yourself, say `#[field(without(Debug))]`.
///
/// A type that derives `JsonSchema` should say `#[field(without(JsonSchema))]` whether or not its package
/// asks for the feature: cargo adds features up, so any package of a build may turn it on, and then the
/// two derives conflict (E0119).
///
/// ```ignore
/// /// A person.
/// #[derive(Field)]
/// struct Person {
///     /// full name
///     name: String,
///     #[field(ge = 0, le = 150)]
///     age: u8,
/// }
/// ```
///
/// serde's `rename`, `rename_all`, `rename_all_fields` and `skip` are respected; its options that give
/// another form (`flatten`, `tag`, …) are errors. Enums with data are tagged by an object with one member,
/// as serde does by default.
///
/// After a mistake in its fields the type still is a [`Field`](macro@Field), so that its uses add no errors.
#[proc_macro_derive(Field, attributes(field, serde))]
pub fn derive_field(input: TokenStream) -> TokenStream {
    field::derive(input.into()).into()
}

/// Lets a struct of predictors be walked, tuned, saved and loaded: the counterpart of DSPy's `Module`.
///
/// Each field is a part under its name: a `Predict`, a struct that derives this too, a `DynProgram`, or a list,
/// array, map, option or box of such. Paths are DSPy's: `first`, `many[0]`, `table['x']`, `inner.first`.
///
/// ```ignore
/// #[derive(Predictors)]
/// struct MultiHop {
///     search: Vec<Predict<SearchQuery<'static>>>,
///     answer: ChainOfThought<GroundedAnswer>,
///     #[predictors(parameter)]
///     hops: usize,
///     #[predictors(skip)]
///     index: Arc<dyn Retriever>,
/// }
/// ```
///
/// # Options
/// - `#[predictors(skip)]` on a field: it is no part of the program.
/// - `#[predictors(parameter)]`: a value that is tuned, saved and checked, of any type with `derive(Field)`.
/// - `#[predictors(rename = "predict")]`: another name in paths, as a state of Python's may need.
/// - `#[predictors(crate = path)]` on the struct: where sigflow is, if not at `::sigflow`.
///
/// # Frequent mistakes
/// - A field that is no part: "`Client` has no predictors … a field that is no part of the program is marked
///   `#[predictors(skip)]`".
/// - A misspelt option: "unknown option `skpi` of a field; did you mean `skip`?".
#[proc_macro_derive(Predictors, attributes(predictors))]
pub fn derive_predictors(input: TokenStream) -> TokenStream {
    predictors::derive(input.into()).into()
}

/// Schedules an `async fn`: calls that do not wait for one another overlap, all else keeps its order.
///
/// ```ignore
/// #[program(pure(search))]
/// pub async fn multi_hop(question: String, index: &dyn Retriever) -> Result<Reasoned<GroundedAnswerOutput>> {
///     let direct = SearchQuery { question: &question }.predict().await?; // these two
///     let reworded = Paraphrase { question: &question }.predict().await?; // start together
///     let first = index.search(&direct.query, 3).await?;
///     let second = index.search(&reworded.text, 3).await?;
///     let context = [first, second].concat();
///     GroundedAnswer { context, question }.chain_of_thought().await
/// }
/// ```
///
/// Values, errors and effects are those of the plain function. Only what is free of effects overlaps: model
/// calls, nested programs (`Other::run(…)`), values made of forms that are known to change nothing, and calls
/// of the names in `pure(…)`. All else runs in the order of the source and never before an earlier `?` is
/// decided. What is awaited without a binding, and what is bound and never read, holds back all after it.
///
/// Beside the function stands a struct with its graph: `MultiHop::GRAPH`; beside a `pub` method it is a constant
/// `MULTI_HOP_GRAPH` (a method without visibility may be a trait's, and beside those nothing may stand). Where the function itself mentions a type of that name, there is none.
///
/// # Options
/// - `pure(name, …)`: functions, methods and closures that change nothing, so that their calls may overlap.
/// - `eager = false`: nothing starts before earlier exits are decided.
/// - `sequential`: nothing overlaps.
/// - `strict`: a model call that the macro cannot see is an error.
/// - `local`: the future need not be `Send`.
/// - `params(name: Type = default, …)`: parameters of your own.
/// - `method`: the function stands in an `impl` though it has no receiver.
/// - `#[parallel(n)]` on a `for` loop: up to `n` turns at once.
///
/// # Frequent mistakes
/// - A function that is not async: "program `answer` is not async; write `async fn answer`".
/// - `#[parallel(0)]`: "with `#[parallel(0)]` no turn ever begins; write `#[parallel(1)]` or more".
#[proc_macro_attribute]
pub fn program(attribute: TokenStream, item: TokenStream) -> TokenStream {
    program::program(attribute.into(), item.into()).into()
}
