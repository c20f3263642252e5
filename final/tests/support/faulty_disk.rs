//! A disk whose calls fail, one or all from one on: `faulty_disk.c`, loaded into the program.

use std::{
    fs::File,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    process::Command,
};

use rustix::io::Errno;
use tempfile::TempDir;

/// A kind of call that can fail; the numbers are those of `faulty_disk.c`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum DiskCall {
    Read = 1,
    Write = 2,
    Sync = 3,
    Lock = 4,
}

/// The calls that fail, and how.
#[derive(Debug, Clone, Copy)]
pub struct Fault {
    pub call: DiskCall,
    pub error: Errno,
    pub lasts: Lasts,
}

/// How long a fault lasts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Lasts {
    /// For one call.
    Once,
    /// For all calls, until [`FaultyDisk::works`].
    On,
}

/// Controls the calls of one program for the files in one folder.
pub struct FaultyDisk {
    folder: TempDir,
    control: File,
}

/// The fields of the control file: each is an `int`.
const CALL: u64 = 0;
const ERROR: u64 = 4;
const LASTS: u64 = 8;
const LEFT: u64 = 12;
const FAILED: u64 = 16;

impl FaultyDisk {
    /// Compiles the library. Its disk works.
    pub fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let mut options = File::options();
        let control = options.read(true).write(true).create_new(true);
        let control = control.open(folder.path().join("control")).unwrap();
        control.set_len(FAILED + 4).unwrap();
        let disk = Self { folder, control };
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/faulty_disk.c");
        let mut compiler = Command::new("cc");
        compiler
            .args(["-shared", "-fPIC", "-o"])
            .arg(disk.library());
        assert!(compiler.arg(source).status().unwrap().success());
        disk
    }

    fn library(&self) -> PathBuf {
        self.folder.path().join("faulty_disk.so")
    }

    /// Lets this program keep the files of a folder on the disk.
    pub fn load_into(&self, program: &mut Command, folder: &Path) {
        program
            .env("LD_PRELOAD", self.library())
            .env("FAULTY_DISK_CONTROL", self.folder.path().join("control"))
            .env("FAULTY_DISK_FOLDER", folder.canonicalize().unwrap());
    }

    /// From now on, the disk fails at the `number`th call of a kind.
    pub fn fail_at(&self, fault: Fault, number: i32) {
        self.works();
        self.write(ERROR, fault.error.raw_os_error());
        self.write(LASTS, i32::from(fault.lasts == Lasts::On));
        self.write(LEFT, number);
        self.write(FAILED, 0);
        self.write(CALL, fault.call as i32);
    }

    /// From now on, the disk works. Returns how many calls have failed.
    pub fn works(&self) -> i32 {
        self.write(CALL, 0);
        self.failed()
    }

    /// How many calls have failed.
    pub fn failed(&self) -> i32 {
        let mut failed = [0; 4];
        self.control.read_exact_at(&mut failed, FAILED).unwrap();
        i32::from_ne_bytes(failed)
    }

    fn write(&self, field: u64, value: i32) {
        let bytes = value.to_ne_bytes();
        self.control.write_all_at(&bytes, field).unwrap();
    }
}
