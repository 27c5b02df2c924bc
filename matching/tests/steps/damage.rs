//! A journal that is not whole opens nothing, and says where.

use super::*;
use contracts::matching::MatchingCommand;

const STEPS: u64 = 8;

async fn with_journal() -> Desk {
    let mut desk = Desk::open(1_000_000).await;
    for n in 0..STEPS {
        desk.step(&busy_step(n)).await;
    }
    desk
}

async fn check(desk: &Desk, sql: &str, expected: &[&str]) {
    assert!(desk.bench.sql(sql).await > 0, "{sql}");
    let refused = desk.recover().await.expect_err(sql);
    for part in expected {
        assert!(refused.contains(part), "{sql}\n{refused}\nlacks {part:?}");
    }
    let findings = desk.findings().await;
    assert!(
        findings.iter().any(|finding| expected.iter().all(|part| finding.contains(part))),
        "{findings:?}"
    );
}

#[tokio::test]
async fn a_journal_with_a_changed_byte_a_hole_or_a_lost_end_is_named() {
    let desk = with_journal().await;
    desk.bench.sql("create table kept as select * from journal").await;
    let restore = "delete from journal; insert into journal select * from kept";
    let restore: Vec<&str> = restore.split(';').collect();

    check(
        &desk,
        // A bit in the first command's order id.
        "update journal set commands = set_byte(commands, 20, get_byte(commands, 20) # 1) where step_no = 4",
        &["matching.0", "step 4"],
    )
    .await;
    for sql in &restore {
        desk.bench.sql(sql).await;
    }
    assert_eq!(desk.recover().await, Ok(()));

    let digest = "update journal set digest = set_byte(digest, 0, get_byte(digest, 0) # 1) where step_no = 5";
    check(&desk, digest, &["matching.0", "step 5", "AAPL"]).await;
    for sql in &restore {
        desk.bench.sql(sql).await;
    }

    check(&desk, "delete from journal where step_no = 3", &["matching.0", "lacks step 3"]).await;
    for sql in &restore {
        desk.bench.sql(sql).await;
    }

    check(&desk, "delete from journal where step_no = 8", &["matching.0", "step 8", "lacks it"]).await;
    for sql in &restore {
        desk.bench.sql(sql).await;
    }

    check(&desk, "update journal_heads set step_no = 7", &["matching.0", "step 8", "head 7"]).await;
    desk.bench.sql("update journal_heads set step_no = 8").await;
    assert_eq!(desk.recover().await, Ok(()));

    desk.bench.sql("delete from journal").await;
    check(&desk, "delete from journal_heads", &["matching.0", "there is no journal"]).await;
}

async fn depths(desk: &mut Desk) -> serde_json::Value {
    desk.bench.request("web", &MatchingCommand::Depths {}).await.replies[0]["ok"]["depths"].clone()
}

#[tokio::test]
async fn a_restore_that_fails_leaves_the_live_books_as_they_were() {
    let mut desk = with_journal().await;
    let before = depths(&mut desk).await;
    assert!(before.as_array().is_some_and(|books| books.len() == 3), "{before}");
    let flip =
        "update journal set commands = set_byte(commands, 20, get_byte(commands, 20) # 1) where step_no = 4";
    desk.bench.sql(flip).await;
    desk.bench.try_reopen().await.expect_err("a damaged journal opens nothing");
    assert_eq!(depths(&mut desk).await, before);
    // The same bit again: the journal is whole, and the books that lived on are those that it gives.
    desk.bench.sql(flip).await;
    desk.step(&busy_step(STEPS)).await;
    let live = depths(&mut desk).await;
    assert_ne!(live, before);
    desk.bench.reopen().await;
    assert_eq!(depths(&mut desk).await, live);
    assert_eq!(desk.findings().await, Vec::<String>::new());
}
