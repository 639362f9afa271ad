//! One counted block for all wakers of a group: a wake says who was woken.
#![allow(unsafe_code)] // a waker that knows its floater without an allocation of its own is made of raw parts
use std::{
    mem::{ManuallyDrop, offset_of},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    task::{RawWaker, RawWakerVTable, Waker},
};

/// Each waker points at its own slot, which knows its index, and so where the block begins.
struct Slot(u32);

struct Block<const M: usize, const G: usize> {
    parent: Mutex<Waker>,
    woken: [AtomicU64; G],
    slots: [Slot; M],
}

/// The wakers of `M` futures. Made when they are first asked for.
pub(super) struct Wakers<const M: usize, const G: usize> {
    block: Option<Arc<Block<M, G>>>,
    /// The waker that was lent last. It is not counted and never dropped; clones of it are.
    lent: ManuallyDrop<Waker>,
}

impl<const M: usize, const G: usize> Wakers<M, G> {
    pub(super) fn new() -> Self {
        Self {
            block: None,
            lent: ManuallyDrop::new(Waker::noop().clone()),
        }
    }
    /// Whom to wake from now on, and who was woken since the last time.
    pub(super) fn take(&mut self, parent: &Waker) -> [u64; G] {
        let Some(block) = &self.block else {
            self.block = Some(Arc::new(Block {
                parent: Mutex::new(parent.clone()),
                woken: [const { AtomicU64::new(0) }; G],
                slots: std::array::from_fn(|index| Slot(u32::try_from(index).unwrap_or(0))),
            }));
            return [0; G];
        };
        let mut kept = block.parent.lock().unwrap_or_else(PoisonError::into_inner);
        if !kept.will_wake(parent) {
            kept.clone_from(parent);
        }
        drop(kept);
        std::array::from_fn(|word| block.woken[word].swap(0, Ordering::AcqRel))
    }
    /// The waker of one future, for as long as it is polled.
    pub(super) fn waker(&mut self, index: usize) -> &Waker {
        if let Some(block) = &self.block {
            let base = Arc::as_ptr(block);
            // SAFETY: `index` is below `M` by the bounds check of the array; the pointer stays within the
            // block and keeps the provenance of all of it.
            let slot = unsafe { &raw const (*base).slots[index] };
            // SAFETY: the table belongs to blocks of this very type. What is lent is not counted; it does
            // not outlive `self`, which keeps the block, and `ManuallyDrop` never drops it.
            let waker = unsafe { Waker::new(slot.cast(), Block::<M, G>::TABLE) };
            self.lent = ManuallyDrop::new(waker);
        }
        &self.lent
    }
}

impl<const M: usize, const G: usize> Block<M, G> {
    const TABLE: &'static RawWakerVTable = &RawWakerVTable::new(
        // SAFETY (all four): the pointer was made by `Wakers::waker`, and a clone holds a count.
        |slot| unsafe {
            Arc::increment_strong_count(Self::base(slot));
            RawWaker::new(slot, Self::TABLE)
        },
        |slot| unsafe {
            Self::wake(slot);
            drop(Arc::from_raw(Self::base(slot)));
        },
        |slot| unsafe { Self::wake(slot) },
        |slot| unsafe { drop(Arc::from_raw(Self::base(slot))) },
    );

    /// # Safety
    /// `slot` points at a slot of a living block of this type, with the provenance of the block.
    unsafe fn base(slot: *const ()) -> *const Self {
        let slot = slot.cast::<Slot>();
        // SAFETY: as the caller promises; the slot knows how far it is from the first.
        unsafe {
            let index = (*slot).0 as usize;
            slot.sub(index).byte_sub(offset_of!(Self, slots)).cast()
        }
    }
    /// # Safety
    /// As for [`Block::base`].
    unsafe fn wake(slot: *const ()) {
        // SAFETY: as the caller promises.
        let (block, index) = unsafe { (&*Self::base(slot), (*slot.cast::<Slot>()).0 as usize) };
        let before = block.woken[index / 64].fetch_or(1 << (index % 64), Ordering::AcqRel);
        if before == 0 {
            let parent = block
                .parent
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone();
            parent.wake();
        }
    }
}
