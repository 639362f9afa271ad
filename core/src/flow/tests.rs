use super::{Group, Left, Op, Out, Schedule, step};
use std::{
    future::pending,
    pin::pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::{Instant, sleep};

static WAITS: [[[u64; 1]; 2]; 2] = [[[0], [0b10]], [[0b01], [0]]];

/// Two calls, the second reads the first; the lane sleeps beside them.
#[tokio::test(start_paused = true)]
async fn floaters_run_beside_the_lane() {
    let begin = Instant::now();
    let mut first = Out::new();
    let (mut put_first, first) = first.split();
    let mut second = Out::new();
    let (mut put_second, second) = second.split();
    let schedule = Schedule::<(), 1>::new(&WAITS);
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
    let mut group = Group::new(&schedule, [0b11], 2, each);
    group.host(sleep(Duration::from_millis(5))).await;
    assert_eq!(begin.elapsed().as_millis(), 5);
    assert!(group.drive(schedule.until(&[0b11], 2)).await.is_none());
    assert_eq!(begin.elapsed().as_millis(), 30);
    assert_eq!(*second.get(), 2);
}

/// Two groups, a floater in each, both woken by the same poll and both leaving: the first of the source counts.
#[tokio::test(start_paused = true)]
async fn the_first_to_leave_counts_across_groups() {
    static NONE: [[[u64; 1]; 2]; 2] = [[[0]; 2]; 2];
    let schedule = Schedule::<u8, 1>::new(&NONE);
    let leaving = |value| async move {
        sleep(Duration::from_millis(10)).await;
        value
    };
    let mut one = pin!(Some(leaving(1)));
    let mut two = pin!(Some(leaving(2)));
    let mut first = Group::new(&schedule, [0b01], 2, |_, op, cx: &mut Context<'_>| {
        step(one.as_mut(), op, cx)
    });
    let mut second = Group::new(&schedule, [0b10], 3, |_, op, cx: &mut Context<'_>| {
        step(two.as_mut(), op, cx)
    });
    let left = first.drive(second.drive(schedule.until(&[0b01], 1))).await;
    assert!(matches!(left, Some(Left::With(1))));
}
