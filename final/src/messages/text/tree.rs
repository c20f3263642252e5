//! Parses a text, and turns what the parser found into what was meant.

use std::sync::LazyLock;

use comrak::{
    Arena, Options,
    arena_tree::NodeEdge,
    nodes::{ListDelimType, ListType, Node, NodeValue},
    parse_document,
};
use regex::{Captures, Regex};
use url::Url;

use super::{
    fences::FENCE,
    lines::{guard, unguard, visible},
    pattern,
};
use crate::names::is_visible;

/// How deep quotes, lists and list items may be nested. For each one that begins, the sanitizer
/// walks through all that are open.
pub const MAX_NESTED: usize = 10;

/// The addresses that a link may have. The page shows others as they were typed.
pub const SCHEMES: [&str; 3] = ["http", "https", "mailto"];

/// Scripts that are written without spaces, or whose particles follow a word immediately. There,
/// markup is often inside a word.
static JOINED_SCRIPTS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Bopomofo}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]$",
    )
});

/// More than one space between words.
static GAP: LazyLock<Regex> = LazyLock::new(|| pattern(r"\t| [ \t]+"));

/// The options of the parser, and of the formatter.
pub static MARKDOWN: LazyLock<Options<'static>> = LazyLock::new(|| {
    let mut options = Options::default();
    options.extension.autolink = true;
    options.extension.cjk_friendly_emphasis = true;
    // A quote ends with its line.
    options.extension.greentext = true;
    options.extension.shortcodes = true;
    options.extension.strikethrough = true;
    // Only so that they can be told apart: `~a~` and `__a__` are shown as they were typed.
    options.extension.subscript = true;
    options.extension.underline = true;
    // Backslashes are shown.
    options.parse.escaped_char_spans = true;
    // HTML is shown as it was typed.
    options.render.escape = true;
    options.render.hardbreaks = true;
    options
});

/// Parses chat markdown.
pub fn parse<'a>(arena: &'a Arena<'a>, text: &str) -> Node<'a> {
    let document = parse_document(arena, &guard(text), &MARKDOWN);
    for node in document.descendants().collect::<Vec<_>>() {
        simplify(arena, node);
    }
    flatten(document);
    for node in document.descendants() {
        if let NodeValue::Text(words) = &mut node.data_mut().value {
            *words = keep_gaps(words).into();
        }
    }
    document
}

/// Keeps the gaps between words, as in a table or a drawing. HTML would show each as one space. The
/// last space of a gap stays one, so that the line can break there.
fn keep_gaps(words: &str) -> String {
    let kept = GAP.replace_all(words, |gap: &Captures| {
        let mut kept = visible(&gap[0]);
        kept.pop();
        kept + " "
    });
    kept.into_owned()
}

/// The text as one paragraph without any markup.
pub fn as_typed<'a>(arena: &'a Arena<'a>, text: &str) -> Node<'a> {
    let document = new_node(arena, NodeValue::Document);
    let paragraph = new_node(arena, NodeValue::Paragraph);
    document.append(paragraph);
    for part in text_nodes(arena, text) {
        paragraph.append(part);
    }
    document
}

/// The text that a reader sees, in one line.
pub fn plain_text<'a>(document: Node<'a>) -> String {
    let mut text = String::new();
    for node in document.descendants() {
        match &node.data().value {
            NodeValue::Text(words) => text += words,
            NodeValue::ShortCode(code) => text += &code.emoji,
            NodeValue::Code(code) => text += &code.literal,
            NodeValue::CodeBlock(block) => text += &format!(" {} {}", block.info, block.literal),
            NodeValue::Item(item) if item.list_type == ListType::Ordered => {
                let end = match item.delimiter {
                    ListDelimType::Period => '.',
                    ListDelimType::Paren => ')',
                };
                text += &format!(" {}{end} ", item.start);
            }
            // They may begin or end within a word.
            NodeValue::Emph | NodeValue::Link(_) | NodeValue::Strikethrough | NodeValue::Strong => {
            }
            _ => text.push(' '),
        }
    }
    unguard(&text)
}

/// The meaning of a node in a chat.
enum Reading {
    /// It stays as it is.
    Markup,
    /// The beginning of a code block without code.
    Fence,
    /// Its content, between what was typed around it.
    Content(&'static str, String),
    /// Words without markup.
    Words(String),
    /// A link with its address as the text.
    Address(String),
    /// Lines that are read anew.
    Lines(String),
}

fn simplify<'a>(arena: &'a Arena<'a>, node: Node<'a>) {
    tidy_code(node);
    match read(node) {
        Reading::Markup => {}
        Reading::Fence => {
            node.data_mut().value = NodeValue::Paragraph;
            node.append(new_text(arena, FENCE));
        }
        Reading::Content(before, after) => {
            node.insert_before(new_text(arena, before));
            while let Some(child) = node.first_child() {
                node.insert_before(child);
            }
            node.insert_before(new_text(arena, &after));
            node.detach();
        }
        Reading::Words(words) => {
            for part in text_nodes(arena, &words) {
                node.insert_before(part);
            }
            node.detach();
        }
        Reading::Address(url) => {
            while let Some(child) = node.first_child() {
                child.detach();
            }
            node.append(new_text(arena, &url));
        }
        Reading::Lines(lines) => {
            let document = parse(arena, &lines);
            while let Some(block) = document.first_child() {
                node.insert_before(block);
            }
            node.detach();
        }
    }
}

fn read<'a>(node: Node<'a>) -> Reading {
    match &node.data().value {
        NodeValue::Escaped => Reading::Content("\\", String::new()),
        NodeValue::Underline => Reading::Content("__", "__".to_owned()),
        NodeValue::Subscript => Reading::Content("~", "~".to_owned()),
        NodeValue::Emph if !is_marked_up(node, is_letter) => Reading::Content("*", "*".to_owned()),
        NodeValue::Strong if !is_marked_up(node, is_letter) => {
            Reading::Content("**", "**".to_owned())
        }
        // In East Asia, a tilde also lengthens a vowel.
        NodeValue::Strikethrough if !is_marked_up(node, char::is_alphanumeric) => {
            Reading::Content("~~", "~~".to_owned())
        }
        NodeValue::Code(code) if is_in_word(node, is_letter) => {
            let ticks = "`".repeat(code.num_backticks);
            Reading::Words(format!("{ticks}{}{ticks}", code.literal))
        }
        NodeValue::ShortCode(code) if is_in_word(node, |c| c == ':' || is_letter(c)) => {
            Reading::Words(format!(":{}:", code.code))
        }
        NodeValue::Link(link) if !is_allowed(&link.url) => unlink(node, &link.url),
        NodeValue::Link(link) if !is_visible(&plain_text(node)) => {
            Reading::Address(link.url.clone())
        }
        NodeValue::CodeBlock(block) if block.fenced && !is_visible(&plain_text(node)) => {
            Reading::Fence
        }
        NodeValue::CodeBlock(block) if !block.fenced => {
            let lines = block.literal.lines().map(str::trim_start);
            Reading::Lines(unguard(&lines.collect::<Vec<_>>().join("\n")))
        }
        _ => Reading::Markup,
    }
}

/// Keeps the line breaks of code, and a single word behind the opening backticks.
fn tidy_code<'a>(node: Node<'a>) {
    match &mut node.data_mut().value {
        // The parser makes a space of a line break; a guard follows each.
        NodeValue::Code(code) => code.literal = code.literal.replace(" \u{c}", "\n"),
        NodeValue::CodeBlock(block) if block.fenced => {
            block.literal = unguard(&block.literal);
            if !is_visible(&block.literal) {
                // The only word is code.
                block.literal = std::mem::take(&mut block.info);
            }
        }
        _ => {}
    }
}

/// Whether someone wanted to emphasize something: whole words, not the slash of `**/*.rs`.
fn is_marked_up<'a>(node: Node<'a>, is_word: fn(char) -> bool) -> bool {
    let has_words = plain_text(node).contains(|c: char| c.is_alphanumeric() || !c.is_ascii());
    has_words && !is_in_word(node, is_word)
}

/// Whether markup begins or ends in the middle of a word, like the stars of `2*3*4`.
fn is_in_word<'a>(node: Node<'a>, is_word: fn(char) -> bool) -> bool {
    let content = match &node.data().value {
        NodeValue::Code(code) => code.literal.clone(),
        NodeValue::ShortCode(_) => String::new(),
        _ => plain_text(node),
    };
    let joins = |outside: Option<char>, inside: Option<char>| {
        outside.is_some_and(is_word) && inside.is_none_or(is_word)
    };
    let before = node
        .previous_sibling()
        .and_then(|node| text_of(node).chars().next_back());
    let after = node
        .next_sibling()
        .and_then(|node| text_of(node).chars().next());
    joins(before, content.chars().next()) || joins(after, content.chars().next_back())
}

fn text_of<'a>(node: Node<'a>) -> String {
    match &node.data().value {
        NodeValue::Text(text) => text.to_string(),
        _ => String::new(),
    }
}

/// Whether a character is part of a word in a script that separates words by spaces.
fn is_letter(c: char) -> bool {
    c.is_alphanumeric() && !JOINED_SCRIPTS.is_match(c.encode_utf8(&mut [0; 4]))
}

fn is_allowed(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| SCHEMES.contains(&url.scheme()))
}

/// A link that is none: an address alone, or one behind a text.
fn unlink<'a>(node: Node<'a>, url: &str) -> Reading {
    let text = plain_text(node);
    let is_alone = text == url || text.starts_with("www.") && url == format!("http://{text}");
    if is_alone {
        Reading::Content("", String::new())
    } else {
        Reading::Content("[", format!("]({url})"))
    }
}

fn new_node<'a>(arena: &'a Arena<'a>, value: NodeValue) -> Node<'a> {
    arena.alloc(value.into())
}

fn new_text<'a>(arena: &'a Arena<'a>, text: &str) -> Node<'a> {
    new_node(arena, NodeValue::Text(text.to_owned().into()))
}

/// A text without markup. Its line breaks stay.
fn text_nodes<'a>(arena: &'a Arena<'a>, text: &str) -> Vec<Node<'a>> {
    let mut nodes = Vec::new();
    for line in text.lines() {
        if !nodes.is_empty() {
            nodes.push(new_node(arena, NodeValue::SoftBreak));
        }
        nodes.push(new_text(arena, line));
    }
    nodes
}

/// Moves blocks that are nested too deep outwards, to the deepest level that is allowed.
fn flatten<'a>(document: Node<'a>) {
    let mut depth = 0;
    let mut too_deep = Vec::new();
    for edge in document.traverse() {
        match edge {
            NodeEdge::Start(node) if is_container(node) => {
                depth += 1;
                if depth > MAX_NESTED {
                    too_deep.push(node);
                }
            }
            NodeEdge::End(node) if is_container(node) => depth -= 1,
            _ => {}
        }
    }
    for node in too_deep {
        while let Some(child) = node.first_child() {
            node.insert_before(child);
        }
        node.detach();
    }
}

fn is_container<'a>(node: Node<'a>) -> bool {
    use NodeValue::{BlockQuote, Item, List};
    matches!(node.data().value, BlockQuote | Item(_) | List(_))
}
