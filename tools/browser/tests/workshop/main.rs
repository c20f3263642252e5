//! The rules of the workshop page, proved in Chromium.

mod access;
mod diff;
mod read;
mod student;

fn main() -> std::process::ExitCode {
    let rules = [
        access::rules(),
        diff::rules(),
        read::rules(),
        student::rules(),
    ];
    browser::rules::run(&rules.concat()).exit_code()
}
