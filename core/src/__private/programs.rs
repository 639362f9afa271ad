//! What `#[program]` writes: fields of its struct, arguments and answers whose types only rustc knows.
//!
//! Where a type decides, the expansion calls a method by name on a small wrapper of ours. Its own method is there
//! for the types that fit; for others rustc takes that of a trait, and last that of a trait one reference further.
use crate::{
    Error, ErrorKind, Field, InputField, Members, Scoped, View,
    constant::Ref,
    error::Fault,
    parse,
    program::{Arguments, Common, Predictors, argument, outputs_schema},
    run::{ByResult, ByValue, ByVariant, ForeignBody, ForeignRun, Node, Run},
    schema::{Body, FieldDef, Schema, json},
    signature::{OutputsOf, Signature, WithReasoning, WithSteps},
};
use serde_json::{Value, json};
use std::{future::Future, marker::PhantomData};

pub use crate::{BoxFuture, Lm, Outcome, Predict, Result, RunEntry, Scope};

/// `S` without its lifetimes.
pub type Bare<S> = <S as Signature>::At<'static>;
/// The `S` of `fn(S)`. An expansion knows `SearchQuery` from a literal and not whether it borrows. In the argument of
/// a function pointer a lifetime may be left out even inside a struct, so `Asked<fn(Bare<SearchQuery>)>` is
/// `SearchQuery<'static>` for every signature alike.
pub type Asked<F> = <F as Argument>::Type;
/// Function pointers of one argument.
pub trait Argument {
    /// The argument's type.
    type Type;
}
impl<T> Argument for fn(T) {
    type Type = T;
}
/// A predictor of a program.
pub type Plain<F> = Predict<Asked<F>>;
/// The same with a chain of thought.
pub type Reasoned<F> = Predict<WithReasoning<Asked<F>>>;
/// The same with a reasoning in steps first, which is checked.
pub type Stepped<F> = Predict<WithSteps<Asked<F>>>;

/// A program that may stand in another.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a program",
    label = "`Type::run(…)` calls another program, and this is none",
    note = "give its `async fn` the attribute `#[program]`, or call a function of another name than `run`"
)]
pub trait Nested: Predictors + Clone {
    /// It with nothing changed.
    const NEW: Self;
    /// The same for one run: it keeps nothing of it.
    const ONCE: Self;
}

/// A part of a program under its name.
pub fn within<P: Nested, F: Future>(name: &'static str, future: F) -> Scoped<F> {
    Scoped::named(name, future)
}

/// A node whose future gives a `Result` of ours.
#[inline]
pub fn result_node<T, F: Future<Output = Result<T, Error>>>(
    name: &'static str,
    future: F,
) -> Node<F, ByResult> {
    Node::new(name, ByResult, future)
}
/// A node of which is known only that it ends.
#[inline]
pub fn node<F: Future>(name: &'static str, future: F) -> Node<F, ByValue> {
    Node::new(name, ByValue, future)
}

/// A node whose future decides how it is judged.
pub struct Judged<F>(pub &'static str, pub F);
impl<T, F: Future<Output = Result<T, Error>>> Judged<F> {
    /// By our error.
    #[inline]
    pub fn judge(&self) -> ByResult {
        ByResult
    }
}
/// A `Result` with another's error.
pub trait JudgedForeign {
    /// By its variant.
    #[inline]
    fn judge(&self) -> ByVariant {
        ByVariant
    }
}
impl<T, E, F: Future<Output = Result<T, E>>> JudgedForeign for Judged<F> {}
/// Anything else.
pub trait JudgedOther {
    /// Not at all.
    #[inline]
    fn judge(&self) -> ByValue {
        ByValue
    }
}
impl<F: Future> JudgedOther for &Judged<F> {}
impl<F: Future> Judged<F> {
    /// The node.
    #[inline]
    pub fn node<J>(self, judge: J) -> Node<F, J> {
        Node::new(self.0, judge, self.1)
    }
}

/// Arguments of a call, of which some may break their bounds.
#[derive(Default)]
pub struct Given(Vec<Fault>);
impl Given {
    /// Nothing is wrong.
    pub const fn new() -> Self {
        Given(Vec::new())
    }
    fn refused(self) -> Option<Error> {
        (!self.0.is_empty()).then(|| Error::from_faults(ErrorKind::InvalidInput, self.0))
    }
}
/// One of them.
pub struct GivenValue<'a, T: ?Sized>(pub &'a T);
impl<T: InputField + ?Sized> GivenValue<'_, T> {
    /// Holds it to the bounds of its type, if that has any.
    pub fn check(&self, name: &'static str, given: &mut Given) {
        if const { is_bounded(const { &T::SCHEMA }.get(), 8) } {
            let field = FieldDef::new(Ref::new(name), T::SCHEMA);
            parse::input(&field, self.0.view().to_value(), &mut given.0);
        }
    }
}
/// A type that knows no bounds.
pub trait GivenOther {
    /// Nothing.
    fn check(&self, name: &'static str, given: &mut Given) {
        let _ = (name, given);
    }
}
impl<T: ?Sized> GivenOther for &GivenValue<'_, T> {}

/// Whether something in a type has bounds. `depth` ends it on types that contain themselves.
const fn is_bounded(schema: &Schema, depth: usize) -> bool {
    if depth == 0 {
        return false;
    }
    match schema {
        Schema::Constrained(..) => true,
        Schema::List(item)
        | Schema::Set(item)
        | Schema::Array(item, _)
        | Schema::Optional(item) => is_bounded(item.get(), depth - 1),
        Schema::Map(key, value) => {
            is_bounded(key.get(), depth - 1) || is_bounded(value.get(), depth - 1)
        }
        Schema::Tuple(items) | Schema::Union(items) => {
            let items = items.get();
            let mut at = 0;
            while at < items.len() {
                if is_bounded(items[at].get(), depth - 1) {
                    return true;
                }
                at += 1;
            }
            false
        }
        Schema::Named(named) => is_body_bounded(&named.definition.get().body, depth - 1),
        Schema::Inline(definition) => is_body_bounded(&definition.get().body, depth - 1),
        _ => false,
    }
}
const fn is_body_bounded(body: &Body, depth: usize) -> bool {
    match body {
        Body::Record(fields) => {
            let fields = fields.get();
            let mut at = 0;
            while at < fields.len() {
                let field = &fields[at];
                if !field.constraints.get().is_empty() || is_bounded(field.schema.get(), depth) {
                    return true;
                }
                at += 1;
            }
            false
        }
        Body::Variants(variants) => {
            let variants = variants.get();
            let mut at = 0;
            while at < variants.len() {
                if let Some(data) = &variants[at].data
                    && is_bounded(data.get(), depth)
                {
                    return true;
                }
                at += 1;
            }
            false
        }
        Body::Words(_) => false,
    }
}

/// The future of a program's body: [`how`](Scheduled::how) it runs depends on what it gives.
pub struct Scheduled<F>(pub F);
impl<T, F: Future<Output = Result<T, Error>>> Scheduled<F> {
    /// With our error.
    pub fn how(&self) -> WithOurError {
        WithOurError
    }
}
/// A body with another's error into which ours can be made.
pub trait ScheduledForeign {
    /// So the run's own failures have a place in it.
    fn how(&self) -> WithForeignError {
        WithForeignError
    }
}
impl<T, E: From<Error>, F: Future<Output = Result<T, E>>> ScheduledForeign for Scheduled<F> {}
/// A body that gives anything else: a deadline of the run, or a bound that an argument breaks, has no place in that.
pub trait ScheduledOther {
    /// It only has the program's model.
    fn how(&self) -> WithoutError {
        WithoutError
    }
}
impl<F: Future> ScheduledOther for &Scheduled<F> {}

/// How a body runs.
pub struct WithOurError;
impl WithOurError {
    /// A run of it.
    pub fn enter<T, F: Future<Output = Result<T, Error>>>(
        self,
        body: Scheduled<F>,
        common: &Common,
        name: &'static str,
        given: Given,
    ) -> Run<F> {
        common.enter_checked(name, given.refused(), body.0)
    }
}
/// How a body runs.
pub struct WithForeignError;
impl WithForeignError {
    /// A run of it.
    pub fn enter<T, E: From<Error>, F: Future<Output = Result<T, E>>>(
        self,
        body: Scheduled<F>,
        common: &Common,
        name: &'static str,
        given: Given,
    ) -> ForeignRun<Run<ForeignBody<F>>> {
        let body = ForeignBody::new(body.0);
        ForeignRun::new(common.enter_checked(name, given.refused(), body))
    }
}
/// How a body runs.
pub struct WithoutError;
impl WithoutError {
    /// It with the program's model.
    pub fn enter<F: Future>(
        self,
        body: Scheduled<F>,
        common: &Common,
        _: &'static str,
        _: Given,
    ) -> Scoped<F> {
        common.enter_placeless(body.0)
    }
}

/// An argument's type, for JSON.
pub struct Arg<T>(pub PhantomData<T>);
impl<T: Field> Arg<T> {
    /// Judges it.
    pub fn expect(&self, name: &'static str, _: &'static str, arguments: &mut Arguments) {
        arguments.expect::<T>(name);
    }
    /// Takes it.
    ///
    /// # Errors
    /// As [`Arguments::take`].
    pub fn take(&self, name: &'static str, arguments: &mut Arguments) -> Result<T> {
        arguments.take(name)
    }
    /// Its row of the schema.
    pub fn field(&self, name: &'static str, fields: &mut Vec<FieldDef>) {
        fields.push(argument::<T>(name));
    }
}
/// A type that JSON has no form for.
pub trait ArgOther {
    /// The type.
    type Type;
    /// Says so.
    fn expect(&self, name: &'static str, shown: &'static str, arguments: &mut Arguments) {
        arguments.refuse(&format!("its argument `{name}` is a `{shown}`"));
    }
    /// Says so.
    ///
    /// # Errors
    /// Always.
    fn take(&self, name: &'static str, _: &mut Arguments) -> Result<Self::Type> {
        Err(no_json(
            "",
            &format!("its argument `{name}` has no form there"),
        ))
    }
    /// Nothing.
    fn field(&self, name: &'static str, fields: &mut Vec<FieldDef>) {
        let _ = (name, fields);
    }
}
impl<T> ArgOther for &Arg<T> {
    type Type = T;
}

/// Why a program is not called with JSON.
#[cold]
pub fn no_json(program: &str, why: &str) -> Error {
    let message = format!(
        "the program cannot be called with JSON: {why}; call it from Rust, or write a program around it whose arguments are fields"
    );
    Error::new(ErrorKind::InvalidInput, message).at(program.to_owned())
}

/// The type that a program gives back.
pub struct Answer<R>(pub PhantomData<R>);
impl<T: InputField> Answer<Result<T, Error>> {
    /// Whether it can be said as JSON.
    pub fn expect(&self, _: &'static str, _: &mut Arguments) {}
    /// It as JSON.
    ///
    /// # Errors
    /// The program's.
    pub fn json(&self, result: Result<T, Error>) -> Result<Value> {
        result.map(|value| value.view().to_value())
    }
}
/// The outputs of a signature.
pub trait AnswerOutputs {
    /// The type.
    type Type;
    /// They can.
    fn expect(&self, shown: &'static str, arguments: &mut Arguments) {
        let _ = (shown, arguments);
    }
    /// The outputs by name.
    ///
    /// # Errors
    /// The program's.
    fn json(&self, result: Result<Self::Type, Error>) -> Result<Value>;
}
impl<T: Members> AnswerOutputs for Answer<Result<T, Error>> {
    type Type = T;
    fn json(&self, result: Result<T, Error>) -> Result<Value> {
        result.map(|value| View::Members(&value).to_value())
    }
}
/// Anything else.
pub trait AnswerOther {
    /// The type.
    type Type;
    /// Says that it cannot.
    fn expect(&self, shown: &'static str, arguments: &mut Arguments) {
        arguments.refuse(&format!("what it gives back is a `{shown}`"));
    }
    /// Says so.
    ///
    /// # Errors
    /// Always.
    fn json(&self, _: Self::Type) -> Result<Value> {
        Err(no_json("", "what it gives back has no form there"))
    }
}
impl<R> AnswerOther for &Answer<R> {
    type Type = R;
}

/// JSON Schema of what a program gives back. Asked as `(&&AnswerSchema(…)).schema()`, so that rustc looks first at a
/// trait of the reference, then at the type's own method, then at its trait, and last at what takes it by value.
pub struct AnswerSchema<R>(pub PhantomData<R>);
impl<R> Clone for AnswerSchema<R> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<R> Copy for AnswerSchema<R> {}
/// Outputs that know their signature.
pub trait SchemaOfOutputs {
    /// The signature's.
    fn schema(&self) -> Value;
}
impl<T: OutputsOf> SchemaOfOutputs for &AnswerSchema<Result<T, Error>> {
    fn schema(&self) -> Value {
        outputs_schema::<T::Of>()
    }
}
impl<T: InputField> AnswerSchema<Result<T, Error>> {
    /// The type's.
    pub fn schema(&self) -> Value {
        // our own writer writes JSON
        serde_json::from_str(&json::of_type(T::SCHEMA.get())).unwrap_or_default()
    }
}
/// Outputs that do not.
pub trait SchemaOfObject {
    /// Some object.
    fn schema(&self) -> Value {
        json!({ "type": "object" })
    }
}
impl<T: Members> SchemaOfObject for AnswerSchema<Result<T, Error>> {}
/// Anything else.
pub trait SchemaOfAnything: Sized {
    /// Anything.
    fn schema(self) -> Value {
        json!({})
    }
}
impl<R> SchemaOfAnything for AnswerSchema<R> {}

/// A future that may cross threads, or not.
pub struct Sendable<F>(pub F);
impl<F: Future<Output = Result<Value>> + Send> Sendable<F> {
    /// It in a box.
    pub fn boxed<'a>(self, _: &'static str) -> BoxFuture<'a, Result<Value>>
    where
        F: 'a,
    {
        Box::pin(self.0)
    }
}
/// One that may not.
pub trait SendableOther: Sized {
    /// Says so.
    fn boxed<'a>(self, name: &'static str) -> BoxFuture<'a, Result<Value>> {
        Box::pin(std::future::ready(Err(no_json(
            name,
            "its future cannot be sent between threads",
        ))))
    }
}
impl<F> SendableOther for Sendable<F> {}

/// The future of a program that JSON cannot call.
pub fn refused<'a>(name: &'static str, why: &str) -> BoxFuture<'a, Result<Value>> {
    Box::pin(std::future::ready(Err(no_json(name, why))))
}
