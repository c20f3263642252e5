//! The rules of the finished chat, proved in Chromium.

mod access;
mod actions;
mod channels;
mod composer;
mod delivery;
mod drawing;
mod favourites;
mod files;
mod history;
mod keyboard;
mod landing;
mod list;
mod looks;
mod newest;
mod people;
mod sending;
mod touch;
mod unread;
mod unsent;

fn main() -> std::process::ExitCode {
    let rules = [
        access::rules(),
        actions::rules(),
        channels::rules(),
        composer::rules(),
        delivery::rules(),
        drawing::rules(),
        favourites::rules(),
        files::rules(),
        history::rules(),
        keyboard::rules(),
        landing::rules(),
        list::rules(),
        looks::rules(),
        newest::rules(),
        people::rules(),
        sending::rules(),
        touch::rules(),
        unread::rules(),
        unsent::rules(),
    ];
    browser::rules::run(&rules.concat()).exit_code()
}
