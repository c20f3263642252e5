import $ from "../../static/vendor/jquery.slim.module.min.js";
import { putChannel } from "../channels/channels.js";
import { fetchJson } from "../lib/fetch.js";
import { request } from "../lib/request.js";
import { store } from "../lib/store.js";
import { cachePerson, showPerson } from "./person.js";

const card = document.querySelector("#profile");

/** A click on a name opens the profile of that person. From there, you can open a direct message. */
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
    const { ok, error } = await request(socket, "direct:open", { user: shown });
    $("#profile-message").prop("disabled", false);
    if (error) return $("#profile-error").text(error.message);
    closeAll();
    putChannel(ok);
    store.emit("channel:wanted", { channel: ok.id });
  });
}

function open(user) {
  $("#profile [data-slot], #profile-name, #profile-about, #profile-error").text("");
  $("#profile-message").prop("hidden", user === store.user);
  $("#profile-edit").prop("hidden", user !== store.user);
  card.showModal();
}

function fill({ person, about }) {
  cachePerson(person);
  showPerson($(card), person);
  $("#profile-name").text(`@${person.name}`);
  $("#profile-about").text(about);
}

/** Closes the profile, and the list of members that may be behind it. */
function closeAll() {
  $("dialog[open]").each((_index, dialog) => dialog.close());
}
