import $ from "../static/vendor/jquery.module.min.js";
import { chat, openChannel } from "./chat.js";
import { fillPeople } from "./people.js";

// The people in the channel that is open, by number.
const members = new Map();

/** How many people are in the open channel, and who. */
export function listMembers(socket) {
  $(document).on("channel:opening", () => $("#members-open").prop("hidden", true));
  $(document).on("channel:members", (_event, people) => {
    members.clear();
    people.forEach((person) => members.set(person.id, person));
    show();
  });
  socket.on("channel:joined", ({ channel, person }) => {
    if (channel === chat.feed?.channel) members.set(person.id, person) && show();
  });
  socket.on("channel:left", ({ channel, user }) => {
    if (channel === chat.feed?.channel) members.delete(user) && show();
  });
  $(document).on("person:changed", show);
  $("#members-open").on("click", () => document.querySelector("#members").showModal());
}

function show() {
  const count = members.size === 1 ? "1 member" : `${members.size} members`;
  // In a conversation of two it is clear who is there.
  $("#members-open").text(count).prop("hidden", Boolean(openChannel()?.with));
  fillPeople($("#members-list"), members.values());
}
