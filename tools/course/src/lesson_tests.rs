//! The tests of a stage: their names, their code, and which ones are new.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    path::Path,
};

use anyhow::{Context, Result};
use quote::ToTokens;
use syn::{Attribute, Item, ItemFn, ItemMod, Meta};

use crate::{
    files,
    lessons::{Lesson, Names},
};

/// The test program of each lesson, `tests/main.rs`.
pub const PROGRAM: &str = "chat";

/// A test's name as pages and the test program write it: `messages::a_blank_message_is_refused`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TestName {
    /// The file in `tests/`, without `.rs`: a module of the program.
    pub file: String,
    /// The function, with the modules around it, if any.
    pub function: String,
}

/// The demands of a test: its code and its snapshots, without a stage's names.
#[derive(PartialEq)]
pub struct Demand {
    code: String,
    snapshots: Vec<(String, String)>,
}

/// All tests of a stage.
pub type Tests = BTreeMap<TestName, Demand>;

impl TestName {
    /// Reads `file::function`.
    pub fn parse(text: &str) -> Option<TestName> {
        let word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == ':';
        let (file, function) = text.split_once("::")?;
        let is_name = text.chars().all(word) && !file.is_empty() && !function.is_empty();
        is_name.then(|| TestName {
            file: file.to_owned(),
            function: function.to_owned(),
        })
    }
}

impl fmt::Display for TestName {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "{}::{}", self.file, self.function)
    }
}

/// The names of the test files of a crate, except `main`, which only lists the others.
pub fn files_of(crate_folder: &Path) -> Result<BTreeSet<String>> {
    let paths = files::in_folder(&crate_folder.join("tests"), ".rs")?.into_iter();
    let names = paths.filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned()));
    Ok(names.filter(|name| name != "main").collect())
}

/// The tests of the stage.
pub fn of(lesson: &Lesson) -> Result<Tests> {
    let folder = lesson.path.join("tests");
    let snapshots = snapshots(&folder, &lesson.names)?;
    let mut tests = Tests::new();
    for file in files_of(&lesson.path)? {
        let path = folder.join(format!("{file}.rs"));
        let text = lesson
            .names
            .replaced(&files::read(&path)?, &Names::neutral());
        let parsed = syn::parse_file(&text).with_context(|| path.display().to_string())?;
        let mut functions = Vec::new();
        find_tests(parsed.items, "", &mut functions);
        for (function, code) in functions {
            let snapshots = demanded(&snapshots, &file, &function, &code);
            let file = file.clone();
            tests.insert(TestName { file, function }, Demand { code, snapshots });
        }
    }
    Ok(tests)
}

/// Snapshots that no test of the stage compares with anything.
pub fn orphaned_snapshots(lesson: &Lesson, tests: &Tests) -> Result<Vec<String>> {
    let demanded = tests.values().flat_map(|demand| &demand.snapshots);
    let demanded: BTreeSet<&String> = demanded.map(|(name, _)| name).collect();
    let all = snapshots(&lesson.path.join("tests"), &lesson.names)?.into_keys();
    Ok(all.filter(|name| !demanded.contains(name)).collect())
}

/// The tests that the stage before lacks, or in which it demands something else.
pub fn new_in(lesson: &Tests, before: Option<&Tests>) -> Vec<TestName> {
    let is_new =
        |name: &TestName, demand: &Demand| before.and_then(|tests| tests.get(name)) != Some(demand);
    let tests = lesson.iter();
    tests
        .filter(|(name, demand)| is_new(name, demand))
        .map(|(name, _)| name.clone())
        .collect()
}

fn find_tests(items: Vec<Item>, outside: &str, found: &mut Vec<(String, String)>) {
    for item in items {
        match item {
            Item::Fn(function) if is_test(&function) => {
                let name = format!("{outside}{}", function.sig.ident);
                found.push((name, code_of(function)));
            }
            Item::Mod(ItemMod {
                ident,
                content: Some((_, items)),
                ..
            }) => {
                find_tests(items, &format!("{outside}{ident}::"), found);
            }
            _ => {}
        }
    }
}

/// `#[test]`, `#[tokio::test]` and their like.
fn is_test(function: &ItemFn) -> bool {
    let last = |attribute: &Attribute| Some(attribute.path().segments.last()?.ident.to_string());
    let mut attributes = function.attrs.iter();
    attributes.any(|attribute| last(attribute).as_deref() == Some("test"))
}

/// The function without comments and layout.
fn code_of(mut function: ItemFn) -> String {
    let is_comment = |attribute: &Attribute| matches!(&attribute.meta, Meta::NameValue(meta) if meta.path.is_ident("doc"));
    function.attrs.retain(|attribute| !is_comment(attribute));
    function.to_token_stream().to_string()
}

fn snapshots(folder: &Path, names: &Names) -> Result<BTreeMap<String, String>> {
    let mut snapshots = BTreeMap::new();
    for path in files::in_folder(&folder.join("snapshots"), ".snap")? {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let text = files::read_text(&path)?;
        let body = names.replaced(files::without_front_matter(&text), &Names::neutral());
        snapshots.insert(name.into_owned(), body);
    }
    Ok(snapshots)
}

/// The snapshots of a test: insta names them after the program, the file and the
/// function, or after a name in the test's code.
fn demanded(
    snapshots: &BTreeMap<String, String>,
    file: &str,
    function: &str,
    code: &str,
) -> Vec<(String, String)> {
    let function = function.replace("::", "__");
    let module = format!("{PROGRAM}__{file}__");
    let belongs = |snapshot: &str| {
        let name = snapshot.strip_prefix(&module)?;
        let given = name.rsplit("__").next()?;
        let is_own = is_numbered(name, &function) || code.contains(&format!("\"{given}\""));
        is_own.then_some(())
    };
    snapshots
        .iter()
        .filter(|(name, _)| belongs(name).is_some())
        .map(|(name, body)| (name.clone(), body.clone()))
        .collect()
}

/// Whether a snapshot is called `function`, `function-2` or `function@suffix`.
/// Insta drops `test_` in front of a function's name.
fn is_numbered(name: &str, function: &str) -> bool {
    let short = function.strip_prefix("test_").unwrap_or(function);
    let rest = name
        .strip_prefix(function)
        .or_else(|| name.strip_prefix(short));
    rest.is_some_and(|rest| {
        let number = rest.strip_prefix('-').unwrap_or("x");
        rest.is_empty()
            || rest.starts_with('@')
            || number.chars().all(|letter| letter.is_ascii_digit())
    })
}
