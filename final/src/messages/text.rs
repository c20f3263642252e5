//! The text of messages: checked when it arrives, rendered when it is shown.

use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};
use comrak::{
    Arena, Options,
    arena_tree::NodeEdge,
    format_html,
    nodes::{Node, NodeValue},
    parse_document,
};

use crate::error::Refusal;

/// The longest message, in Unicode characters (code points).
const MAX_BODY_CHARS: usize = 2_000;
/// How deep quotes, lists and list items may be nested. For each one that begins, the sanitizer
/// walks through all that are open.
const MAX_NESTED: usize = 10;
/// The longest excerpt, in Unicode characters.
const MAX_EXCERPT_CHARS: usize = 100;

/// A text that is ready to show.
pub struct Rendered {
    /// Sanitized HTML.
    pub html: String,
    /// The beginning of the text without markup.
    pub excerpt: String,
}

/// The HTML that a message may have: inline formatting, lists, quotes, code and links.
static SANITIZER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let tags = [
        "a",
        "blockquote",
        "br",
        "code",
        "del",
        "em",
        "li",
        "ol",
        "p",
        "pre",
        "strong",
        "ul",
    ];
    let mut sanitizer = Builder::empty();
    sanitizer
        .tags(tags.into())
        .add_tag_attributes("a", ["href"])
        .add_tag_attributes("ol", ["start"])
        .url_schemes(["http", "https", "mailto"].into())
        // The sanitizer removes the address of a link to a script.
        .url_relative(UrlRelative::Deny)
        // The page that opens cannot see which chat it was opened from, and cannot control it.
        .link_rel(Some("noopener noreferrer nofollow"))
        .set_tag_attribute_value("a", "target", "_blank");
    sanitizer
});

static MARKDOWN: LazyLock<Options<'static>> = LazyLock::new(|| {
    let mut options = Options::default();
    options.extension.autolink = true;
    options.extension.shortcodes = true;
    options.extension.strikethrough = true;
    // HTML is shown as it was typed.
    options.render.escape = true;
    // Any link is allowed here: the sanitizer removes dangerous ones.
    options.render.r#unsafe = true;
    options.render.hardbreaks = true;
    options
});

/// Trims a text. Refuses one that is empty or too long.
pub fn check_body(typed: &str) -> Result<String, Refusal> {
    // NUL is invisible, and PostgreSQL cannot store it.
    let body = typed.replace('\0', "").trim().to_owned();
    match body.chars().count() {
        0 => Err(Refusal::MessageEmpty),
        1..=MAX_BODY_CHARS => Ok(body),
        _ => Err(Refusal::MessageTooLong),
    }
}

/// Like [`check_body`], for the text of a message with files, which may be empty.
pub fn check_caption(typed: &str) -> Result<String, Refusal> {
    match check_body(typed) {
        Err(Refusal::MessageEmpty) => Ok(String::new()),
        checked => checked,
    }
}

/// Renders markdown. Sanitizing is the last step, so a mistake of the renderer cannot let
/// dangerous HTML through.
pub fn render(body: &str) -> Rendered {
    if is_plain(body) {
        return Rendered {
            html: format!("<p>{body}</p>\n"),
            excerpt: shorten(body),
        };
    }
    let arena = Arena::new();
    let document = parse_document(&arena, body, &MARKDOWN);
    flatten(document);
    document.descendants().for_each(simplify);
    let mut html = String::new();
    // Writing to a string does not fail. If it did, the message would be shown empty.
    if let Err(error) = format_html(document, &MARKDOWN, &mut html) {
        tracing::error!(%error, "a message could not be rendered");
    }
    Rendered {
        html: SANITIZER.clean(&html).to_string(),
        excerpt: shorten(&plain_text(document)),
    }
}

/// Whether the text is one paragraph without any character that markdown, a link or HTML needs.
/// Most messages are like that, and need no parser.
fn is_plain(body: &str) -> bool {
    let is_harmless = |word: &str| {
        let word = word.trim_end_matches(['.', ',', '!', '?']);
        !word.is_empty() && word.chars().all(char::is_alphanumeric)
    };
    body.starts_with(char::is_alphabetic) && body.split(' ').all(is_harmless)
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

/// Turns an image into a link, so that reading a message loads nothing from other sites. Turns a
/// heading into a paragraph, so that nobody can shout.
fn simplify<'a>(node: Node<'a>) {
    let mut data = node.data_mut();
    match &data.value {
        NodeValue::Image(link) => data.value = NodeValue::Link(link.clone()),
        NodeValue::Heading(_) => data.value = NodeValue::Paragraph,
        _ => {}
    }
}

fn plain_text<'a>(document: Node<'a>) -> String {
    let mut text = String::new();
    for node in document.descendants() {
        match &node.data().value {
            NodeValue::Text(words) => text += words,
            NodeValue::ShortCode(code) => text += &code.emoji,
            NodeValue::Code(code) => text += &code.literal,
            NodeValue::CodeBlock(block) => text += &block.literal,
            NodeValue::HtmlInline(html) => text += html,
            NodeValue::HtmlBlock(html) => text += &html.literal,
            _ => text.push(' '),
        }
    }
    text
}

/// Cuts a text after its first characters, and turns each run of white space into one space.
fn shorten(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    match text.char_indices().nth(MAX_EXCERPT_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(body: &str) -> String {
        render(body).html
    }

    #[test]
    fn plain_text_looks_as_if_it_had_been_parsed() {
        for body in [
            "Hello",
            "Hello, world!",
            "Are we 3 or 4? Four.",
            "Grüezi 世界",
        ] {
            assert!(is_plain(body), "{body}");
            let parsed = comrak::markdown_to_html(body, &MARKDOWN);
            assert_eq!(html(body), parsed);
            assert_eq!(render(body).excerpt, body);
        }
    }

    #[test]
    fn text_that_could_be_markdown_is_parsed() {
        for body in [
            "**a**",
            "1. a",
            "a\nb",
            "www.example.org",
            "a  b",
            "<b>",
            "a & b",
            "# a",
            "> a",
            ":tada:",
            "it's",
            "a -- b",
            "",
        ] {
            assert!(!is_plain(body), "{body:?}");
        }
    }

    #[test]
    fn a_subset_of_markdown_is_rendered() {
        assert_eq!(
            html("**b** *i* `c` ~~d~~"),
            "<p><strong>b</strong> <em>i</em> <code>c</code> <del>d</del></p>\n"
        );
        assert_eq!(html("- a\n- b"), "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n");
        assert_eq!(html("> a"), "<blockquote>\n<p>a</p>\n</blockquote>\n");
        assert_eq!(html("one\ntwo"), "<p>one<br>\ntwo</p>\n");
        assert_eq!(html("# loud"), "<p>loud</p>\n");
        assert_eq!(html("done :tada:"), "<p>done 🎉</p>\n");
        assert_eq!(html("`:tada:`"), "<p><code>:tada:</code></p>\n");
    }

    #[test]
    fn dangerous_links_lose_their_address() {
        for body in [
            "[a](javascript:alert(1))",
            "[a](data:text/html,x)",
            "[a](vbscript:x)",
        ] {
            assert!(!html(body).contains("href"), "{}", html(body));
        }
        assert!(html("[a](https://example.org)").contains("href=\"https://example.org\""));
    }

    #[test]
    fn sixty_four_kilobytes_of_markdown_are_refused_before_they_are_rendered() {
        // Nested quotes take quadratic time: this many would take a minute.
        for piece in ["> ", "[a](", "**", "http://a.b "] {
            let body: String = piece.chars().cycle().take(64 * 1024).collect();
            assert_eq!(check_body(&body), Err(Refusal::MessageTooLong), "{piece}");
        }
    }

    #[test]
    fn blocks_that_are_nested_too_deep_move_outwards() {
        let quotes = |depth| format!("{}deep", ">".repeat(depth));
        let depth_of = |html: &str| html.matches("<blockquote>").count();
        assert_eq!(depth_of(&html(&quotes(MAX_NESTED))), MAX_NESTED);
        let deepest = html(&quotes(MAX_BODY_CHARS - 4));
        assert_eq!(depth_of(&deepest), MAX_NESTED);
        assert!(deepest.contains("<p>deep</p>"), "{deepest}");
        let lists = format!("{}deep", "+ ".repeat(900));
        assert_eq!(html(&lists).matches("<li>").count(), MAX_NESTED / 2);
        assert!(html(&lists).contains("deep"));
    }

    /// Every reader downloads the HTML with each page of the channel.
    #[test]
    fn no_message_grows_much_when_it_is_rendered() {
        let max_growth = 16;
        for piece in [
            ">",
            "+ ",
            "1. ",
            "[a](b)",
            "![a](b)",
            "![",
            "*a **b ",
            "`a`",
            "a@b.c ",
            "http://a.b ",
            ":a:",
            ":+1:",
            "<b>",
            "a\n",
            "&",
            "- a\n",
            "~a~ ",
        ] {
            let body: String = piece.chars().cycle().take(MAX_BODY_CHARS).collect();
            let rendered = render(&body).html.len();
            assert!(
                rendered <= max_growth * body.len(),
                "{piece:?}: {rendered} bytes"
            );
        }
    }

    #[test]
    fn an_excerpt_is_short_and_without_markup() {
        assert_eq!(
            render("**a** [b](https://c.example)\n\n`d`").excerpt,
            "a b d"
        );
        let long = "ab ".repeat(200);
        assert_eq!(render(&long).excerpt.chars().count(), MAX_EXCERPT_CHARS + 1);
    }

    #[test]
    fn characters_that_cannot_be_stored_are_removed() {
        assert_eq!(check_body("a\0b").unwrap(), "ab");
        assert_eq!(check_body("\0"), Err(Refusal::MessageEmpty));
    }
}
