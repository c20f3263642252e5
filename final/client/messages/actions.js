import $ from "../../static/vendor/jquery.slim.module.min.js";
import { addressOf } from "../channels/address.js";
import { confirm } from "../lib/confirm.js";
import { copyText } from "../lib/copy.js";
import { openMenu } from "../lib/menu.js";
import { onLongPress } from "../lib/press.js";
import { showNotice } from "../lib/notices.js";
import { request } from "../lib/request.js";
import { isMine, openChannel, store } from "../lib/store.js";
import { sync } from "./delivery.js";
import { shownRows } from "./messages.js";

const menu = document.querySelector("#message-menu");

/**
 * The actions of a message: a bar with the most frequent ones, and a menu with all. On a touch screen, a long press opens
 * the menu.
 */
export function enableActions(socket) {
  let message;
  const actions = {
    react: () => store.emit("message:react", message),
    reply: () => store.emit("message:reply", message),
    edit: () => store.emit("message:edit", message),
    delete: () => deleteMessage(socket, message),
    "copy-link": () => copy(location.origin + addressOf(message.channel, message.number), "Link copied"),
    "copy-text": () => copy(message.body, "Text copied"),
  };
  const open = (button) => {
    message = messageOf(button);
    showAllowed(message);
    openMenu(menu, button);
  };
  const rows = $("#message-list");
  rows.on("click", ".message__more", ({ currentTarget }) => open(currentTarget));
  rows.on("click", ".message__quick", ({ currentTarget }) => {
    const { quick } = currentTarget.dataset;
    if (quick === "reply") store.emit("message:reply", messageOf(currentTarget));
    else store.emit("message:react", { ...messageOf(currentTarget), quick });
  });
  rows.on("keydown", ".message__actions", moveInBar);
  onLongPress(rows[0], ".message:not(.message--deleted)", (element) => open(element.querySelector(".message__more")), menu);
  $(menu).on("click", "[role=menuitem]", (event) => {
    menu.hidePopover();
    actions[event.currentTarget.dataset.action]();
  });
}

function messageOf(element) {
  const row = element.closest("[data-number]");
  return shownRows().find(({ element }) => element === row).message;
}

function moveInBar({ key, currentTarget, target }) {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[key];
  if (!step) return;
  const buttons = $(currentTarget).children(":visible").get();
  buttons[(buttons.indexOf(target) + step + buttons.length) % buttons.length].focus();
}

/** Shows only the actions that the server allows. */
function showAllowed({ author, body, place }) {
  const isMember = isMine(openChannel());
  const isOwn = author.id === store.user;
  const may = { react: isMember, reply: isMember, edit: isMember && isOwn && !place, delete: isMember && isOwn, "copy-text": body !== "" };
  $(menu)
    .find("[data-action]")
    .each((_index, item) => $(item).prop("hidden", may[item.dataset.action] === false));
}

async function deleteMessage(socket, { id }) {
  if (!(await confirm("Delete this message for everyone?", "Delete"))) return;
  const { ok, error } = await request(socket, "message:delete", { message: id });
  if (error) showNotice(error.message);
  else sync.apply([ok.message]);
}

async function copy(text, notice) {
  const isCopied = await copyText(text);
  showNotice(isCopied ? notice : "Your browser does not allow this page to copy");
}
