use super::cells::{Out, Own};
use std::{sync::Arc, thread};

#[test]
fn a_value_goes_from_one_thread_to_others() {
    for round in 0..if cfg!(miri) { 10 } else { 300 } {
        let held = Arc::new(round);
        let (mut out, mut own) = (Out::new(), Own::new());
        {
            let (mut put, get) = out.split();
            let (mut put_own, mut take) = own.split();
            let value = Arc::clone(&held);
            thread::scope(|scope| {
                scope.spawn(move || {
                    put.put(Arc::clone(&value));
                    put.put(Arc::new(usize::MAX)); // the first stays
                    put_own.put(value);
                });
                for _ in 0..2 {
                    scope.spawn(move || {
                        while !get.is_there() {
                            thread::yield_now();
                        }
                        assert_eq!(**get.get(), round);
                    });
                }
            });
            assert_eq!(*take.take(), round);
            assert_eq!(Arc::strong_count(&held), 2);
        }
        assert_eq!(*out.into_inner(), round);
        assert_eq!(Arc::strong_count(&held), 1);
    }
}

#[test]
fn what_nobody_took_drops_with_its_cell() {
    let held = Arc::new(());
    let mut own = Own::new();
    own.split().0.put(Arc::clone(&held));
    drop(own);
    assert_eq!(Arc::strong_count(&held), 1);
}

#[test]
#[should_panic(expected = "before it was there")]
fn a_value_that_is_not_there_is_never_made_up() {
    let mut own = Own::<String>::new();
    let _ = own.split().1.take();
}

#[test]
fn cells_are_as_send_as_their_values() {
    fn send<T: Send>(_: &T) {}
    let (mut out, mut own) = (Out::<String>::new(), Own::<std::cell::Cell<u8>>::new());
    send(&out.split());
    send(&own.split());
}
