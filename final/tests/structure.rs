//! The structure of the program: which module may use which.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The modules in their order: each may use those below it, and none above it. So there is no
/// circle.
const LAYERS: [&str; 21] = [
    "server",
    "check",
    "connections",
    "demo",
    "backup",
    "state",
    "sockets",
    "messages",
    "channels",
    "accounts",
    "media",
    "limits",
    "web",
    "realtime",
    "storage",
    "names",
    "object",
    "error",
    "ids",
    "schema",
    "config",
];

#[test]
fn each_module_uses_only_those_below_it() {
    let mut wrong = Vec::new();
    for file in rust_files(Path::new("src")) {
        let module = module_of(&file);
        // They put the program together.
        if ["lib", "main"].contains(&module.as_str()) {
            continue;
        }
        let layer = layer_of(&module);
        for used in used_modules(&fs::read_to_string(&file).unwrap()) {
            // `server` serves `crate::app`, which is in `lib.rs`.
            let is_app = (module.as_str(), used.as_str()) == ("server", "app");
            if used != module && !is_app && layer_of(&used) <= layer {
                wrong.push(format!("{} uses {used}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "upwards:\n{}", wrong.join("\n"));
}

#[test]
fn every_layer_exists() {
    let modules: Vec<String> = rust_files(Path::new("src"))
        .iter()
        .map(|file| module_of(file))
        .collect();
    for layer in LAYERS {
        assert!(modules.iter().any(|module| module == layer), "{layer}");
    }
}

#[test]
fn every_test_file_is_part_of_the_test_program() {
    let main = fs::read_to_string("tests/main.rs").unwrap();
    for entry in fs::read_dir("tests").unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let is_module =
            path.extension().is_some_and(|end| end == "rs") || path.join("mod.rs").is_file();
        if is_module && name != "main" {
            assert!(
                main.contains(&format!("\nmod {name};\n")),
                "nobody runs {}",
                path.display()
            );
        }
    }
}

#[test]
fn all_kinds_of_use_are_found() {
    let source = "use crate::{\n    accounts::{self, Person},\n    // A comment.\n    ids::UserId,\n};\n\
                  use crate::web::pages;\npub(crate) use crate::storage::on_db;\n\
                  fn f() { crate::limits::check($crate::names::Name) }";
    let used = used_modules(source);
    assert_eq!(
        used,
        ["accounts", "ids", "limits", "names", "storage", "web"]
    );
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|end| end == "rs") {
            files.push(path);
        }
    }
    files
}

/// `src/accounts/store.rs` belongs to `accounts`, `src/error.rs` to `error`.
fn module_of(file: &Path) -> String {
    let first = file.components().nth(1).unwrap();
    let name = Path::new(first.as_os_str()).file_stem().unwrap();
    name.to_str().unwrap().to_owned()
}

fn layer_of(module: &str) -> usize {
    let found = LAYERS.iter().position(|layer| *layer == module);
    found.unwrap_or_else(|| panic!("give {module} a place in LAYERS"))
}

/// The modules after each `crate::`, sorted.
fn used_modules(source: &str) -> Vec<String> {
    let mut used = Vec::new();
    for rest in source.split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            Some(list) => used.extend(first_names(list)),
            None => used.push(identifier(rest)),
        }
    }
    used.sort();
    used.dedup();
    used
}

/// The first name of each path in `a::{b, c}, d::e}`, up to the closing brace.
fn first_names(list: &str) -> Vec<String> {
    let (mut names, mut depth, mut is_start) = (Vec::new(), 0, true);
    let without_comments = list.lines().filter(|line| !line.trim().starts_with("//"));
    let list = without_comments.collect::<Vec<_>>().join("\n");
    for (index, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => is_start = true,
            c if is_start && c.is_alphabetic() => {
                names.push(identifier(&list[index..]));
                is_start = false;
            }
            _ => {}
        }
    }
    names
}

fn identifier(text: &str) -> String {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_');
    text[..end.unwrap_or(text.len())].to_owned()
}
