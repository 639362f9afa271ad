//! Which route is asked first.
use crate::calling::engine::Engine;
use sigflow_core::Request;

/// Which route is asked first, and which next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Order {
    /// As they were given: the first is asked, the others are for its failures.
    #[default]
    Given,
    /// At random by [`Route::weight`](super::Route::weight). One of weight 0 is for failures only.
    Weighted,
    /// The faster of two that are picked at random (“power of two choices”), by the moving average of the time to
    /// the first token (of the whole reply, where calls do not stream) and by what is under way. Two and not all:
    /// else all callers would run to the one that was fastest last.
    Fastest,
    /// The cheapest by [`Route::price`](super::Route::price) for the tokens of the request and its longest reply;
    /// one without a price comes last.
    Cheapest,
}

/// Bytes of a text that make a token, about.
const BYTES_OF_TOKEN: f64 = 4.0;
/// Tokens of a reply whose longest length nobody set.
const REPLY: u32 = 500;

impl Order {
    /// The numbers of all routes, the best first.
    pub(crate) fn ranked(self, engine: &Engine, request: &Request, is_stream: bool) -> Vec<usize> {
        let mut ranked: Vec<usize> = (0..engine.places.len()).collect();
        if ranked.len() < 2 {
            return ranked;
        }
        match self {
            Order::Given => {}
            Order::Weighted => {
                // Efraimidis and Spirakis, “Weighted random sampling with a reservoir”, 2006: the order of
                // -ln(u) / weight is that of drawing without putting back
                by(&mut ranked, |index| {
                    let weight = f64::from(engine.places[index].route.weight);
                    -(1.0 - engine.random.unit()).ln() / weight
                });
            }
            Order::Fastest => {
                by(&mut ranked, |index| {
                    engine.places[index].latency.score(is_stream)
                });
                let open: Vec<usize> = (0..ranked.len())
                    .filter(|at| engine.is_due(ranked[*at]))
                    .collect();
                if open.len() > 2 {
                    // of two at random, the one that stands further ahead
                    let one = engine.random.below(open.len());
                    let other = (one + 1 + engine.random.below(open.len() - 1)) % open.len();
                    let chosen = ranked.remove(open[one.min(other)]);
                    ranked.insert(0, chosen);
                }
            }
            Order::Cheapest => {
                let bytes: usize = request
                    .messages()
                    .map(|(_, text)| text.as_str().len())
                    .sum();
                #[allow(clippy::cast_precision_loss)] // an estimate
                let input = bytes as f64 / BYTES_OF_TOKEN;
                let output = f64::from(request.settings.max_tokens.unwrap_or(REPLY));
                by(&mut ranked, |index| {
                    let price = engine.places[index].route.price;
                    price.map_or(f64::INFINITY, |(of_input, of_output)| {
                        input * of_input + output * of_output
                    })
                });
            }
        }
        ranked
    }
}

/// Sorts by a number that is asked for once; what has the same stays as it was.
fn by(ranked: &mut Vec<usize>, key: impl Fn(usize) -> f64) {
    let mut keyed: Vec<(f64, usize)> = ranked.iter().map(|index| (key(*index), *index)).collect();
    keyed.sort_by(|one, other| one.0.total_cmp(&other.0));
    *ranked = keyed.into_iter().map(|(_, index)| index).collect();
}
