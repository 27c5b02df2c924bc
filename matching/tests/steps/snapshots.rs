//! Snapshots and what they make of the journal.

use super::*;
use sea_orm::FromQueryResult;
use std::time::Duration;

#[derive(FromQueryResult, Debug)]
struct Kept {
    snapshots: i64,
    rows: i64,
    first_row: i64,
    third_snapshot: i64,
}

async fn kept(desk: &Desk) -> Kept {
    let sql = "
        select (select count(*) from snapshots) as snapshots, (select count(*) from journal) as rows,
               (select coalesce(min(step_no), 0) from journal) as first_row,
               (select coalesce(min(step_no), 0) from snapshots) as third_snapshot";
    desk.bench.db().one::<Kept>(sql, []).await.unwrap().unwrap()
}

async fn busy(desk: &mut Desk, steps: std::ops::Range<u64>) {
    for n in steps {
        desk.step(&busy_step(n)).await;
        // Compressing is done beside the steps; here it is given the time.
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn three_snapshots_are_kept_and_the_journal_after_the_oldest() {
    let mut desk = Desk::open(50).await;
    busy(&mut desk, 0..60).await;
    let kept = kept(&desk).await;
    assert_eq!(kept.snapshots, 3, "{kept:?}");
    assert_eq!(kept.first_row, kept.third_snapshot + 1, "{kept:?}");
    assert!(kept.rows < 50, "{kept:?}");
    assert_eq!(desk.findings().await, Vec::<String>::new());

    let before = desk.state_hash().await;
    desk.bench.reopen().await;
    assert_eq!(desk.state_hash().await, before);
    busy(&mut desk, 60..80).await;
    assert_eq!(desk.findings().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_damaged_snapshot_is_passed_over_for_the_one_before() {
    let mut desk = Desk::open(50).await;
    busy(&mut desk, 0..60).await;
    let before = desk.state_hash().await;
    let newest = "step_no = (select max(step_no) from snapshots)";
    let flip = "set body = set_byte(body, 40, get_byte(body, 40) # 4)";
    desk.bench.sql(&format!("update snapshots {flip} where {newest}")).await;
    assert_eq!(desk.state_hash().await, before);
    assert_eq!(desk.findings().await.len(), 1, "{:?}", desk.findings().await);
    assert_eq!(desk.recover().await, Ok(()));
    desk.bench.sql(&format!("update snapshots set body = substr(body, 1, 100) where {newest}")).await;
    assert_eq!(desk.recover().await, Ok(()));
    assert_eq!(desk.state_hash().await, before);

    desk.bench.sql(&format!("update snapshots {flip}")).await;
    let refused = desk.recover().await.unwrap_err();
    assert!(refused.contains("no snapshot is whole") && refused.contains("matching.0"), "{refused}");
}

/// Measures; run with `--ignored --nocapture`.
#[tokio::test]
#[ignore = "a measurement"]
async fn recovery_of_a_hundred_thousand_resting_orders() {
    let mut desk = Desk::open(50_000).await;
    for n in 0..110_u64 {
        let resting = |k: u64| {
            let id = n * 1000 + k;
            let symbol = format!("S{}", id % 30);
            let price = format!("{}.{:02}", 10 + id / 30 % 50, id % 100);
            limit(&symbol, id, id % 100, Side::Buy, &price, "5")
        };
        desk.step(&(0..1000).map(resting).collect::<Vec<_>>()).await;
    }
    for _ in 0..2 {
        let begun = std::time::Instant::now();
        desk.bench.reopen().await;
        println!("recovered in {:?}: {:?}", begun.elapsed(), kept(&desk).await);
    }
    let begun = std::time::Instant::now();
    let replayed = matching::audit::replay(desk.bench.db(), 0).await.unwrap();
    let orders: usize = replayed.books.iter().map(|book| book.orders.len()).sum();
    println!("audited {orders} orders in {:?}", begun.elapsed());
}

/// The journal is kept for the oldest of them, so any of them will do; without one nothing is guessed.
#[tokio::test]
async fn a_missing_snapshot_is_passed_over_and_where_none_is_left_nothing_opens() {
    let mut desk = Desk::open(50).await;
    busy(&mut desk, 0..60).await;
    let before = desk.state_hash().await;
    for left in [2, 1] {
        desk.bench.sql("delete from snapshots where step_no = (select max(step_no) from snapshots)").await;
        assert_eq!(kept(&desk).await.snapshots, left);
        assert_eq!(desk.recover().await, Ok(()));
        assert_eq!(desk.state_hash().await, before);
    }
    desk.bench.sql("delete from snapshots").await;
    let refused = desk.recover().await.unwrap_err();
    assert!(refused.contains("matching.0"), "{refused}");
    assert!(desk.findings().await.iter().any(|finding| finding.contains("matching.0")));
}
