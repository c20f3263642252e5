import $ from "../static/vendor/jquery.module.min.js";
import { ask } from "./ask.js";
import { chat } from "./chat.js";
import { chooseEmoji } from "./emoji.js";
import { showNotice } from "./notices.js";
import { nameOf } from "./person.js";
import { applyMessages } from "./sync.js";
import { copyOf } from "./template.js";

/** A click on a reaction adds mine, or takes it away. */
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

/** Shows who has reacted with what. */
export function showReactions(list, { id, reactions = [] }, mayReact) {
  const wanted = reactions.map(({ emoji, people }) => {
    const present = list.children().filter((_index, item) => item.dataset.emoji === emoji);
    // The one that is there is kept: the focus may be on it.
    const item = present.length > 0 ? present : copyOf("#reaction-template");
    const names = people.map(nameOf).join(", ");
    const isMine = people.some((person) => person.id === chat.user);
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
  const { ok, error } = await ask(socket, "message:react", { message, emoji, isOn });
  if (error) showNotice(error.message);
  else if (chat.feed) applyMessages(chat.feed, [ok.message]);
}
