//! A clock that is cheap enough to be read before and after a single command.

use std::time::Instant;

/// As it is called in reports.
pub const NAME: &str =
    if cfg!(target_arch = "x86_64") { "time stamp counter between fences" } else { "monotonic clock" };

/// In units of its own. What was begun before is done, and nothing after has begun.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
#[allow(unused_unsafe, reason = "safe to call since Rust 1.87, where the target has it")]
pub fn now() -> u64 {
    use std::arch::x86_64::{_mm_lfence, _rdtsc};
    // SAFETY: every x86-64 processor has both.
    unsafe {
        _mm_lfence();
        let now = _rdtsc();
        _mm_lfence();
        now
    }
}

#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
pub fn now() -> u64 {
    use std::sync::LazyLock;
    static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);
    BEGUN.elapsed().as_nanos() as u64
}

/// Answers what was done, and how many nanoseconds one unit of `now` was meanwhile.
pub fn calibrated<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let (begun, first) = (Instant::now(), now());
    let done = work();
    let (last, took) = (now(), begun.elapsed());
    (done, took.as_nanos() as f64 / (last - first) as f64)
}

/// Time on the clock, and how much of it something else had this thread's core.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Took {
    pub ns: f64,
    pub elsewhere: f64,
}

/// How long the work took.
pub fn timed(work: impl FnOnce()) -> Took {
    let (on_core, begun) = (on_core_ns(), Instant::now());
    work();
    let ns = begun.elapsed().as_nanos() as f64;
    Took { ns, elsewhere: (1.0 - (on_core_ns() - on_core) / ns).max(0.0) }
}

/// Of this thread. What a hypervisor takes away is not seen.
fn on_core_ns() -> f64 {
    // SAFETY: the call writes the timespec and nothing else; one that fails leaves zeros.
    let time = unsafe {
        let mut time: libc::timespec = std::mem::zeroed();
        libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time);
        time
    };
    time.tv_sec as f64 * 1e9 + time.tv_nsec as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn who_sleeps_is_elsewhere() {
        let took = timed(|| std::thread::sleep(Duration::from_millis(20)));
        assert!(took.ns >= 20e6 && took.elsewhere > 0.5, "{took:?}");
    }
}
