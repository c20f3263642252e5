//! The first line of an item, and the item's name.

use std::sync::LazyLock;

use regex::Regex;

/// How a file's items look.
#[derive(Clone, Copy, PartialEq)]
pub enum Language {
    /// `*.rs`
    Rust,
    /// `*.js`
    JavaScript,
    /// `*.css`
    Css,
    /// Lines, and no items that we know.
    Other,
}

static RUST: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let qualifiers = r#"(?:pub(?:\([^)]*\))?\s+)?(?:(?:const|async|unsafe|extern\s+"[^"]*")\s+)*"#;
    let item = r"(fn|struct|enum|trait|mod|type|static|const|macro_rules!)\s+(\w+)";
    Regex::new(&format!("^{qualifiers}{item}")).ok()
});

static JAVASCRIPT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let item = r"(function|class|const|let)\s*\*?\s+([\w$]+)";
    Regex::new(&format!(
        r"^(?:export\s+)?(?:default\s+)?(?:async\s+)?{item}"
    ))
    .ok()
});

impl Language {
    /// The language of a file with that name.
    pub fn of(path: &str) -> Language {
        match path.rsplit_once('.').map(|(_, ending)| ending) {
            Some("rs") => Language::Rust,
            Some("js") => Language::JavaScript,
            Some("css") => Language::Css,
            _ => Language::Other,
        }
    }

    /// The name of the item that begins with this line: `fn join`, `impl Chat`.
    pub fn head(self, line: &str, indent: usize) -> Option<String> {
        match self {
            Language::Rust if line.starts_with("impl") => implemented(line),
            Language::Rust => named(&RUST, line).filter(|_| !is_module_elsewhere(line)),
            // Further in, `const` names a local value.
            Language::JavaScript if indent == 0 => named(&JAVASCRIPT, line),
            Language::JavaScript => named(&JAVASCRIPT, line).filter(|name| !is_local(name)),
            Language::Css => line.strip_suffix('{').map(|rule| rule.trim().to_owned()),
            Language::Other => None,
        }
    }
}

fn implemented(line: &str) -> Option<String> {
    let rest = line.strip_prefix("impl")?;
    let header = rest.split('{').next().unwrap_or(rest);
    let is_impl = rest.starts_with([' ', '<']);
    is_impl.then(|| format!("impl {}", header.trim()))
}

fn named(pattern: &LazyLock<Option<Regex>>, line: &str) -> Option<String> {
    let found = pattern.as_ref()?.captures(line)?;
    Some(format!("{} {}", &found[1], &found[2]))
}

fn is_module_elsewhere(line: &str) -> bool {
    line.ends_with(';') && (line.starts_with("mod ") || line.contains(" mod "))
}

fn is_local(name: &str) -> bool {
    name.starts_with("const ") || name.starts_with("let ")
}
