import $ from "../static/vendor/jquery.module.min.js";
import { addressOf } from "./address.js";
import { confirm } from "./confirm.js";
import { copyText } from "./copy.js";
import { sync } from "./delivery.js";
import { openMenu } from "./menu.js";
import { shownRows } from "./messages.js";
import { showNotice } from "./notices.js";
import { request } from "./request.js";
import { isMine, openChannel, store } from "./store.js";

const menu = document.querySelector("#message-menu");

/** The menu of a message: react, reply, edit, delete, copy its link. */
export function enableActions(socket) {
  let message;
  const actions = {
    react: () => $(document).trigger("message:react", [message]),
    reply: () => $(document).trigger("message:reply", [message]),
    edit: () => $(document).trigger("message:edit-wanted", [message]),
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
