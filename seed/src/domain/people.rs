//! people.csv: who there is.

use super::{Problem, Row, cells::Cells, table::Table};
use contracts::{
    UserId,
    accounts::{NAME_CHARACTERS_MAX, Role, User},
    ids::HOUSE,
};
use std::collections::HashMap;

pub struct People {
    pub rows: Vec<Row<User>>,
    /// Everybody whose id was read, by the line that names him first.
    pub known: HashMap<UserId, u64>,
}

pub fn read(table: &Table, problems: &mut Vec<Problem>) -> People {
    let mut people = People { rows: vec![], known: HashMap::new() };
    for record in &table.records {
        let mut cells = Cells::of(table, record, problems);
        let user_id = cells.id("user_id").filter(|user_id| is_new(*user_id, &mut people, &mut cells));
        let name = cells.name(NAME_CHARACTERS_MAX);
        let role: Option<Role> = cells.parse("role");
        let demo = cells.parse_as("demo", "true or false");
        let (Some(user_id), Some(name), Some(role), Some(demo)) = (user_id, name, role, demo) else {
            continue;
        };
        let wants = User { user_id, name, role, demo };
        people.rows.push(Row { line: record.line, wants });
    }
    people
}

fn is_new(user_id: UserId, people: &mut People, cells: &mut Cells) -> bool {
    if user_id == HOUSE {
        cells.refuse(
            "user_id",
            format!("expected a person's or a program's id, got {HOUSE}, the house's own"),
        );
        return false;
    }
    if let Some(line) = people.known.get(&user_id) {
        cells.refuse("user_id", format!("stands on line {line} already: {user_id}"));
        return false;
    }
    people.known.insert(user_id, cells.line());
    true
}
