import $ from "../../static/vendor/jquery.slim.module.min.js";
import { openChannel, store } from "../lib/store.js";
import { fillPeople } from "../people/people.js";

// The members of the open channel, by id.
const members = new Map();

/** The number of members of the open channel, and the list of them. */
export function listMembers(socket) {
  store.on("channel:opening", () => $("#members-open").prop("hidden", true));
  store.on("channel:members", (people) => {
    members.clear();
    people.forEach((person) => members.set(person.id, person));
    show();
  });
  socket.on("channel:joined", ({ channel, person }) => {
    if (channel === store.feed?.channel) members.set(person.id, person) && show();
  });
  socket.on("channel:left", ({ channel, user }) => {
    if (channel === store.feed?.channel) members.delete(user) && show();
  });
  store.on("person:changed", show);
  $("#members-open").on("click", () => document.querySelector("#members").showModal());
}

function show() {
  $("#members-count").text(members.size);
  $("#members-text").text(members.size === 1 ? " member" : " members");
  // In a direct message, the members are obvious.
  $("#members-open").prop("hidden", Boolean(openChannel()?.with));
  fillPeople($("#members-list"), members.values());
}
