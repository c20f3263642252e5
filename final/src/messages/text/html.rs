//! Writes the HTML of a message, and sanitizes it.

use std::{
    fmt::{self, Write},
    sync::LazyLock,
};

use ammonia::{Builder, UrlRelative};
use comrak::{
    create_formatter,
    html::ChildRendering,
    nodes::{ListDelimType, ListType, Node, NodeList, NodeValue},
};

use super::{
    lines::unguard,
    tree::{MARKDOWN, SCHEMES},
};

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
        .add_tag_attributes("code", ["data-language"])
        .add_tag_attributes("li", ["value"])
        .add_allowed_classes("ol", ["parenthesis"])
        .url_schemes(SCHEMES.into())
        // The sanitizer removes the address of a link to a script.
        .url_relative(UrlRelative::Deny)
        // The page that opens cannot see which chat it was opened from, and cannot control it.
        .link_rel(Some("noopener noreferrer nofollow"))
        .set_tag_attribute_value("a", "target", "_blank");
    sanitizer
});

create_formatter!(ChatFormatter, {
    // Each item keeps its number, and the list its parentheses.
    NodeValue::List(NodeList { list_type: ListType::Ordered, delimiter, .. }) => |context, entering| {
        context.cr()?;
        context.write_str(match (entering, delimiter) {
            (true, ListDelimType::Period) => "<ol>\n",
            (true, ListDelimType::Paren) => "<ol class=\"parenthesis\">\n",
            (false, _) => "</ol>\n",
        })?;
    },
    NodeValue::Item(NodeList { list_type: ListType::Ordered, start, .. }) => |context, entering| {
        if entering {
            context.cr()?;
            write!(context, "<li value=\"{start}\">")?;
        } else {
            context.write_str("</li>\n")?;
        }
    },
    NodeValue::CodeBlock(ref block) => |context, entering| {
        if entering {
            context.cr()?;
            context.write_str("<pre><code")?;
            if !block.info.is_empty() {
                context.write_str(" data-language=\"")?;
                context.escape(&block.info)?;
                context.write_str("\"")?;
            }
            context.write_str(">")?;
            context.escape(&block.literal)?;
            context.write_str("</code></pre>\n")?;
            return Ok(ChildRendering::Skip);
        }
    },
});

/// The HTML of a document. Sanitizing is the last step, so a mistake of the formatter cannot let
/// dangerous HTML through.
pub fn to_html<'a>(document: Node<'a>) -> Result<String, fmt::Error> {
    let mut html = String::new();
    ChatFormatter::format_document(document, &MARKDOWN, &mut html)?;
    Ok(SANITIZER.clean(&unguard(&html)).to_string())
}
