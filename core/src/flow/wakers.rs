//! One counted block for all wakers of a run: a wake says who was woken.
//!
//! The block is only made when somebody keeps a waker. Until then wakers are lent: they stand on the stack of
//! the poll, and to clone one makes the block. So floaters that are ready when they are first polled cost none,
//! nor do those that ask to be polled again while they are polled: a lent waker notes that with a plain store.
//!
//! A wake from elsewhere is one atomic operation, a bit in the block. Only the first of a poll wakes the parent.
#![allow(unsafe_code)] // a waker that knows its floater without an allocation of its own is made of raw parts
use super::parent::Parent;
use std::{
    mem::{ManuallyDrop, offset_of},
    sync::{
        Arc, OnceLock,
        atomic::{
            AtomicBool, AtomicU64, AtomicUsize,
            Ordering::{AcqRel, Acquire, Relaxed, Release},
        },
    },
    task::{Context, RawWaker, RawWakerVTable, Waker},
};

/// Each waker points at its own slot, which knows its index, and so where the block begins.
#[derive(Clone, Copy)]
struct Slot(u16);

struct Block<const W: usize> {
    parent: Parent,
    woken: [AtomicU64; W],
    slots: [[Slot; 64]; W],
}

/// The wakers of the floaters of a run and of its groups' lanes, `64 * W` at most.
pub(super) struct Wakers<const W: usize> {
    block: OnceLock<Arc<Block<W>>>,
    /// Who was woken and not polled since. Touched by the one task; the atomics only keep it `Sync`.
    woken: [AtomicU64; W],
    /// The waker that the block keeps as its parent, by its addresses. It keeps that one, so no other has the same.
    known: [AtomicUsize; 2],
}

/// What a lent waker points at.
pub(super) struct Lent<'a, const W: usize> {
    wakers: &'a Wakers<W>,
    parent: &'a Waker,
    /// Who is being polled.
    index: AtomicUsize,
    woken: AtomicBool,
}

pub(super) fn addresses(waker: &Waker) -> [usize; 2] {
    let table = std::ptr::from_ref(waker.vtable());
    [waker.data().addr(), table.addr()]
}

impl<const W: usize> Wakers<W> {
    pub(super) const fn new() -> Self {
        Self {
            block: OnceLock::new(),
            woken: [const { AtomicU64::new(0) }; W],
            known: [const { AtomicUsize::new(0) }; 2],
        }
    }
    /// A poll begins: whom to wake from now on, and who was woken before. Once in each poll of the run.
    #[inline]
    pub(super) fn collect(&self, parent: &Waker) {
        let Some(block) = self.block.get() else {
            return;
        };
        let is_known = self.is_known(parent);
        if !is_known {
            self.adopt(block, parent);
        }
        for (word, woken) in block.woken.iter().zip(&self.woken) {
            // Who set the first bit of a word wakes the parent after it, so a bit that is not seen here is seen by
            // the poll to come. A new parent was not known to them: then only an atomic exchange tells the order.
            if !is_known || word.load(Relaxed) != 0 {
                woken.store(woken.load(Relaxed) | word.swap(0, AcqRel), Relaxed);
            }
        }
    }
    fn is_known(&self, parent: &Waker) -> bool {
        let [data, table] = addresses(parent);
        self.known[0].load(Relaxed) == data && self.known[1].load(Relaxed) == table
    }
    fn know(&self, addresses: [usize; 2]) {
        for (known, address) in self.known.iter().zip(addresses) {
            known.store(address, Relaxed);
        }
    }
    #[cold]
    fn adopt(&self, block: &Block<W>, parent: &Waker) {
        match block.parent.set(parent) {
            Some(kept) => self.know(kept),
            // somebody is waking the parent before: another poll comes, which knows this one
            None => parent.wake_by_ref(),
        }
    }
    /// Who of these was woken since they were last asked for.
    #[inline]
    pub(super) fn take(&self, of: &[u64; W]) -> [u64; W] {
        std::array::from_fn(|word| {
            let woken = self.woken[word].load(Relaxed);
            self.woken[word].store(woken & !of[word], Relaxed);
            woken & of[word]
        })
    }
    /// Whether anybody else was.
    #[inline]
    pub(super) fn others(&self, than: &[u64; W]) -> bool {
        let words = self.woken.iter().zip(than);
        words.fold(false, |yes, (woken, than)| {
            yes | (woken.load(Relaxed) & !than != 0)
        })
    }
    /// Lends a waker for as long as `polls` takes, to one after another by [`Lent::poll`].
    #[inline]
    pub(super) fn lend<T>(
        &self,
        parent: &Waker,
        polls: impl FnOnce(&Lent<'_, W>, &mut Context<'_>) -> T,
    ) -> T {
        let lent = Lent {
            wakers: self,
            parent,
            index: AtomicUsize::new(0),
            woken: AtomicBool::new(false),
        };
        // SAFETY: the table is that of lent wakers. Others only see this one behind a reference that ends
        // before `lent` does; its clones are of the block. `ManuallyDrop` never drops it.
        let waker = unsafe { Waker::new((&raw const lent).cast(), Lent::<W>::TABLE) };
        polls(&lent, &mut Context::from_waker(&ManuallyDrop::new(waker)))
    }
    #[cold]
    fn block(&self, parent: &Waker) -> &Arc<Block<W>> {
        // the parent may be lent by us, too: then this makes the block, with the parent of that one
        let parent = parent.clone();
        self.block.get_or_init(|| {
            self.know(addresses(&parent));
            Arc::new(Block {
                parent: Parent::new(parent),
                woken: [const { AtomicU64::new(0) }; W],
                slots: Block::<W>::SLOTS,
            })
        })
    }
}

impl<const W: usize> Lent<'_, W> {
    const TABLE: &'static RawWakerVTable = &RawWakerVTable::new(
        // SAFETY (both): the pointer was made by `Wakers::lend`, whose frame holds what it points at.
        |lent| unsafe { (*lent.cast::<Lent<'_, W>>()).counted() },
        |_| {},
        |lent| unsafe { (*lent.cast::<Lent<'_, W>>()).woken.store(true, Release) },
        |_| {},
    );
    /// Polls something that has this index, with the context that was lent or, if there is a block, with a waker of
    /// the block: that is the one who keeps a clone knows. Whether it has asked for another poll by the waker that
    /// it was lent; then the caller wakes its parent when it is through.
    #[inline]
    pub(super) fn poll<T>(
        &self,
        index: usize,
        lent: &mut Context<'_>,
        poll: impl FnOnce(&mut Context<'_>) -> T,
    ) -> (T, bool) {
        if let Some(block) = self.wakers.block.get() {
            // SAFETY: the table belongs to blocks of this very type. This waker is not counted; it does not
            // outlive the borrow of the block, and `ManuallyDrop` never drops it.
            let waker = unsafe { Waker::new(Block::slot(block, index), Block::<W>::TABLE) };
            let polled = poll(&mut Context::from_waker(&ManuallyDrop::new(waker)));
            return (polled, false);
        }
        self.index.store(index, Relaxed);
        let polled = poll(lent);
        let again = self.woken.load(Acquire);
        if again {
            self.woken.store(false, Relaxed);
            let woken = &self.wakers.woken[index / 64];
            woken.store(woken.load(Relaxed) | 1 << (index % 64), Relaxed);
        }
        (polled, again)
    }
    fn counted(&self) -> RawWaker {
        let block = Arc::clone(self.wakers.block(self.parent));
        let slot = Block::slot(&block, self.index.load(Relaxed));
        std::mem::forget(block); // the waker has the count
        RawWaker::new(slot, Block::<W>::TABLE)
    }
}

impl<const W: usize> Block<W> {
    #[allow(clippy::cast_possible_truncation)] // a run of 65,536 calls has no place in a frame
    const SLOTS: [[Slot; 64]; W] = {
        let mut slots = [[Slot(0); 64]; W];
        let mut index = 0;
        while index < 64 * W {
            slots[index / 64][index % 64] = Slot(index as u16);
            index += 1;
        }
        slots
    };
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
    #[inline]
    fn wake(&self, index: usize) {
        if self.woken[index / 64].fetch_or(1 << (index % 64), AcqRel) == 0 {
            self.parent.wake();
        }
    }
}
