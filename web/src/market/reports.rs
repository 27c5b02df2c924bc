//! What only stock-data can add up: candles and statistics. Asked for while somebody watches, and anew
//! after something changed.
//!
//! Promises: one question at a time for each; what changed while it was under way is asked for after
//! it; what nobody watches is neither asked for nor kept.

use super::{Need, NotYet};
use contracts::stock_data::{Candle, Candles, Interval, Statistics};
use contracts::{Symbol, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// Of a chart: what a client is sent when it comes in.
pub const CHART_CANDLES: u16 = 200;
/// Of a chart that is known: as many as can be new since it was asked for, with some to spare.
pub const RECENT_CANDLES: u16 = 10;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReportName {
    Candles(Symbol, Interval),
    Statistics,
}

#[derive(Debug, Default)]
pub struct Reports {
    charts: BTreeMap<(Symbol, Interval), Chart>,
    statistics: Option<Figures>,
}

#[derive(Debug)]
pub struct Chart {
    /// Each with the count of changes after its last one.
    candles: BTreeMap<Timestamp, (Candle, u64)>,
    version: u64,
    /// All of it is asked for, not only what is recent.
    whole: bool,
    asking: Asking,
}

#[derive(Debug)]
pub struct Figures {
    statistics: Option<Statistics>,
    version: u64,
    asking: Asking,
}

#[derive(Debug, Default)]
struct Asking {
    under_way: bool,
    /// Something changed since it was asked for.
    stale: bool,
}

impl Asking {
    fn begun() -> Self {
        Asking { under_way: false, stale: true }
    }

    /// Whether to ask now.
    fn begins(&mut self) -> bool {
        if self.under_way || !self.stale {
            return false;
        }
        *self = Asking { under_way: true, stale: false };
        true
    }
}

impl Reports {
    pub fn watched(&self) -> BTreeSet<ReportName> {
        let charts = self.charts.keys().map(|(symbol, interval)| ReportName::Candles(*symbol, *interval));
        charts.chain(self.statistics.as_ref().map(|_| ReportName::Statistics)).collect()
    }

    /// From now on these, and no others.
    pub fn watch(&mut self, names: &BTreeSet<ReportName>) {
        self.charts.retain(|(symbol, interval), _| names.contains(&ReportName::Candles(*symbol, *interval)));
        let wanted = names.contains(&ReportName::Statistics);
        self.statistics = self.statistics.take().filter(|_| wanted);
        for name in names {
            match name {
                ReportName::Candles(symbol, interval) => {
                    self.charts.entry((*symbol, *interval)).or_insert_with(Chart::new);
                }
                ReportName::Statistics => {
                    self.statistics.get_or_insert_with(Figures::new);
                }
            }
        }
    }

    pub fn traded(&mut self, symbol: Symbol) {
        let charts = self.charts.iter_mut().filter(|((of, _), _)| *of == symbol);
        charts.for_each(|(_, chart)| chart.asking.stale = true);
    }

    pub fn statistics_are_old(&mut self) {
        self.statistics.iter_mut().for_each(|figures| figures.asking.stale = true);
    }

    /// Something was missed, and perhaps an answer with it.
    pub fn all_are_old(&mut self) {
        self.charts.values_mut().for_each(|chart| (chart.asking, chart.whole) = (Asking::begun(), true));
        self.statistics.iter_mut().for_each(|figures| figures.asking = Asking::begun());
    }

    /// What must be asked for now. Said once.
    pub fn needs(&mut self) -> Vec<Need> {
        let charts = self.charts.iter_mut().filter_map(|((symbol, interval), chart)| {
            let (symbol, interval, whole) = (*symbol, *interval, chart.whole);
            chart.asking.begins().then_some(Need::Candles { symbol, interval, whole })
        });
        let mut needs: Vec<_> = charts.collect();
        if self.statistics.as_mut().is_some_and(|figures| figures.asking.begins()) {
            needs.push(Need::Statistics);
        }
        needs
    }

    pub fn candles_answered(&mut self, whole: bool, candles: Candles) {
        if let Some(chart) = self.charts.get_mut(&(candles.symbol, candles.interval)) {
            chart.answered(whole, candles.items);
        }
    }

    pub fn statistics_answered(&mut self, statistics: Statistics) {
        if let Some(figures) = &mut self.statistics {
            figures.asking.under_way = false;
            if figures.statistics.as_ref() != Some(&statistics) {
                figures.statistics = Some(statistics);
                figures.version += 1;
            }
        }
    }

    pub fn chart(&self, symbol: Symbol, interval: Interval) -> Result<&Chart, NotYet> {
        self.charts.get(&(symbol, interval)).filter(|chart| chart.version > 0).ok_or(NotYet)
    }

    /// With the count of their changes.
    pub fn statistics(&self) -> Result<(u64, &Statistics), NotYet> {
        let figures = self.statistics.as_ref().ok_or(NotYet)?;
        figures.statistics.as_ref().map(|statistics| (figures.version, statistics)).ok_or(NotYet)
    }
}

impl Figures {
    fn new() -> Self {
        Figures { statistics: None, version: 0, asking: Asking::begun() }
    }
}

impl Chart {
    fn new() -> Self {
        Chart { candles: BTreeMap::new(), version: 0, whole: true, asking: Asking::begun() }
    }

    fn answered(&mut self, whole: bool, items: Vec<Candle>) {
        self.asking.under_way = false;
        let newest = self.candles.last_key_value().map(|(at, _)| *at);
        let oldest_told = items.first().map(|candle| candle.at);
        if !whole && items.len() >= usize::from(RECENT_CANDLES) && oldest_told > newest {
            // There are others between these and what is known.
            (self.whole, self.asking.stale) = (true, true);
            return;
        }
        self.whole = false;
        let mut changed: Vec<_> = items
            .into_iter()
            .filter(|candle| self.candles.get(&candle.at).is_none_or(|(known, _)| known != candle))
            .collect();
        // The first answer counts, also when there is nothing in it.
        if self.version == 0 || !changed.is_empty() {
            self.version += 1;
        }
        let version = self.version;
        self.candles.extend(changed.drain(..).map(|candle| (candle.at, (candle, version))));
        while self.candles.len() > usize::from(CHART_CANDLES) {
            self.candles.pop_first();
        }
    }

    /// Counts the changes.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Oldest first.
    pub fn all(&self) -> impl Iterator<Item = &Candle> {
        self.candles.values().map(|(candle, _)| candle)
    }

    pub fn changed_since(&self, version: u64) -> impl Iterator<Item = &Candle> {
        self.candles.values().filter(move |(_, changed)| *changed > version).map(|(candle, _)| candle)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::{Price, Quantity};

    fn candle(minute: i64, close: i64) -> Candle {
        let close = Price::from_micros(close);
        let at = chrono::DateTime::from_timestamp(minute * 60, 0).unwrap();
        let volume = Quantity::from_micros(1).into();
        Candle { at, open: close, high: close, low: close, close, volume, trades: 1, simulated: false }
    }

    fn acme() -> Symbol {
        "ACME".parse().unwrap()
    }

    fn answer(reports: &mut Reports, whole: bool, items: Vec<Candle>) {
        let (symbol, interval, next_from) = (acme(), Interval::Minute, None);
        reports.candles_answered(whole, Candles { symbol, interval, items, next_from });
    }

    fn watching(names: impl IntoIterator<Item = ReportName>) -> Reports {
        let mut reports = Reports::default();
        reports.watch(&names.into_iter().collect());
        reports
    }

    fn need(whole: bool) -> Vec<Need> {
        vec![Need::Candles { symbol: acme(), interval: Interval::Minute, whole }]
    }

    const CHART: fn() -> ReportName = || ReportName::Candles(acme(), Interval::Minute);

    #[test]
    fn a_chart_is_asked_for_once_and_again_after_a_trade() {
        let mut reports = watching([CHART()]);
        assert_eq!((reports.needs(), reports.needs()), (need(true), vec![]));
        assert!(reports.chart(acme(), Interval::Minute).is_err());
        // A trade that the answer may be older than.
        reports.traded(acme());
        assert_eq!(reports.needs(), []);
        answer(&mut reports, true, vec![candle(1, 5), candle(2, 6)]);
        assert_eq!((reports.needs(), reports.needs()), (need(false), vec![]));
        let before = reports.chart(acme(), Interval::Minute).unwrap().version();
        answer(&mut reports, false, vec![candle(2, 7), candle(3, 8)]);
        let chart = reports.chart(acme(), Interval::Minute).unwrap();
        let closes = |candles: Vec<&Candle>| candles.iter().map(|c| c.close.micros()).collect::<Vec<_>>();
        assert_eq!(closes(chart.changed_since(before).collect()), [7, 8]);
        assert_eq!(closes(chart.all().collect()), [5, 7, 8]);
        reports.traded("BOLT".parse().unwrap());
        assert_eq!(reports.needs(), []);
    }

    #[test]
    fn a_hole_between_what_is_known_and_what_is_recent_is_filled() {
        let mut reports = watching([CHART()]);
        reports.needs();
        answer(&mut reports, true, vec![candle(1, 5)]);
        reports.traded(acme());
        assert_eq!(reports.needs(), need(false));
        let recent: Vec<_> = (100..100 + i64::from(RECENT_CANDLES)).map(|n| candle(n, 9)).collect();
        answer(&mut reports, false, recent);
        assert_eq!(reports.chart(acme(), Interval::Minute).unwrap().all().count(), 1);
        assert_eq!(reports.needs(), need(true));
        answer(&mut reports, true, (2..500).map(|n| candle(n, 9)).collect());
        let chart = reports.chart(acme(), Interval::Minute).unwrap();
        assert_eq!(chart.all().count(), usize::from(CHART_CANDLES));
    }

    #[test]
    fn what_nobody_watches_is_forgotten() {
        let mut reports = watching([CHART(), ReportName::Statistics]);
        assert_eq!(reports.watched().len(), 2);
        assert_eq!(reports.needs().len(), 2);
        reports.watch(&[CHART()].into());
        assert!(reports.statistics().is_err());
        reports.statistics_are_old();
        assert_eq!(reports.needs(), []);
        reports.all_are_old();
        assert_eq!(reports.needs(), need(true));
    }

    #[test]
    fn an_empty_chart_is_known_to_be_empty() {
        let mut reports = watching([CHART()]);
        reports.needs();
        answer(&mut reports, true, vec![]);
        assert_eq!(reports.chart(acme(), Interval::Minute).unwrap().all().count(), 0);
    }
}
