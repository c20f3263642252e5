use std::sync::LazyLock;

use comrak::Arena;
use percent_encoding::percent_decode_str;
use proptest::{prelude::*, sample::select, test_runner::Config};
use regex::{Captures, Regex};

use super::*;

/// One message on each line; `⏎` stands for a line break. Lines that begin with `# ` name a
/// language.
const CORPUS: &str = include_str!("corpus.txt");

fn lines_of_corpus() -> Vec<String> {
    CORPUS.lines().map(|line| line.replace('⏎', "\n")).collect()
}

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
        let parsed = html::to_html(tree::parse(&Arena::new(), body));
        assert_eq!(html(body), parsed.unwrap());
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
    assert_eq!(
        html("3. c\n7. g"),
        "<ol>\n<li value=\"3\">c</li>\n<li value=\"7\">g</li>\n</ol>\n"
    );
    assert_eq!(html("- a\n- b"), "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n");
    assert_eq!(html("> a"), "<blockquote>\n<p>a</p>\n</blockquote>\n");
    assert_eq!(html("one\ntwo"), "<p>one<br>\ntwo</p>\n");
    assert_eq!(html("# loud"), "<p># loud</p>\n");
    assert_eq!(html("done :tada:"), "<p>done 🎉</p>\n");
    assert_eq!(html("`:tada:`"), "<p><code>:tada:</code></p>\n");
}

#[test]
fn a_message_without_text_has_no_html() {
    assert_eq!(html(""), "");
    assert_eq!(render("").excerpt, "");
}

#[test]
fn dangerous_links_are_shown_as_they_were_typed() {
    for body in [
        "[a](javascript:alert(1))",
        "[a](data:text/html,x)",
        "[a](vbscript:x)",
        "[a](JavaScript:alert)",
        "[a](//example.org)",
        "[a](page.html)",
    ] {
        assert_eq!(html(body), format!("<p>{body}</p>\n"));
    }
    assert!(html("[a](https://example.org)").contains("href=\"https://example.org\""));
    assert!(!html("ftp://example.org").contains("<a"));
}

#[test]
fn each_message_of_the_corpus_looks_as_it_was_meant() {
    let attributes = " target=\"_blank\" rel=\"noopener noreferrer nofollow\"";
    let mut shown = String::new();
    for line in lines_of_corpus() {
        let rendered = render(&line);
        let html = rendered.html.replace(attributes, "");
        shown += &format!("{line}\n{}\n", html.trim_end());
    }
    insta::assert_snapshot!(shown);
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
    let quotes = |depth| format!("{}deep", "> ".repeat(depth));
    let depth_of = |html: &str| html.matches("<blockquote>").count();
    assert_eq!(depth_of(&html(&quotes(tree::MAX_NESTED))), tree::MAX_NESTED);
    let deepest = html(&quotes(MAX_BODY_CHARS / 2 - 4));
    assert_eq!(depth_of(&deepest), tree::MAX_NESTED);
    assert!(deepest.contains("<p>deep</p>"), "{deepest}");
    let items = (0..100).map(|depth| format!("{}- item", "  ".repeat(depth)));
    let lists = html(&items.collect::<Vec<_>>().join("\n"));
    assert_eq!(lists.matches("<ul>").count(), tree::MAX_NESTED / 2);
    assert_eq!(lists.matches("item").count(), 100);
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
        "> ",
        "> a\n> > b\n",
        "1. a\n",
        "- a\n  ",
        "-      ",
        "-      - a\n",
        "    a\n\n",
        "```\n",
        "```a\n```\n",
        "https://a.b。",
        "](https://a.b)",
        "&lt;",
        "\\_",
        "^_^",
        "*_*",
        ":100:",
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

#[test]
fn what_nobody_can_see_is_no_message() {
    for typed in [
        "\u{200b}",
        " \u{2060}\n\u{feff}",
        "\u{3164}",
        "\u{2800}",
        "\u{202e}\u{ad}",
        "\u{c}",
    ] {
        assert_eq!(check_body(typed), Err(Refusal::MessageEmpty), "{typed:?}");
        assert_eq!(check_caption(typed), Ok(String::new()), "{typed:?}");
    }
    for typed in ["👩\u{200d}🚀", ".", "می\u{200c}خواهم", "\u{301}"] {
        assert_eq!(check_body(typed).unwrap(), typed);
    }
    assert_eq!(check_body("  a ").unwrap(), "a");
    assert_eq!(check_body("\n \n  a\n b \n\n").unwrap(), "  a\n b");
    assert_eq!(check_body("a\u{2028}b\u{c}c\r\nd").unwrap(), "a\nb\nc\nd");
}

/// Everything that a reader finds in the HTML: the text, the numbers of lists, languages and addresses.
fn shown(html: &str) -> String {
    static TAG: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r#"(?s)<a href="(?<url>[^"]*)"[^>]*>(?<text>.*?)</a>|<[^>]*?(?:(?:value|data-language)="(?<number>[^"]*)")?>"#,
        )
    });
    let text = TAG.replace_all(html, |tag: &Captures| {
        let part = |name| tag.name(name).map_or("", |part| part.as_str());
        let url = percent_decode_str(part("url")).decode_utf8_lossy();
        format!(
            "{}{} {url}",
            part("number"),
            TAG.replace_all(part("text"), "")
        )
    });
    let text = text.replace("&lt;", "<").replace("&gt;", ">");
    text.replace("&nbsp;", "\u{a0}").replace("&amp;", "&")
}

/// The characters that may be markup, and vanish.
const MARKUP: &str = "*_~`>[]()-.:";

/// The characters that must be shown: all that can be seen but markup and shortcodes.
fn content(typed: &str) -> String {
    let mut content = String::new();
    let mut rest = typed;
    while let Some(c) = rest.chars().next() {
        let code = rest.strip_prefix(':').and_then(|rest| rest.split_once(':'));
        match code.filter(|(code, _)| emojis::get_by_shortcode(code).is_some()) {
            Some((_, after)) => rest = after,
            None => {
                let is_content = is_visible(&c.to_string()) && !MARKUP.contains(c);
                content.extend(is_content.then_some(c));
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    content
}

/// Fails unless everything but markup stands in the shown text, in this order.
fn assert_shown(typed: &str) {
    let html = html(typed);
    let shown = shown(&html);
    let mut found = shown.chars();
    for wanted in content(typed).chars() {
        assert!(
            found.any(|shown| shown == wanted),
            "{wanted} of {typed:?} is lost in {html}"
        );
    }
    assert_eq!(is_visible(&shown), is_visible(typed), "{typed:?}: {html}");
}

#[test]
fn nothing_of_the_corpus_is_lost() {
    for line in lines_of_corpus() {
        assert_shown(&line);
    }
}

/// Markup, and words of several scripts beside which it behaves differently.
const PIECES: [&str; 72] = [
    "*",
    "**",
    "_",
    "__",
    "~",
    "~~",
    "`",
    "```",
    "\n",
    "\n\n",
    " ",
    "    ",
    "\t",
    ">",
    "> ",
    "- ",
    "1. ",
    "12) ",
    "#",
    "---",
    "***",
    "===",
    "[",
    "]",
    "(",
    ")",
    "](",
    "](https://a.b)",
    "![",
    "<",
    ">",
    "<b>",
    "&amp;",
    "&",
    ";",
    "\\",
    ":tada:",
    ":",
    "https://example.org/x",
    "http://",
    "www.a.b",
    "a@b.cd",
    "abc",
    "x",
    "42",
    "1986.",
    "é",
    "世界",
    "です",
    "「",
    "」",
    "。",
    "مرحبا",
    "हिन्दी",
    "한국",
    "🎉",
    "|",
    "\"",
    "'",
    "{",
    "}",
    "=",
    "+",
    "%",
    "$",
    "^",
    ".",
    "!",
    "\u{200b}",
    "\u{a0}",
    "\u{301}",
    "mailto:",
];

proptest! {
    #![proptest_config(Config { cases: 500, failure_persistence: None, ..Config::default() })]

    #[test]
    fn nothing_that_was_typed_is_lost(pieces in prop::collection::vec(select(&PIECES), 1..24)) {
        assert_shown(&pieces.concat());
    }

    #[test]
    fn nothing_of_any_text_is_lost(text in "\\PC{0,60}") {
        assert_shown(&text);
    }
}
