import $ from "../static/vendor/jquery.module.min.js";
import { fetchJson } from "./fetch.js";
import { cachePerson, nameOf, showPerson } from "./person.js";
import { store } from "./store.js";
import { copyOf } from "./template.js";

// The online users, by id.
const online = new Map();
// Changes that arrive while the list is loading. The list may be older, so they are applied again.
let changes = null;

/** The list of online users, and my own name. Triggers "people:changed" on the document. */
export function listPeople(socket) {
  socket.on("socket:welcome", ({ me }) => {
    showPerson($("#me"), me);
    load();
  });
  socket.on("user:joined", ({ person }) => apply(() => online.set(person.id, person)));
  socket.on("user:left", ({ user }) => apply(() => online.delete(user)));
  socket.on("user:changed", ({ person }) => changes?.push(() => cachePerson(person)));
  $(document).on("person:changed", (_event, person) => {
    if (person.id === store.user) showPerson($("#me"), person);
    show();
  });
}

/** Fills a list with people, by name. Reuses existing elements, because one of them may have the focus. */
export function fillPeople(list, people) {
  const present = new Map(list.children().get().map((item) => [item.dataset.id, item]));
  const sorted = [...people].sort((one, other) => nameOf(one).localeCompare(nameOf(other)));
  const wanted = sorted.map((person) => {
    const item = $(present.get(String(person.id)) ?? copyOf("#person-template"));
    showPerson(item.attr("data-id", person.id), person);
    item.find(".person__self").prop("hidden", person.id !== store.user);
    return item[0];
  });
  list.children().not(wanted).remove();
  wanted.forEach((item, index) => {
    if (list.children()[index] !== item) list[0].insertBefore(item, list.children()[index] ?? null);
  });
}

async function load() {
  const duringLoad = [];
  changes = duringLoad;
  const { ok: people } = await fetchJson("/api/people");
  if (changes !== duringLoad) return;
  changes = null;
  // Without a connection, the list is loaded again after the next welcome.
  if (!people) return;
  online.clear();
  people.forEach((person) => {
    cachePerson(person);
    online.set(person.id, person);
  });
  duringLoad.forEach((change) => change());
  show();
}

function apply(change) {
  changes?.push(change);
  change();
  show();
}

function show() {
  fillPeople($("#people"), online.values());
  $(document).trigger("people:changed", [online.size]);
}
