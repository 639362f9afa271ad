//! The Mermaid text of twenty programs, each reviewed against its source.
use sigflow::{Graph, prelude::*};

signature! {
    /// Ask.
    pub struct Ask<'a> { text: &'a str } -> { answer: String }
    /// Judge.
    pub struct Judge<'a> { one: &'a str, other: &'a str } -> { better: String }
    /// Sort.
    pub struct Sort { text: String } -> { urgent: bool }
}

async fn pause() {}
async fn fetch(text: &str) -> Result<String> {
    Ok(text.to_owned())
}
async fn lock() -> Result<u8> {
    Ok(1)
}

#[program]
async fn one_call(text: &str) -> Result<String> {
    let asked = Ask { text }.predict().await?;
    Ok(asked.answer)
}
#[program]
async fn a_chain(text: &str) -> Result<String> {
    let first = Ask { text }.predict().await?;
    let second = Ask {
        text: &first.answer,
    }
    .predict()
    .await?;
    let third = Ask {
        text: &second.answer,
    }
    .chain_of_thought()
    .await?;
    Ok(third.output.answer)
}
#[program]
async fn a_fan_out(text: &str) -> Result<String> {
    let a = Ask { text }.predict().await?;
    let b = Ask { text }.predict().await?;
    let c = Ask { text }.predict().await?;
    Ok([a.answer, b.answer, c.answer].concat())
}
#[program]
async fn a_diamond(text: &str) -> Result<String> {
    let top = Ask { text }.predict().await?;
    let left = Ask { text: &top.answer }.predict().await?;
    let right = Ask { text: &top.answer }.predict().await?;
    let judged = Judge {
        one: &left.answer,
        other: &right.answer,
    }
    .predict()
    .await?;
    Ok(judged.better)
}
#[program]
async fn a_ladder(text: &str) -> Result<String> {
    let slow = Ask { text }.predict().await?;
    let quick = Ask { text }.predict().await?;
    let after_slow = Ask { text: &slow.answer }.predict().await?;
    let after_quick = Ask {
        text: &quick.answer,
    }
    .predict()
    .await?;
    Judge {
        one: &after_slow.answer,
        other: &after_quick.answer,
    }
    .predict()
    .await
    .map(|it| it.better)
}
#[program]
async fn a_host_statement(text: &str) -> Result<String> {
    let asked = Ask { text }.predict().await?;
    println!("asked");
    let again = Ask {
        text: &asked.answer,
    }
    .predict()
    .await?;
    Ok(again.answer)
}
#[program]
async fn an_unknown_call(text: &str) -> Result<String> {
    let fetched = fetch(text).await?;
    let asked = Ask { text: &fetched }.predict().await?;
    Ok(asked.answer)
}
#[program(pure(fetch))]
async fn a_pure_call(text: &str) -> Result<String> {
    let fetched = fetch(text).await?;
    let asked = Ask { text }.predict().await?;
    Ok(fetched + &asked.answer)
}
#[program]
async fn a_pause(text: &str) -> Result<String> {
    let first = Ask { text }.predict().await?;
    pause().await;
    let second = Ask { text }.predict().await?;
    Ok(first.answer + &second.answer)
}
#[program]
async fn a_guard(text: &str) -> Result<String> {
    let _permit = lock().await?;
    let asked = Ask { text }.predict().await?;
    Ok(asked.answer)
}
#[program]
async fn a_branch(text: String) -> Result<String> {
    let sorted = Sort { text: text.clone() }.predict().await?;
    let answer = if sorted.urgent {
        let quick = Ask { text: &text }.predict().await?;
        quick.answer
    } else {
        let one = Ask { text: &text }.predict().await?;
        let other = Ask { text: &text }.predict().await?;
        one.answer + &other.answer
    };
    Ok(answer)
}
#[program]
async fn a_match(text: &str, way: u8) -> Result<String> {
    let answer = match way {
        0 => String::new(),
        1 => {
            let first = Ask { text }.predict().await?;
            first.answer
        }
        _ => {
            let rest = Ask { text }.chain_of_thought().await?;
            rest.output.answer
        }
    };
    Ok(answer)
}
#[program]
async fn a_loop(texts: Vec<String>) -> Result<Vec<String>> {
    let mut all = Vec::new();
    for text in &texts {
        let asked = Ask { text }.predict().await?;
        all.push(asked.answer);
    }
    Ok(all)
}
#[program]
async fn a_parallel_loop(texts: Vec<String>) -> Result<Vec<String>> {
    let mut all = Vec::new();
    #[parallel(4)]
    for text in &texts {
        let asked = Ask { text }.predict().await?;
        all.push(asked.answer);
    }
    Ok(all)
}
#[program]
async fn a_program_inside(text: &str) -> Result<String> {
    let first = OneCall::run(text).await?;
    let second = ADiamond::run(text).await?;
    Ok(first + &second)
}
#[program]
async fn an_early_return(text: String) -> Result<String> {
    let sorted = Sort { text: text.clone() }.predict().await?;
    if sorted.urgent {
        return Ok(text);
    }
    let asked = Ask { text: &text }.predict().await?;
    Ok(asked.answer)
}
#[program]
async fn a_value_between(text: &str) -> Result<String> {
    let asked = Ask { text }.predict().await?;
    let shout = format!("{}!", asked.answer);
    let again = Ask { text: &shout }.predict().await?;
    Ok(again.answer)
}
#[program(sequential)]
async fn in_order(text: &str) -> Result<String> {
    let a = Ask { text }.predict().await?;
    let b = Ask { text }.predict().await?;
    Ok(a.answer + &b.answer)
}
#[program(eager = false)]
async fn not_eager(text: &str) -> Result<String> {
    let a = Ask { text }.predict().await?;
    let b = Ask { text }.predict().await?;
    Ok(a.answer + &b.answer)
}
#[program]
async fn an_unseen_call(text: &str) -> Result<String> {
    let question = Ask { text };
    let asked = question.predict().await?;
    Ok(asked.answer)
}

const ALL: [(Graph, &str); 20] = [
    (OneCall::GRAPH, OneCall::MERMAID),
    (AChain::GRAPH, AChain::MERMAID),
    (AFanOut::GRAPH, AFanOut::MERMAID),
    (ADiamond::GRAPH, ADiamond::MERMAID),
    (ALadder::GRAPH, ALadder::MERMAID),
    (AHostStatement::GRAPH, AHostStatement::MERMAID),
    (AnUnknownCall::GRAPH, AnUnknownCall::MERMAID),
    (APureCall::GRAPH, APureCall::MERMAID),
    (APause::GRAPH, APause::MERMAID),
    (AGuard::GRAPH, AGuard::MERMAID),
    (ABranch::GRAPH, ABranch::MERMAID),
    (AMatch::GRAPH, AMatch::MERMAID),
    (ALoop::GRAPH, ALoop::MERMAID),
    (AParallelLoop::GRAPH, AParallelLoop::MERMAID),
    (AProgramInside::GRAPH, AProgramInside::MERMAID),
    (AnEarlyReturn::GRAPH, AnEarlyReturn::MERMAID),
    (AValueBetween::GRAPH, AValueBetween::MERMAID),
    (InOrder::GRAPH, InOrder::MERMAID),
    (NotEager::GRAPH, NotEager::MERMAID),
    (AnUnseenCall::GRAPH, AnUnseenCall::MERMAID),
];

#[test]
fn twenty_graphs() {
    for (graph, mermaid) in ALL {
        insta::assert_snapshot!(graph.name, mermaid);
        assert_eq!(graph.mermaid(), mermaid);
        assert!(graph.dot().starts_with("digraph"));
    }
}
