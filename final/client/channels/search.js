import $ from "../../static/vendor/jquery.slim.module.min.js";
import { search } from "../lib/fetch.js";
import { isComposing } from "../lib/keys.js";
import { isMine, store } from "../lib/store.js";
import { copyOf } from "../lib/template.js";
import { putChannel } from "./channels.js";

const WAIT_MS = 150;

const field = $("#search-input");
const list = $("#search-results");

/** The search box: finds channels by name, and offers to create one with that name. */
export function enableSearch() {
  let timer;

  field.on("input", () => {
    clearTimeout(timer);
    timer = setTimeout(find, WAIT_MS);
  });
  field.on("keydown", press);
  field.on("blur", () => show(false));
  field.on("focus", () => field.val() !== "" && find());
  // Not `click`: by then, the field has lost the focus, and the list is hidden.
  list.on("pointerdown", "[role=option]", (event) => {
    event.preventDefault();
    choose($(event.currentTarget));
  });
}

async function find() {
  const typed = field.val().trim();
  if (typed === "") return show(false);
  const response = await search("/api/channels", field);
  if (!response) return;
  const { ok, error } = response;
  $("#search-status").text(error?.message ?? (ok.length === 0 ? "No channel found." : ""));
  const options = (ok ?? []).map(channelOption);
  const isTaken = (ok ?? []).some(({ name }) => name.toLowerCase() === typed.toLowerCase());
  if (ok && !isTaken) options.push(newOption(typed));
  list.empty().append(options);
  options.forEach((option, index) => option.attr("id", `search-option-${index}`));
  show(document.activeElement === field[0] && options.length > 0);
}

function channelOption(channel) {
  const option = copyOf("#option-template").data({ channel });
  option.find(".option__name").text(`# ${channel.name}`);
  option.find(".option__note").text(isMine(channel) ? "subscribed" : "");
  return option;
}

function newOption(typed) {
  const option = copyOf("#option-template").data({ name: typed });
  option.find(".option__name").text(`Create # ${typed}`);
  return option;
}

function choose(option) {
  const { channel, name } = option.data();
  show(false);
  $("#search-status").text("");
  if (!channel) return store.emit("channel:name-wanted", name);
  field.val("");
  putChannel(channel);
  store.emit("channel:wanted", { channel: channel.id });
}

function press(event) {
  if (isComposing(event)) return;
  const options = list.children();
  const present = options.index(list.find("[aria-selected=true]"));
  if (event.key.startsWith("Arrow") && options.length === 0) return;
  if (event.key === "ArrowDown") select(options, (present + 1) % options.length);
  else if (event.key === "ArrowUp") select(options, Math.max(present, 0) - 1);
  else if (event.key === "Enter" && list.is(":visible")) choose(options.eq(Math.max(present, 0)));
  else if (event.key === "Escape") leave();
  else return;
  event.preventDefault();
}

function select(options, index) {
  options.attr("aria-selected", "false");
  const option = options.eq(index).attr("aria-selected", "true");
  field.attr("aria-activedescendant", option.attr("id"));
}

function leave() {
  field.val("");
  $("#search-status").text("");
  show(false);
}

function show(isOpen) {
  list.prop("hidden", !isOpen);
  field.attr("aria-expanded", String(isOpen)).removeAttr("aria-activedescendant");
}
