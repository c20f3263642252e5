//! Blocks and files that are not easy.

use course::steps::edit::{Edited, Fault, apply};

const LIBRARY: &str = "//! A chat.

use axum::Router;

pub mod error;
pub mod server;

/// The whole application.
pub fn app() -> Router {
    let (socket_layer, io) = wire::builder().build_layer();

    Router::new()
        .route(\"/\", get(page))
        .layer(socket_layer)
}

async fn register(socket: SocketRef) -> Result<(), Infallible> {
    socket.on(\"wave:send\", wave);
    Ok(())
}
";

fn edited(path: &str, file: &str, block: &str) -> String {
    match apply(path, Some(file), block) {
        Ok(edited) => edited.text,
        Err(fault) => panic!("{fault}: {}", fault.to_do()),
    }
}

/// The library with words replaced by the block.
fn assert_library(block: &str, old: &str, new: &str) {
    assert!(LIBRARY.contains(old), "{old}");
    assert_eq!(
        edited("src/lib.rs", LIBRARY, block),
        LIBRARY.replace(old, new)
    );
}

fn fault(file: &str, block: &str) -> Fault {
    apply("src/lib.rs", Some(file), block).unwrap_err()
}

#[test]
fn a_new_file_is_the_block() {
    let edited = apply("src/a.rs", None, "fn a() {}\n");
    let new = Edited {
        text: "fn a() {}\n".into(),
        new: vec![0],
        place: "a new file".into(),
    };
    assert_eq!(edited, Ok(new));
    assert_eq!(
        apply("src/a.rs", None, "fn a() {\n    // …\n}\n"),
        Err(Fault::Ellipsis)
    );
}

#[test]
fn new_lines_stand_between_two_that_the_file_has() {
    assert_library(
        "pub mod error;\nmod events;\npub mod server;\nmod sockets;\n",
        "pub mod error;\npub mod server;\n",
        "pub mod error;\nmod events;\npub mod server;\nmod sockets;\n",
    );
}

#[test]
fn new_lines_follow_a_line() {
    assert_library(
        "socket.on(\"wave:send\", wave);\nsocket.on(\"user:join\", join);\n",
        "    Ok(())\n",
        "    socket.on(\"user:join\", join);\n    Ok(())\n",
    );
}

#[test]
fn new_lines_stand_before_a_line() {
    assert_library(
        "use crate::chat::Chat;\n\nmod chat;\npub mod error;\n",
        "pub mod error;\n",
        "use crate::chat::Chat;\n\nmod chat;\npub mod error;\n",
    );
}

#[test]
fn what_stands_between_two_lines_is_replaced() {
    assert_library(
        "pub fn app() -> Router {\n    let (socket_layer, io) = wire::builder()\n        \
         .with_state(state)\n        .build_layer();\n\n    Router::new()\n",
        "wire::builder().build_layer();\n",
        "wire::builder()\n        .with_state(state)\n        .build_layer();\n",
    );
}

#[test]
fn what_stands_between_two_lines_is_removed() {
    assert_library(
        "    Router::new()\n        .layer(socket_layer)\n",
        "        .route(\"/\", get(page))\n",
        "",
    );
}

#[test]
fn the_end_of_a_function_is_found_by_its_brace() {
    assert_library(
        "        .layer(socket_layer)\n        .layer(last)\n}\n",
        ".layer(socket_layer)\n",
        ".layer(socket_layer)\n        .layer(last)\n",
    );
}

#[test]
fn a_function_gets_a_new_head_and_keeps_the_rest() {
    assert_library(
        "pub fn app(\n    state: State,\n) -> Router {\n    // …\n    Router::new()\n",
        "pub fn app() -> Router {",
        "pub fn app(\n    state: State,\n) -> Router {",
    );
}

#[test]
fn lines_are_left_out_up_to_the_end_of_the_function() {
    assert_library(
        "async fn register(socket: SocketRef) -> Result<(), Infallible> {\n    // … as before …\n    \
         done();\n}\n",
        "    Ok(())\n",
        "    Ok(())\n    done();\n",
    );
}

#[test]
fn a_whole_item_is_replaced() {
    assert_library(
        "/// All of it.\n#[must_use]\npub fn app() -> Router {\n    Router::new()\n}\n",
        &LIBRARY[LIBRARY.find("/// The").unwrap()..LIBRARY.find("\nasync").unwrap()],
        "/// All of it.\n#[must_use]\npub fn app() -> Router {\n    Router::new()\n}\n",
    );
}

#[test]
fn an_item_without_documentation_keeps_what_it_has() {
    let old = "/// Waves.\n#[derive(Debug)]\npub struct Wave {}\n";
    let new = "pub struct Wave {\n    pub number: u64,\n}\n";
    let expected = "/// Waves.\n#[derive(Debug)]\npub struct Wave {\n    pub number: u64,\n}\n";
    assert_eq!(edited("src/a.rs", old, new), expected);
    let derived = format!("#[derive(Debug, Clone)]\n{new}");
    let expected = expected.replace("Debug", "Debug, Clone");
    assert_eq!(edited("src/a.rs", old, &derived), expected);
}

#[test]
fn a_long_item_becomes_a_short_one() {
    let old = "struct A {\n    a: u8,\n}\n\nfn b() {}\n";
    assert_eq!(
        edited("src/a.rs", old, "struct A(u8);\n"),
        "struct A(u8);\n\nfn b() {}\n"
    );
}

#[test]
fn a_line_of_an_item_that_is_replaced_holds_nothing() {
    let block = "pub fn app() -> Router {\n    open().0\n}\n\nfn open() -> (Router, Io) {\n    \
                 let (socket_layer, io) = wire::builder().build_layer();\n    // …\n    \
                 let app = Router::new()\n        .route(\"/\", get(page))\n        \
                 .layer(socket_layer);\n    (app, io)\n}\n";
    let fault = fault(LIBRARY, block);
    assert!(matches!(fault, Fault::Loose(_)), "{fault}");
}

#[test]
fn a_new_item_goes_to_the_end() {
    let item = "/// Says no.\n#[derive(Debug)]\nenum No {\n    Never,\n}\n";
    assert_library(
        item,
        "    Ok(())\n}\n",
        &format!("    Ok(())\n}}\n\n{item}"),
    );
}

#[test]
fn a_new_item_goes_before_the_unit_tests() {
    let tests = "#[cfg(test)]\nmod tests {\n    use super::*;\n}\n";
    assert_eq!(
        edited(
            "src/a.rs",
            &format!("fn a() {{}}\n\n{tests}"),
            "fn b() {\n    a();\n}\n"
        ),
        format!("fn a() {{}}\n\nfn b() {{\n    a();\n}}\n\n{tests}")
    );
}

#[test]
fn a_new_item_may_look_like_one_that_is_there() {
    let item = "/// Logs in.\nasync fn log_in(socket: SocketRef) -> Result<(), Infallible> {\n    \
                socket.on(\"wave:send\", wave);\n    Ok(())\n}\n";
    assert_library(
        item,
        "    Ok(())\n}\n",
        &format!("    Ok(())\n}}\n\n{item}"),
    );
}

#[test]
fn a_new_item_follows_one_that_is_there() {
    let block = "        .layer(socket_layer)\n}\n\nfn page() -> String {\n    \"x\".into()\n}\n";
    assert_library(
        block,
        ".layer(socket_layer)\n}\n",
        ".layer(socket_layer)\n}\n\nfn page() -> String {\n    \"x\".into()\n}\n",
    );
}

#[test]
fn a_new_item_precedes_one_with_documentation() {
    assert_library(
        "const A: u8 = 1;\n\npub fn app() -> Router {\n",
        "/// The whole",
        "const A: u8 = 1;\n\n/// The whole",
    );
}

const IMPL: &str = "impl People {
    fn name(&self) -> &str {
        &self.name
    }

    fn age(&self) -> u8 {
        7
    }
}

impl Room {
    fn name(&self) -> &str {
        &self.name
    }
}
";

#[test]
fn a_method_goes_to_the_end_of_its_impl() {
    let block = "impl People {\n    // …\n\n    /// Taller than the table.\n    \
                 fn is_tall(&self) -> bool {\n        true\n    }\n}\n";
    let method =
        "\n    /// Taller than the table.\n    fn is_tall(&self) -> bool {\n        true\n    }\n";
    let old = "        7\n    }\n";
    assert_eq!(
        edited("src/a.rs", IMPL, block),
        IMPL.replace(old, &format!("{old}{method}"))
    );
    // Nobody counts blank lines.
    assert_eq!(
        edited("src/a.rs", IMPL, &block.replace("// …\n\n", "// …\n")),
        IMPL.replace(old, &format!("{old}{method}"))
    );
}

#[test]
fn a_method_is_replaced_in_its_impl() {
    let method = "    fn name(&self) -> &str {\n        \"Ada\"\n    }\n";
    let of_room = format!("impl Room {{\n{method}}}\n");
    let (first, second) = IMPL.rsplit_once("&self.name").unwrap();
    assert_eq!(
        edited("src/a.rs", IMPL, &of_room),
        format!("{first}\"Ada\"{second}")
    );
    let dedented = "fn age(&self) -> u8 {\n    let years = 8;\n    years\n}\n";
    let expected = IMPL.replace("        7\n", "        let years = 8;\n        years\n");
    assert_eq!(edited("src/a.rs", IMPL, dedented), expected);
    assert_eq!(fault(IMPL, method), Fault::SeveralPlaces(vec![2, 12]));
}

#[test]
fn a_dedented_method_takes_the_indentation_of_its_neighbour() {
    let block = "fn age(&self) -> u8 {\n    7\n}\n\nfn is_old(&self) -> bool {\n    false\n}\n";
    let old = "        7\n    }\n";
    let new = "\n    fn is_old(&self) -> bool {\n        false\n    }\n";
    assert_eq!(
        edited("src/a.rs", IMPL, block),
        IMPL.replace(old, &format!("{old}{new}"))
    );
}

#[test]
fn a_place_that_is_not_clear_is_named() {
    let file = "fn a() {\n    go();\n}\n\nfn b() {\n    go();\n}\n";
    assert_eq!(
        fault(file, "    go();\n    stop();\n"),
        Fault::SeveralPlaces(vec![2, 6])
    );
    let clear = "fn b() {\n    go();\n    stop();\n";
    let expected = "fn a() {\n    go();\n}\n\nfn b() {\n    go();\n    stop();\n}\n";
    assert_eq!(edited("src/a.rs", file, clear), expected);
    let left_out = "fn b() {\n    // …\n    stop();\n}\n";
    assert_eq!(edited("src/a.rs", file, left_out), expected);
}

#[test]
fn lines_that_nothing_holds_are_named() {
    assert_eq!(fault(LIBRARY, "let x = 1;\n"), Fault::NoPlace);
    assert_eq!(fault(LIBRARY, "}\n"), Fault::NoPlace);
    assert_eq!(
        fault(LIBRARY, "pub mod error;\n// …\nlet x = 1;\n// …\nOk(())\n"),
        Fault::Loose("let x = 1;".into())
    );
    assert_eq!(
        fault(LIBRARY, "pub mod error;\n// …\nlet x = 1;\n"),
        Fault::Loose("let x = 1;".into())
    );
}

#[test]
fn lines_of_an_enum_keep_their_attributes() {
    let file = "enum No {\n    /// A.\n    #[error(\"a\")]\n    A,\n    /// C.\n    #[error(\"c\")]\n    C,\n}\n";
    let block = "    A,\n    /// B.\n    #[error(\"b\")]\n    B,\n    /// C.\n    #[error(\"c\")]\n    C,\n";
    let expected = file.replace(
        "    /// C.",
        "    /// B.\n    #[error(\"b\")]\n    B,\n    /// C.",
    );
    assert_eq!(edited("src/a.rs", file, block), expected);
    let end = "    C,\n    /// D.\n    D,\n}\n";
    assert_eq!(
        edited("src/a.rs", file, end),
        file.replace("    C,\n", "    C,\n    /// D.\n    D,\n")
    );
}

#[test]
fn a_condition_is_changed_around_what_it_holds() {
    let file = "fn a() {\n    if old {\n        go();\n    }\n    end();\n}\n";
    let block = "    if new {\n        go();\n    }\n    end();\n";
    assert_eq!(edited("src/a.rs", file, block), file.replace("old", "new"));
    let around = "fn a() {\n    if old && new {\n        go();\n        more();\n    }\n";
    let expected = file
        .replace("old", "old && new")
        .replace("go();\n", "go();\n        more();\n");
    assert_eq!(edited("src/a.rs", file, around), expected);
}

const COMPOSER: &str = "import $ from \"jquery\";

/** Sends what was written. */
export function enableComposer(socket) {
  const form = $(\"#composer\");

  form.on(\"submit\", async (event) => {
    event.preventDefault();
    send(socket);
  });
}
";

#[test]
fn javascript_has_items_too() {
    let block = "function send(socket) {\n  socket.emit(\"message:send\");\n}\n";
    assert_eq!(
        edited("client/composer.js", COMPOSER, block),
        format!("{COMPOSER}\n{block}")
    );
    let inside = "    send(socket);\n  });\n\n  form.on(\"input\", check);\n}\n";
    assert_eq!(
        edited("client/composer.js", COMPOSER, inside),
        COMPOSER.replace("  });\n", "  });\n\n  form.on(\"input\", check);\n")
    );
    let end =
        "export function enableComposer(socket) {\n  // …\n\n  form.on(\"input\", check);\n}\n";
    assert_eq!(
        edited("client/composer.js", COMPOSER, end),
        COMPOSER.replace("  });\n", "  });\n\n  form.on(\"input\", check);\n")
    );
}

#[test]
fn styles_markup_and_manifests_are_lines() {
    let css = ".a {\n  color: red;\n}\n\n.b {\n  color: red;\n}\n";
    assert_eq!(
        edited("client/a.css", css, ".b {\n  color: blue;\n}\n"),
        ".a {\n  color: red;\n}\n\n.b {\n  color: blue;\n}\n"
    );
    let new = ".c {\n  color: red;\n}\n";
    assert_eq!(edited("client/a.css", css, new), format!("{css}\n{new}"));
    let html = "<main>\n  <ol id=\"a\">\n  </ol>\n</main>\n";
    assert_eq!(
        edited("templates/a.html", html, "<ol id=\"a\">\n</ol>\n<p>b</p>\n"),
        "<main>\n  <ol id=\"a\">\n  </ol>\n  <p>b</p>\n</main>\n"
    );
    let toml = "[dependencies]\naxum.workspace = true\nserde.workspace = true\n";
    assert_eq!(
        edited(
            "Cargo.toml",
            toml,
            "axum.workspace = true\nchrono.workspace = true\n# …\n"
        ),
        "[dependencies]\naxum.workspace = true\nchrono.workspace = true\nserde.workspace = true\n"
    );
}

#[test]
fn what_the_file_has_already_changes_nothing() {
    let edited = apply(
        "src/lib.rs",
        Some(LIBRARY),
        "pub mod error;\n// …\n    Router::new()\n",
    );
    let edited = edited.unwrap();
    assert_eq!((edited.text.as_str(), edited.new), (LIBRARY, vec![]));
}

#[test]
fn new_lines_are_counted_without_what_the_file_has() {
    let block = "pub mod error;\nmod events;\npub mod server;\n";
    let edited = apply("src/lib.rs", Some(LIBRARY), block).unwrap();
    assert_eq!(edited.new, vec![1]);
}

const IMPORTS: &str = "//! A chat.

use std::sync::Arc;

use axum::{Router, http::HeaderValue, routing::get};
use tokio::sync::Mutex;

use crate::wire;

pub mod error;
mod wire;

#[cfg(test)]
mod tests;
";

#[test]
fn imports_find_their_place_alone() {
    let block = "use std::convert::Infallible;\n\nuse axum::{Router, routing::get};\n\
                 use crate::chat::Chat;\n\nmod chat;\nmod users;\n";
    let expected = "//! A chat.

use std::convert::Infallible;
use std::sync::Arc;

use axum::{Router, routing::get};
use tokio::sync::Mutex;

use crate::chat::Chat;
use crate::wire;

mod chat;
pub mod error;
mod users;
mod wire;

#[cfg(test)]
mod tests;
";
    assert_eq!(edited("src/lib.rs", IMPORTS, block), expected);
}

#[test]
fn an_import_replaces_the_one_with_the_same_names() {
    let block = "use tokio::{\n    sync::{Mutex, RwLock},\n    task,\n};\n";
    let expected = IMPORTS.replace("use tokio::sync::Mutex;\n", block);
    assert_eq!(edited("src/lib.rs", IMPORTS, block), expected);
    let script =
        "import $ from \"/static/jquery.js\";\nimport { ask } from \"./ask.js\";\n\ngo();\n";
    let block = "import { ask, tell } from \"./ask.js\";\nimport { a } from \"./a.js\";\n";
    assert_eq!(
        edited("client/main.js", script, block),
        "import $ from \"/static/jquery.js\";\nimport { a } from \"./a.js\";\n\
         import { ask, tell } from \"./ask.js\";\n\ngo();\n"
    );
}

#[test]
fn the_first_imports_stand_below_the_files_documentation() {
    assert_eq!(
        edited("src/a.rs", "//! A.\n\nfn a() {}\n", "use b::B;\n\nmod c;\n"),
        "//! A.\n\nuse b::B;\n\nmod c;\n\nfn a() {}\n"
    );
    assert_eq!(
        edited(
            "client/a.js",
            "go();\n",
            "import { go } from \"./go.js\";\n"
        ),
        "import { go } from \"./go.js\";\n\ngo();\n"
    );
}
