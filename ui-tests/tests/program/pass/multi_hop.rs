use sigflow::prelude::*;

signature! {
    /// Answer the question from the passages.
    pub struct GroundedAnswer { context: Vec<String>, question: String } -> { answer: String }
}
signature! {
    /// Write a search query.
    pub struct SearchQuery<'a> { question: &'a str } -> { query: String }
}
signature! {
    /// Say it in other words.
    pub struct Paraphrase<'a> { question: &'a str } -> { text: String }
}

pub trait Retriever: Sync {
    fn search<'a>(&'a self, query: &'a str, count: usize) -> BoxFuture<'a, Result<Vec<String>>>;
}

#[program(pure(search))]
pub async fn multi_hop(question: String, index: &dyn Retriever) -> Result<Reasoned<GroundedAnswerOutput>> {
    let direct = SearchQuery { question: &question }.predict().await?;
    let reworded = Paraphrase { question: &question }.predict().await?;
    let first = index.search(&direct.query, 3).await?;
    let second = index.search(&reworded.text, 3).await?;
    let context = [first, second].concat();
    GroundedAnswer { context, question }.chain_of_thought().await
}

const WIDTH: fn() -> usize = || MultiHop::GRAPH.width();

fn send<T: Send>(_: &T) {}

fn main() {
    assert_eq!(WIDTH(), 2);
    struct Nothing;
    impl Retriever for Nothing {
        fn search<'a>(&'a self, _: &'a str, _: usize) -> BoxFuture<'a, Result<Vec<String>>> {
            Box::pin(async { Ok(Vec::new()) })
        }
    }
    send(&multi_hop(String::new(), &Nothing));
}
