//! What processes use, from /proc.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;

/// The kernel counts in hundredths of a second, whatever it is compiled for.
const TICKS_PER_SECOND: f64 = 100.0;

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Use {
    pub cpu_s: f64,
    pub memory_mb: f64,
}

/// What ran on the machine besides.
pub const OTHERS: &str = "others";

/// By the names of the processes; a server that works with children has theirs too.
pub fn measure(pids: &[(String, u32)]) -> BTreeMap<String, Use> {
    let children = children();
    let mut used = BTreeMap::new();
    for (name, pid) in pids {
        let Some(mut total) = of(*pid, true) else { continue };
        for child in children.get(pid).into_iter().flatten().filter(|_| name == "postgres") {
            if let Some(child) = of(*child, false) {
                total.cpu_s += child.cpu_s;
                total.memory_mb += child.memory_mb;
            }
        }
        used.insert(name.clone(), total);
    }
    if let Some(own) = of(std::process::id(), false) {
        used.insert("generator".to_owned(), own);
    }
    let known: f64 = used.values().map(|of| of.cpu_s).sum();
    if let Some(all) = of_machine() {
        used.insert(OTHERS.to_owned(), Use { cpu_s: all - known, memory_mb: 0.0 });
    }
    used
}

/// Processor time that somebody used, since the machine was started.
fn of_machine() -> Option<f64> {
    let stat = fs::read_to_string("/proc/stat").ok()?;
    let ticks: Vec<f64> =
        stat.lines().next()?.split_whitespace().skip(1).map_while(|text| text.parse().ok()).collect();
    // user, nice, system; then idle and waiting, which nobody uses; then interrupts.
    let busy = ticks.get(..3)?.iter().chain(ticks.get(5..7)?).sum::<f64>();
    Some(busy / TICKS_PER_SECOND)
}

fn of(pid: u32, with_ended_children: bool) -> Option<Use> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|text| text.parse::<f64>().ok());
    // utime, stime, and the same of children that have ended.
    let last = if with_ended_children { 15 } else { 13 };
    let cpu: f64 = (11..last).map_while(ticks).sum();
    Some(Use { cpu_s: cpu / TICKS_PER_SECOND, memory_mb: memory_kb(pid)? as f64 / 1024.0 })
}

/// Its proportional share: the program's pages, which the six processes have in common, are
/// counted once.
fn memory_kb(pid: u32) -> Option<u64> {
    let maps = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
    let line = maps.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    line.trim().trim_end_matches("kB").trim().parse().ok()
}

fn children() -> BTreeMap<u32, Vec<u32>> {
    let mut by_parent = BTreeMap::<u32, Vec<u32>>::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().filter_map(Result::ok) {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        let Ok(stat) = fs::read_to_string(format!("/proc/{pid}/stat")) else { continue };
        let parent = stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(1));
        if let Some(parent) = parent.and_then(|text| text.parse().ok()) {
            by_parent.entry(parent).or_default().push(pid);
        }
    }
    by_parent
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_shows_as_time_used() {
        let (before, begun) = (measure(&[])["generator"], std::time::Instant::now());
        let mut used = 0.0;
        // On a busy machine we get little of the processor.
        while used < 0.1 {
            (0..1_000_000).for_each(|n| {
                std::hint::black_box(n);
            });
            used = measure(&[])["generator"].cpu_s - before.cpu_s;
            assert!(begun.elapsed().as_secs() < 60, "all that work has used {used} s");
        }
        assert!(before.memory_mb > 0.5);
    }

    #[test]
    fn who_is_not_there_is_left_out() {
        assert!(!measure(&[("nobody".to_owned(), u32::MAX - 1)]).contains_key("nobody"));
    }
}
