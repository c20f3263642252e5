import $ from "../static/vendor/jquery.module.min.js";
import { fetchJson } from "./fetch.js";
import { copyOf } from "./template.js";

const dialog = document.querySelector("#emoji");
const list = $("#emoji-list");
let all;

/** The emoji picker: a field that finds, and a grid that arrow keys walk through. */
export function enableEmoji() {
  $("#emoji-search").on("input", () => show($("#emoji-search").val()));
  list.on("click", ".emoji", ({ currentTarget }) => dialog.close(currentTarget.dataset.emoji));
  list.on("keydown", walk);
  $("#emoji-search").on("keydown", (event) => {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    list.find(".emoji").first().trigger("focus");
  });
  $("#emoji-open").on("click", async () => {
    const emoji = await chooseEmoji();
    if (emoji) insert(document.querySelector("#composer-body"), emoji);
  });
}

/** Lets the reader choose; resolves to nothing when they close the picker. */
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
  const words = typed.toLowerCase().replaceAll(":", "").trim();
  const found = all.filter(({ name, shortcode }) => `${name} ${shortcode ?? ""}`.toLowerCase().includes(words));
  const groups = Map.groupBy(found, ({ group }) => group);
  list.empty().append([...groups].map(groupItem));
  // One stop for the Tab key; the arrow keys do the rest.
  list.find(".emoji").first().attr("tabindex", 0);
  $("#emoji-state").text(found.length === 0 ? "No emoji is called so." : "");
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

function walk(event) {
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
