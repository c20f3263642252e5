//! Stops processes that a server started and that left its process group.

use std::{fs, io, path::Path};

/// A limit, in case a program keeps restarting itself.
const ROUNDS: usize = 100;

/// Stops every process whose executable is in `folder`.
#[cfg(target_os = "linux")]
pub fn stop(folder: &Path) -> io::Result<()> {
    use rustix::process::{Pid, Signal, kill_process};
    if !folder.exists() {
        return Ok(());
    }
    // `/proc` has the executable's real path, with links resolved.
    let folder = folder.canonicalize()?;
    for _ in 0..ROUNDS {
        let mut has_found = false;
        for entry in fs::read_dir("/proc")? {
            let entry = entry?;
            let number = entry.file_name().to_string_lossy().parse().ok();
            let process = number.and_then(Pid::from_raw);
            // An error means that the process has ended or belongs to another user.
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
