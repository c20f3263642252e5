//! Disks that fail: a small one that can be filled, and a limit on what a process may write.

use std::{
    fs::{self, File},
    io::Write,
    path::PathBuf,
    process::Command,
};

use tempfile::TempDir;

use super::Process;

/// A file system in memory, of a few megabytes. It is unmounted when it is dropped.
pub struct SmallDisk(TempDir);

impl SmallDisk {
    /// None if this user may not mount a file system; then it says so.
    pub fn mount() -> Option<Self> {
        let folder = TempDir::new().unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=8m", "make-chat-test"]);
        let done = mount.arg(folder.path()).output();
        let reason = match done {
            Ok(output) if output.status.success() => return Some(Self(folder)),
            Ok(output) => String::from_utf8_lossy(&output.stderr).into_owned(),
            Err(error) => error.to_string(),
        };
        // Not eprintln, which is shown only for tests that fail.
        let skipped = format!("note: no test with a full disk: {reason}\n");
        std::io::stderr().write_all(skipped.as_bytes()).unwrap();
        None
    }

    /// A folder on the disk.
    pub fn folder(&self) -> PathBuf {
        self.0.path().join("data")
    }

    /// Writes a file until there is no room left.
    pub fn fill(&self) {
        let mut file = File::create(self.filler()).unwrap();
        for size in [4096, 1] {
            while file.write_all(&vec![0; size]).is_ok() {}
        }
    }

    /// Deletes that file.
    pub fn make_room(&self) {
        fs::remove_file(self.filler()).unwrap();
    }

    fn filler(&self) -> PathBuf {
        self.0.path().join("filler")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: connections to the database may still be closing.
        let mut unmount = Command::new("umount");
        let done = unmount.arg("--lazy").arg(self.0.path()).status();
        assert!(done.unwrap().success());
    }
}

impl Process {
    /// From now on, a write beyond this size of a file fails. SQLite reports it as an I/O error.
    pub fn limit_file_size(&self, bytes: Option<u64>) {
        let limit = bytes.map_or("unlimited".to_owned(), |bytes| bytes.to_string());
        let mut prlimit = Command::new("prlimit");
        prlimit.args(["--pid", &self.id().to_string()]);
        let done = prlimit.arg(format!("--fsize={limit}:")).status();
        assert!(done.unwrap().success());
    }
}

/// A program that survives a write beyond its limit, like one that runs as a service with such a
/// limit and a full disk: without this, the signal SIGXFSZ ends it.
pub fn ignoring_limits(program: &Command) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""]);
    shell.arg(program.get_program()).args(program.get_args());
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell
}
