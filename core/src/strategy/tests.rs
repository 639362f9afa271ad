//! Which way is taken, and what is asked then.
use super::{Strategy, StrategyChoice};
use crate::{
    Ask, DynSignature, Prediction, Record, Result, Scope, State,
    telemetry::{self, Sink, Span, SpanKind},
    testing::Scripted,
};
use serde_json::Value;
use std::{future::Future, sync::Arc};

fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    runtime.unwrap().block_on(future)
}

#[test]
fn the_order_of_the_rules() {
    use Strategy::{Auto, ChainOfThought, MultiProvider, Optimized, Standard};
    for bits in 0..8 {
        let [reasoning, many, optimized] = [4, 2, 1].map(|bit| bits & bit != 0);
        let chosen = StrategyChoice::of(Auto, reasoning, many, optimized).strategy;
        let expected = match (reasoning, many, optimized) {
            (true, _, _) => ChainOfThought,
            (_, true, _) => MultiProvider,
            (_, _, true) => Optimized,
            _ => Standard,
        };
        assert_eq!(chosen, expected, "{bits:b}");
        for forced in [Standard, ChainOfThought, MultiProvider, Optimized] {
            let choice = StrategyChoice::of(forced, reasoning, many, optimized);
            assert_eq!(
                (choice.strategy, choice.reason),
                (forced, "the caller said so")
            );
        }
    }
    let names = [Standard, ChainOfThought, MultiProvider, Optimized].map(Strategy::as_str);
    assert_eq!(
        names,
        [
            "standard",
            "chain_of_thought",
            "multi_provider",
            "optimized"
        ]
    );
}

const PLAIN: &str = "[[ ## answer ## ]]\nParis";
const REASONED: &str = "[[ ## reasoning ## ]]\nIt is the capital.\n[[ ## answer ## ]]\nParis";

/// The state of a predictor that was tuned.
fn tuned() -> Arc<State> {
    let mut state = State::default();
    state.instructions = Some("Answer in one word.".to_owned());
    state.demos = vec![Record::from_iter([
        ("question", Value::from("Of Italy?")),
        ("answer", Value::from("Rome")),
    ])];
    Arc::new(state)
}

struct Asked {
    prediction: Result<Prediction<Record>>,
    /// The system prompt and all turns.
    prompt: String,
}

fn asked(reply: &str, strategy: Strategy, state: Option<Arc<State>>, reasoning: bool) -> Asked {
    let script = Scripted::new([reply.to_owned()]);
    let signature = DynSignature::parse("question -> answer").unwrap();
    let ask = signature
        .ask([("question", Value::from("Of France?"))])
        .unwrap();
    let lm = script.lm();
    let call = ask
        .predict()
        .tuned(String::new().into(), state)
        .with(&lm)
        .strategy(strategy);
    let prediction = run(if reasoning { call.reasoning() } else { call });
    let prompt = script.requests().first().map(|request| {
        let messages = request.messages().map(|(_, text)| text.as_str().to_owned());
        messages.collect::<Vec<_>>().join("\n")
    });
    Asked {
        prediction,
        prompt: prompt.unwrap_or_default(),
    }
}

#[test]
fn a_prediction_says_which_way_and_why() {
    let plain = asked(PLAIN, Strategy::Auto, None, false);
    let prediction = plain.prediction.unwrap();
    let choice = prediction.strategy.unwrap();
    assert_eq!(
        (choice.strategy, choice.reason),
        (Strategy::Standard, "nothing asks for more")
    );
    assert_eq!(
        (prediction.output["answer"].as_str(), prediction.reasoning),
        (Some("Paris"), None)
    );
    assert!(!plain.prompt.contains("reasoning"));

    let thought = asked(REASONED, Strategy::Auto, None, true);
    let prediction = thought.prediction.unwrap();
    assert_eq!(
        prediction.strategy.unwrap().strategy,
        Strategy::ChainOfThought
    );
    assert_eq!(prediction.reasoning.as_deref(), Some("It is the capital."));
    assert_eq!(prediction.output["answer"].as_str(), Some("Paris"));
    assert!(thought.prompt.contains("[[ ## reasoning ## ]]"));
}

#[test]
fn a_tuned_predictor_is_used_unless_the_caller_wants_it_plain() {
    let state = tuned();
    let optimized = asked(PLAIN, Strategy::Auto, Some(state.clone()), false);
    assert_eq!(
        optimized.prediction.unwrap().strategy.unwrap().strategy,
        Strategy::Optimized
    );
    assert!(optimized.prompt.contains("Answer in one word.") && optimized.prompt.contains("Rome"));
    // the same state, after what was rendered for the other way
    let thought = asked(
        REASONED,
        Strategy::ChainOfThought,
        Some(state.clone()),
        false,
    );
    assert!(thought.prediction.is_ok());
    assert!(thought.prompt.contains("reasoning") && thought.prompt.contains("Rome"));
    let again = asked(PLAIN, Strategy::Optimized, Some(state.clone()), false);
    assert_eq!(again.prompt, optimized.prompt);
    let plain = asked(PLAIN, Strategy::Standard, Some(state), false);
    assert_eq!(
        plain.prediction.unwrap().strategy.unwrap().strategy,
        Strategy::Standard
    );
    assert_eq!(
        plain.prompt,
        asked(PLAIN, Strategy::Auto, None, false).prompt
    );
}

#[test]
fn several_providers_are_asked_where_they_are_given() {
    let (one, many) = (Scripted::new([PLAIN]), Scripted::new([PLAIN]));
    let signature = DynSignature::parse("question -> answer").unwrap();
    let ask = || {
        signature
            .ask([("question", Value::from("Of France?"))])
            .unwrap()
    };
    let call = ask().predict().with(&one.lm()).strategy(Strategy::Auto);
    let prediction = run(call.compare(&many.lm())).unwrap();
    assert_eq!(
        prediction.strategy.unwrap().strategy,
        Strategy::MultiProvider
    );
    assert_eq!((one.requests().len(), many.requests().len()), (0, 1));
    // what cannot be done is said, and nothing is sent
    for (strategy, fix) in [
        (Strategy::MultiProvider, ".compare(&lm)"),
        (Strategy::Optimized, "load a state"),
    ] {
        let call = ask().predict().with(&one.lm()).strategy(strategy);
        let error = run(call).unwrap_err();
        assert!(
            error.is_configuration() && error.to_string().contains(fix),
            "{error}"
        );
    }
    assert_eq!(one.requests().len(), 0);
}

/// The attributes of the strategy in the spans of calls.
#[derive(Default)]
struct Spans(std::sync::Mutex<Vec<Option<(String, String)>>>);
impl Sink for Spans {
    fn span(&self, span: &Span) {
        let text = |name: &str| match span.attribute(name) {
            Some(telemetry::Value::Text(text)) => Some(text.to_string()),
            _ => None,
        };
        if span.kind == SpanKind::Prediction {
            let choice = text("sigflow.strategy").zip(text("sigflow.strategy.reason"));
            self.0.lock().unwrap().push(choice);
        }
    }
}

#[test]
fn the_span_of_the_call_says_which_way_and_why() {
    use Strategy::{Auto, ChainOfThought, MultiProvider, Optimized, Standard};
    let rows = [
        (Auto, false, "standard", "nothing asks for more"),
        (
            Auto,
            true,
            "chain_of_thought",
            "the caller needs the reasoning",
        ),
        (Standard, false, "standard", "the caller said so"),
        (
            ChainOfThought,
            false,
            "chain_of_thought",
            "the caller said so",
        ),
        (MultiProvider, false, "multi_provider", "the caller said so"),
        (Optimized, false, "optimized", "the caller said so"),
    ];
    let signature = DynSignature::parse("question -> answer").unwrap();
    let question = || {
        let ask = signature.ask([("question", Value::from("Of France?"))]);
        ask.unwrap().predict()
    };
    let spans = Arc::new(Spans::default());
    for (strategy, reasoning, _, _) in rows {
        let lm = Scripted::new([REASONED]).lm();
        let state = (strategy == Optimized).then(tuned);
        let call = question().tuned(String::new().into(), state).with(&lm);
        let call = call.strategy(strategy);
        let call = match (strategy, reasoning) {
            (MultiProvider, _) => call.compare(&lm),
            (_, true) => call.reasoning(),
            (_, false) => call,
        };
        let scope = Scope::current().with_sink(spans.clone());
        run(scope.enter(call)).unwrap();
    }
    let said = |strategy: &str, reason: &str| Some((strategy.to_owned(), reason.to_owned()));
    let expected = rows.map(|(_, _, strategy, reason)| said(strategy, reason));
    assert_eq!(*spans.0.lock().unwrap(), expected);
    // who chose nothing says nothing
    let lm = Scripted::new([PLAIN]).lm();
    let scope = Scope::current().with_sink(spans.clone());
    run(scope.enter(question().with(&lm))).unwrap();
    assert_eq!(spans.0.lock().unwrap().last(), Some(&None));
}
