//! Texts as vectors: near ones mean alike.
use crate::{BoxFuture, Result, lm::Usage};
use std::{sync::Arc, time::Instant};

/// Makes vectors of texts: a provider's client, a model in the process, a table for tests.
///
/// ```
/// # async fn run() -> sigflow_core::Result<()> {
/// use sigflow_core::{BoxFuture, EmbedRequest, Embedder, Embeddings, Result};
///
/// /// Counts vowels.
/// struct Vowels;
/// impl Embedder for Vowels {
///     fn embed<'a>(&'a self, request: EmbedRequest<'a>) -> BoxFuture<'a, Result<Embeddings>> {
///         let count = |text: &str| ["a", "e", "i", "o", "u"].map(|it| text.matches(it).count() as f32);
///         let vectors = request.texts.iter().map(|text| count(text).to_vec()).collect();
///         Box::pin(async { Ok(Embeddings::new(vectors)) })
///     }
///     fn name(&self) -> &str {
///         "vowels"
///     }
/// }
///
/// let embeddings = Vowels.embed(EmbedRequest::new(["abba", "queen"])).await?;
/// assert_eq!(embeddings.vectors[1], [0.0, 2.0, 0.0, 0.0, 1.0]);
/// # Ok(()) }
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run()).unwrap();
/// ```
pub trait Embedder: Send + Sync {
    /// One vector for each text, in the order of the texts. Dropping the future cancels it.
    ///
    /// # Errors
    /// Of any kind; [`Error::is_retryable`](crate::Error::is_retryable) tells callers what to do.
    fn embed<'a>(&'a self, request: EmbedRequest<'a>) -> BoxFuture<'a, Result<Embeddings>>;

    /// The model's name.
    fn name(&self) -> &str;

    /// How long its vectors are, if that is known before the first one is made.
    fn dimensions(&self) -> Option<usize> {
        None
    }
}

/// Texts to be made vectors of.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct EmbedRequest<'a> {
    /// The texts, in any number: an embedder asks its server as often as that needs.
    pub texts: Vec<&'a str>,
    /// What the vectors are for, which some models want to know.
    pub purpose: Option<Purpose>,
    /// When the caller stops waiting.
    pub deadline: Option<Instant>,
}

/// What vectors are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Purpose {
    /// To search with.
    Query,
    /// To be found.
    Passage,
}

impl<'a> EmbedRequest<'a> {
    /// A request for vectors of these texts.
    ///
    /// ```
    /// use sigflow_core::{EmbedRequest, Purpose};
    ///
    /// let passages = vec!["one".to_owned(), "two".to_owned()];
    /// let request = EmbedRequest::new(&passages).purpose(Purpose::Passage);
    /// assert_eq!(request.texts, ["one", "two"]);
    /// ```
    pub fn new<T: AsRef<str> + ?Sized + 'a>(texts: impl IntoIterator<Item = &'a T>) -> Self {
        EmbedRequest {
            texts: texts.into_iter().map(AsRef::as_ref).collect(),
            purpose: None,
            deadline: None,
        }
    }
    /// The same texts for a purpose.
    #[must_use]
    pub fn purpose(mut self, purpose: Purpose) -> Self {
        self.purpose = Some(purpose);
        self
    }
    /// The same texts, waited for no longer than this.
    #[must_use]
    pub fn deadline(mut self, deadline: Instant) -> Self {
        self.deadline = Some(deadline);
        self
    }
}

/// Vectors of texts.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Embeddings {
    /// One for each text, in their order.
    pub vectors: Vec<Vec<f32>>,
    /// The model that made them, in the server's words.
    pub model: String,
    /// Tokens of all texts, if the server said.
    pub usage: Option<Usage>,
}

impl Embeddings {
    /// Vectors alone.
    pub fn new(vectors: Vec<Vec<f32>>) -> Self {
        Embeddings {
            vectors,
            ..Embeddings::default()
        }
    }
}

/// Whoever points to an embedder is one.
macro_rules! forwards {
    ($($pointer:ty),*) => {$(
        impl<E: Embedder + ?Sized> Embedder for $pointer {
            fn embed<'a>(&'a self, request: EmbedRequest<'a>) -> BoxFuture<'a, Result<Embeddings>> {
                (**self).embed(request)
            }
            fn name(&self) -> &str {
                (**self).name()
            }
            fn dimensions(&self) -> Option<usize> {
                (**self).dimensions()
            }
        }
    )*};
}
forwards!(&E, Box<E>, Arc<E>);
