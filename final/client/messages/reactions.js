import $ from "../../static/vendor/jquery.slim.module.min.js";
import { chooseEmoji } from "../composer/emoji.js";
import { updateList } from "../lib/keyed-list.js";
import { showNotice } from "../lib/notices.js";
import { request } from "../lib/request.js";
import { store } from "../lib/store.js";
import { copyOf } from "../lib/template.js";
import { setText } from "../lib/update.js";
import { nameOf } from "../people/person.js";
import { sync } from "./delivery.js";

/** A click on a reaction adds mine, or removes it. */
export function enableReactions(socket) {
  $("#message-list").on("click", ".reaction", (event) => {
    const { emoji } = event.currentTarget.dataset;
    const isOn = event.currentTarget.getAttribute("aria-pressed") !== "true";
    react(socket, $(event.currentTarget).closest("[data-id]").data("id"), emoji, isOn);
  });
  store.on("message:react", async ({ id, quick }) => {
    const emoji = quick ?? (await chooseEmoji());
    if (emoji) react(socket, id, emoji, true);
  });
}

/** Shows the reactions of a message. */
export function showReactions(list, { id, reactions = [] }, mayReact) {
  updateList(list.attr("data-id", id), reactions, {
    keyOf: ({ emoji }) => emoji,
    create: () => copyOf("#reaction-template"),
    fill: (item, reaction) => fillReaction(item, reaction, mayReact),
  });
}

function fillReaction(item, { emoji, people }, mayReact) {
  const names = people.map(nameOf).join(", ");
  const isMine = people.some((person) => person.id === store.user);
  const label = `${emoji} ${people.length}: ${names}`;
  const button = item.find(".reaction").prop("disabled", !mayReact);
  button.attr({ "data-emoji": emoji, "aria-pressed": String(isMine), "aria-label": label, title: names });
  setText(item.find(".reaction__emoji"), emoji);
  setText(item.find(".reaction__count"), people.length);
}

async function react(socket, message, emoji, isOn) {
  const { ok, error } = await request(socket, "message:react", { message, emoji, isOn });
  if (error) showNotice(error.message);
  else sync.apply([ok.message]);
}
