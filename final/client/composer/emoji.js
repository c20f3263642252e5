import $ from "../../static/vendor/jquery.slim.module.min.js";
import { fetchJson } from "../lib/fetch.js";
import { isComposing } from "../lib/keys.js";
import { copyOf } from "../lib/template.js";

const dialog = document.querySelector("#emoji");
const list = $("#emoji-list");
let all;

/** The emoji picker: a search field, and a grid for the arrow keys. */
export function enableEmoji() {
  $("#emoji-search").on("input", () => show($("#emoji-search").val()));
  list.on("click", ".emoji", ({ currentTarget }) => dialog.close(currentTarget.dataset.emoji));
  list.on("keydown", moveFocus);
  $("#emoji-search").on("keydown", (event) => {
    if (event.key !== "ArrowDown" || isComposing(event)) return;
    event.preventDefault();
    list.find(".emoji").first().trigger("focus");
  });
  $("#emoji-open").on("click", async () => {
    const emoji = await chooseEmoji();
    if (emoji) insert(document.querySelector("#composer-body"), emoji);
  });
}

/** Opens the picker. Resolves to the emoji, or to undefined if the picker is closed without a choice. */
export async function chooseEmoji() {
  dialog.returnValue = "";
  dialog.showModal();
  $("#emoji-search").val("");
  const chosen = new Promise((resolve) => $(dialog).one("close", () => resolve(dialog.returnValue)));
  await load();
  return (await chosen) || undefined;
}

async function load() {
  if (!all) {
    $("#emoji-state").text("Loading…");
    const { ok, error } = await fetchJson("/api/emoji");
    if (error) return $("#emoji-state").text(error.message);
    all = ok;
  }
  show($("#emoji-search").val());
}

function show(typed) {
  if (!all) return;
  const text = typed.toLowerCase().replaceAll(":", "").trim();
  const found = all.filter(({ name, shortcode }) => `${name} ${shortcode ?? ""}`.toLowerCase().includes(text));
  const groups = Map.groupBy(found, ({ group }) => group);
  list.empty().append([...groups].map(groupItem));
  // The grid is one stop for the Tab key; the arrow keys move within it.
  list.find(".emoji").first().attr("tabindex", 0);
  $("#emoji-state").text(found.length === 0 ? "No emoji found." : "");
}

function groupItem([group, emoji]) {
  const section = copyOf("#emoji-group-template");
  section.find(".emoji-group__title").text(group.replace(/([a-z])([A-Z])/g, "$1 $2"));
  section.find(".emoji-group__list").append(emoji.map(emojiItem));
  return section[0];
}

function emojiItem({ emoji, name, shortcode }) {
  const title = shortcode ? `${name} :${shortcode}:` : name;
  return copyOf("#emoji-template").attr({ "data-emoji": emoji, "aria-label": name, title }).text(emoji)[0];
}

function moveFocus(event) {
  const items = list.find(".emoji").get();
  const columns = items.filter(({ offsetTop }) => offsetTop === items[0].offsetTop).length;
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
  if (!step) return;
  event.preventDefault();
  const next = items[items.indexOf(document.activeElement) + step];
  $(next ?? "#emoji-search").trigger("focus");
}

function insert(field, text) {
  field.focus();
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  $(field).trigger("input");
}
