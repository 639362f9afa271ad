//! How sure a model was of each token.

/// A token of a reply and how likely it was.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TokenLogprob {
    /// The token that was chosen.
    pub chosen: Logprob,
    /// The likeliest tokens in its place, the first the likeliest; as many as were asked for.
    pub top: Vec<Logprob>,
}

/// A token and the natural logarithm of its probability.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Logprob {
    /// The token's text.
    pub token: String,
    /// At most 0; servers write a number like -9999 for what is out of reach.
    pub logprob: f64,
}

impl TokenLogprob {
    /// A token, with the likeliest ones in its place.
    pub fn new(chosen: Logprob, top: Vec<Logprob>) -> Self {
        TokenLogprob { chosen, top }
    }
}

impl Logprob {
    /// A token and the natural logarithm of its probability.
    ///
    /// ```
    /// let likely = sigflow_core::Logprob::new("Paris", -0.01);
    /// assert!(likely.logprob.exp() > 0.98);
    /// ```
    pub fn new(token: impl Into<String>, logprob: f64) -> Self {
        Logprob {
            token: token.into(),
            logprob,
        }
    }
}
