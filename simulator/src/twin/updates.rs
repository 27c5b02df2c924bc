//! `update … from unnest(…) as k (columns) where …`, for all tables alike: rows are found by their
//! key, which is among the columns, and get the other columns' values.

use super::State;
use super::inserts::{array, null_like, stands_for_null};
use super::tables::key_of;
use sea_orm::Value;

#[derive(Clone, Debug)]
pub struct Update {
    table: String,
    columns: Vec<String>,
    /// Only rows of the partition that is the first value.
    of_partition: bool,
}

impl Update {
    /// `sql` has single spaces. The arrays stand in the order of the columns.
    pub fn read(sql: &str) -> Self {
        let table = sql.split(' ').nth(1).expect("a table").to_owned();
        let columns = sql.split_once(" as k (").or_else(|| sql.split_once(" as new ("));
        let columns = columns.and_then(|(_, rest)| rest.split_once(')')).map(|(columns, _)| columns);
        let columns = columns.unwrap_or_else(|| panic!("the twin does not know this statement: {sql}"));
        let of_partition = sql.ends_with(".partition = $1");
        Update { table, columns: columns.split(", ").map(str::to_owned).collect(), of_partition }
    }

    pub fn run(&self, state: &mut State, values: &[Value]) -> Result<u64, String> {
        let arrays: Vec<&[Value]> = values.iter().filter_map(array).collect();
        assert_eq!(arrays.len(), self.columns.len(), "{}: a value for each column", self.table);
        let mut changed = 0;
        for at in 0..arrays[0].len() {
            let given = self.columns.iter().cloned().zip(arrays.iter().map(|values| values[at].clone()));
            let given = given.collect();
            let table = state.tables.table(&self.table);
            let Some(mut row) = table.rows.get(&key_of(table.key, &given)).cloned() else { continue };
            if self.of_partition && row["partition"] != values[0] {
                continue;
            }
            for (column, value) in given {
                let none = stands_for_null(&self.table, &column, &value);
                row.insert(column, if none { null_like(&value) } else { value });
            }
            state.save(&self.table, row)?;
            changed += 1;
        }
        Ok(changed)
    }
}
