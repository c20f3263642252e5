import $ from "../../static/vendor/jquery.slim.module.min.js";
import { fetchJson } from "../lib/fetch.js";
import { store } from "../lib/store.js";
import { openDirect } from "./direct.js";
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
    const error = await openDirect(socket, shown);
    $("#profile-message").prop("disabled", false);
    if (error) $("#profile-error").text(error.message);
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
