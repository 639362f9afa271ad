//! An index in memory, by meaning.
use super::{Hit, Retriever, best};
use crate::{
    BoxFuture, Error, ErrorKind, Result,
    embed::{EmbedRequest, Embedder, Purpose},
    lm::Usage,
};

/// Finds passages whose vectors point the way the query's does (the cosine of the angle between them). In memory, and every
/// passage is looked at: for some ten thousand passages.
///
/// ```
/// # async fn run() -> sigflow_core::Result<()> {
/// use sigflow_core::{BoxFuture, EmbedRequest, Embedder, Embeddings, Result, Retriever, VectorIndex};
///
/// /// Knows two topics.
/// struct Topics;
/// impl Embedder for Topics {
///     fn embed<'a>(&'a self, request: EmbedRequest<'a>) -> BoxFuture<'a, Result<Embeddings>> {
///         let topic = |text: &str| vec![f32::from(text.contains("cat")), f32::from(text.contains("sun"))];
///         let vectors = request.texts.iter().map(|text| topic(text)).collect();
///         Box::pin(async { Ok(Embeddings::new(vectors)) })
///     }
///     fn name(&self) -> &str {
///         "topics"
///     }
/// }
///
/// let index = VectorIndex::new(Topics, ["The sun is hot.", "A cat sat on a mat."]).await?;
/// assert_eq!(index.search("Where is my cat?", 1).await?, ["A cat sat on a mat."]);
/// # Ok(()) }
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run()).unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct VectorIndex<E> {
    embedder: E,
    passages: Vec<String>,
    /// Of length 1 each, so that a product of two is their cosine.
    vectors: Vec<Vec<f32>>,
    usage: Option<Usage>,
}

impl<E: Embedder> VectorIndex<E> {
    /// An index of passages, of which the embedder makes vectors now.
    ///
    /// # Errors
    /// As for [`extend`](Self::extend).
    pub async fn new<T: Into<String>>(
        embedder: E,
        passages: impl IntoIterator<Item = T>,
    ) -> Result<Self> {
        let mut index = VectorIndex {
            embedder,
            passages: Vec::new(),
            vectors: Vec::new(),
            usage: None,
        };
        index.extend(passages).await?;
        Ok(index)
    }

    /// More passages. Where it fails, none of them is added.
    ///
    /// # Errors
    /// The embedder's, and of kind [`Decode`](ErrorKind::Decode) where its vectors do not fit the texts or each other.
    pub async fn extend<T: Into<String>>(
        &mut self,
        passages: impl IntoIterator<Item = T>,
    ) -> Result<()> {
        let passages: Vec<String> = passages.into_iter().map(Into::into).collect();
        if passages.is_empty() {
            return Ok(());
        }
        let vectors = self.embed(&passages, Purpose::Passage).await?;
        self.vectors.extend(vectors.0);
        self.passages.extend(passages);
        if let Some(usage) = vectors.1 {
            self.usage = Some(self.usage.unwrap_or_default() + usage);
        }
        Ok(())
    }

    /// The passages in order.
    pub fn passages(&self) -> &[String] {
        &self.passages
    }

    /// Tokens that the passages cost, if the embedder said.
    pub const fn usage(&self) -> Option<Usage> {
        self.usage
    }

    /// At most `k` passages, the nearest first; of equal ones the earlier. A score is a cosine, from -1 to 1.
    ///
    /// # Errors
    /// As for [`extend`](Self::extend).
    pub async fn ranked(&self, query: &str, k: usize) -> Result<Vec<Hit<'_>>> {
        if self.passages.is_empty() || k == 0 {
            return Ok(Vec::new());
        }
        let (mut vectors, _) = self.embed(&[query.to_owned()], Purpose::Query).await?;
        let query = vectors.pop().unwrap_or_default();
        let scores = self.vectors.iter().map(|vector| product(vector, &query));
        Ok(best(&self.passages, scores.enumerate(), k))
    }

    /// Vectors of length 1, as many as texts and as long as those of the index.
    async fn embed(
        &self,
        texts: &[String],
        purpose: Purpose,
    ) -> Result<(Vec<Vec<f32>>, Option<Usage>)> {
        let request = EmbedRequest::new(texts).purpose(purpose);
        let embeddings = self.embedder.embed(request).await?;
        let mut vectors = embeddings.vectors;
        let name = self.embedder.name();
        if vectors.len() != texts.len() {
            let (got, wanted) = (vectors.len(), texts.len());
            return Err(misfit(format!(
                "embedder `{name}` gave {got} vectors for {wanted} texts"
            )));
        }
        let length = self.vectors.first().or(vectors.first()).map(Vec::len);
        for vector in &mut vectors {
            if Some(vector.len()) != length {
                let (got, wanted) = (vector.len(), length.unwrap_or_default());
                return Err(misfit(format!(
                    "embedder `{name}` gave a vector of {got} numbers among vectors of {wanted}; use one model with one number of dimensions for an index and its queries"
                )));
            }
            shorten(vector);
        }
        Ok((vectors, embeddings.usage))
    }
}

impl<E: Embedder> Retriever for VectorIndex<E> {
    fn search<'a>(&'a self, query: &'a str, k: usize) -> BoxFuture<'a, Result<Vec<String>>> {
        Box::pin(async move {
            let hits = self.ranked(query, k).await?;
            Ok(hits.into_iter().map(|hit| hit.text.to_owned()).collect())
        })
    }
}

#[cold]
fn misfit(message: String) -> Error {
    Error::new(ErrorKind::Decode, message)
}

/// To length 1. What has no direction stays as it is: it is near to nothing.
fn shorten(vector: &mut [f32]) {
    let length = product(vector, vector).sqrt();
    if length > 0.0 && length.is_finite() {
        #[allow(clippy::cast_possible_truncation, reason = "at most 1 each")]
        vector
            .iter_mut()
            .for_each(|number| *number = (f64::from(*number) / length) as f32);
    } else {
        vector.fill(0.0);
    }
}

fn product(one: &[f32], two: &[f32]) -> f64 {
    let pairs = one.iter().zip(two);
    pairs.map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embed::Embeddings;

    /// What stands in the text: `1 2 3` is the vector of these numbers. `*` is two vectors.
    struct Numbers;
    impl Embedder for Numbers {
        fn embed<'a>(&'a self, request: EmbedRequest<'a>) -> BoxFuture<'a, Result<Embeddings>> {
            let read = |text: &&str| {
                let vector: Vec<f32> = text.split(' ').filter_map(|it| it.parse().ok()).collect();
                vec![vector; if *text == "*" { 2 } else { 1 }]
            };
            let mut embeddings = Embeddings::new(request.texts.iter().flat_map(read).collect());
            embeddings.usage = Some(Usage::new(request.texts.len() as u64, 0));
            Box::pin(async { Ok(embeddings) })
        }
        fn name(&self) -> &'static str {
            "numbers"
        }
    }

    #[tokio::test]
    async fn the_nearest_come_first_whatever_their_length() {
        let passages = ["0 9", "1 1", "0 0", "5 0", "NaN 1", "-3 0"];
        let index = VectorIndex::new(Numbers, passages).await.expect("an index");
        let hits = index.ranked("2 0", 4).await.expect("hits");
        let found: Vec<_> = hits.iter().map(|hit| (hit.index, hit.text)).collect();
        assert_eq!(found, [(3, "5 0"), (1, "1 1"), (0, "0 9"), (2, "0 0")]);
        assert!((hits[0].score - 1.0).abs() < 1e-6, "{}", hits[0].score);
        assert!((hits[1].score - 0.5_f64.sqrt()).abs() < 1e-6);
        assert!(hits[2].score.abs() < 1e-6);
        let last = index.ranked("2 0", 9).await.expect("hits");
        assert_eq!(last.last().map(|hit| hit.text), Some("-3 0"));
        assert_eq!(
            index.usage(),
            Some(Usage::new(6, 0)),
            "queries are not counted"
        );
        assert!(index.search("2 0", 0).await.expect("none").is_empty());
    }

    #[tokio::test]
    async fn vectors_that_do_not_fit_are_an_error() {
        let mut index = VectorIndex::new(Numbers, ["1 2"]).await.expect("an index");
        let error = index.extend(["1 2 3"]).await.expect_err("longer");
        assert!(
            error.is_decode() && error.to_string().contains("3 numbers among vectors of 2"),
            "{error}"
        );
        assert!(
            index
                .extend(["*"])
                .await
                .expect_err("two")
                .to_string()
                .contains("2 vectors for 1 texts")
        );
        assert!(index.ranked("1", 1).await.is_err());
        assert_eq!(index.passages(), ["1 2"], "none was added");
        let empty = VectorIndex::new(Numbers, [""; 0]).await.expect("an index");
        assert!(
            empty
                .ranked("1", 1)
                .await
                .expect("nothing asked")
                .is_empty()
        );
    }
}
