import $ from "../../static/vendor/jquery.module.min.js";
import { addressOf } from "../channels/address.js";
import { confirm } from "../lib/confirm.js";
import { copyText } from "../lib/copy.js";
import { openMenu } from "../lib/menu.js";
import { showNotice } from "../lib/notices.js";
import { request } from "../lib/request.js";
import { isMine, openChannel, store } from "../lib/store.js";
import { sync } from "./delivery.js";
import { shownRows } from "./messages.js";

const menu = document.querySelector("#message-menu");

/** The menu of a message: react, reply, edit, delete, copy its link. */
export function enableActions(socket) {
  let message;
  const actions = {
    react: () => store.emit("message:react", message),
    reply: () => store.emit("message:reply", message),
    edit: () => store.emit("message:edit", message),
    delete: () => deleteMessage(socket, message),
    "copy-link": () => copyLink(message),
  };
  $("#message-list").on("click", ".message__more", (event) => {
    const row = event.currentTarget.closest("[data-number]");
    message = shownRows().find(({ element }) => element === row).message;
    showAllowed(message);
    openMenu(menu, event.currentTarget);
  });
  $(menu).on("click", "[role=menuitem]", (event) => {
    menu.hidePopover();
    actions[event.currentTarget.dataset.action]();
  });
}

/** Shows only the actions that the server allows. */
function showAllowed({ author, place }) {
  const isMember = isMine(openChannel());
  const isOwn = author.id === store.user;
  const may = { react: isMember, reply: isMember, edit: isMember && isOwn && !place, delete: isMember && isOwn };
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

async function copyLink({ channel, number }) {
  const isCopied = await copyText(location.origin + addressOf(channel, number));
  showNotice(isCopied ? "Link copied" : "Your browser does not allow this page to copy");
}
