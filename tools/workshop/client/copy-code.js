import $ from "/static/vendor/jquery.module.min.js";

const TOLD_MS = 2000;

/** Gives each block of code inside an element a button that copies the code, without removed lines. */
export function enableCopyCode(root = document) {
  $(root)
    .find(".code, .hunk")
    .each((_index, block) => {
      const button = $("<button>", { class: "button button--quiet copy-code", type: "button", text: "Copy" });
      button.on("click", () => copy(codeOf(block), button));
      $(block).append(button);
    });
}

/** The code of a block; for a diff, only the new version. */
export function codeOf(block) {
  const lines = $(block).find(".lines > :not(.lines__removed)");
  return lines.length === 0 ? $(block).find("code").text() : lines.text();
}

async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
    button.text("Copied");
  } catch {
    button.text("The browser does not allow it");
  }
  setTimeout(() => button.text("Copy"), TOLD_MS);
}
