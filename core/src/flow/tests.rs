use super::{Group, Op, Out, Schedule, step};
use std::{
    future::pending,
    pin::pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::{Instant, sleep};

static AFTER: [[u64; 1]; 2] = [[0], [1]];

/// Two calls, the second reads the first; the lane sleeps beside them.
#[tokio::test(start_paused = true)]
async fn floaters_run_beside_the_lane() {
    let begin = Instant::now();
    let mut first = Out::new();
    let (mut put_first, first) = first.split();
    let mut second = Out::new();
    let (mut put_second, second) = second.split();
    let schedule = Schedule::<(), 1>::new();
    let mut one = pin!(Some(async {
        sleep(Duration::from_millis(10)).await;
        put_first.put(1);
        schedule.done(0);
        pending::<()>().await;
    }));
    let mut two = pin!(Some(async {
        sleep(Duration::from_millis(20)).await;
        put_second.put(first.get() + 1);
        schedule.done(1);
        pending::<()>().await;
    }));
    let each = |index: usize, op: Op, cx: &mut Context<'_>| -> Poll<()> {
        match index {
            0 => step(one.as_mut(), op, cx),
            _ => step(two.as_mut(), op, cx),
        }
    };
    let mut group = Group::new(&schedule, &AFTER, [0b11], 2, each);
    group.host(sleep(Duration::from_millis(5))).await;
    assert_eq!(begin.elapsed().as_millis(), 5);
    assert!(group.drive(schedule.until(&[0b11], 2)).await.is_none());
    assert_eq!(begin.elapsed().as_millis(), 30);
    assert_eq!(*second.get(), 2);
}
