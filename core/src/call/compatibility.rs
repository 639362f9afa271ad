//! Whose habits a call has.

/// Whose habits a call has. For runs that are compared with DSPy's, and nothing else.
///
/// ```
/// # async fn run() -> sigflow_core::Result<()> {
/// use sigflow_core::{Ask, Compatibility, DynSignature, testing::Scripted};
///
/// // no marker in the first reply: DSPy asks again in its JSON form
/// let lm = Scripted::new(["I do not know the format.", r#"{"answer": "Paris"}"#]).lm();
/// let question = DynSignature::parse("question -> answer")?.ask([("question", "Where?".into())])?;
/// let prediction = question.predict().compatibility(Compatibility::Dspy).with(&lm).prediction().await?;
/// assert_eq!((prediction.calls, &prediction.output["answer"]), (2, &"Paris".into()));
/// # Ok(()) }
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run()).unwrap();
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Compatibility {
    /// One call is one request.
    #[default]
    None,
    /// DSPy's: a chat or XML reply that cannot be read is followed by a second request in the JSON form,
    /// and the JSON form takes the plain JSON mode where DSPy takes it.
    Dspy,
}
