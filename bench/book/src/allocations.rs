//! The system's allocator, and a counter before it that is off while anything is timed: then it
//! costs a load and a branch that is always foreseen.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

thread_local! {
    static COUNTS: Cell<bool> = const { Cell::new(false) };
    static ASKED: Cell<Asked> = const { Cell::new(Asked { calls: 0, bytes: 0 }) };
}

#[inline]
fn count(calls: u64, bytes: i64) {
    if COUNTS.get() {
        let asked = ASKED.get();
        ASKED.set(Asked { calls: asked.calls + calls, bytes: asked.bytes + bytes });
    }
}

// SAFETY: every call goes on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(1, layout.size() as i64);
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(1, layout.size() as i64);
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(1, size as i64 - layout.size() as i64);
        unsafe { System.realloc(at, layout, size) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        count(0, -(layout.size() as i64));
        unsafe { System.dealloc(at, layout) }
    }
}

/// What was asked of the allocator: calls that may take memory, and bytes held beyond those that
/// were given back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    pub calls: u64,
    pub bytes: i64,
}

/// What the work asks in this thread.
pub fn counted<T>(work: impl FnOnce() -> T) -> (T, Asked) {
    let before = ASKED.get();
    COUNTS.set(true);
    let done = work();
    COUNTS.set(false);
    let after = ASKED.get();
    (done, Asked { calls: after.calls - before.calls, bytes: after.bytes - before.bytes })
}

/// For what a contender needs to take part, and no book would: its translated commands.
pub fn uncounted<T>(work: impl FnOnce() -> T) -> T {
    let counts = COUNTS.replace(false);
    let done = work();
    COUNTS.set(counts);
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_is_counted_unless_it_is_said_not_to_be() {
        let (kept, asked) = counted(|| {
            // What nobody looks at is not allocated at all.
            drop(std::hint::black_box(vec![1_u8; 1_000]));
            (vec![1_u8; 100], uncounted(|| vec![1_u8; 10_000]))
        });
        assert_eq!(asked, Asked { calls: 2, bytes: 100 });
        let ((), given_back) = counted(|| drop(kept.0));
        assert_eq!(given_back, Asked { calls: 0, bytes: -100 });
    }
}
