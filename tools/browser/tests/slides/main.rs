//! The slides, opened from files in Chromium.

mod deck;
mod speaker;

fn main() -> std::process::ExitCode {
    let rules = [deck::rules(), speaker::rules()];
    browser::rules::run(&rules.concat()).exit_code()
}
