use super::wakers::Wakers;
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Wake, Waker},
    thread,
};

#[derive(Default)]
struct Count(AtomicUsize);
impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// Another waker of the same executor.
struct Both(Arc<Count>);
impl Wake for Both {
    fn wake(self: Arc<Self>) {
        self.0.0.fetch_add(1, Ordering::SeqCst);
    }
}

fn with<T, const W: usize>(
    wakers: &Wakers<W>,
    index: usize,
    parent: &Waker,
    poll: impl FnOnce(&mut Context<'_>) -> T,
) -> (T, bool) {
    wakers.lend(parent, |lent, cx| lent.poll(index, cx, poll))
}

fn woken(wakers: &Wakers<2>, index: usize) -> bool {
    let mut of = [0; 2];
    of[index / 64] |= 1 << (index % 64);
    wakers.take(&of) == of
}

#[test]
fn a_lent_waker_that_is_not_kept_makes_no_block() {
    let wakers = Wakers::<2>::new();
    let ((), again) = with(&wakers, 70, Waker::noop(), |_| ());
    assert!(!again && !woken(&wakers, 70));
    // one that asks for itself makes none either: it is in the list at once, and who polls wakes the parent
    let count = Arc::new(Count::default());
    let parent = Waker::from(Arc::clone(&count));
    let ((), again) = with(&wakers, 70, &parent, |cx| cx.waker().wake_by_ref());
    assert!(again && woken(&wakers, 70) && !woken(&wakers, 70));
    assert_eq!(count.0.load(Ordering::SeqCst), 0);
    assert_eq!(Arc::strong_count(&count), 2);
}

#[test]
fn wakers_outlive_the_run_and_wake_once_a_poll() {
    let count = Arc::new(Count::default());
    let parent = Waker::from(Arc::clone(&count));
    let wakers = Wakers::<2>::new();
    // lent inside of lent, as two groups of one run do: the block has the outer parent
    let (outer, inner) = with(&wakers, 100, &parent, |outer| {
        let (inner, _) = with(&wakers, 3, outer.waker(), |inner| inner.waker().clone());
        (outer.waker().clone(), inner)
    })
    .0;
    inner.wake_by_ref();
    inner.wake_by_ref();
    assert_eq!(count.0.load(Ordering::SeqCst), 1);
    // each word of 64 wakes it once
    outer.wake_by_ref();
    assert_eq!(count.0.load(Ordering::SeqCst), 2);
    wakers.collect(&parent);
    assert!(woken(&wakers, 3) && woken(&wakers, 100));
    assert!(!woken(&wakers, 3));
    inner.wake_by_ref();
    assert_eq!(count.0.load(Ordering::SeqCst), 3);
    wakers.collect(&parent);
    assert!(wakers.others(&[0, u64::MAX]) && !wakers.others(&[u64::MAX, 0]));
    drop(wakers);
    inner.wake();
    outer.wake();
    assert!(Arc::strong_count(&count) <= 2);
}

#[test]
fn another_parent_is_woken_from_then_on() {
    let counts = [Arc::new(Count::default()), Arc::new(Count::default())];
    let parents = counts.clone().map(Waker::from);
    let woken = || counts.each_ref().map(|of| of.0.load(Ordering::SeqCst));
    let wakers = Wakers::<2>::new();
    let (kept, _) = with(&wakers, 5, &parents[0], |cx| cx.waker().clone());
    wakers.collect(&parents[1]);
    kept.wake_by_ref();
    assert_eq!(woken(), [0, 1]);
    // the first is forgotten
    assert_eq!(Arc::strong_count(&counts[0]), 2);
    wakers.collect(&parents[0]);
    kept.wake_by_ref();
    assert_eq!(woken(), [1, 1]);
}

/// A parent that is changed by a poll inside of its own wake, as an executor may do that polls at once.
#[test]
fn a_parent_that_is_in_use_is_changed_by_the_next_poll() {
    struct Inline {
        wakers: Arc<Wakers<1>>,
        next: Waker,
        woken: AtomicUsize,
    }
    impl Wake for Inline {
        fn wake(self: Arc<Self>) {
            self.woken.fetch_add(1, Ordering::SeqCst);
            self.wakers.collect(&self.next);
        }
    }
    let count = Arc::new(Count::default());
    let next = Waker::from(Arc::clone(&count));
    let wakers = Arc::new(Wakers::<1>::new());
    let inline = Arc::new(Inline {
        wakers: Arc::clone(&wakers),
        next: next.clone(),
        woken: AtomicUsize::new(0),
    });
    let (kept, _) = with(&wakers, 0, &Waker::from(Arc::clone(&inline)), |cx| {
        cx.waker().clone()
    });
    kept.wake_by_ref();
    // it could not be changed, so the new one was asked to poll again
    assert_eq!(count.0.load(Ordering::SeqCst), 1);
    wakers.collect(&next);
    kept.wake_by_ref();
    assert_eq!(count.0.load(Ordering::SeqCst), 2);
    assert_eq!(inline.woken.load(Ordering::SeqCst), 1);
}

/// No wake is lost: after the last one there is always a poll that sees it.
#[test]
fn wakes_of_many_threads_are_all_seen() {
    let rounds = if cfg!(miri) { 20 } else { 300 };
    let count = Arc::new(Count::default());
    let parent = Waker::from(Arc::clone(&count));
    let wakers = Wakers::<2>::new();
    // the parent changes, too: both are the executor's
    let parents = [
        parent.clone(),
        Waker::from(Arc::new(Both(Arc::clone(&count)))),
    ];
    let kept: Vec<Waker> = [0, 63, 64, 127]
        .into_iter()
        .map(|index| with(&wakers, index, &parent, |cx| cx.waker().clone()).0)
        .collect();
    for round in 0..rounds {
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
                wakers.collect(&parents[(round / 3 + heard) % 2]);
                missing -= wakers
                    .take(&[u64::MAX; 2])
                    .iter()
                    .map(|word| word.count_ones())
                    .sum::<u32>();
            }
        });
        wakers.collect(&parents[round % 2]);
    }
}
