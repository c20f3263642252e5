//! The rules of the workshop page, proved in Chromium.

mod access;
mod diff;
mod play;
mod play_tape;
mod read;
mod slides;
mod student;

fn main() -> std::process::ExitCode {
    let rules = [
        access::rules(),
        diff::rules(),
        play::rules(),
        play_tape::rules(),
        read::rules(),
        slides::rules(),
        student::rules(),
    ];
    browser::rules::run(&rules.concat()).exit_code()
}
