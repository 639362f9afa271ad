//! An allocator that counts, for binaries and tests that name it as theirs:
//!
//! ```
//! #[global_allocator]
//! static ALLOCATOR: sigflow_bench::allocations::Counting = sigflow_bench::allocations::Counting;
//!
//! let before = sigflow_bench::allocations::count();
//! drop(Box::new(1));
//! assert!(sigflow_bench::allocations::count() > before);
//! ```
use std::{
    alloc::{GlobalAlloc, Layout, System},
    sync::atomic::{AtomicU64, AtomicUsize, Ordering},
};

/// The system's allocator, counted.
#[derive(Debug)]
pub struct Counting;

static COUNT: AtomicU64 = AtomicU64::new(0);
static BYTES: AtomicUsize = AtomicUsize::new(0);
static FREED: AtomicUsize = AtomicUsize::new(0);

// SAFETY: passes everything on to the system's allocator.
#[allow(unsafe_code, reason = "a counting allocator, in benchmarks")]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.fetch_add(1, Ordering::Relaxed);
        BYTES.fetch_add(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller's contract is ours.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        FREED.fetch_add(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller's contract is ours.
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// Allocations so far, of the whole process.
pub fn count() -> u64 {
    COUNT.load(Ordering::Relaxed)
}
/// Bytes asked for so far, of the whole process.
pub fn bytes() -> usize {
    BYTES.load(Ordering::Relaxed)
}
/// Bytes that are in use now, of the whole process.
pub fn live() -> usize {
    BYTES
        .load(Ordering::Relaxed)
        .saturating_sub(FREED.load(Ordering::Relaxed))
}
