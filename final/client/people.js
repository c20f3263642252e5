import $ from "../static/vendor/jquery.module.min.js";
import { chat } from "./chat.js";
import { nameOf, showPerson } from "./person.js";
import { copyOf } from "./template.js";

// Everyone who is here, by number.
const online = new Map();

/** The list of who is here, and my own name. Triggers "people:changed" on the document. */
export function listPeople(socket) {
  socket.on("socket:welcome", ({ me, people }) => {
    online.clear();
    people.forEach((person) => online.set(person.id, person));
    showPerson($("#me"), me);
    show();
  });
  socket.on("user:joined", ({ person }) => {
    online.set(person.id, person);
    show();
  });
  socket.on("user:left", ({ user }) => {
    online.delete(user);
    show();
  });
  $(document).on("person:changed", (_event, person) => {
    if (person.id === chat.user) showPerson($("#me"), person);
    show();
  });
}

/** Fills a list with people, by name; elements that are there stay, as the focus may be on one. */
export function fillPeople(list, people) {
  const present = new Map(list.children().get().map((item) => [item.dataset.id, item]));
  const sorted = [...people].sort((one, other) => nameOf(one).localeCompare(nameOf(other)));
  const wanted = sorted.map((person) => {
    const item = $(present.get(String(person.id)) ?? copyOf("#person-template"));
    showPerson(item.attr("data-id", person.id), person);
    item.find(".person__self").prop("hidden", person.id !== chat.user);
    return item[0];
  });
  list.children().not(wanted).remove();
  wanted.forEach((item, index) => {
    if (list.children()[index] !== item) list[0].insertBefore(item, list.children()[index] ?? null);
  });
}

function show() {
  fillPeople($("#people"), online.values());
  $(document).trigger("people:changed", [online.size]);
}
