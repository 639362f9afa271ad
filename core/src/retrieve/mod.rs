//! Passages by a query.
mod bm25;
mod vectors;
mod words;

pub(crate) use words::words;

pub use bm25::Bm25;
pub use vectors::VectorIndex;

use crate::{BoxFuture, Result};
use std::sync::Arc;

/// Finds passages: an index in memory, a vector store, a search engine.
///
/// ```
/// # async fn run() -> sigflow_core::Result<()> {
/// use sigflow_core::{Bm25, BoxFuture, Result, Retriever};
///
/// /// Finds nothing, ever.
/// struct Nowhere;
/// impl Retriever for Nowhere {
///     fn search<'a>(&'a self, _query: &'a str, _k: usize) -> BoxFuture<'a, Result<Vec<String>>> {
///         Box::pin(async { Ok(Vec::new()) })
///     }
/// }
///
/// let index = Bm25::new(["Paris is the capital of France.", "Rome is the capital of Italy."]);
/// let retrievers: [&dyn Retriever; 2] = [&Nowhere, &index];
/// assert!(retrievers[0].search("Where is Rome?", 1).await?.is_empty());
/// assert_eq!(retrievers[1].search("Where is Rome?", 1).await?, ["Rome is the capital of Italy."]);
/// # Ok(()) }
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run()).unwrap();
/// ```
pub trait Retriever: Send + Sync {
    /// At most `k` passages, the best first.
    ///
    /// # Errors
    /// Of the store behind it; [`Error::new`](crate::Error::new) makes them.
    fn search<'a>(&'a self, query: &'a str, k: usize) -> BoxFuture<'a, Result<Vec<String>>>;
}

/// A passage that was found.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Hit<'a> {
    /// Its place among the passages.
    pub index: usize,
    /// How well it fits; more is better.
    pub score: f64,
    /// The passage.
    pub text: &'a str,
}

/// The best passages by their scores, of equal ones the earlier.
fn best(
    passages: &[String],
    scores: impl IntoIterator<Item = (usize, f64)>,
    k: usize,
) -> Vec<Hit<'_>> {
    let hit = |(index, score)| Hit {
        index,
        score,
        text: &passages[index],
    };
    let mut hits: Vec<Hit<'_>> = scores.into_iter().map(hit).collect();
    hits.sort_by(|one, two| {
        let better = two.score.total_cmp(&one.score);
        better.then(one.index.cmp(&two.index))
    });
    hits.truncate(k);
    hits
}

impl<R: Retriever + ?Sized> Retriever for &R {
    fn search<'a>(&'a self, query: &'a str, k: usize) -> BoxFuture<'a, Result<Vec<String>>> {
        (**self).search(query, k)
    }
}
impl<R: Retriever + ?Sized> Retriever for Box<R> {
    fn search<'a>(&'a self, query: &'a str, k: usize) -> BoxFuture<'a, Result<Vec<String>>> {
        (**self).search(query, k)
    }
}
impl<R: Retriever + ?Sized> Retriever for Arc<R> {
    fn search<'a>(&'a self, query: &'a str, k: usize) -> BoxFuture<'a, Result<Vec<String>>> {
        (**self).search(query, k)
    }
}
