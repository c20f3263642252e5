//! A PostgreSQL server of a test's own, for a test that restarts it.

use std::{
    env, fs,
    os::unix::{
        fs::{MetadataExt, chown},
        process::CommandExt,
    },
    path::PathBuf,
    process::{Command, Stdio},
};

use tempfile::TempDir;
use tokio::task::spawn_blocking;

use super::certificates;

/// How PostgreSQL ends, in the words of `pg_ctl`.
#[derive(Debug, Clone, Copy)]
pub enum Stop {
    /// It ends all connections, saves everything, and ends.
    Fast,
    /// It ends as it is. When it starts again, it recovers from its log, as after a crash.
    Immediate,
}

/// A running server, reached through a socket in its folder, so that it takes no port. It is stopped
/// when this value is dropped.
pub struct Postgres {
    programs: PathBuf,
    /// PostgreSQL refuses to run as root.
    user: u32,
    group: u32,
    folder: TempDir,
}

impl Postgres {
    /// Starts an empty server. None without `postgres.sh`, which says where the programs are, and whose
    /// folder belongs to the user who runs them.
    pub async fn start() -> Option<Self> {
        let programs = env::var_os("TEST_POSTGRES_PROGRAMS")?.into();
        let owner = fs::metadata(certificates()?).unwrap();
        let server = Self {
            programs,
            user: owner.uid(),
            group: owner.gid(),
            folder: TempDir::new().unwrap(),
        };
        let folder = server.folder.path();
        chown(folder, Some(server.user), Some(server.group)).unwrap();
        let options = format!(
            "-c listen_addresses= -c unix_socket_directories={} -c fsync=off",
            folder.display()
        );
        let user = ["--username=postgres", "--auth=trust", "--no-sync"];
        server.run("initdb", &user).await;
        server.pg_ctl(&["start", "--options", &options]).await;
        Some(server)
    }

    /// The URL of its database.
    pub fn url(&self) -> String {
        let folder = self.folder.path().display();
        format!("postgres://postgres@localhost/postgres?host={folder}")
    }

    /// Ends the server, and starts it again. Meanwhile it refuses connections.
    pub async fn restart(&self, stop: Stop) {
        let mode = match stop {
            Stop::Fast => "fast",
            Stop::Immediate => "immediate",
        };
        self.pg_ctl(&["restart", "--mode", mode]).await;
    }

    /// Waits until PostgreSQL has done it.
    async fn pg_ctl(&self, arguments: &[&str]) {
        let log = self.folder.path().join("log").display().to_string();
        let waiting = ["--wait", "--silent", "--log", &log];
        self.run("pg_ctl", &[arguments, &waiting].concat()).await;
    }

    async fn run(&self, program: &str, arguments: &[&str]) {
        let mut command = self.command(program);
        command.args(arguments).stdout(Stdio::null());
        let status = spawn_blocking(move || command.status().unwrap());
        let status = status.await.unwrap();
        assert!(status.success(), "{program} {arguments:?}: {status}");
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command
            .arg("--pgdata")
            .arg(self.folder.path().join("data"))
            // Its user may not enter every folder.
            .current_dir(self.folder.path())
            .uid(self.user)
            .gid(self.group);
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let mut stop = self.command("pg_ctl");
        drop(stop.args(["stop", "--mode=immediate", "--silent"]).status());
    }
}
