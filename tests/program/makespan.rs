use crate::calls::{Answer, ask, fail, sure, timed};
use sigflow::program;

#[program(pure(ask))]
async fn chain(input: u64) -> Answer {
    let a = ask(10, input).await?;
    let b = ask(20, a).await?;
    let c = ask(5, b).await?;
    Ok(c)
}

#[program(pure(ask))]
async fn fan_out(input: u64) -> Answer {
    let a = ask(10, input).await?;
    let b = ask(30, input).await?;
    let c = ask(20, input).await?;
    let d = ask(25, input).await?;
    Ok(a + b + c + d)
}

#[program(pure(ask))]
async fn diamond(input: u64) -> Answer {
    let top = ask(10, input).await?;
    let left = ask(30, top).await?;
    let right = ask(5, top).await?;
    let bottom = ask(7, left + right).await?;
    Ok(bottom)
}

/// Two chains that cross: level by level it would take 30 + 30 + 30.
#[program(pure(ask))]
async fn ladder(input: u64) -> Answer {
    let left_1 = ask(30, input).await?;
    let right_1 = ask(5, input).await?;
    let left_2 = ask(5, left_1).await?;
    let right_2 = ask(30, right_1).await?;
    let left_3 = ask(30, left_2).await?;
    let right_3 = ask(5, right_2).await?;
    Ok(left_3 + right_3)
}

/// The lane: an effect between two calls waits for the first, not for the second.
#[program(pure(ask))]
async fn with_effects(input: u64, log: &std::sync::Mutex<Vec<u64>>) -> Answer {
    let slow = ask(30, input).await?;
    log.lock().expect("no panic").push(slow);
    let beside = ask(40, input).await?;
    log.lock().expect("no panic").push(beside);
    Ok(slow + beside)
}

/// A branch overlaps with what is beside it, and inside of itself.
#[program(pure(ask))]
async fn branches(input: u64) -> Answer {
    let beside = ask(25, input).await?;
    let chosen = if input > 1 {
        let left = ask(10, input).await?;
        let right = ask(20, input).await?;
        left + right
    } else {
        0
    };
    Ok(beside + chosen)
}

#[program(pure(ask))]
async fn turns(count: u64) -> Answer<Vec<u64>> {
    let mut all = Vec::new();
    #[parallel(3)]
    for turn in 0..count {
        let a = ask(10, turn).await?;
        let b = ask(10, a).await?;
        all.push(b);
    }
    Ok(all)
}

#[program(pure(ask), sequential)]
async fn in_sequence(input: u64) -> Answer {
    let a = ask(10, input).await?;
    let b = ask(30, input).await?;
    Ok(a + b)
}

#[program(pure(ask), eager = false)]
async fn not_eager(input: u64) -> Answer {
    let a = ask(10, input).await?;
    let b = ask(30, input).await?;
    Ok(a + b)
}

#[program(pure(ask, fail))]
async fn two_failures(input: u64) -> Answer {
    let a = fail(30, "first").await?;
    let b = fail(10, "second").await?;
    let c = ask(100, input).await?;
    Ok(a + b + c)
}

#[program(pure(sure))]
async fn cannot_fail(input: u64) -> u64 {
    let a = sure(10, input).await;
    let b = sure(20, input).await;
    a + b
}

#[tokio::test(start_paused = true)]
async fn each_takes_its_critical_path() {
    assert_eq!(timed(chain(0)).await, (Ok(3), 35));
    assert_eq!(timed(fan_out(0)).await, (Ok(4), 30));
    assert_eq!(timed(diamond(0)).await, (Ok(5), 47));
    assert_eq!(timed(ladder(0)).await, (Ok(6), 65));
    assert_eq!(timed(cannot_fail(0)).await, (2, 20));
}

#[tokio::test(start_paused = true)]
async fn effects_keep_their_order_and_calls_overlap() {
    let log = std::sync::Mutex::default();
    assert_eq!(timed(with_effects(1, &log)).await, (Ok(4), 40));
    assert_eq!(*log.lock().expect("no panic"), [2, 2]);
}

#[tokio::test(start_paused = true)]
async fn branches_and_turns_overlap_inside() {
    assert_eq!(timed(branches(2)).await, (Ok(9), 25));
    assert_eq!(timed(branches(1)).await, (Ok(2), 25));
    assert_eq!(timed(turns(3)).await, (Ok(vec![2, 3, 4]), 20));
    assert_eq!(timed(turns(7)).await, (Ok(vec![2, 3, 4, 5, 6, 7, 8]), 60));
}

#[tokio::test(start_paused = true)]
async fn options_hold_back() {
    assert_eq!(timed(in_sequence(0)).await, (Ok(2), 40));
    assert_eq!(timed(not_eager(0)).await, (Ok(2), 40));
}

#[tokio::test(start_paused = true)]
async fn the_error_is_the_first_of_the_source() {
    assert_eq!(timed(two_failures(0)).await, (Err("first".to_owned()), 30));
}

#[tokio::test(start_paused = true)]
async fn the_future_is_send() {
    fn send<T: Send>(value: T) -> T {
        value
    }
    assert_eq!(send(ladder(0)).await, Ok(6));
    assert_eq!(send(turns(1)).await, Ok(vec![2]));
    let spawned = tokio::spawn(diamond(0));
    assert_eq!(spawned.await.expect("no panic"), Ok(5));
}
