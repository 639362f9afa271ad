//! A call of a predictor, watched.
use super::{
    Event, EventKind, Live, SpanKind, content,
    sink::{conversation, tell},
};
use crate::{
    Error, ErrorKind, Lm, Record, Scope, StrategyChoice, Usage, schema::FieldDef, signature::Def,
    types::is_confidence,
};

/// A call under way that somebody watches.
pub(crate) struct Prediction {
    pub(crate) live: Live,
    scope: Scope,
    signature: String,
    lm: Lm,
    reasons: bool,
    /// The output that says how sure the answer is.
    confidence: Option<String>,
    usage: Option<Usage>,
    over: bool,
}

impl Prediction {
    /// Nothing, where nobody watches.
    pub(crate) fn begin(
        scope: &Scope,
        lm: &Lm,
        def: &Def,
        path: impl FnOnce() -> String,
    ) -> Option<Box<Self>> {
        if !scope.is_observed() {
            return None;
        }
        let path = path();
        let signature = def.signature.name.get().to_owned();
        let name = path.rsplit('.').next().unwrap_or(&path).to_owned();
        let shown = ["invoke_workflow ", &name].concat();
        let mut live = Live::of(scope, None, SpanKind::Prediction, shown);
        live.set("gen_ai.operation.name", "invoke_workflow");
        live.set("gen_ai.workflow.name", name);
        live.set("gen_ai.provider.name", lm.origin().provider.to_owned());
        live.set("gen_ai.prompt.name", signature.clone());
        live.set("sigflow.signature", signature.clone());
        live.set("sigflow.path", path);
        conversation(&mut live, scope);
        Some(Box::new(Prediction {
            live,
            scope: scope.clone(),
            signature,
            lm: lm.clone(),
            reasons: def.reasons(),
            confidence: confidence(def),
            usage: None,
            over: false,
        }))
    }
    /// Whether its inputs and outputs are wanted.
    pub(crate) fn wants_content(&self) -> bool {
        self.live.wants_content()
    }
    /// Its inputs, where they are wanted.
    pub(crate) fn asked(&mut self, inputs: Record) {
        self.live
            .set("gen_ai.input.messages", content::asked(inputs));
    }
    /// Which way the question is asked.
    pub(crate) fn chosen(&mut self, choice: StrategyChoice) {
        self.live.set("sigflow.strategy", choice.strategy.as_str());
        self.live.set("sigflow.strategy.reason", choice.reason);
    }
    /// Whether the reply is wanted when the call ends.
    pub(crate) fn wants_reply(&self) -> bool {
        self.confidence.is_some() || self.wants_content()
    }
    /// Tokens of one request.
    pub(crate) fn spends(&mut self, usage: Option<Usage>) {
        self.usage = match (self.usage, usage) {
            (Some(before), Some(now)) => Some(before + now),
            (before, now) => before.or(now),
        };
    }
    pub(crate) fn end(&mut self, outputs: Option<&Record>, error: Option<&Error>) {
        if std::mem::replace(&mut self.over, true) {
            return;
        }
        let kind = error.map(Error::kind);
        let unfit = matches!(
            kind,
            Some(ErrorKind::Parse | ErrorKind::Constraint | ErrorKind::NoContent)
        );
        let signature = self.signature.as_str();
        if kind.is_none() || unfit {
            let mut event = Event::new(EventKind::SignatureValidation).signature(signature);
            event.error = kind;
            tell(&self.scope, &event.component("outputs").succeeded(!unfit));
        }
        let confidence = outputs
            .zip(self.confidence.as_deref())
            .and_then(|(outputs, name)| outputs.get(name)?.as_f64())
            // a `confidence` of another scale would spoil the series
            .filter(|confidence| (0.0..=1.0).contains(confidence));
        let mut event = Event::new(EventKind::PredictionExecution)
            .signature(signature)
            .provider(self.lm.origin().provider)
            .model(self.lm.name())
            .succeeded(kind.is_none())
            .duration(self.live.elapsed())
            .usage(self.usage)
            .confidence(confidence);
        event.error = kind;
        tell(&self.scope, &event);
        if self.reasons {
            event.kind = EventKind::PredictionChainOfThought;
            tell(&self.scope, &event);
        }
        if let Some(outputs) = outputs.filter(|_| self.wants_content()) {
            let said = content::answered(outputs);
            self.live.set("gen_ai.output.messages", said);
        }
        if let Some(error) = error {
            self.live.fail(error);
        }
        std::mem::replace(&mut self.live, Live::none()).end();
    }
}

/// The first output that is a confidence score by its type, else one that is called `confidence`.
fn confidence(def: &Def) -> Option<String> {
    let name = |field: &FieldDef| field.name.get().to_owned();
    let scored = def
        .outputs()
        .find(|field| is_confidence(field.schema.get()));
    let called = || def.outputs().find(|field| field.name.get() == "confidence");
    scored.or_else(called).map(name)
}

impl Drop for Prediction {
    fn drop(&mut self) {
        if !self.over {
            let error = Error::new(ErrorKind::Cancelled, "the call was dropped");
            self.end(None, Some(&error));
        }
    }
}

/// Inputs were held against their signature.
pub(crate) fn validated(scope: &Scope, def: &Def, result: &crate::Result<()>) {
    if scope.is_observed() {
        let mut event = Event::new(EventKind::SignatureValidation)
            .signature(def.signature.name.get())
            .component("inputs")
            .succeeded(result.is_ok());
        event.error = result.as_ref().err().map(Error::kind);
        tell(scope, &event);
    }
}
