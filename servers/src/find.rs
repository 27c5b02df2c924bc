//! Where PostgreSQL's and RabbitMQ's programs are, and whether they are new enough.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

/// The oldest that is still maintained and has what the migrations use.
pub const POSTGRES_MAJOR_MIN: u32 = 14;

/// The first whose quorum queues can dead-letter at least once.
pub const RABBITMQ_MIN: (u32, u32) = (3, 10);

/// PostgreSQL's server programs, all from one folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostgresPrograms {
    pub bin: PathBuf,
    pub major: u32,
}

impl PostgresPrograms {
    pub fn initdb(&self) -> PathBuf {
        self.bin.join("initdb")
    }

    pub fn postgres(&self) -> PathBuf {
        self.bin.join("postgres")
    }
}

/// RabbitMQ's own scripts (not a package's wrapper, which switches user and drops the
/// environment) and the Erlang that runs them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RabbitPrograms {
    pub sbin: PathBuf,
    pub version: String,
    pub epmd: PathBuf,
    /// The folder that holds `erl`.
    pub erlang_bin: PathBuf,
}

/// The first PostgreSQL in PATH that is new enough, else the newest elsewhere.
pub fn postgres() -> Result<PostgresPrograms> {
    choose_postgres(all_postgres())
}

/// The PostgreSQL that can open a folder which this major version wrote.
pub fn postgres_of(major: u32) -> Option<PostgresPrograms> {
    all_postgres().into_iter().find(|programs| programs.major == major)
}

fn choose_postgres(found: Vec<PostgresPrograms>) -> Result<PostgresPrograms> {
    let newest = found.iter().map(|programs| programs.major).max();
    if let Some(programs) = found.into_iter().find(|programs| programs.major >= POSTGRES_MAJOR_MIN) {
        return Ok(programs);
    }
    match newest {
        Some(major) => bail!(
            "PostgreSQL {major} is installed, but {POSTGRES_MAJOR_MIN} or newer is needed: \
             install a newer one beside it"
        ),
        None => bail!(
            "PostgreSQL's programs (postgres, initdb) are neither in PATH nor where packages \
             put them: install PostgreSQL, or add its bin folder to PATH"
        ),
    }
}

fn all_postgres() -> Vec<PostgresPrograms> {
    let mut elsewhere: Vec<PostgresPrograms> = children_of("/usr/lib/postgresql")
        .chain(children_of("/usr").filter(|path| file_name(path).starts_with("pgsql-")))
        .chain(brewed("postgresql"))
        .chain(children_of("/Applications/Postgres.app/Contents/Versions"))
        .filter_map(|folder| postgres_in(&folder.join("bin")))
        .collect();
    elsewhere.sort_by_key(|programs| std::cmp::Reverse(programs.major));
    path_folders().filter_map(|folder| postgres_in(&folder)).chain(elsewhere).collect()
}

fn postgres_in(bin: &Path) -> Option<PostgresPrograms> {
    // A link in PATH leads to the folder with all the programs.
    let real = bin.join("postgres").canonicalize().ok()?;
    let bin = real.parent()?;
    if !bin.join("initdb").is_file() {
        return None;
    }
    let output = Command::new(bin.join("postgres")).arg("--version").output().ok()?;
    let major = postgres_major(&String::from_utf8_lossy(&output.stdout))?;
    Some(PostgresPrograms { bin: bin.to_owned(), major })
}

/// From `postgres (PostgreSQL) 15.14 (Debian …)`.
fn postgres_major(version: &str) -> Option<u32> {
    let number = version.split(')').nth(1)?.split_whitespace().next()?;
    number.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
}

/// The newest RabbitMQ with an Erlang to run it.
pub fn rabbitmq() -> Result<RabbitPrograms> {
    let (sbin, version) = newest_rabbitmq(
        children_of("/usr/lib/rabbitmq/lib")
            .chain(children_of("/usr/local/lib").filter(|path| file_name(path).starts_with("rabbitmq")))
            .chain(children_of("/opt").filter(|path| file_name(path).starts_with("rabbitmq")))
            .chain(brewed("rabbitmq"))
            .chain(path_folders().filter_map(rabbitmq_home_of)),
    )?;
    let erl = program("erl", &brewed("erlang").map(|home| home.join("bin")).collect::<Vec<_>>())
        .context("RabbitMQ is installed, but Erlang's `erl` is not in PATH: install Erlang, or add its bin folder to PATH")?;
    let erlang_bin = erl.parent().map(Path::to_owned).unwrap_or_default();
    let library = erl.canonicalize().ok().and_then(|real| Some(real.parent()?.to_owned()));
    let epmd = program("epmd", &[erlang_bin.clone(), library.unwrap_or_default()])
        .context("Erlang's `epmd` is neither in PATH nor beside `erl`: install Erlang completely")?;
    Ok(RabbitPrograms { sbin, version, epmd, erlang_bin })
}

fn newest_rabbitmq(homes: impl Iterator<Item = PathBuf>) -> Result<(PathBuf, String)> {
    let newest = homes
        .filter_map(|home| Some((rabbitmq_version(&home)?, home)))
        .filter(|(_, home)| home.join("sbin/rabbitmq-server").is_file())
        .max_by_key(|(version, _)| numbers(version));
    let Some((version, home)) = newest else {
        bail!(
            "RabbitMQ's rabbitmq-server is neither in PATH nor where packages put it: install \
             RabbitMQ, or add its sbin folder to PATH"
        );
    };
    if numbers(&version) < vec![RABBITMQ_MIN.0, RABBITMQ_MIN.1] {
        bail!(
            "RabbitMQ {version} is installed, but {}.{} or newer is needed: install a newer one",
            RABBITMQ_MIN.0,
            RABBITMQ_MIN.1
        );
    }
    Ok((home.join("sbin"), version))
}

/// From the name of the server's own plugin: `plugins/rabbit-3.10.8`.
fn rabbitmq_version(home: &Path) -> Option<String> {
    children_of(home.join("plugins")).find_map(|path| {
        let version = file_name(&path).strip_prefix("rabbit-")?.trim_end_matches(".ez").to_owned();
        version.starts_with(|letter: char| letter.is_ascii_digit()).then_some(version)
    })
}

/// A script in PATH may be a link into the real folder; a wrapper leads nowhere.
fn rabbitmq_home_of(folder: PathBuf) -> Option<PathBuf> {
    let script = folder.join("rabbitmq-server").canonicalize().ok()?;
    Some(script.parent()?.parent()?.to_owned())
}

fn numbers(version: &str) -> Vec<u32> {
    version.split(['.', '-', '+']).map_while(|part| part.parse().ok()).collect()
}

/// A program by name, in PATH or in these folders.
pub(crate) fn program(name: &str, also_in: &[PathBuf]) -> Option<PathBuf> {
    path_folders().chain(also_in.iter().cloned()).map(|folder| folder.join(name)).find(|path| path.is_file())
}

fn path_folders() -> impl Iterator<Item = PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).collect::<Vec<_>>().into_iter()
}

/// Homebrew's folders of a formula and of its numbered versions.
fn brewed(formula: &'static str) -> impl Iterator<Item = PathBuf> {
    ["/opt/homebrew/opt", "/usr/local/opt", "/home/linuxbrew/.linuxbrew/opt"]
        .into_iter()
        .flat_map(children_of)
        .filter(move |path| file_name(path).split('@').next() == Some(formula))
}

fn children_of(folder: impl AsRef<Path>) -> std::vec::IntoIter<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect::<Vec<_>>().into_iter()
}

fn file_name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn postgres_at(major: u32) -> PostgresPrograms {
        PostgresPrograms { bin: PathBuf::from(format!("/pg/{major}")), major }
    }

    fn rabbitmq_at(root: &Path, version: &str) -> PathBuf {
        let home = root.join(version);
        std::fs::create_dir_all(home.join("sbin")).unwrap();
        std::fs::create_dir_all(home.join("plugins").join(format!("rabbit-{version}"))).unwrap();
        std::fs::create_dir_all(home.join("plugins/rabbit_common-9.9.9")).unwrap();
        std::fs::write(home.join("sbin/rabbitmq-server"), "").unwrap();
        home
    }

    #[test]
    fn versions_are_read_from_what_the_programs_print() {
        assert_eq!(postgres_major("postgres (PostgreSQL) 15.14 (Debian 15.14-0)"), Some(15));
        assert_eq!(postgres_major("postgres (PostgreSQL) 19devel"), Some(19));
        assert_eq!(postgres_major("no version"), None);
    }

    #[test]
    fn a_postgres_that_is_too_old_is_named() {
        let error = choose_postgres(vec![postgres_at(13), postgres_at(12)]).unwrap_err().to_string();
        assert!(error.contains("PostgreSQL 13 is installed, but 14"), "{error}");
        assert_eq!(choose_postgres(vec![postgres_at(13), postgres_at(17)]).unwrap().major, 17);
    }

    #[test]
    fn the_newest_rabbitmq_wins_and_one_that_is_too_old_is_named() {
        let root = tempfile::tempdir().unwrap();
        let old = rabbitmq_at(root.path(), "3.9.29");
        let error = newest_rabbitmq([old.clone()].into_iter()).unwrap_err().to_string();
        assert!(error.contains("RabbitMQ 3.9.29 is installed, but 3.10"), "{error}");

        let (new, newer) = (rabbitmq_at(root.path(), "3.10.8"), rabbitmq_at(root.path(), "4.2.1"));
        let (sbin, version) = newest_rabbitmq([newer.clone(), old, new].into_iter()).unwrap();
        assert_eq!((sbin, version.as_str()), (newer.join("sbin"), "4.2.1"));
    }
}
