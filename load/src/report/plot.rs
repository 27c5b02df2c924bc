//! Lines over an axis, as SVG that stands in a page without anything else.

use std::fmt::Write;

pub struct Plot {
    pub title: String,
    pub across: Across,
    pub up: Up,
    pub lines: Vec<Line>,
}

pub struct Line {
    pub name: String,
    pub points: Vec<(f64, f64)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Across {
    Seconds,
    /// Each nine as wide as the one before.
    Percentiles,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Up {
    /// Milliseconds, each decade as high as the one below.
    Milliseconds,
    /// From zero.
    Amount(&'static str),
}

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 260.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 28.0;
/// What is quicker shows as this: a logarithm needs an end.
const MILLISECONDS_MIN: f64 = 0.1;
/// The last percentile drawn; the greatest of all stands there too.
const NINES_MAX: f64 = 5.0;
const COLOURS: [&str; 10] = [
    "#2563eb", "#dc2626", "#16a34a", "#d97706", "#7c3aed", "#0891b2", "#db2777", "#65a30d", "#475569",
    "#a16207",
];

/// Where a value lies, from 0 to 1, and which values have a line of the grid.
struct Axis {
    least: f64,
    most: f64,
    transform: fn(f64) -> f64,
    ticks: Vec<(f64, String)>,
}

impl Axis {
    fn place(&self, value: f64) -> f64 {
        let (least, most) = ((self.transform)(self.least), (self.transform)(self.most));
        (((self.transform)(value) - least) / (most - least).max(1e-9)).clamp(0.0, 1.0)
    }
}

impl Plot {
    /// An `svg` element with its legend, or a word when there is nothing to draw.
    pub fn svg(&self) -> String {
        let mut out = String::new();
        self.write(&mut out).expect("strings grow");
        out
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, "<figure><figcaption>{}</figcaption>", escaped(&self.title))?;
        let lines: Vec<&Line> = self.lines.iter().filter(|line| !line.points.is_empty()).collect();
        if lines.is_empty() {
            return writeln!(out, "<p>nothing was seen</p></figure>");
        }
        let values =
            |of: fn(&(f64, f64)) -> f64| lines.iter().flat_map(move |line| line.points.iter().map(of));
        let across = self.across.axis(values(|point| point.0).fold(0.0, f64::max));
        let up = self.up.axis(values(|point| point.1).fold(0.0, f64::max));
        let x = |value: f64| LEFT + across.place(value) * (WIDTH - LEFT - RIGHT);
        let y = |value: f64| HEIGHT - BOTTOM - up.place(value) * (HEIGHT - TOP - BOTTOM);
        writeln!(out, r#"<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img">"#)?;
        for (value, label) in &up.ticks {
            let at = y(*value);
            writeln!(
                out,
                r#"<line class="grid" x1="{LEFT}" x2="{:.1}" y1="{at:.1}" y2="{at:.1}"/>"#,
                WIDTH - RIGHT
            )?;
            writeln!(
                out,
                r#"<text x="{:.1}" y="{:.1}" text-anchor="end">{label}</text>"#,
                LEFT - 6.0,
                at + 4.0
            )?;
        }
        for (value, label) in &across.ticks {
            let at = x(*value);
            writeln!(
                out,
                r#"<text x="{at:.1}" y="{:.1}" text-anchor="middle">{label}</text>"#,
                HEIGHT - 8.0
            )?;
        }
        for (place, line) in lines.iter().enumerate() {
            let points: Vec<String> =
                line.points.iter().map(|(across, up)| format!("{:.1},{:.1}", x(*across), y(*up))).collect();
            let colour = COLOURS[place % COLOURS.len()];
            writeln!(
                out,
                r#"<polyline fill="none" stroke="{colour}" stroke-width="1.5" points="{}"/>"#,
                points.join(" ")
            )?;
        }
        writeln!(out, "</svg><p class=\"legend\">")?;
        for (place, line) in lines.iter().enumerate() {
            let colour = COLOURS[place % COLOURS.len()];
            writeln!(out, r#"<span><i style="background:{colour}"></i>{}</span>"#, escaped(&line.name))?;
        }
        writeln!(out, "</p></figure>")
    }
}

impl Across {
    fn axis(self, most: f64) -> Axis {
        match self {
            Across::Seconds => {
                let step = round_step(most / 8.0).max(1.0);
                let count = (most / step) as u32;
                let ticks = (0..=count).map(|n| (f64::from(n) * step, format!("{} s", f64::from(n) * step)));
                Axis { least: 0.0, most: most.max(1.0), transform: |x| x, ticks: ticks.collect() }
            }
            Across::Percentiles => {
                let known = [0.0, 50.0, 90.0, 99.0, 99.9, 99.99, 99.999];
                let ticks = known.map(|percentile| (percentile, format!("{percentile}%"))).into();
                Axis { least: 0.0, most: 99.999, transform: nines, ticks }
            }
        }
    }
}

/// 90 is one nine, 99 two.
fn nines(percentile: f64) -> f64 {
    (-(1.0 - percentile / 100.0).max(0.1_f64.powf(NINES_MAX)).log10()).min(NINES_MAX)
}

impl Up {
    fn axis(self, most: f64) -> Axis {
        match self {
            Up::Milliseconds => {
                let decades = (most.max(1.0) / MILLISECONDS_MIN).log10().ceil().max(1.0) as i32;
                let tick = |n: i32| MILLISECONDS_MIN * 10.0_f64.powi(n);
                let ticks = (0..=decades).map(|n| (tick(n), format!("{} ms", significant(tick(n)))));
                Axis {
                    least: MILLISECONDS_MIN,
                    most: tick(decades),
                    transform: |y| y.max(MILLISECONDS_MIN).log10(),
                    ticks: ticks.collect(),
                }
            }
            Up::Amount(unit) => {
                let step = round_step(most / 5.0).max(0.01);
                let count = (most / step).ceil().max(1.0) as u32;
                let ticks = (0..=count).map(|n| {
                    let value = f64::from(n) * step;
                    (value, format!("{}{unit}", significant(value)))
                });
                let ticks: Vec<_> = ticks.collect();
                Axis { least: 0.0, most: f64::from(count) * step, transform: |y| y, ticks }
            }
        }
    }
}

/// 1, 2 or 5 times a power of ten, not below what is given.
fn round_step(least: f64) -> f64 {
    let power = 10.0_f64.powf(least.max(1e-6).log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .map(|factor| factor * power)
        .into_iter()
        .find(|step| *step >= least)
        .unwrap_or(10.0 * power)
}

fn significant(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round_and_nines_are_even() {
        assert_eq!([0.7, 1.0, 3.0, 60.0, 1200.0].map(round_step), [1.0, 1.0, 5.0, 100.0, 2000.0]);
        let places =
            [0.0, 90.0, 99.0, 99.9, 100.0].map(|percentile| (nines(percentile) * 10.0).round() / 10.0);
        assert_eq!(places, [0.0, 1.0, 2.0, 3.0, 5.0]);
    }

    #[test]
    fn points_stay_inside_and_names_are_text() {
        let line = || Line { name: "a<b".into(), points: vec![(0.0, 0.0), (10.0, 1e9)] };
        for up in [Up::Milliseconds, Up::Amount("")] {
            let plot = Plot { title: "t".into(), across: Across::Seconds, up, lines: vec![line()] };
            let svg = plot.svg();
            assert!(svg.contains("points=\"64.0,232.0 708.0,10.0\""), "{svg}");
            assert!(svg.contains("a&lt;b") && !svg.contains("a<b"));
        }
        let nothing =
            Plot { title: "t".into(), across: Across::Percentiles, up: Up::Milliseconds, lines: vec![] };
        assert!(nothing.svg().contains("nothing was seen"));
    }
}
