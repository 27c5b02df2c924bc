//! What a person sees: steps with their progress, and the lines of the processes, each with its
//! name before it. Plain lines where nobody watches a terminal.

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::fmt::Display;
use std::io::{IsTerminal, Write};
use std::sync::Arc;
use std::time::Duration;

/// A command's answer, on standard output. Whoever closed it has read enough.
pub fn answer(text: impl Display) {
    let mut output = std::io::stdout().lock();
    let _ = writeln!(output, "{text}").and_then(|()| output.flush());
}

/// Wide enough for the longest name.
const NAME_WIDTH: usize = 10;
const TICK: Duration = Duration::from_millis(120);

/// Cheap to clone.
#[derive(Clone)]
pub struct Console(Arc<Inner>);

struct Inner {
    bars: MultiProgress,
    interactive: bool,
    colours: bool,
}

impl Console {
    pub fn new() -> Self {
        let interactive = std::io::stderr().is_terminal();
        let target = if interactive { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let colours = interactive && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Console(Arc::new(Inner { bars: MultiProgress::with_draw_target(target), interactive, colours }))
    }

    /// A line of our own.
    pub fn say(&self, text: &str) {
        self.line("exchange", text);
    }

    /// A line of a process.
    pub fn line(&self, name: &str, text: &str) {
        let prefix = format!("{name:<NAME_WIDTH$} |");
        match colour(name).filter(|_| self.0.colours) {
            Some(colour) => self.raw(&format!("\x1b[{colour}m{prefix}\x1b[0m {text}")),
            None => self.raw(&format!("{prefix} {text}")),
        }
    }

    /// A terminal that is gone is no reason to stop.
    fn raw(&self, text: &str) {
        self.0.bars.suspend(|| {
            let _ = writeln!(std::io::stderr(), "{text}");
        });
    }

    /// Begins something that takes a while.
    pub fn step(&self, doing: &str) -> Doing {
        if !self.0.interactive {
            self.say(doing);
        }
        let bar = self.0.bars.add(ProgressBar::new_spinner());
        let style = ProgressStyle::with_template("  {spinner} {msg} ({elapsed})");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        bar.set_message(doing.to_owned());
        bar.enable_steady_tick(TICK);
        Doing { console: self.clone(), bar }
    }
}

impl Default for Console {
    fn default() -> Self {
        Self::new()
    }
}

/// Something under way. Dropping it without a word means that it failed, which is told elsewhere.
pub struct Doing {
    console: Console,
    bar: ProgressBar,
}

impl Doing {
    /// What it is about at the moment.
    pub fn tell(&self, text: &str) {
        if !self.console.0.interactive {
            self.console.say(text);
        }
        self.bar.set_message(text.to_owned());
    }

    /// How far it is.
    pub fn progress(&self, what: &str, done: usize, of: usize) {
        self.bar.set_message(format!("{what} {done} of {of}"));
    }

    pub fn done(self, text: &str) {
        self.bar.finish_and_clear();
        self.console.say(text);
    }
}

impl Drop for Doing {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// ANSI foreground, one for each process.
fn colour(name: &str) -> Option<u8> {
    let known = ["exchange", "web", "ordering", "portfolio", "matching", "stock-data", "accounts"];
    known.iter().position(|known| *known == name).map(|at| [1, 36, 33, 32, 35, 34, 96][at])
}
