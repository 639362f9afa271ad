use crate::calls::{Answer, ask};
use sigflow::{EdgeKind, Graph, NodeKind, prelude::*, program};

signature! {
    /// Answer.
    pub struct Question { text: String } -> { answer: String }
}
signature! {
    /// Judge the answer.
    pub struct Judge { answer: String, other: String } -> { better: String }
}

#[program(pure(ask))]
pub async fn two_answers(text: String) -> Result<String> {
    let one = Question { text: text.clone() }.predict().await?;
    let other = Question { text: text.clone() }
        .chain_of_thought()
        .temperature(0.7)
        .await?;
    println!("both are there");
    let judged = Judge {
        answer: one.answer,
        other: other.answer.clone(),
    }
    .predict()
    .await?;
    Ok(judged.better)
}

#[program(pure(ask))]
async fn inside(input: u64) -> Answer {
    let beside = ask(1, input).await?;
    let chosen = if input > 1 {
        let left = ask(10, input).await?;
        let right = ask(20, input).await?;
        left + right
    } else {
        0
    };
    Ok(beside + chosen)
}

pub struct Holder;
impl Holder {
    #[program(pure(ask))]
    pub async fn held(&self, input: u64) -> Answer {
        let a = ask(1, input).await?;
        let b = ask(2, input).await?;
        Ok(a + b)
    }
}

trait Held {
    async fn of_a_trait(&self, input: u64) -> Answer;
}
impl Held for Holder {
    /// Nothing may stand beside it.
    #[program(pure(ask))]
    async fn of_a_trait(&self, input: u64) -> Answer {
        let a = ask(1, input).await?;
        let b = ask(2, input).await?;
        Ok(a + b)
    }
}

const GRAPH: Graph = TwoAnswers::GRAPH;

#[test]
fn nodes_have_names_kinds_signatures_and_lines() {
    let names: Vec<&str> = GRAPH.nodes.iter().map(|node| node.name).collect();
    assert_eq!(names, ["one", "other", "println", "judged", "answer"]);
    let kinds: Vec<NodeKind> = GRAPH.nodes.iter().map(|node| node.kind).collect();
    assert_eq!(
        kinds,
        [
            NodeKind::Model,
            NodeKind::Model,
            NodeKind::Host,
            NodeKind::Model,
            NodeKind::Answer
        ]
    );
    assert_eq!(GRAPH.nodes[1].signature, Some("Question"));
    assert_eq!(GRAPH.nodes[3].signature, Some("Judge"));
    assert_eq!(GRAPH.nodes[1].line, GRAPH.nodes[0].line + 1);
    assert!(GRAPH.nodes[2].reason.is_some());
}

#[test]
fn edges_say_which_rule_made_them() {
    let edge = |from: usize, to: usize| {
        GRAPH
            .edges
            .iter()
            .find(|edge| (edge.from, edge.to) == (from, to))
    };
    assert_eq!(
        edge(0, 3).map(|edge| (edge.kind, edge.rule)),
        Some((EdgeKind::Data, "reads `one`"))
    );
    assert_eq!(edge(0, 2).map(|edge| edge.kind), Some(EdgeKind::Control));
    assert!(edge(2, 3).is_none(), "{GRAPH:#?}");
}

#[test]
fn lengths_and_widths() {
    let length = |node: &sigflow::Node| u64::from(node.kind == NodeKind::Model);
    assert_eq!(GRAPH.critical_path(length).1, 2);
    assert_eq!(GRAPH.width(), 2);
    let inside = Inside::GRAPH.nodes[1].inside;
    assert_eq!(inside.len(), 1);
    assert_eq!((inside[0].name, inside[0].width()), ("then", 2));
    assert_eq!(Holder::HELD_GRAPH.width(), 2);
}

#[tokio::test]
async fn they_run() {
    assert_eq!(inside(2).await, Ok(9));
    assert_eq!(Holder.held(1).await, Ok(4));
    assert_eq!(Holder.of_a_trait(1).await, Ok(4));
    let lm = sigflow::testing::Scripted::new([
        "[[ ## answer ## ]]\nA",
        "[[ ## reasoning ## ]]\nbecause\n\n[[ ## answer ## ]]\nB",
        "[[ ## better ## ]]\nB",
    ]);
    let answer = lm.lm().scope(two_answers("which?".to_owned())).await;
    assert_eq!(answer.expect("an answer"), "B");
}
