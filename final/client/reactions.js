import $ from "../static/vendor/jquery.module.min.js";
import { sync } from "./delivery.js";
import { chooseEmoji } from "./emoji.js";
import { showNotice } from "./notices.js";
import { nameOf } from "./person.js";
import { request } from "./request.js";
import { store } from "./store.js";
import { copyOf } from "./template.js";

/** A click on a reaction adds mine, or removes it. */
export function enableReactions(socket) {
  $("#message-list").on("click", ".reaction", (event) => {
    const { emoji } = event.currentTarget.dataset;
    const isOn = event.currentTarget.getAttribute("aria-pressed") !== "true";
    react(socket, $(event.currentTarget).closest("[data-id]").data("id"), emoji, isOn);
  });
  $(document).on("message:react", async (_event, message) => {
    const emoji = await chooseEmoji();
    if (emoji) react(socket, message.id, emoji, true);
  });
}

/** Shows the reactions of a message. */
export function showReactions(list, { id, reactions = [] }, mayReact) {
  const wanted = reactions.map(({ emoji, people }) => {
    const present = list.children().filter((_index, item) => item.dataset.emoji === emoji);
    // Reuse the existing element, because it may have the focus.
    const item = present.length > 0 ? present : copyOf("#reaction-template");
    const names = people.map(nameOf).join(", ");
    const isMine = people.some((person) => person.id === store.user);
    item.attr("data-emoji", emoji);
    item.find(".reaction").attr({
      "data-emoji": emoji,
      "aria-pressed": String(isMine),
      "aria-label": `${emoji} ${people.length}: ${names}`,
      title: names,
    });
    item.find(".reaction").prop("disabled", !mayReact);
    item.find(".reaction__emoji").text(emoji);
    item.find(".reaction__count").text(people.length);
    return item[0];
  });
  list.attr("data-id", id).children().not(wanted).remove();
  list.append(wanted);
}

async function react(socket, message, emoji, isOn) {
  const { ok, error } = await request(socket, "message:react", { message, emoji, isOn });
  if (error) showNotice(error.message);
  else sync.apply([ok.message]);
}
