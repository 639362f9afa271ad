//! However small its pieces are, a stream takes memory in proportion to its reply: nothing of it is copied whole
//! with each piece. Counted in bytes that are asked of the allocator, all of them together.
use sigflow::Lm;
use sigflow_bench::{
    allocations::{self, Counting},
    streaming::{Outputs, Reply, What, streamed},
};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Bytes asked for by one stream, and how many it showed.
async fn run(what: What, bytes: usize, size: usize) -> (usize, usize) {
    let text = what.text(bytes).into();
    let lm = Lm::new(Reply { text, size });
    let before = allocations::bytes();
    let (shown, outputs) = streamed(what, &lm).await.expect("outputs");
    let asked = allocations::bytes() - before;
    match outputs {
        Outputs::Sort(sort) => assert_eq!(sort.tickets.len(), bytes / 140),
        Outputs::Tell(tell) => assert_eq!(tell.stars, 4),
    }
    (asked, shown)
}

// one test, for the counter is of the whole process
#[tokio::test]
async fn memory_grows_with_the_reply_and_not_with_its_square() {
    /// For each byte of the reply. It takes 10 to 13: the model's piece, the delta, buffers that double, and the
    /// outputs twice.
    const MOST: usize = 24;
    for (name, what) in What::ALL {
        for size in [1, 4, 64] {
            let length = what.text(64_000).len();
            let (asked, shown) = run(what, 64_000, size).await;
            assert!(shown * 10 > length * 9, "{name}: {shown} of {length} shown");
            println!(
                "{name} in pieces of {size}: {} bytes a byte",
                asked / length
            );
            assert!(asked > length, "the counter counts");
            assert!(
                asked <= MOST * length,
                "{name} in pieces of {size}: {asked} bytes for {length}"
            );
        }
    }
}
