//! The files in `deploy/`: each variable, flag and command in them exists. `deploy/check.sh` checks
//! them with the programs that read them.

use std::{collections::BTreeSet, fs, path::Path};

use clap::{CommandFactory, Parser};
use make_chat::config::Config;
use regex::Regex;

/// The files that set variables of the chat.
const SETTINGS: [&str; 4] = [
    "Containerfile",
    "compose.postgres.yaml",
    "compose.yaml",
    "make-chat.env",
];

#[test]
fn each_variable_exists() {
    let known = Config::command()
        .get_arguments()
        .filter_map(|argument| argument.get_env()?.to_str().map(str::to_owned))
        .collect::<BTreeSet<_>>();
    let variable = Regex::new(r"\b(MAKE_CHAT_[A-Z_]+|DATABASE_URL)\b").unwrap();
    for name in SETTINGS {
        let text = read(name);
        let used = variable.find_iter(&text).map(|found| found.as_str());
        let used: Vec<&str> = used.collect();
        assert!(!used.is_empty(), "{name}");
        for variable in used {
            assert!(known.contains(variable), "{name}: {variable}");
        }
    }
}

#[test]
fn the_settings_of_the_service_are_safe() {
    let config = Config::try_parse_from(as_flags(&read("make-chat.env"))).unwrap();
    assert!(config.is_https());
    assert!(config.listen.ip().is_loopback());
    assert!(config.metrics_listen.unwrap().ip().is_loopback());
    assert!(config.trusted_proxy.iter().all(|proxy| proxy.is_loopback()));
}

/// The flags that mean the same as the variables of a file.
fn as_flags(settings: &str) -> Vec<String> {
    let command = Config::command();
    let flag = |variable: &str| {
        let mut arguments = command.get_arguments();
        let argument =
            arguments.find(|argument| argument.get_env().is_some_and(|it| it == variable));
        format!("--{}", argument.unwrap().get_long().unwrap())
    };
    let lines = settings.lines().filter(|line| !line.starts_with('#'));
    let pairs = lines.filter_map(|line| line.split_once('='));
    let flags = pairs.flat_map(|(variable, value)| [flag(variable), value.to_owned()]);
    std::iter::once("make-chat".to_owned())
        .chain(flags)
        .collect()
}

#[test]
fn each_command_of_the_page_exists() {
    let commands = commands(&read("README.md"));
    for words in &commands {
        let parsed = Config::try_parse_from(words);
        assert!(parsed.is_ok(), "{words:?}: {}", parsed.unwrap_err());
    }
    let names = commands.iter().map(|words| words[1].as_str());
    let names: BTreeSet<&str> = names.collect();
    assert!(names.is_superset(&BTreeSet::from(["backup", "check", "restore"])));
}

/// The words of each command of the chat in the page's blocks of commands.
fn commands(page: &str) -> Vec<Vec<String>> {
    let mut in_block = false;
    let mut found = Vec::new();
    for line in page.lines() {
        if line.starts_with("```") {
            in_block = line == "```sh";
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        let mut pairs = words.windows(2);
        let start = pairs.position(|pair| is_program(pair[0]) && is_command(pair[1]));
        if let Some(start) = start.filter(|_| in_block) {
            found.push(
                words[start..]
                    .iter()
                    .map(|word| (*word).to_owned())
                    .collect(),
            );
        }
    }
    found
}

/// Whether a word is the program, by its name or path.
fn is_program(word: &str) -> bool {
    Path::new(word)
        .file_name()
        .is_some_and(|name| name == "make-chat")
}

/// Whether a word is a command of the chat, or one of its flags.
fn is_command(word: &str) -> bool {
    let command = Config::command();
    let mut flags = command
        .get_arguments()
        .filter_map(|argument| argument.get_long());
    let flag = word.strip_prefix("--");
    command.find_subcommand(word).is_some() || flags.any(|it| Some(it) == flag)
}

fn read(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy");
    fs::read_to_string(folder.join(name)).unwrap()
}
