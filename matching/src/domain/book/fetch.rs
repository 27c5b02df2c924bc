//! Has memory fetched that will be needed: a book of a million orders waits for little else.

/// Asks for an element, if there is one. Nothing is read, and nothing waits.
#[cfg(all(target_arch = "x86_64", not(miri)))]
#[expect(
    unsafe_code,
    reason = "the only way to fetch without waiting; half of a large book's time (docs/performance.md)"
)]
#[inline]
pub fn fetch<T>(slice: &[T], at: usize) {
    use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
    if let Some(element) = slice.get(at) {
        let first = std::ptr::from_ref(element).cast::<i8>();
        // SAFETY: both are bytes of an element that is borrowed here; a prefetch does not even read them.
        unsafe {
            _mm_prefetch::<_MM_HINT_T0>(first);
            if size_of::<T>() > HALF_LINE && align_of::<T>() < LINE {
                _mm_prefetch::<_MM_HINT_T0>(first.add(size_of::<T>() - 1));
            }
        }
    }
}

#[cfg(all(target_arch = "x86_64", not(miri)))]
const LINE: usize = 64;
/// What is larger often lies in two lines.
#[cfg(all(target_arch = "x86_64", not(miri)))]
const HALF_LINE: usize = 32;

/// Elsewhere the processor is left to foresee for itself.
#[cfg(not(all(target_arch = "x86_64", not(miri))))]
#[inline]
pub fn fetch<T>(_: &[T], _: usize) {}
