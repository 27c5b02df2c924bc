//! The first seeding: once, after the first start that gets so far.

use crate::console::Console;
use crate::home::Home;
use chassis::settings::Settings;
use std::path::Path;
use std::sync::Arc;

/// The demo's past is the same in every exchange.
const HISTORY_SEED: u32 = 1;

/// Fills the exchange with what comes with the program, unless that was done. A failure is told
/// and tried again at the next start: the exchange runs without it.
pub async fn first(home: &Home, settings: &Settings, console: &Console) {
    let options = seed::Options { history: Some(HISTORY_SEED), ..Default::default() };
    once(home, &home.seeded(), settings, console, options, "people, stocks and orders").await;
}

/// Lists the coins that follow Binance, and gives the market makers some. They have no past: a made-up
/// one would not lead to the prices that come.
pub async fn coins(home: &Home, settings: &Settings, console: &Console) {
    let options = seed::Options { data: seed::Data::Coins, ..Default::default() };
    once(home, &home.seeded_coins(), settings, console, options, "coins to trade on paper").await;
}

async fn once(
    home: &Home,
    mark: &Path,
    settings: &Settings,
    console: &Console,
    options: seed::Options,
    what: &str,
) {
    if mark.exists() {
        return;
    }
    let step = Arc::new(console.step(&format!("seeding {what}")));
    let shown = step.clone();
    let progress: seed::Progress =
        Box::new(move |kind, done, of| shown.progress(&format!("seeding {}", kind.name()), done, of));
    let seeded = seed::run(settings, seed::Options { progress: Some(progress), ..options }).await;
    drop(step);
    let noted =
        seeded.and_then(|_| home.write(mark, "Delete this file to have the next start seed again.\n"));
    match noted {
        Ok(()) => console.say(&format!("seeded {what}")),
        Err(error) => console.say(&format!(
            "Seeding {what} did not succeed; the next start tries again, or `exchange seed` does. {error:#}"
        )),
    }
}
