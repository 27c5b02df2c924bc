//! A private PostgreSQL through its life: first start, restart, kill -9, pause, second owner.

mod support;

use std::path::Path;
use std::time::Duration;

use servers::{Postgres, PostgresSettings, PostgresSource, find, ports};
use support::{PASSWORD, all_free, eventually, processes_in, sql};

async fn start(folder: &Path, port: u16) -> anyhow::Result<Postgres> {
    let source = PostgresSource::Installed(find::postgres().unwrap());
    Postgres::start(source, folder, port, PostgresSettings::throwaway(PASSWORD)).await
}

#[tokio::test]
async fn data_survives_a_restart_and_kill_9_and_nothing_stays_behind() {
    // Closed to others, as a temporary folder is: started as root, the server cannot go there.
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("postgres");
    let lease = ports::free(1).unwrap();
    let port = lease.ports()[0];

    let mut postgres = start(&folder, port).await.unwrap();
    let data = postgres.data().to_owned();
    sql(&postgres, "create table kept (n int); insert into kept values (1)").unwrap();
    for (setting, value) in [
        ("data_checksums", "on"),
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("full_page_writes", "on"),
        ("max_connections", "200"),
        ("listen_addresses", "127.0.0.1"),
        ("unix_socket_directories", ""),
        ("server_encoding", "UTF8"),
        ("lc_collate", "C"),
    ] {
        let show = if setting == "lc_collate" {
            "select datcollate from pg_database where datname = 'postgres'".to_owned()
        } else {
            format!("show {setting}")
        };
        assert_eq!(sql(&postgres, &show).unwrap(), value, "{setting}");
    }
    assert_eq!(
        sql(&postgres, "select count(*) from pg_hba_file_rules where auth_method <> 'scram-sha-256'")
            .unwrap(),
        "0"
    );

    postgres.restart().await.unwrap();
    sql(&postgres, "insert into kept values (2)").unwrap();

    // A second owner is told who the first is, and a taken port whose it is.
    let error = format!("{:#}", start(&folder, port).await.err().unwrap());
    assert!(error.contains("already running, started by PID"), "{error}");
    let other = tempfile::tempdir().unwrap();
    let error = format!("{:#}", start(&other.path().join("postgres"), port).await.err().unwrap());
    assert!(error.contains(&format!("port {port} is in use")) && error.contains("postgres"), "{error}");

    for n in 3..6 {
        postgres.kill9().await.unwrap();
        assert!(postgres.has_ended() && all_free(&[port]));
        postgres.start_again().await.unwrap();
        sql(&postgres, &format!("insert into kept values ({n})")).unwrap();
    }

    postgres.pause().await.unwrap();
    assert!(sql(&postgres, "select 1").is_err());
    postgres.resume().await.unwrap();
    assert_eq!(sql(&postgres, "select sum(n) from kept").unwrap(), "15");

    postgres.stop().await.unwrap();
    assert_eq!(processes_in(&data), Vec::<u32>::new());
    drop(postgres);

    let postgres = start(&folder, port).await.unwrap();
    assert_eq!(postgres.data(), data);
    assert_eq!(sql(&postgres, "select sum(n) from kept").unwrap(), "15");

    // Dropped while it runs: the next owner waits for its end.
    drop(postgres);
    let mut postgres = start(&folder, port).await.unwrap();
    assert_eq!(sql(&postgres, "select sum(n) from kept").unwrap(), "15");

    // Dropped while it is paused: the guard ends it all the same.
    postgres.pause().await.unwrap();
    drop(postgres);
    eventually("the dropped server is gone", || processes_in(&data).is_empty());
    assert!(all_free(&[port]));

    // Where the data went elsewhere, it is nobody's to delete but ours.
    if !data.starts_with(folder.canonicalize().unwrap()) {
        std::fs::remove_dir_all(data.parent().unwrap()).unwrap();
    }
    remove_seat(&other.path().join("postgres"));
}

/// Deletes what a start as root put elsewhere.
fn remove_seat(folder: &Path) {
    if let Ok(real) = folder.join("data").canonicalize()
        && !real.starts_with(folder.canonicalize().unwrap())
    {
        std::fs::remove_dir_all(real.parent().unwrap()).unwrap();
    }
}

#[tokio::test]
async fn a_stale_pid_file_of_another_program_is_no_hindrance() {
    let servers = servers::TestServers::postgres_only().await.unwrap();
    let data = servers.postgres.data().to_owned();
    let mut postgres = servers.postgres;
    postgres.kill9().await.unwrap();

    // As after a power cut, when the id belongs to something else of the same user.
    let notes = data.join("postmaster.pid");
    let mut stranger = sleeping_as_owner_of(&data);
    let text = std::fs::read_to_string(&notes).unwrap();
    let rest = text.split_once('\n').unwrap().1;
    std::fs::write(&notes, format!("{}\n{rest}", stranger.id())).unwrap();

    tokio::time::timeout(Duration::from_secs(30), postgres.start_again()).await.unwrap().unwrap();
    assert_eq!(sql(&postgres, "select 1").unwrap(), "1");
    stranger.kill().unwrap();
    stranger.wait().unwrap();
}

fn sleeping_as_owner_of(path: &Path) -> std::process::Child {
    use std::os::unix::fs::MetadataExt;
    use std::os::unix::process::CommandExt;

    let metadata = std::fs::metadata(path).unwrap();
    let mut command = std::process::Command::new("sleep");
    command.arg("60").current_dir("/");
    if metadata.uid() != nix::unistd::geteuid().as_raw() {
        command.uid(metadata.uid()).gid(metadata.gid());
    }
    command.spawn().unwrap()
}
