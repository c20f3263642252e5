import $ from "../../static/vendor/jquery.slim.module.min.js";
import { search } from "../lib/fetch.js";
import { updateList } from "../lib/keyed-list.js";
import { store } from "../lib/store.js";
import { copyOf } from "../lib/template.js";
import { openDirect } from "./direct.js";
import { cachePerson, isOnline, showPerson } from "./person.js";

const dialog = document.querySelector("#new-message");
const field = $("#new-message-search");

/** The list of all people, with a field that narrows it. A click opens the direct messages with one of them. */
export function enableNewMessage(socket) {
  $("#new-message-open").on("click", () => {
    field.val("");
    dialog.showModal();
    load();
  });
  field.on("input", load);
  $("#new-message-list").on("click", "button", async ({ currentTarget }) => {
    const error = await openDirect(socket, Number(currentTarget.dataset.user));
    if (error) $("#new-message-state").text(error.message);
  });
}

async function load() {
  const response = await search("/api/people", field);
  if (!response) return;
  const { ok, error } = response;
  const people = (ok ?? []).filter(({ id }) => id !== store.user);
  people.forEach(cachePerson);
  $("#new-message-state").text(error?.message ?? (people.length === 0 ? "Nobody else found." : ""));
  const create = () => copyOf("#new-message-template");
  updateList($("#new-message-list"), people, { keyOf: ({ id }) => id, create, fill });
}

function fill(item, person) {
  showPerson(item, person);
  item.find("button").attr("data-user", person.id);
  item.find(".avatar").toggleClass("avatar--online", isOnline(person.id));
  item.find(".browse__note").text(`@${person.name}`);
}
