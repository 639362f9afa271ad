//! Programs without types, and a program as `#[program]` will write it.
use super::{
    Arguments, Common, DynPredict, ErasedProgram, Predictor, Predictors, Walk, WalkMut, argument,
    schema,
};
use crate::{
    __private::{Returned, ReturnedType},
    BoxFuture, DynSignature, ErrorKind, Parameter, Recorder, Result, SavedState, Scope, Scoped,
    testing::Scripted,
};
use serde_json::{Value, json};
use std::{marker::PhantomData, time::Duration};

/// `hop`: a program with a predictor, a parameter, and what all programs have.
#[derive(Clone)]
struct Hop {
    search: DynPredict,
    k: u8,
    common: Common,
}
impl Hop {
    fn new() -> Self {
        let signature = DynSignature::parse("question, k: int -> query").expect("a signature");
        Hop {
            search: DynPredict::named("search", signature),
            k: 2,
            common: Common::new(),
        }
    }
    async fn call(&self, question: String) -> Result<String> {
        let body = async {
            let inputs = [("question", question.into()), ("k", self.k.into())];
            let outputs = self.search.call(inputs)?.await?;
            Ok(outputs["query"].as_str().unwrap_or_default().to_owned())
        };
        self.common.enter("hop", body).await
    }
}
impl Predictors for Hop {
    fn walk<'a>(&'a self, walk: &mut Walk<'a>) {
        walk.member("search", &self.search);
        walk.parameter("k", &self.k);
    }
    fn walk_mut<'a>(&'a mut self, walk: &mut WalkMut<'a>) {
        walk.member("search", &mut self.search);
        walk.parameter("k", &mut self.k);
    }
}
impl ErasedProgram for Hop {
    fn name(&self) -> &'static str {
        "hop"
    }
    fn input_schema(&self) -> Value {
        schema("hop", vec![argument::<String>("question")])
    }
    fn output_schema(&self) -> Value {
        ReturnedType::<String>(PhantomData).schema()
    }
    fn call_json<'a>(&'a self, inputs: Value, scope: &Scope) -> BoxFuture<'a, Result<Value>> {
        Box::pin(scope.clone().enter(async move {
            let mut arguments = Arguments::new("hop", inputs);
            arguments.expect::<String>("question");
            let mut arguments = arguments.checked()?;
            let question = arguments.take::<String>("question")?;
            self.call(question)
                .await
                .map(|value| Returned(&value).to_json())
        }))
    }
    fn history(&self) -> Vec<crate::RunEntry> {
        self.common.history()
    }
}

fn script() -> Scripted {
    Scripted::new([
        "[[ ## query ## ]]\none",
        "[[ ## query ## ]]\ntwo",
        "[[ ## query ## ]]\nthree",
    ])
}

#[tokio::test]
async fn a_program_is_called_with_json() -> Result<()> {
    let script = script();
    let program: Box<dyn ErasedProgram> = Box::new(Hop::new());
    assert_eq!(
        program.input_schema()["properties"]["question"]["type"],
        "string"
    );
    assert_eq!(program.output_schema()["type"], "string");
    let scope = Scope::current().with_lm(&script.lm());
    assert_eq!(
        program
            .call_json(json!({"question": "Why?"}), &scope)
            .await?,
        "one"
    );
    let error = program
        .call_json(json!({"qestion": "Why?", "x": 1}), &scope)
        .await
        .expect_err("unknown");
    assert_eq!(
        error.to_string(),
        "hop: input `question` is missing, expected text; `qestion` is unknown, expected `question`; \
         `x` is unknown, expected one of `question`"
    );
    let error = program
        .call_json(json!([1]), &scope)
        .await
        .expect_err("a list");
    assert!(error.is_invalid_input() && error.path() == "hop", "{error}");
    assert_eq!(script.requests().len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_program_has_a_history_a_run_id_and_a_path() -> Result<()> {
    let script = script().then_error(|| crate::Error::new(ErrorKind::Server, "down"));
    let mut hop = Hop::new();
    hop.common.set_lm(&script.lm());
    let outer = Scope::current().run("outer", async {
        let first = Scoped::named("hop", hop.call("Why?".into())).await?;
        let second = Scoped::named("hop", hop.clone().call("Who?".into())).await?;
        Ok((
            first,
            second,
            Scope::current().run_id(),
            Scope::current().spent(),
        ))
    });
    let (first, second, id, spent) = outer.await?;
    assert_eq!(
        (first.as_str(), second.as_str(), spent.calls),
        ("one", "two", 2)
    );
    hop.call("Where?".into()).await?;
    let error = Scope::current()
        .run("outer", Scoped::named("hop", hop.call("When?".into())))
        .await
        .expect_err("down");
    assert_eq!(error.to_string(), "hop.search: down");
    let history = hop.common.history();
    assert_eq!(history.len(), 4, "clones share it");
    assert_eq!((Some(history[0].id), Some(history[1].id)), (id, id));
    assert_eq!((history[0].spent.calls, history[0].error), (1, None));
    assert_eq!(
        (Some(history[3].id), history[3].error),
        (error.run_id(), Some(ErrorKind::Server))
    );
    assert!(history[2].id != history[3].id && history[2].spent.tokens > 0);
    for _ in 0..120 {
        let _ = hop.call("Again?".into()).await;
    }
    assert_eq!(hop.common.history().len(), 100);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_program_has_bounds_of_its_own_for_each_run() -> Result<()> {
    let mut hop = Hop::new();
    hop.common.set_lm(&crate::Lm::from_fn(|_| async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        Ok(crate::Response::text("[[ ## query ## ]]\nlate"))
    }));
    hop.common.set_calls(1);
    // each run has the whole budget
    for _ in 0..2 {
        assert_eq!(hop.call("Why?".into()).await?, "late");
    }
    hop.common.set_timeout(Duration::from_millis(10));
    let error = hop.call("Why?".into()).await.expect_err("late");
    assert_eq!(
        error.to_string(),
        "search: the deadline of `hop` passed before the reply came"
    );
    let dropped = tokio::time::timeout(Duration::from_millis(1), hop.call("Why?".into())).await;
    assert!(dropped.is_err());
    assert_eq!(
        hop.history().last().and_then(|entry| entry.error),
        Some(ErrorKind::Cancelled)
    );
    Ok(())
}

#[tokio::test]
async fn what_is_walked_is_saved_and_traced() -> Result<()> {
    let mut hop = Hop::new();
    hop.set_parameter("k", 5.into())?;
    hop.predictor_mut("search")?.set_instructions("Search.");
    let mut again = Hop::new();
    SavedState::of(&hop).apply(&mut again)?;
    assert_eq!(
        (again.k, again.search.instructions().as_str()),
        (5, "Search.")
    );
    let recorder = Recorder::new();
    let scope = Scope::current()
        .with_lm(&script().lm())
        .with_trace(&recorder);
    again.call_json(json!({"question": "Why?"}), &scope).await?;
    let trace = recorder.trace();
    let (span, call) = trace.calls().next().expect("a call");
    assert_eq!(
        (span.path.as_str(), &call.inputs["k"]),
        ("search", &json!(5))
    );
    let scope = Scope::current().with_lm(&trace.replay());
    assert_eq!(
        again.call_json(json!({"question": "Why?"}), &scope).await?,
        "one"
    );
    assert_eq!(7_u8.value(), 7);
    Ok(())
}
