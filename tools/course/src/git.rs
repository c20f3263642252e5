//! The git commands that `carry` needs.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

/// Keeps git from removing the state before a carry; each worktree has its own.
const REFERENCE: &str = "refs/worktree/course-carry";

/// The repository.
pub struct Git {
    root: PathBuf,
}

impl Git {
    /// The one in which the course lies.
    pub fn at(root: &Path) -> Git {
        let root = root.to_owned();
        Git { root }
    }

    fn command(&self) -> Command {
        let mut command = Command::new("git");
        command.current_dir(&self.root);
        command
    }

    fn run<I: AsRef<OsStr>>(&self, words: impl IntoIterator<Item = I>) -> Result<Vec<u8>> {
        answer(self.command().args(words))
    }

    fn line<I: AsRef<OsStr>>(&self, words: impl IntoIterator<Item = I>) -> Result<String> {
        let line = String::from_utf8(self.run(words)?)?;
        Ok(line.trim_end().to_owned())
    }

    /// Where a file of our own lies beside git's.
    pub fn own_file(&self, name: &str) -> Result<PathBuf> {
        let path = self.line(["rev-parse", "--git-path", name])?;
        Ok(self.root.join(path))
    }

    /// The commit of that name, if there is one.
    pub fn commit(&self, name: &str) -> Result<String> {
        self.line(["rev-parse", "--verify", "--quiet", name])
    }

    /// The files as they are now, new ones included, as a tree. Neither the
    /// files nor the index are touched.
    pub fn now(&self) -> Result<String> {
        let folder = tempfile::tempdir()?;
        let index = folder.path().join("index");
        let run = |words: &[&str]| {
            let mut command = self.command();
            answer(command.args(words).env("GIT_INDEX_FILE", &index))
        };
        run(&["read-tree", "HEAD"])?;
        run(&["add", "--all", "--", "."])?;
        let tree = String::from_utf8(run(&["write-tree"])?)?;
        Ok(tree.trim_end().to_owned())
    }

    /// Keeps the tree until [`Git::forget`].
    pub fn remember(&self, tree: &str) -> Result<()> {
        self.run(["update-ref", REFERENCE, tree]).map(drop)
    }

    /// Lets go of the tree.
    pub fn forget(&self) -> Result<()> {
        self.run(["update-ref", "-d", REFERENCE]).map(drop)
    }

    /// The paths below `folder` that differ between two trees, from `folder`.
    pub fn changed(&self, (old, new): (&str, &str), folder: &str) -> Result<Vec<String>> {
        let words = ["diff", "--name-only", "--no-renames", "--relative", "-z"];
        let place = [old, new, "--", folder];
        let listed = String::from_utf8(self.run(words.iter().chain(&place))?)?;
        let inside = format!("{folder}/");
        let paths = listed.split_terminator('\0');
        Ok(paths
            .filter_map(|path| Some(path.strip_prefix(&inside)?.to_owned()))
            .collect())
    }

    /// The file in that tree, if it has it.
    pub fn file(&self, tree: &str, path: &str) -> Result<Option<Vec<u8>>> {
        let listed = self.run(["ls-tree", "-z", tree, "--", path])?;
        if listed.is_empty() {
            return Ok(None);
        }
        self.run(["show", &format!("{tree}:./{path}")]).map(Some)
    }

    /// Merges three texts with labels; the flag is true if there is a conflict.
    pub fn merge(&self, texts: [&[u8]; 3], labels: [&str; 3]) -> Result<(Vec<u8>, bool)> {
        let folder = tempfile::tempdir()?;
        let mut command = self.command();
        command.args(["merge-file", "-p"]);
        for label in labels {
            command.args(["-L", label]);
        }
        for (name, text) in ["ours", "base", "theirs"].iter().zip(texts) {
            let path = folder.path().join(name);
            std::fs::write(&path, text)?;
            command.arg(path);
        }
        let output = command.output().context("git cannot be run")?;
        match output.status.code() {
            Some(0) => Ok((output.stdout, false)),
            // The number of conflicts; 128 and above are errors of git.
            Some(1..128) => Ok((output.stdout, true)),
            _ => bail!("{}", String::from_utf8_lossy(&output.stderr).trim()),
        }
    }
}

fn answer(command: &mut Command) -> Result<Vec<u8>> {
    let output = command.output().context("git cannot be run")?;
    if !output.status.success() {
        bail!("git: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(output.stdout)
}
