//! Finding an item in a Rust file by its path.

use std::ops::Range;

use anyhow::{Context, Result, bail};
use quote::ToTokens;
use syn::{ImplItem, Item, TraitItem, spanned::Spanned};

/// The lines of the one item of that path, counted from 0: `send`,
/// `Chat::add_message`, `MAX_CHANNELS`, `impl ServerEvent for MessageCreated`.
pub fn lines(text: &str, path: &str) -> Result<Range<usize>> {
    let file = syn::parse_file(text).context("the file is no Rust that can be read")?;
    let names: Vec<&str> = match path.starts_with("impl ") {
        true => vec![path],
        false => path.split("::").collect(),
    };
    let mut found = Vec::new();
    find(&file.items, &names, &mut found);
    match found.as_slice() {
        [range] => Ok(range.clone()),
        [] => bail!("there is no item `{path}`"),
        _ => bail!("there is more than one item `{path}`"),
    }
}

fn find(items: &[Item], names: &[&str], found: &mut Vec<Range<usize>>) {
    let [name, inner @ ..] = names else { return };
    for item in items {
        match item {
            _ if inner.is_empty() && is_called(item, name) => found.push(range(item)),
            Item::Mod(module) if module.ident == name && !inner.is_empty() => {
                let items = module.content.as_ref().map(|content| &content.1);
                find(items.map_or(&[], Vec::as_slice), inner, found);
            }
            Item::Impl(block) if written(&block.self_ty) == without_blanks(name) => {
                let is_it = |item: &&ImplItem| inner == [name_in_impl(item)];
                found.extend(block.items.iter().filter(is_it).map(range));
            }
            Item::Trait(block) if block.ident == name => {
                let is_it = |item: &&TraitItem| inner == [name_in_trait(item)];
                found.extend(block.items.iter().filter(is_it).map(range));
            }
            _ => {}
        }
    }
}

fn is_called(item: &Item, name: &str) -> bool {
    match item {
        Item::Const(item) => item.ident == name,
        Item::Enum(item) => item.ident == name,
        Item::Fn(item) => item.sig.ident == name,
        Item::Impl(item) => header(item) == without_blanks(name),
        Item::Mod(item) => item.ident == name,
        Item::Static(item) => item.ident == name,
        Item::Struct(item) => item.ident == name,
        Item::Trait(item) => item.ident == name,
        Item::Type(item) => item.ident == name,
        _ => false,
    }
}

/// The text of the `impl` block before its braces, with all whitespace removed.
fn header(block: &syn::ItemImpl) -> String {
    let mut block = block.clone();
    block.items.clear();
    block.attrs.clear();
    let written = written(&block);
    written.trim_end_matches("{}").to_owned()
}

fn name_in_impl(item: &ImplItem) -> String {
    match item {
        ImplItem::Const(item) => item.ident.to_string(),
        ImplItem::Fn(item) => item.sig.ident.to_string(),
        ImplItem::Type(item) => item.ident.to_string(),
        _ => String::new(),
    }
}

fn name_in_trait(item: &TraitItem) -> String {
    match item {
        TraitItem::Const(item) => item.ident.to_string(),
        TraitItem::Fn(item) => item.sig.ident.to_string(),
        _ => String::new(),
    }
}

fn written(part: &impl ToTokens) -> String {
    without_blanks(&part.to_token_stream().to_string())
}

fn without_blanks(text: &str) -> String {
    text.split_whitespace().collect()
}

fn range(item: &impl Spanned) -> Range<usize> {
    let span = item.span();
    span.start().line - 1..span.end().line
}
