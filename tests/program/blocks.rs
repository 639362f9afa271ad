//! Blocks inside of a run.
use std::{convert::Infallible, time::Duration};
use tokio::time::{Instant, sleep};

async fn call(after: u64, text: &str) -> Result<String, Infallible> {
    sleep(Duration::from_millis(after)).await;
    Ok(format!("{text}."))
}
async fn take(after: u64, text: String) -> Result<String, Infallible> {
    sleep(Duration::from_millis(after)).await;
    Ok(text)
}

/// What the run around has bound is taken inside, where floaters of the block read it.
#[sigflow::program(pure(call, take))]
async fn take_inside(text: &str, notes: &mut Vec<String>) -> Result<String, Infallible> {
    let word = call(30, text).await?;
    let other = call(10, text).await?;
    let long = {
        notes.push(other.clone());
        let long = call(10, &word).await?;
        let longer = call(20, &other).await?;
        if longer.len() > 2 {
            let taken = take(5, word).await?;
            notes.push(taken);
        }
        long + &longer
    };
    Ok(long)
}

#[tokio::test(start_paused = true)]
async fn a_block_takes_what_the_run_around_it_has_bound() {
    let begin = Instant::now();
    let mut notes = Vec::new();
    let answer = take_inside("a", &mut notes).await;
    assert_eq!(answer.as_deref(), Ok("a..a.."));
    assert_eq!(notes, ["a.", "a."]);
    // 30 for the word, then both readers, then who takes it
    assert_eq!(begin.elapsed().as_millis(), 55);
}
