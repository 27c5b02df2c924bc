//! The first seeding: once, after the first start that gets so far.

use crate::console::Console;
use crate::home::Home;
use chassis::settings::Settings;
use std::sync::Arc;

/// The demo's past is the same in every exchange.
const HISTORY_SEED: u32 = 1;

/// Fills the exchange with what comes with the program, unless that was done. A failure is told
/// and tried again at the next start: the exchange runs without it.
pub async fn first(home: &Home, settings: &Settings, console: &Console) {
    if home.seeded().exists() {
        return;
    }
    let step = Arc::new(console.step("seeding people, stocks and orders"));
    let shown = step.clone();
    let progress: seed::Progress =
        Box::new(move |kind, done, of| shown.progress(&format!("seeding {}", kind.name()), done, of));
    let options =
        seed::Options { progress: Some(progress), history: Some(HISTORY_SEED), ..Default::default() };
    let seeded = seed::run(settings, options).await;
    drop(step);
    let noted = seeded
        .and_then(|_| home.write(&home.seeded(), "Delete this file to have the next start seed again.\n"));
    match noted {
        Ok(()) => console.say("seeded"),
        Err(error) => console.say(&format!(
            "Seeding did not succeed; the next start tries again, or `exchange seed` does. {error:#}"
        )),
    }
}
