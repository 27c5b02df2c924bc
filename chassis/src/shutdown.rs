//! The wish to end: SIGTERM, SIGINT, or the end of the parent's pipe.

use tokio::signal::unix::{SignalKind, signal};

/// Resolves when somebody wants this process to end.
pub async fn requested() {
    let mut terminate = signal(SignalKind::terminate()).expect("signals can be listened to");
    let mut interrupt = signal(SignalKind::interrupt()).expect("signals can be listened to");
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}
