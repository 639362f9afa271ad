//! Programs without their types: JSON in, JSON out.
use super::{DynPredict, Predictor, Predictors};
use crate::{
    BoxFuture, Call, DynAsk, DynSignature, Members, Predict, Result, RunEntry, Scope, View,
    constant::Ref,
    error::Fault,
    parse::Values,
    schema::{Dialect, What, render},
    signature::{Ask, Def, Signature, def_of},
    stream::FlatRecord,
};
use serde_json::Value;
use std::{future::Future, marker::PhantomData};

/// A program without its types: what datasets, servers and tools stand on. Every predictor is one, and every
/// `#[program]`.
///
/// State is what [`Predictors`] walks: `SavedState::of(&*program)`, `state.apply(&mut *program)`.
///
/// ```
/// # async fn run() -> sigflow_core::Result<()> {
/// use serde_json::json;
/// use sigflow_core::{DynPredict, DynSignature, ErasedProgram, Predictors, SavedState, Scope, testing::Scripted};
///
/// let ask = DynPredict::named("ask", DynSignature::parse("question -> answer, stars: int")?);
/// let mut program: Box<dyn ErasedProgram> = Box::new(ask);
/// assert_eq!(program.input_schema()["required"], json!(["question"]));
///
/// let lm = Scripted::new(["[[ ## answer ## ]]\nParis\n\n[[ ## stars ## ]]\n5"]).lm();
/// let scope = Scope::current().with_lm(&lm);
/// let outputs = program.call_json(json!({"question": "Where?"}), &scope).await?;
/// assert_eq!(outputs, json!({"answer": "Paris", "stars": 5}));
///
/// program.predictor_mut("self")?.set_instructions("Be brief.");
/// assert_eq!(SavedState::of(&*program).as_json()["signature"]["instructions"], "Be brief.");
/// # Ok(()) }
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run()).unwrap();
/// ```
pub trait ErasedProgram: Predictors + Send + Sync {
    /// Its name.
    fn name(&self) -> &str;
    /// JSON Schema of its inputs: an object of values by name.
    fn input_schema(&self) -> Value;
    /// JSON Schema of its output.
    fn output_schema(&self) -> Value;
    /// Runs it, in a scope: model, deadline, budget and whatever else that has. Dropping the future cancels it.
    ///
    /// # Errors
    /// As of the program. Inputs that do not fit are all listed; nothing was sent then.
    fn call_json<'a>(&'a self, inputs: Value, scope: &Scope) -> BoxFuture<'a, Result<Value>>;
    /// Its graph as JSON, if it has one.
    fn graph(&self) -> Option<Value> {
        None
    }
    /// The last 100 runs, oldest first, if it keeps them.
    fn history(&self) -> Vec<RunEntry> {
        Vec::new()
    }
}

/// The schema of one side of a definition.
pub(super) fn schema(what: What<'_>, def: &Def) -> Value {
    // our own writer writes JSON
    serde_json::from_str(&render(what, &def.signature, def.reasoning)).unwrap_or_default()
}

/// The schema of a signature's outputs.
pub(crate) fn outputs_schema<S: Signature>() -> Value {
    schema(What::Output(Dialect::Plain), &def_of::<S>())
}

/// A run of one call, whose inputs may be wrong.
fn run<'a, A, T>(
    name: &str,
    scope: &Scope,
    call: Result<A>,
    json: fn(T) -> Value,
) -> BoxFuture<'a, Result<Value>>
where
    A: Future<Output = Result<T>> + Send + 'a,
    T: Send + 'a,
{
    let call = async move { call?.await.map(json) };
    Box::pin(scope.clone().run(name, call))
}

fn members(inputs: Value, def: &Def) -> Result<Vec<(String, Value)>> {
    match inputs {
        Value::Object(members) => Ok(members.into_iter().collect()),
        other => Err(super::arguments::no_object(
            def.signature.name.get(),
            &other,
        )),
    }
}

/// The author's own checks of inputs are functions of their types: they are run for typed inputs only. Those of
/// outputs are run.
impl<S: Signature + 'static> ErasedProgram for Predict<S>
where
    S::Output: Members,
{
    fn name(&self) -> &str {
        match self.name() {
            "" => S::DEF.name.get(),
            name => name,
        }
    }
    fn input_schema(&self) -> Value {
        schema(What::Input(Dialect::Plain), &def_of::<S>())
    }
    fn output_schema(&self) -> Value {
        outputs_schema::<S>()
    }
    fn call_json<'a>(&'a self, inputs: Value, scope: &Scope) -> BoxFuture<'a, Result<Value>> {
        let def = def_of::<S>();
        let call = members(inputs, &def).and_then(|inputs| {
            let ask = Untyped::<S>(DynSignature::from_def(&def).ask(inputs)?, PhantomData);
            let call = Call::new(ask).tuned(Ref::new(self.name()), self.shared());
            Ok(call.kept(self.call_history()))
        });
        run(ErasedProgram::name(self), scope, call, |value| value)
    }
}

impl ErasedProgram for DynPredict {
    fn name(&self) -> &str {
        match self.name() {
            "" => self.signature().name(),
            name => name,
        }
    }
    fn input_schema(&self) -> Value {
        schema(What::Input(Dialect::Plain), &self.def())
    }
    fn output_schema(&self) -> Value {
        schema(What::Output(Dialect::Plain), &self.def())
    }
    fn call_json<'a>(&'a self, inputs: Value, scope: &Scope) -> BoxFuture<'a, Result<Value>> {
        let call = members(inputs, &self.def()).and_then(|inputs| self.call(inputs));
        run(
            ErasedProgram::name(self),
            scope,
            call,
            crate::Record::into_json,
        )
    }
}

/// A question whose inputs came as JSON and whose outputs leave as JSON; in between it is one of `S`.
struct Untyped<S>(DynAsk, PhantomData<fn() -> S>);

impl<S: Signature> Ask for Untyped<S>
where
    S::Output: Members,
{
    type Output = Value;
    type Partial = FlatRecord;
    const TYPED: bool = S::TYPED;
    fn def(&self) -> Def {
        def_of::<S>()
    }
    fn each_input(&self, input: &mut dyn FnMut(usize, View<'_>)) {
        self.0.each_input(input);
    }
    fn read(def: &Def, values: Values<'_, '_>) -> Result<Value, Vec<Fault>> {
        let outputs = S::read(def, values)?;
        Ok(View::Members(&outputs).to_value())
    }
}
