//! The report as people read it.

use super::{Latencies, LeftOut, OfContender, OfWorkload, Report};
use crate::Machine;
use crate::contenders::REFERENCE;
use crate::latency::Latency;
use std::fmt::{self, Display, Formatter};

/// What a reference of the same design reads on s1 on the two Zen 5 cores that figures elsewhere are from.
const REFERENCE_S1_ON_ZEN5_NS: f64 = 12.2;

/// The part of a run that others may have had the core for; more is not a measurement.
const QUIET_MAX: f64 = 0.02;

impl Report {
    /// What is known before anything ran.
    pub fn head(&self) -> String {
        let Machine { cpu, cores, pinned_to, commit } = &self.machine;
        let pinned = pinned_to.map_or("not pinned".to_owned(), |core| format!("pinned to core {core}"));
        let rounds = self.rounds;
        let head = format!("{cpu}, {cores} cores, {pinned}; commit {commit}; {rounds} interleaved rounds\n");
        if !self.quick {
            return head;
        }
        head + "QUICK: a part of each workload, to see that all runs. Not a measurement.\n"
    }

    /// How this machine compares with others.
    pub fn factor(&self) -> Option<String> {
        let s1 = self.workloads.iter().find(|workload| workload.name == "s1" && !self.quick)?;
        let reference = s1.contenders.iter().find(|contender| contender.name == REFERENCE)?;
        let factor = reference.median / REFERENCE_S1_ON_ZEN5_NS;
        Some(format!(
            "The reference on s1 reads {factor:.2} times the {REFERENCE_S1_ON_ZEN5_NS} ns of two Zen 5 cores.\n"
        ))
    }
}

impl Display for OfWorkload {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let OfWorkload { name, symbols, commands, resting, mix, contenders, left_out } = self;
        let share = |count: u64| 100.0 * count as f64 / *commands as f64;
        writeln!(
            f,
            "{name}: symbols {symbols}, orders that rest {resting}, then {commands} commands: {:.1} % rest, \
             {:.1} % cancel, {:.1} % trade and rest, {:.1} % trade or are canceled",
            share(mix.rest),
            share(mix.cancel),
            share(mix.trade_then_rest),
            share(mix.trade_or_cancel),
        )?;
        writeln!(
            f,
            "  {:<20} {:>8} {:>8} {:>8} {:>7} {:>7} {:>9} {:>7}",
            "ns a command", "min", "median", "max", "× book", "× ref.", "alloc/cmd", "B/order"
        )?;
        contenders.iter().try_for_each(|contender| writeln!(f, "  {contender}"))?;
        left_out.iter().try_for_each(|left_out| writeln!(f, "  {left_out}"))?;
        let elsewhere = contenders.iter().map(|contender| contender.elsewhere).fold(0.0, f64::max);
        if elsewhere > QUIET_MAX {
            writeln!(f, "  DISTURBED: others had the core for up to {:.0} % of a run", 100.0 * elsewhere)?;
        }
        Ok(())
    }
}

impl Display for OfContender {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let OfContender { min, median, max, of_book, of_reference, memory, .. } = self;
        let ratio = |ratio: &Option<f64>| ratio.map_or("–".to_owned(), |ratio| format!("{ratio:.2}"));
        write!(
            f,
            "{:<20} {min:>8.1} {median:>8.1} {max:>8.1} {:>7} {:>7} {:>9.3} {:>7.0}",
            named(self.name, self.version),
            ratio(of_book),
            ratio(of_reference),
            memory.allocations_per_command,
            memory.bytes_per_resting_order,
        )
    }
}

impl Display for LeftOut {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let LeftOut { name, version, answered, right } = self;
        writeln!(f, "{:<20} left out, it answers wrongly", named(name, *version))?;
        writeln!(f, "    it answers {answered}")?;
        write!(f, "    right is   {right}")
    }
}

impl Display for Latencies {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: single commands, the timer's own time included", self.workload)?;
        writeln!(f, "  {:<20} {:>8} {:>8} {:>8} {:>10}", "ns", "p50", "p99", "p99.9", "max")?;
        let mut line = |name: &str, Latency { p50, p99, p999, max }: &Latency| {
            writeln!(f, "  {name:<20} {p50:>8.0} {p99:>8.0} {p999:>8.0} {max:>10.0}")
        };
        line("(the timer alone)", &self.of_timer)?;
        self.contenders.iter().try_for_each(|(name, latency)| line(name, latency))?;
        writeln!(f, "  timer: {}", self.timer)
    }
}

fn named(name: &str, version: Option<&str>) -> String {
    version.map_or(name.to_owned(), |version| format!("{name} {version}"))
}
