//! Joins the browser's modules, and its styles, into a few files for release builds: a page with a
//! hundred modules needs a hundred requests. A debug build serves the modules as they are.
//!
//! The modules need no more than this: one `import` or `export` a line, no default exports but those
//! of libraries, no circles, and no text over several lines. Everything else stops the build.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a panic stops the build, and says why"
)]

use std::{
    collections::BTreeSet,
    env, fs,
    path::{Component, Path, PathBuf},
};

/// The modules that pages load. Each is joined with all that it imports.
const ENTRIES: [&str; 2] = ["home.js", "main.js"];
const STYLES: &str = "main.css";

fn main() {
    // Migrations are a part of the program, too.
    println!("cargo:rerun-if-changed=migrations");
    println!("cargo:rerun-if-changed=client");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    for entry in ENTRIES {
        let mut bundle = Bundle::default();
        bundle.add(Path::new(entry));
        fs::write(out.join(entry), bundle.text()).expect("OUT_DIR is writable");
    }
    fs::write(out.join(STYLES), join_styles()).expect("OUT_DIR is writable");
}

/// Modules in the order in which they run: each after those that it imports.
#[derive(Default)]
struct Bundle {
    /// The imports of libraries, which stay files of their own.
    libraries: BTreeSet<String>,
    modules: Vec<(PathBuf, String)>,
    /// The modules whose imports are being added. One that is met again is in a circle.
    open: Vec<PathBuf>,
}

impl Bundle {
    fn add(&mut self, path: &Path) {
        if self.index(path).is_some() {
            return;
        }
        assert!(
            !self.open.contains(&path.to_owned()),
            "a circle of imports: {:?}",
            self.open
        );
        self.open.push(path.to_owned());
        let text = self.module(path);
        self.open.pop();
        self.modules.push((path.to_owned(), text));
    }

    /// A function that returns what the module exports.
    fn module(&mut self, path: &Path) -> String {
        let mut exports = Vec::new();
        let mut body = Vec::new();
        for line in code_lines(&read(path)) {
            if let Some(import) = line.strip_prefix("import ") {
                body.extend(self.import(path, import));
            } else if let Some(declaration) = line.strip_prefix("export ") {
                exports.push(exported_name(declaration).to_owned());
                body.push(declaration.to_owned());
            } else {
                body.push(line);
            }
        }
        format!(
            "(() => {{\n{}\nreturn {{ {} }};\n}})()",
            body.join("\n"),
            exports.join(", ")
        )
    }

    /// The declaration that replaces an import: the names, taken from the function's result.
    fn import(&mut self, path: &Path, import: &str) -> Option<String> {
        let (names, from) = match import.split_once(" from ") {
            Some((names, from)) => (names, from),
            // Only for what the module does.
            None => ("", import),
        };
        let target = from.trim_matches([';', '"']);
        let target = normal(&path.parent().unwrap_or(Path::new("")).join(target));
        if target.starts_with("..") {
            let library = format!("import {names} from \"{}\";", target.display());
            self.libraries.insert(library);
            return None;
        }
        self.add(&target);
        let index = self.index(&target).expect("it was just added");
        match names.strip_prefix("* as ") {
            Some(name) => Some(format!("const {name} = m{index};")),
            None if names.is_empty() => None,
            None => {
                assert!(
                    names.starts_with('{'),
                    "{}: import {import}",
                    path.display()
                );
                Some(format!("const {} = m{index};", names.replace(" as ", ": ")))
            }
        }
    }

    fn index(&self, path: &Path) -> Option<usize> {
        self.modules.iter().position(|(there, _)| there == path)
    }

    fn text(&self) -> String {
        let libraries = self.libraries.iter().cloned();
        let modules = self.modules.iter().enumerate();
        let modules = modules.map(|(index, (_, text))| format!("const m{index} = {text};"));
        libraries.chain(modules).collect::<Vec<_>>().join("\n")
    }
}

/// The lines without indentation and comments.
fn code_lines(text: &str) -> Vec<String> {
    let mut in_comment = false;
    let mut lines = Vec::new();
    for line in text.lines().map(str::trim) {
        in_comment |= line.starts_with("/*");
        if !in_comment && !line.is_empty() && !line.starts_with("//") {
            assert!(
                line.matches('`').count() % 2 == 0,
                "a text over several lines: {line}"
            );
            lines.push(line.to_owned());
        }
        in_comment &= !line.ends_with("*/");
    }
    lines
}

/// The name in `function name(…`, `async function name(…`, `class Name {` or `const name = …`.
fn exported_name(declaration: &str) -> &str {
    let mut words = declaration
        .split(|character: char| !character.is_alphanumeric() && character != '_')
        .skip_while(|word| *word == "async");
    let kind = words.next();
    assert!(
        matches!(kind, Some("function" | "class" | "const")),
        "export {declaration}"
    );
    words.next().expect("a declaration has a name")
}

/// The style sheets that the first one imports, in their order.
fn join_styles() -> String {
    let main = read(Path::new(STYLES));
    let imported = code_lines(&main).into_iter().map(|line| {
        let path = line
            .strip_prefix("@import \"./")
            .and_then(|rest| rest.strip_suffix("\";"));
        let path = path.unwrap_or_else(|| panic!("{STYLES} has only imports: {line}"));
        code_lines(&read(Path::new(path))).join("\n")
    });
    imported.collect::<Vec<_>>().join("\n")
}

fn read(path: &Path) -> String {
    let path = Path::new("client").join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The path without `.` and, as far as possible, without `..`.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if normal.file_name().is_some() => {
                normal.pop();
            }
            part => normal.push(part),
        }
    }
    normal
}
