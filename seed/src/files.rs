//! The five files: those built into the program, or a folder's.

use crate::domain::Kind;
use std::{
    borrow::Cow,
    fs,
    path::{Path, PathBuf},
};

/// A million orders fit; a larger file is no seed but a mistake.
const FILE_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// Which five files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Data {
    /// The demo's people and stocks, which come with the program.
    #[default]
    Demo,
    /// Coins for trading on paper, and market makers who have some; they come with the program too.
    Coins,
    Folder(PathBuf),
}

pub struct Files(Vec<(Kind, Content)>);

/// A file's bytes, or why there are none.
type Content = Result<Cow<'static, [u8]>, String>;

impl Files {
    pub fn read(data: &Data) -> Self {
        let content = |kind| match data {
            Data::Demo => Ok(Cow::Borrowed(demo(kind).as_bytes())),
            Data::Coins => Ok(Cow::Borrowed(coins(kind).as_bytes())),
            Data::Folder(folder) => read(&folder.join(kind.file())).map(Cow::Owned),
        };
        Files(Kind::ALL.iter().map(|kind| (*kind, content(*kind))).collect())
    }

    pub(crate) fn contents(&self) -> impl Iterator<Item = (Kind, Result<&[u8], &str>)> {
        self.0.iter().map(|(kind, content)| (*kind, content.as_deref().map_err(String::as_str)))
    }
}

fn demo(kind: Kind) -> &'static str {
    match kind {
        Kind::People => include_str!("../data/people.csv"),
        Kind::Stocks => include_str!("../data/stocks.csv"),
        Kind::Cash => include_str!("../data/cash.csv"),
        Kind::Holdings => include_str!("../data/holdings.csv"),
        Kind::Orders => include_str!("../data/orders.csv"),
    }
}

fn coins(kind: Kind) -> &'static str {
    match kind {
        Kind::People => include_str!("../coins/people.csv"),
        Kind::Stocks => include_str!("../coins/stocks.csv"),
        Kind::Cash => include_str!("../coins/cash.csv"),
        Kind::Holdings => include_str!("../coins/holdings.csv"),
        Kind::Orders => include_str!("../coins/orders.csv"),
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
