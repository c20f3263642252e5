//! Code with its parts marked, for pages.

use std::sync::LazyLock;

use anyhow::Result;
use syntect::{
    html::{ClassStyle, ClassedHTMLGenerator},
    parsing::SyntaxSet,
    util::LinesWithEndings,
};

/// What each class of the marked code begins with.
const PREFIX: &str = "hl-";

/// The languages. To read them in takes longer than to mark a block.
static LANGUAGES: LazyLock<SyntaxSet> = LazyLock::new(SyntaxSet::load_defaults_newlines);

/// The code as HTML: escaped, its parts in `<span>` with classes. A language
/// that is not known gives the code as it is.
pub fn html(code: &str, language: &str) -> Result<String> {
    let syntax = LANGUAGES
        .find_syntax_by_token(language)
        .unwrap_or_else(|| LANGUAGES.find_syntax_plain_text());
    let style = ClassStyle::SpacedPrefixed { prefix: PREFIX };
    let mut marked = ClassedHTMLGenerator::new_with_class_style(syntax, &LANGUAGES, style);
    for line in LinesWithEndings::from(code) {
        marked.parse_html_for_line_which_includes_newline(line)?;
    }
    Ok(marked.finalize())
}
