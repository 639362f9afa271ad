//! One counted block for all wakers of a run: a wake says who was woken.
//!
//! The block is only made when somebody keeps a waker. Until then wakers are lent: they stand on the stack of
//! the poll, and to clone one makes the block. So floaters that are ready when they are first polled cost none.
#![allow(unsafe_code)] // a waker that knows its floater without an allocation of its own is made of raw parts
use std::{
    mem::{ManuallyDrop, offset_of},
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    task::{Context, RawWaker, RawWakerVTable, Waker},
};

/// Each waker points at its own slot, which knows its index, and so where the block begins.
#[derive(Clone, Copy)]
struct Slot(u16);

struct Block<const W: usize> {
    parent: Mutex<Waker>,
    /// The parent was woken since it was last written down.
    signalled: AtomicBool,
    woken: [AtomicU64; W],
    slots: [[Slot; 64]; W],
}

/// The wakers of the floaters of a run and of its groups' lanes, `64 * W` at most.
pub(super) struct Wakers<const W: usize>(OnceLock<Arc<Block<W>>>);

/// A waker by its addresses. The block keeps a clone of the one it was told of, so no other has the same.
#[derive(PartialEq, Eq, Default)]
pub(super) struct Known(usize, usize);

/// What a lent waker points at.
struct Lent<'a, const W: usize> {
    wakers: &'a Wakers<W>,
    parent: &'a Waker,
    index: usize,
}

impl<const W: usize> Wakers<W> {
    pub(super) const fn new() -> Self {
        Self(OnceLock::new())
    }
    /// Whom to wake from now on. `known` is what the same caller was told the last time.
    #[inline]
    pub(super) fn rouse(&self, parent: &Waker, known: &mut Known) {
        if let Some(block) = self.0.get()
            && !block.holds(parent)
        {
            block.rouse(parent, known);
        }
    }
    /// Who of these was woken since they were last asked for.
    #[inline]
    pub(super) fn take(&self, of: &[u64; W]) -> [u64; W] {
        match self.0.get() {
            None => [0; W],
            Some(block) => std::array::from_fn(|word| {
                let woken = block.woken[word].load(Ordering::SeqCst) & of[word];
                if woken != 0 {
                    // more of them may have been woken since; they wake the parent
                    block.woken[word].fetch_and(!woken, Ordering::AcqRel);
                }
                woken
            }),
        }
    }
    /// Whether anybody else was.
    #[inline]
    pub(super) fn others(&self, than: &[u64; W]) -> bool {
        self.0.get().is_some_and(|block| {
            let words = block.woken.iter().zip(than);
            words.fold(false, |yes, (woken, than)| {
                yes | (woken.load(Ordering::SeqCst) & !than != 0)
            })
        })
    }
    /// Polls something that has this index.
    #[inline]
    pub(super) fn with<T>(
        &self,
        index: usize,
        parent: &Waker,
        poll: impl FnOnce(&mut Context<'_>) -> T,
    ) -> T {
        if let Some(block) = self.0.get() {
            // SAFETY: the table belongs to blocks of this very type. This waker is not counted; it does not
            // outlive the borrow of the block, and `ManuallyDrop` never drops it.
            let waker = unsafe { Waker::new(Block::slot(block, index), Block::<W>::TABLE) };
            return poll(&mut Context::from_waker(&ManuallyDrop::new(waker)));
        }
        let lent = Lent {
            wakers: self,
            parent,
            index,
        };
        // SAFETY: the table is that of lent wakers. Others only see this one behind a reference that ends
        // before `lent` does; its clones are of the block. `ManuallyDrop` never drops it.
        let waker = unsafe { Waker::new((&raw const lent).cast(), Lent::<W>::TABLE) };
        poll(&mut Context::from_waker(&ManuallyDrop::new(waker)))
    }
    #[cold]
    fn block(&self, parent: &Waker) -> &Arc<Block<W>> {
        // the parent may be lent by us, too: then this makes the block, with the parent of that one
        let parent = parent.clone();
        self.0.get_or_init(|| {
            let slot = |word: usize, bit: usize| Slot(u16::try_from(word * 64 + bit).unwrap_or(0));
            Arc::new(Block {
                parent: Mutex::new(parent),
                signalled: AtomicBool::new(false),
                woken: [const { AtomicU64::new(0) }; W],
                slots: std::array::from_fn(|word| std::array::from_fn(|bit| slot(word, bit))),
            })
        })
    }
}

impl<const W: usize> Lent<'_, W> {
    const TABLE: &'static RawWakerVTable = &RawWakerVTable::new(
        // SAFETY (both): the pointer was made by `Wakers::with`, whose frame holds what it points at.
        |lent| unsafe { (*lent.cast::<Lent<'_, W>>()).counted() },
        |_| {},
        |lent| unsafe {
            let lent = &*lent.cast::<Lent<'_, W>>();
            lent.wakers.block(lent.parent).wake(lent.index);
        },
        |_| {},
    );
    fn counted(&self) -> RawWaker {
        let block = Arc::clone(self.wakers.block(self.parent));
        let slot = Block::slot(&block, self.index);
        std::mem::forget(block); // the waker has the count
        RawWaker::new(slot, Block::<W>::TABLE)
    }
}

impl<const W: usize> Block<W> {
    const TABLE: &'static RawWakerVTable = &RawWakerVTable::new(
        // SAFETY (all four): the pointer was made by `Block::slot`, and who has a clone has a count.
        |slot| unsafe {
            Arc::increment_strong_count(Self::base(slot));
            RawWaker::new(slot, Self::TABLE)
        },
        |slot| unsafe {
            let block = Arc::from_raw(Self::base(slot));
            block.wake(Self::index(slot));
        },
        |slot| unsafe { (*Self::base(slot)).wake(Self::index(slot)) },
        |slot| unsafe { drop(Arc::from_raw(Self::base(slot))) },
    );

    /// Where the slot of that index stands, with the provenance of the whole block.
    #[inline]
    fn slot(this: &Arc<Self>, index: usize) -> *const () {
        let base = Arc::as_ptr(this);
        // SAFETY: the index is in bounds by the check of the arrays; the pointer stays within the block.
        unsafe { (&raw const (*base).slots[index / 64][index % 64]).cast() }
    }
    /// # Safety
    /// `slot` points at a slot of a living block of this type, with the provenance of the block.
    #[inline]
    unsafe fn index(slot: *const ()) -> usize {
        // SAFETY: as the caller promises.
        unsafe { (*slot.cast::<Slot>()).0 as usize }
    }
    /// # Safety
    /// As for [`Block::index`].
    #[inline]
    unsafe fn base(slot: *const ()) -> *const Self {
        // SAFETY: as the caller promises; the slot knows how far it is from the first.
        unsafe {
            slot.cast::<Slot>()
                .sub(Self::index(slot))
                .byte_sub(offset_of!(Self, slots))
                .cast()
        }
    }
    /// Whether a waker is one of this block's.
    #[inline]
    fn holds(&self, waker: &Waker) -> bool {
        let slots = self.slots.as_ptr_range();
        (slots.start.addr()..slots.end.addr()).contains(&waker.data().addr())
    }
    #[inline]
    fn rouse(&self, parent: &Waker, known: &mut Known) {
        let now = Known(
            parent.data().addr(),
            std::ptr::from_ref(parent.vtable()).addr(),
        );
        if *known != now {
            *known = now;
            let mut kept = self.parent.lock().unwrap_or_else(PoisonError::into_inner);
            kept.clone_from(parent);
        }
        // who is woken from here on wakes the parent, and who was before is seen by this poll: the flag is
        // lowered before the bits are read here, and raised or read after a bit is set there, all of it `SeqCst`
        if self.signalled.load(Ordering::SeqCst) {
            self.signalled.swap(false, Ordering::SeqCst);
        }
    }
    fn wake(&self, index: usize) {
        self.woken[index / 64].fetch_or(1 << (index % 64), Ordering::SeqCst);
        if !self.signalled.load(Ordering::SeqCst) && !self.signalled.swap(true, Ordering::SeqCst) {
            let parent = self.parent.lock().unwrap_or_else(PoisonError::into_inner);
            let parent = parent.clone();
            parent.wake();
        }
    }
}
