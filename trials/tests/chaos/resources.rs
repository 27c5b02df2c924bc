//! The clock: F23. (Memory and disk are with the servers that lack them.)

use crate::{Fault, pause};
use std::path::Path;
use trials::Options;

/// Where Debian puts libfaketime.
const LIBRARY: &str = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";
const JUMPED_S: u64 = 8;

/// Every process, both servers included, has the clock that a file says.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "long; takes libfaketime"]
async fn f23_the_clock_jumps_an_hour_ahead_and_an_hour_back() {
    if !Path::new(LIBRARY).exists() {
        println!("F23: skipped: {LIBRARY} is not there (apt install libfaketime)");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let clock = folder.path().join("clock");
    let set = |offset: &str| std::fs::write(&clock, offset).unwrap();
    set("+0");
    // PostgreSQL runs as another user, who must be able to read it.
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let settings = vec![
        ("LD_PRELOAD", LIBRARY.to_owned()),
        ("FAKETIME_TIMESTAMP_FILE", clock.display().to_string()),
        ("FAKETIME_CACHE_DURATION", "1".to_owned()),
        // Timers and timeouts count as they always do; only the time of day is wrong.
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
    ];
    let fault = Fault::prepare("F23", &Options { settings, ..Options::default() }).await;
    let load = fault.load(23).await;
    for offset in ["+3600", "-3600", "+0"] {
        set(offset);
        pause(JUMPED_S).await;
    }
    let shown = "select extract(epoch from max(created_at) - min(created_at)) from orders";
    let apart = fault.exchange.number("ordering", shown).await.unwrap();
    assert!(apart > 7_000, "orders are {apart} s apart: the clock did not jump");
    fault
        .settle(load, format!("one hour ahead, two back, one ahead; orders' times lie {apart} s apart"))
        .await;
    fault.end();
}
