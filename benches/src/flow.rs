//! What a schedule costs: programs of 3, 10 and 50 nodes that hardly do anything, beside `join!` by hand and
//! beside the plain function. `benches/flow.sh` measures them.
//!
//! *Wide*: all nodes but the last start together. *Ladder*: two chains that read one another; by hand its rungs
//! are joined one after another.
use std::{
    cell::RefCell,
    future::Future,
    hint::black_box,
    pin::Pin,
    task::{Context, Poll, Waker},
};

/// When a node is ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// At once.
    Ready,
    /// When it is polled again, for which it asks itself.
    Yields,
    /// When it is polled again, for which it leaves its waker with others, as sockets and timers do.
    Waits,
}

thread_local! {
    /// The wakers that nodes have left.
    static LEFT: RefCell<Vec<Waker>> = const { RefCell::new(Vec::new()) };
}

/// Wakes all who have left their wakers.
pub fn wake_all() {
    LEFT.with_borrow_mut(|left| left.drain(..).for_each(Waker::wake));
}

/// A node that hardly does anything.
pub struct Node {
    value: u64,
    when: When,
}
impl Future for Node {
    type Output = u64;
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<u64> {
        match self.when {
            When::Ready => return Poll::Ready(black_box(self.value)),
            When::Yields => context.waker().wake_by_ref(),
            When::Waits => LEFT.with_borrow_mut(|left| left.push(context.waker().clone())),
        }
        self.when = When::Ready;
        Poll::Pending
    }
}
/// Makes one.
#[must_use]
pub fn node(when: When, value: u64) -> Node {
    Node { value, when }
}

macro_rules! for_each {
    ($name:ident $($what:tt)*) => { $($what)* };
}
macro_rules! wide {
    ($name:ident $by_hand:ident $plain:ident, $($node:ident)+) => {
        /// All at once, scheduled.
        #[sigflow::program(pure(node))]
        pub async fn $name(when: When, input: u64) -> u64 {
            $(let $node = node(when, input).await;)+
            let answer = node(when, 0 $(+ $node)+).await;
            answer.wrapping_add(1)
        }
        /// The same with `join!`.
        pub async fn $by_hand(when: When, input: u64) -> u64 {
            let ($($node,)+) = tokio::join!($(for_each!($node node(when, input))),+);
            node(when, 0 $(+ $node)+).await
        }
        /// The same one after another.
        pub async fn $plain(when: When, input: u64) -> u64 {
            $(let $node = node(when, input).await;)+
            node(when, 0 $(+ $node)+).await
        }
    };
}
macro_rules! ladder {
    (
        $name:ident $by_hand:ident $plain:ident of $input:ident,
        $($left:ident $right:ident of $above:ident $beside:ident,)+
        [$($end:ident of $before:expr),+]
    ) => {
        /// Two chains that read one another, scheduled.
        #[sigflow::program(pure(node))]
        pub async fn $name(when: When, $input: u64) -> u64 {
            $(
                let $left = node(when, $above).await;
                let $right = node(when, $above ^ $beside).await;
            )+
            $(let $end = node(when, $before).await;)+
            0 $(+ $end)+
        }
        /// The same with a `join!` for each rung.
        pub async fn $by_hand(when: When, $input: u64) -> u64 {
            $(let ($left, $right) = tokio::join!(node(when, $above), node(when, $above ^ $beside));)+
            $(let $end = node(when, $before).await;)+
            0 $(+ $end)+
        }
        /// The same one after another.
        pub async fn $plain(when: When, $input: u64) -> u64 {
            $(
                let $left = node(when, $above).await;
                let $right = node(when, $above ^ $beside).await;
            )+
            $(let $end = node(when, $before).await;)+
            0 $(+ $end)+
        }
    };
}

wide!(
    wide_3 wide_3_by_hand wide_3_plain,
    a1 a2
);
wide!(
    wide_10 wide_10_by_hand wide_10_plain,
    a1 a2 a3 a4 a5 a6 a7 a8 a9
);
wide!(
    wide_50 wide_50_by_hand wide_50_plain,
    a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 a11 a12 a13 a14 a15 a16 a17 a18 a19 a20 a21 a22 a23 a24 a25 a26
    a27 a28 a29 a30 a31 a32 a33 a34 a35 a36 a37 a38 a39 a40 a41 a42 a43 a44 a45 a46 a47 a48 a49
);
ladder!(
    ladder_3 ladder_3_by_hand ladder_3_plain of input,
    l1 r1 of input input,
    [e1 of l1 ^ r1]
);
ladder!(
    ladder_10 ladder_10_by_hand ladder_10_plain of input,
    l1 r1 of input input, l2 r2 of l1 r1, l3 r3 of l2 r2, l4 r4 of l3 r3,
    [e1 of l4 ^ r4, e2 of e1]
);
ladder!(
    ladder_50 ladder_50_by_hand ladder_50_plain of input,
    l1 r1 of input input, l2 r2 of l1 r1, l3 r3 of l2 r2, l4 r4 of l3 r3, l5 r5 of l4 r4, l6 r6 of
    l5 r5, l7 r7 of l6 r6, l8 r8 of l7 r7, l9 r9 of l8 r8, l10 r10 of l9 r9, l11 r11 of l10 r10, l12
    r12 of l11 r11, l13 r13 of l12 r12, l14 r14 of l13 r13, l15 r15 of l14 r14, l16 r16 of l15 r15,
    l17 r17 of l16 r16, l18 r18 of l17 r17, l19 r19 of l18 r18, l20 r20 of l19 r19, l21 r21 of l20
    r20, l22 r22 of l21 r21, l23 r23 of l22 r22, l24 r24 of l23 r23,
    [e1 of l24 ^ r24, e2 of e1]
);
