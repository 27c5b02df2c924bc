//! How audits read: in order, in pages, as of one moment, whatever happens meanwhile.

use super::*;
use chassis::audit::{Audited, Cursor};

struct Number(i64);

#[derive(FromQueryResult)]
struct NumberRow {
    n: i64,
}

impl Audited for Number {
    type Id = i64;
    type Row = NumberRow;
    const NAME: &'static str = "audited_numbers";
    const SQL: &'static str = "select n from numbers order by n";

    fn id(&self) -> i64 {
        self.0
    }

    fn read(row: NumberRow) -> Result<Self, Fault> {
        Ok(Number(row.n))
    }
}

async fn read(db: &Db, meanwhile: &str) -> Vec<i64> {
    db.transaction(async |tx: &chassis::Tx| {
        let mut cursor = Cursor::<Number>::open(tx).await?;
        db.execute_alone(meanwhile).await?;
        let mut read = Vec::new();
        while let Some(number) = cursor.next().await? {
            read.push(number.id());
        }
        Ok(read)
    })
    .await
    .unwrap()
}

#[tokio::test]
async fn a_cursor_shows_every_row_of_one_moment() {
    let db = Db::connect(&fresh_database().await).await.unwrap();
    db.execute_alone("create table numbers (n bigint primary key)").await.unwrap();
    assert_eq!(read(&db, "insert into numbers select generate_series(1, 1999)").await, [0_i64; 0]);
    // About a page of 2,000: less, just one, more; and several. Each time more comes meanwhile.
    for (rows, more) in [(1_999, 2_000), (2_000, 2_001), (2_001, 9_000), (9_000, 9_001)] {
        let insert = format!("insert into numbers select generate_series({rows} + 1, {more})");
        assert_eq!(read(&db, &insert).await, (1..=rows).collect::<Vec<i64>>());
    }
    let lost = read(&db, "delete from numbers where n > 100").await;
    assert_eq!(lost.len(), 9_001);
    assert_eq!(read(&db, "select 1").await.len(), 100);
}
