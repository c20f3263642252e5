import $ from "../static/vendor/jquery.module.min.js";
import { ask } from "./ask.js";
import { putChannel } from "./channels.js";
import { chat } from "./chat.js";
import { fetchJson } from "./fetch.js";
import { learn, showPerson } from "./person.js";

const card = document.querySelector("#profile");

/** A click on a name opens the card of that person, from which a conversation can begin. */
export function showProfiles(socket) {
  let shown;

  $(document).on("click", "[data-person]", async (event) => {
    const user = Number(event.currentTarget.dataset.person);
    shown = user;
    open(user);
    const { ok, error } = await fetchJson(`/api/users/${user}`);
    if (shown !== user) return;
    if (error) $("#profile-error").text(error.message);
    else fill(ok);
  });
  $("#profile-message").on("click", async () => {
    $("#profile-message").prop("disabled", true);
    const { ok, error } = await ask(socket, "direct:open", { user: shown });
    $("#profile-message").prop("disabled", false);
    if (error) return $("#profile-error").text(error.message);
    closeAll();
    putChannel(ok);
    $(document).trigger("channel:wanted", [{ channel: ok.id }]);
  });
}

function open(user) {
  $("#profile [data-place], #profile-name, #profile-about, #profile-error").text("");
  $("#profile-message").prop("hidden", user === chat.user);
  $("#profile-edit").prop("hidden", user !== chat.user);
  card.showModal();
}

function fill({ person, about }) {
  learn(person);
  showPerson($(card), person);
  $("#profile-name").text(`@${person.name}`);
  $("#profile-about").text(about);
}

/** The card may lie above the list of members. */
function closeAll() {
  $("dialog[open]").each((_index, dialog) => dialog.close());
}
