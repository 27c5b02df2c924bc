//! Where the program is, as its sources are now.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::SystemTime;

/// `target/debug`, or wherever this was built.
pub fn target_folder() -> PathBuf {
    let ours = std::env::current_exe().expect("we are a program");
    // target/PROFILE/deps/trial-123
    ours.parent().and_then(Path::parent).expect("a target folder").to_owned()
}

/// The program as its sources are now; built when it is not, as `cargo test -p trials` leaves it.
pub fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        let folder = target_folder();
        let program = folder.join("exchange");
        if modified(&program).is_none_or(|built| newest_source().is_some_and(|source| source > built)) {
            let mut build = Command::new("cargo");
            build.args(["build", "--quiet", "--package", "exchange", "--bin", "exchange"]);
            if folder.ends_with("release") {
                build.arg("--release");
            }
            let built = build.current_dir(env!("CARGO_MANIFEST_DIR")).status().expect("cargo runs");
            assert!(built.success(), "the exchange does not build");
        }
        program
    })
}

fn modified(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|metadata| metadata.modified()).ok()
}

fn newest_source() -> Option<SystemTime> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?;
    let ours = |entry: &walkdir::DirEntry| {
        !["target", "node_modules", ".git", "trials", "tests"].iter().any(|n| entry.file_name() == *n)
    };
    let files = walkdir::WalkDir::new(root).into_iter().filter_entry(ours).filter_map(Result::ok);
    let sources =
        files.filter(|f| f.path().extension().is_some_and(|e| e == "rs" || e == "toml" || e == "csv"));
    sources.filter_map(|file| modified(file.path())).max()
}
