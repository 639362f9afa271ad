//! Prices by the name of the model.
use sigflow_core::Usage;
use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, OnceLock},
};

/// What a million tokens cost, in US dollars.
///
/// ```
/// use sigflow_core::Usage;
/// use sigflow_providers::price::Price;
///
/// let price = Price::new(2.5, 10.0).cached(1.25);
/// let mut usage = Usage::new(120, 18);
/// usage.cached_input_tokens = 64;
/// let cost = price.cost(&usage);
/// assert!((cost - 0.0004).abs() < 1e-12); // 56 · 2.5 + 64 · 1.25 + 18 · 10, of a million
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Price {
    input: f64,
    output: f64,
    cached: Option<f64>,
    write: Option<f64>,
    reasoning: Option<f64>,
    long: Option<Long>,
    /// Tokens of the longest reply.
    longest: Option<u64>,
}

/// Beyond so many tokens of input all of a call costs this.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Long {
    above: u64,
    input: f64,
    output: f64,
    cached: Option<f64>,
    write: Option<f64>,
}

impl Price {
    /// Of prompts and replies.
    pub const fn new(input: f64, output: f64) -> Self {
        Price {
            input,
            output,
            cached: None,
            write: None,
            reasoning: None,
            long: None,
            longest: None,
        }
    }
    /// Of tokens that the server had cached; the price of prompts unless set.
    #[must_use]
    pub const fn cached(mut self, input: f64) -> Self {
        self.cached = Some(input);
        self
    }
    /// Of tokens that the server wrote into its cache; the price of prompts unless set.
    #[must_use]
    pub const fn cache_write(mut self, input: f64) -> Self {
        self.write = Some(input);
        self
    }
    /// Of tokens of thought; the price of replies unless set.
    #[must_use]
    pub const fn reasoning(mut self, output: f64) -> Self {
        self.reasoning = Some(output);
        self
    }
    /// Of all tokens of a call whose prompt has more than so many. Prices of [cached](Self::cached) and
    /// [written](Self::cache_write) tokens stay as they are; tokens of thought cost what those of the reply do.
    #[must_use]
    pub const fn above(mut self, tokens: u64, input: f64, output: f64) -> Self {
        self.long = Some(Long {
            above: tokens,
            input,
            output,
            cached: None,
            write: None,
        });
        self
    }
    /// How many tokens the longest reply of the model has, thoughts included: what a bound of money reserves where a call does
    /// not say less. That of the shipped table unless set, for models that are in it.
    ///
    /// ```
    /// use sigflow_providers::price::{Price, Prices};
    ///
    /// let prices = Prices::new().set("my-model", Price::new(0.5, 2.0).longest_reply(4_096));
    /// assert_eq!(prices.longest_reply("my-model"), Some(4_096));
    /// assert_eq!(prices.longest_reply("gpt-5-mini"), Some(128_000));
    /// ```
    #[must_use]
    pub const fn longest_reply(mut self, tokens: u64) -> Self {
        self.longest = Some(tokens);
        self
    }

    /// What so many tokens cost at most: those of the prompt may all be written to a cache, those of the reply all be
    /// thought.
    #[allow(clippy::cast_precision_loss)] // tokens of a call
    pub(super) fn most(&self, usage: &Usage) -> f64 {
        let dearest = |prices: [Option<f64>; 3]| prices.into_iter().flatten().fold(0.0, f64::max);
        let mut input = dearest([Some(self.input), self.cached, self.write]);
        let mut output = dearest([Some(self.output), self.reasoning, None]);
        if let Some(long) = self.long.filter(|long| usage.input_tokens > long.above) {
            input = input.max(dearest([Some(long.input), long.cached, long.write]));
            output = output.max(long.output);
        }
        (usage.input_tokens as f64 * input + usage.output_tokens as f64 * output) / 1e6
    }

    /// What so many tokens cost.
    #[allow(clippy::cast_precision_loss)] // tokens of a call
    pub fn cost(&self, usage: &Usage) -> f64 {
        let long = self.long.filter(|long| usage.input_tokens > long.above);
        let (input, output, cached, write) = match long {
            Some(long) => {
                let (cached, write) = (long.cached.or(self.cached), long.write.or(self.write));
                (long.input, long.output, cached, write)
            }
            None => (self.input, self.output, self.cached, self.write),
        };
        let reasoning = if long.is_some() { None } else { self.reasoning };
        let apart = usage.cached_input_tokens + usage.cache_write_tokens;
        let plain = usage.input_tokens.saturating_sub(apart) as f64;
        let written = usage.output_tokens.saturating_sub(usage.reasoning_tokens) as f64;
        let dollars = plain * input
            + usage.cached_input_tokens as f64 * cached.unwrap_or(input)
            + usage.cache_write_tokens as f64 * write.unwrap_or(input)
            + written * output
            + usage.reasoning_tokens as f64 * reasoning.unwrap_or(output);
        dollars / 1e6
    }
}

/// Prices by the name of the model: those that are shipped, and one's own before them.
#[derive(Clone, Default)]
pub struct Prices {
    own: Arc<HashMap<String, Price>>,
    only_own: bool,
}

impl Prices {
    /// Those that are shipped.
    pub fn new() -> Self {
        Self::default()
    }
    /// None but those that are set.
    pub fn none() -> Self {
        Prices {
            only_own: true,
            ..Self::default()
        }
    }
    /// What one pays for a model.
    #[must_use]
    pub fn set(mut self, model: impl Into<String>, price: Price) -> Self {
        Arc::make_mut(&mut self.own).insert(model.into(), price);
        self
    }
    /// The price of a model, if it is known: one's own under any spelling of its name, else the one that is shipped.
    pub fn of(&self, model: &str) -> Option<Price> {
        self.first(&[model], &[model])
    }
    /// How many tokens the longest reply of a model has, if that is known.
    pub fn longest_reply(&self, model: &str) -> Option<u64> {
        let own = self.own_of(model).and_then(|price| price.longest);
        // it is no price: it holds also where none but one's own are wanted
        let public = || public(model)?.longest;
        own.or_else(public)
    }
    /// The price of the first of these names that has one of one's own, else of the first that has a shipped one: what
    /// the user said of any of them is nearer than what is said in public.
    pub(super) fn first(&self, own: &[&str], shipped: &[&str]) -> Option<Price> {
        let own = own.iter().find_map(|name| self.own_of(name));
        own.or_else(|| shipped.iter().find_map(|name| self.shipped_of(name)))
    }
    fn own_of(&self, model: &str) -> Option<Price> {
        // most programs set none
        if self.own.is_empty() {
            return None;
        }
        let gemini = |name: &str| self.own.get(&format!("gemini/{name}")).copied();
        spelled(model, |name| self.own.get(name).copied(), gemini)
    }
    fn shipped_of(&self, model: &str) -> Option<Price> {
        if self.only_own {
            return None;
        }
        public(model)
    }
    /// What so many tokens of a model cost, in US dollars; nothing if its price is not known.
    pub fn cost(&self, model: &str, usage: &Usage) -> Option<f64> {
        self.of(model).map(|price| price.cost(usage))
    }
}

/// What is known of the first spelling of a model's name of which something is: as clients name it, and as servers do, as
/// it is, without its date, and as Gemini's.
fn spelled(
    model: &str,
    known: impl Fn(&str) -> Option<Price>,
    gemini: impl Fn(&str) -> Option<Price>,
) -> Option<Price> {
    let plain = ["openai/", "anthropic/", "bedrock/", "models/"];
    let bare = plain.iter().find_map(|prefix| model.strip_prefix(prefix));
    let bare = bare.unwrap_or(model);
    let found = |name: &str| known(name).or_else(|| gemini(name));
    let as_named = if bare.len() == model.len() {
        None
    } else {
        known(model)
    };
    as_named
        .or_else(|| found(bare))
        .or_else(|| found(without_date(bare)?))
}

/// What the public table has of a model. It is asked for each call that somebody counts, and so makes no text.
fn public(model: &str) -> Option<Price> {
    static GEMINI: OnceLock<HashMap<&'static str, Price>> = OnceLock::new();
    let gemini = || {
        let all = shipped().iter();
        all.filter_map(|(name, price)| Some((name.strip_prefix("gemini/")?, *price)))
            .collect()
    };
    spelled(
        model,
        |name| shipped().get(name).copied(),
        |name| GEMINI.get_or_init(gemini).get(name).copied(),
    )
}

/// `gpt-5-mini` of `gpt-5-mini-2025-08-07`, `claude-sonnet-5` of `claude-sonnet-5-20260101`.
fn without_date(model: &str) -> Option<&str> {
    let digits = |text: &str, count: usize| {
        text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let (rest, last) = model.rsplit_once('-')?;
    if digits(last, 8) {
        return Some(rest);
    }
    let (rest, month) = rest.rsplit_once('-')?;
    let (rest, year) = rest.rsplit_once('-')?;
    (digits(last, 2) && digits(month, 2) && digits(year, 4)).then_some(rest)
}

/// The table that is shipped, read at its first use.
pub(super) fn shipped() -> &'static HashMap<&'static str, Price> {
    static SHIPPED: OnceLock<HashMap<&'static str, Price>> = OnceLock::new();
    SHIPPED.get_or_init(|| {
        let lines = include_str!("table.tsv").lines();
        lines.filter_map(row).collect()
    })
}

fn row(line: &'static str) -> Option<(&'static str, Price)> {
    let mut columns = line.split('\t');
    let model = columns.next().filter(|name| !name.starts_with('#'))?;
    let mut next = || columns.next().and_then(|text| text.parse::<f64>().ok());
    let mut price = Price::new(next()?, next()?);
    (price.cached, price.write, price.reasoning) = (next(), next(), next());
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    // a whole number of tokens
    let tokens = |number: f64| number as u64;
    price.longest = next().map(tokens);
    if let Some(above) = next() {
        let (input, output) = (next(), next());
        price.long = Some(Long {
            above: tokens(above),
            input: input.unwrap_or(price.input),
            output: output.unwrap_or(price.output),
            cached: next(),
            write: next(),
        });
    }
    Some((model, price))
}

impl fmt::Debug for Prices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prices")
            .field("own", &self.own)
            .field("shipped", &!self.only_own)
            .finish()
    }
}
