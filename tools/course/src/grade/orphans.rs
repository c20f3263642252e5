//! What a server has started, and what has left its group of processes.

use std::{fs, io, path::Path};

/// A program that starts itself again and again is not waited for.
const ROUNDS: usize = 100;

/// Stops everything that still runs from a file in `folder`.
#[cfg(target_os = "linux")]
pub fn stop(folder: &Path) -> io::Result<()> {
    use rustix::process::{Pid, Signal, kill_process};
    if !folder.exists() {
        return Ok(());
    }
    // The system names the file itself, not the links that lead to it.
    let folder = folder.canonicalize()?;
    for _ in 0..ROUNDS {
        let mut has_found = false;
        for entry in fs::read_dir("/proc")? {
            let entry = entry?;
            let number = entry.file_name().to_string_lossy().parse().ok();
            let process = number.and_then(Pid::from_raw);
            // An error means that it has ended, or belongs to somebody else.
            let program = fs::read_link(entry.path().join("exe"));
            if let (Some(process), Ok(program)) = (process, program)
                && program.starts_with(&folder)
            {
                has_found = true;
                match kill_process(process, Signal::KILL) {
                    Err(rustix::io::Errno::SRCH) => {}
                    stopped => stopped?,
                }
            }
        }
        if !has_found {
            break;
        }
    }
    Ok(())
}

#[cfg(not(target_os = "linux"))]
pub fn stop(_: &Path) -> io::Result<()> {
    Ok(())
}
