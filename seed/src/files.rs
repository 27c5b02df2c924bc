//! The five files: those built into the program, or a folder's.

use crate::domain::Kind;
use std::{borrow::Cow, fs, path::Path};

/// A million orders fit; a larger file is no seed but a mistake.
const FILE_BYTES_MAX: u64 = 256 * 1024 * 1024;

pub struct Files(Vec<(Kind, Content)>);

/// A file's bytes, or why there are none.
type Content = Result<Cow<'static, [u8]>, String>;

impl Files {
    pub fn read(folder: Option<&Path>) -> Self {
        let content = |kind| match folder {
            None => Ok(Cow::Borrowed(built_in(kind).as_bytes())),
            Some(folder) => read(&folder.join(kind.file())).map(Cow::Owned),
        };
        Files(Kind::ALL.iter().map(|kind| (*kind, content(*kind))).collect())
    }

    pub(crate) fn contents(&self) -> impl Iterator<Item = (Kind, Result<&[u8], &str>)> {
        self.0.iter().map(|(kind, content)| (*kind, content.as_deref().map_err(String::as_str)))
    }
}

fn built_in(kind: Kind) -> &'static str {
    match kind {
        Kind::People => include_str!("../data/people.csv"),
        Kind::Stocks => include_str!("../data/stocks.csv"),
        Kind::Cash => include_str!("../data/cash.csv"),
        Kind::Holdings => include_str!("../data/holdings.csv"),
        Kind::Orders => include_str!("../data/orders.csv"),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    let unreadable = |e: std::io::Error| format!("cannot be read at {}: {e}", path.display());
    let bytes = fs::metadata(path).map_err(unreadable)?.len();
    if bytes > FILE_BYTES_MAX {
        return Err(format!("has {bytes} bytes, at most {FILE_BYTES_MAX} are read"));
    }
    fs::read(path).map_err(unreadable)
}
