//! What the services tell Prometheus, and what docs/metrics.md says that they tell.

use crate::Exchange;
use anyhow::Context;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Of each metric its type and the names of its labels.
pub type Told = BTreeMap<String, (String, BTreeSet<String>)>;

/// What docs/metrics.md lists under headings that contain one of these.
pub fn documented(headings: &[&str]) -> Told {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/metrics.md");
    let text = std::fs::read_to_string(path).expect("docs/metrics.md is there");
    let mut told = Told::new();
    let mut is_wanted = false;
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            is_wanted = headings.iter().any(|wanted| heading.contains(wanted));
        } else if let Some(row) = line.strip_prefix("| `").filter(|_| is_wanted) {
            let cells: Vec<_> = row.split('|').map(str::trim).collect();
            let labels = cells[2].split(", ").filter(|label| !label.is_empty()).map(str::to_owned);
            told.insert(cells[0].trim_end_matches('`').to_owned(), (cells[1].to_owned(), labels.collect()));
        }
    }
    assert!(!told.is_empty(), "docs/metrics.md has nothing under {headings:?}");
    told
}

/// One value of a metric: its labels as they stand between the braces.
pub type Sample = (String, f64);

/// A scrape as text.
pub struct Scrape(String);

impl Scrape {
    pub fn told(&self) -> Told {
        let mut told = Told::new();
        for line in self.0.lines() {
            if let Some((name, kind)) = line.strip_prefix("# TYPE ").and_then(|line| line.split_once(' ')) {
                told.insert(name.to_owned(), (kind.to_owned(), BTreeSet::new()));
                continue;
            }
            let Some((name, labels)) = line.split_once('{') else { continue };
            let base = ["_bucket", "_sum", "_count"].iter().find_map(|suffix| {
                name.strip_suffix(suffix)
                    .filter(|base| told.get(*base).is_some_and(|(kind, _)| kind == "histogram"))
            });
            let Some((_, known)) = told.get_mut(base.unwrap_or(name)) else { continue };
            // No label of ours has a quotation mark in it.
            let names = labels.split('"').step_by(2).filter_map(|part| part.strip_suffix('='));
            known.extend(
                names.map(|label| label.trim_start_matches(',').to_owned()).filter(|label| label != "le"),
            );
        }
        told
    }

    pub fn samples(&self, metric: &str) -> Vec<Sample> {
        let of = |line: &str| {
            let (name, value) = line.rsplit_once(' ')?;
            let (name, labels) = name.split_once('{').unwrap_or((name, ""));
            let value = value.parse().ok()?;
            (name == metric).then(|| (labels.trim_end_matches('}').to_owned(), value))
        };
        self.0.lines().filter(|line| !line.starts_with('#')).filter_map(of).collect()
    }
}

impl Exchange {
    pub async fn scrape(&self, service: &str) -> anyhow::Result<Scrape> {
        let url = match service {
            "web" => format!("{}/metrics", self.url()),
            other => format!("http://127.0.0.1:{}/metrics", self.settings()?.health_port(other)),
        };
        let answer = reqwest::get(&url).await.with_context(|| format!("{service}: {url}"))?;
        Ok(Scrape(answer.error_for_status()?.text().await?))
    }
}
