//! A CSV file as rows of cells, each row with the line on which it begins.
//!
//! Takes what spreadsheets write: a byte order mark, CRLF, quoted cells, columns in any order.

use super::{Kind, Problem, problem::shown};
use csv::{ByteRecord, ReaderBuilder};

/// Cells in the order of all the kind's columns. None: unreadable, and reported. One that the file
/// does not have is empty.
pub struct Record {
    pub line: u64,
    pub cells: Vec<Option<String>>,
}

pub struct Table {
    pub kind: Kind,
    pub records: Vec<Record>,
    /// No row was lost on the way.
    pub whole: bool,
}

/// None when the header leaves no way to read the rows.
pub fn read(kind: Kind, bytes: &[u8], problems: &mut Vec<Problem>) -> Option<Table> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
    let mut lines = Lines { bytes, at: 0, line: 1 };
    let mut record = ByteRecord::new();
    let mut next = |record: &mut ByteRecord| {
        let found = reader.read_byte_record(record).expect("bytes in memory are read, and are flexible");
        let start = record.position().map_or(0, |position| position.byte());
        found.then(|| lines.of_record_from(usize::try_from(start).expect("a file fits in memory")))
    };

    let Some(header_line) = next(&mut record) else {
        problems.push(Problem::of_file(kind, format!("is empty; expected the header {}", header(kind))));
        return None;
    };
    let order = columns(kind, header_line, &record, problems)?;
    let mut table = Table { kind, records: vec![], whole: true };
    while let Some(line) = next(&mut record) {
        if record.len() != order.len() {
            let over_lines = record.iter().any(|cell| cell.contains(&b'\n'));
            let hint = if over_lines { "; is a quote not closed?" } else { "" };
            let rule = format!("expected {} cells, got {}{hint}", order.len(), record.len());
            problems.push(Problem::of_row(kind, line, rule));
            table.whole = false;
            continue;
        }
        let mut cells: Vec<_> = kind.all_columns().map(|_| Some(String::new())).collect();
        for (bytes, column) in record.iter().zip(&order) {
            match std::str::from_utf8(bytes) {
                Ok(text) => cells[*column] = Some(text.to_owned()),
                Err(_) => {
                    cells[*column] = None;
                    let rule = format!("expected UTF-8, got {}", shown(&String::from_utf8_lossy(bytes)));
                    problems.push(Problem::of_cell(kind, line, name_of(kind, *column), rule));
                }
            }
        }
        table.records.push(Record { line, cells });
    }
    Some(table)
}

/// For each column of the file, which of the kind's columns it is.
fn columns(
    kind: Kind,
    line: u64,
    header_record: &ByteRecord,
    problems: &mut Vec<Problem>,
) -> Option<Vec<usize>> {
    let before = problems.len();
    let mut order = Vec::new();
    for name in header_record {
        let name = String::from_utf8_lossy(name);
        match kind.all_columns().position(|column| column == name) {
            Some(column) if order.contains(&column) => {
                let twice = "stands in the header twice";
                problems.push(Problem::of_cell(kind, line, name_of(kind, column), twice));
            }
            Some(column) => order.push(column),
            None => {
                let rule = format!("unknown column {}; expected {}", shown(&name), header(kind));
                problems.push(Problem::of_row(kind, line, rule));
            }
        }
    }
    for (column, name) in kind.columns().iter().enumerate() {
        if !order.contains(&column) {
            problems.push(Problem::of_cell(kind, line, name, "is missing from the header"));
        }
    }
    (problems.len() == before).then_some(order)
}

fn name_of(kind: Kind, column: usize) -> &'static str {
    kind.all_columns().nth(column).expect("a column of this kind")
}

fn header(kind: Kind) -> String {
    let (columns, further) = (kind.columns().join(","), kind.further_columns());
    match further.is_empty() {
        true => columns,
        false => format!("{columns}, and perhaps {}", further.join(",")),
    }
}

/// Counts lines. The reader's own count is behind after a CRLF and after empty lines.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line of the first character of a record at or after `start`. Starts only grow.
    fn of_record_from(&mut self, start: usize) -> u64 {
        let between = self.bytes[start..].iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        let begins = start + between;
        self.line += self.bytes[self.at..begins].iter().filter(|b| **b == b'\n').count() as u64;
        self.at = begins;
        self.line
    }
}
