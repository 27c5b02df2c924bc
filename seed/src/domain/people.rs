//! people.csv: who there is.

use super::{Problem, Row, cells::Cells, table::Table};
use contracts::{
    UserId,
    accounts::{Role, User},
    ids::HOUSE,
};
use std::collections::HashMap;

/// As accounts has it.
const NAME_CHARACTERS_MAX: usize = 64;

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
        let name = name(&mut cells);
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

fn name(cells: &mut Cells) -> Option<String> {
    let name = cells.text("name")?;
    let length = name.chars().count();
    let rule = if name.trim() != name {
        format!("expected no spaces around it, got {name:?}")
    } else if length > NAME_CHARACTERS_MAX {
        format!("expected at most {NAME_CHARACTERS_MAX} characters, got {length}")
    } else if name.chars().any(char::is_control) {
        format!("expected visible characters, got {name:?}")
    } else {
        return Some(name.to_owned());
    };
    cells.refuse("name", rule);
    None
}
