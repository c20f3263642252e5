//! The rules of the lessons, proved in Chromium.

mod lesson_01;
mod lesson_02;
mod lesson_03;
mod lesson_04;
mod lesson_05;
mod lesson_06;
mod lesson_07;
mod lesson_07_scroll;
mod lesson_08;
mod lesson_08_typing;
mod lesson_09;

fn main() -> std::process::ExitCode {
    let rules = [
        lesson_01::rules(),
        lesson_02::rules(),
        lesson_03::rules(),
        lesson_04::rules(),
        lesson_05::rules(),
        lesson_06::rules(),
        lesson_07::rules(),
        lesson_07_scroll::rules(),
        lesson_08::rules(),
        lesson_08_typing::rules(),
        lesson_09::rules(),
    ];
    browser::rules::run(&rules.concat()).exit_code()
}
