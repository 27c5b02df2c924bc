//! Logs of the processes, bounded: when one is full it is put aside and begun anew, once.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Two of them are a few hours of a busy service.
const LOG_BYTES_MAX: u64 = 10 * 1024 * 1024;

pub struct Log {
    path: PathBuf,
    file: File,
    length: u64,
}

impl Log {
    pub fn open(folder: &Path, name: &str) -> std::io::Result<Self> {
        let path = folder.join(format!("{name}.log"));
        let file = OpenOptions::new().create(true).append(true).open(&path)?;
        let length = file.metadata()?.len();
        Ok(Log { path, file, length })
    }

    /// A full disk loses lines; it stops nobody.
    pub fn line(&mut self, text: &str) {
        if self.length >= LOG_BYTES_MAX && self.begin_anew().is_err() {
            return;
        }
        if writeln!(self.file, "{text}").is_ok() {
            self.length += text.len() as u64 + 1;
        }
    }

    fn begin_anew(&mut self) -> std::io::Result<()> {
        std::fs::rename(&self.path, self.path.with_extension("log.1"))?;
        self.file = OpenOptions::new().create(true).append(true).open(&self.path)?;
        self.length = 0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_log_is_put_aside_once() {
        let folder = tempfile::tempdir().unwrap();
        let mut log = Log::open(folder.path(), "web").unwrap();
        let line = "x".repeat(1024 * 1024);
        for _ in 0..25 {
            log.line(&line);
        }
        let length = |name: &str| folder.path().join(name).metadata().unwrap().len();
        assert!(length("web.log.1") <= LOG_BYTES_MAX + line.len() as u64 + 1);
        assert!(length("web.log") <= LOG_BYTES_MAX);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    }
}
