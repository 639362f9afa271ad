use super::wakers::{Known, Wakers};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Wake, Waker},
    thread,
};

#[derive(Default)]
struct Count(AtomicUsize);
impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

fn woken(wakers: &Wakers<2>, index: usize) -> bool {
    let mut of = [0; 2];
    of[index / 64] |= 1 << (index % 64);
    wakers.take(&of) == of
}

#[test]
fn a_lent_waker_that_is_not_kept_makes_no_block() {
    let wakers = Wakers::<2>::new();
    let polled = wakers.with(70, Waker::noop(), |cx| cx.waker().data().is_null());
    assert!(!polled);
    assert!(!woken(&wakers, 70));
}

#[test]
fn wakers_outlive_the_run_and_wake_once_a_poll() {
    let count = Arc::new(Count::default());
    let parent = Waker::from(Arc::clone(&count));
    let wakers = Wakers::<2>::new();
    // lent inside of lent, as two groups of one run do: the block has the outer parent
    let (outer, inner) = wakers.with(100, &parent, |outer| {
        let inner = wakers.with(3, outer.waker(), |inner| inner.waker().clone());
        (outer.waker().clone(), inner)
    });
    inner.wake_by_ref();
    outer.wake_by_ref();
    assert_eq!(count.0.load(Ordering::SeqCst), 1);
    let mut known = Known::default();
    wakers.rouse(&parent, &mut known);
    // a waker of its own is no parent
    wakers.rouse(&outer, &mut Known::default());
    assert!(woken(&wakers, 3) && woken(&wakers, 100));
    assert!(!woken(&wakers, 3));
    inner.wake_by_ref();
    assert_eq!(count.0.load(Ordering::SeqCst), 2);
    assert!(wakers.others(&[0, u64::MAX]) && !wakers.others(&[u64::MAX, 0]));
    drop(wakers);
    inner.wake();
    outer.wake();
    assert!(Arc::strong_count(&count) <= 2);
}

/// No wake is lost: after the last one there is always a poll that sees it.
#[test]
fn wakes_of_many_threads_are_all_seen() {
    let rounds = if cfg!(miri) { 20 } else { 300 };
    let count = Arc::new(Count::default());
    let parent = Waker::from(Arc::clone(&count));
    let wakers = Wakers::<2>::new();
    let mut known = Known::default();
    let kept: Vec<Waker> = [0, 63, 64, 127]
        .into_iter()
        .map(|index| wakers.with(index, &parent, |cx| cx.waker().clone()))
        .collect();
    for _ in 0..rounds {
        thread::scope(|scope| {
            for waker in &kept {
                scope.spawn(|| waker.wake_by_ref());
            }
            let mut missing = 4_u32;
            let mut polled = usize::MAX;
            while missing > 0 {
                // as an executor: a poll for each time that the parent was woken
                let heard = count.0.load(Ordering::SeqCst);
                if heard == polled {
                    std::hint::spin_loop();
                    continue;
                }
                polled = heard;
                wakers.rouse(&parent, &mut known);
                missing -= wakers
                    .take(&[u64::MAX; 2])
                    .iter()
                    .map(|word| word.count_ones())
                    .sum::<u32>();
            }
        });
        wakers.rouse(&parent, &mut known);
    }
}
