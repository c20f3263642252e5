import $ from "/static/vendor/jquery.module.min.js";
import { copyOf } from "./template.js";

/** The list of who is here. */
export function listPeople(socket) {
  $(document).on("chat:joined", (_event, { people }) => {
    $("#people").empty();
    people.forEach(addPerson);
  });
  $(document).on("chat:left", () => $("#people").empty());
  socket.on("user:joined", addPerson);
  socket.on("user:left", ({ name }) => findPerson(name).remove());
}

function addPerson({ name }) {
  if (findPerson(name).length > 0) return;
  const item = copyOf("#person-template");
  $("#people").append(item.text(name));
  // By name, as in the list from the server.
  const later = $("#people .person").filter((_index, other) => $(other).text() > name);
  item.insertBefore(later.first());
}

function findPerson(name) {
  return $("#people .person").filter((_index, item) => $(item).text() === name);
}
