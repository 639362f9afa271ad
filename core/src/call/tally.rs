//! What the requests of a call took.
use crate::{Response, Usage};

/// Tokens and money of the requests of one call so far.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    usage: Option<Usage>,
    cost: Option<f64>,
    /// The price of one of them is not known, so that of all is not.
    is_unpriced: bool,
}

impl Tally {
    /// Adds a response, and has it say what all of them took.
    pub(crate) fn add(&mut self, response: &mut Response) {
        let used = response.usage_in_all();
        self.usage = match (self.usage, used) {
            (Some(before), Some(now)) => Some(before + now),
            (before, now) => before.or(now),
        };
        match response.cost_in_all() {
            Some(cost) => self.cost = Some(self.cost.unwrap_or(0.0) + cost),
            // a cache asks nobody
            None => self.is_unpriced |= response.saved.is_none(),
        }
        self.tell(response);
    }
    /// Has a response say what all of them took.
    pub(crate) fn tell(&self, response: &mut Response) {
        response.usage = self.usage;
        response.cost = self.cost.filter(|_| !self.is_unpriced);
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;
    use crate::Response;

    #[test]
    fn what_a_cache_answers_costs_nothing_and_what_has_no_price_makes_all_unknown() {
        let dear = |cost| {
            let mut response = Response::text("");
            response.cost = cost;
            response
        };
        let saved = || dear(None).from_cache();
        let all = |responses: Vec<Response>| {
            let mut tally = Tally::default();
            let mut last = Response::default();
            for response in responses {
                last = response;
                tally.add(&mut last);
            }
            last.cost
        };
        assert_eq!(all(vec![dear(Some(0.5)), dear(Some(0.25))]), Some(0.75));
        assert_eq!(all(vec![saved(), dear(Some(0.5)), saved()]), Some(0.5));
        assert_eq!(all(vec![dear(None), dear(Some(0.5))]), None);
        assert_eq!(all(vec![dear(Some(0.5)), dear(None)]), None);
        assert_eq!(all(vec![saved(), saved()]), None);
    }
}
