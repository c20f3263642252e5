import $ from "../../static/vendor/jquery.slim.module.min.js";
import { fetchJson } from "../lib/fetch.js";
import { updateList } from "../lib/keyed-list.js";
import { store } from "../lib/store.js";
import { copyOf } from "../lib/template.js";
import { cachePerson, nameOf, online, showPerson } from "./person.js";

// The server announces many changes at once with one event, to everyone. All pages load the list after
// it, so each waits for a random time: the longer, the more pages there are.
const RELOAD_MS = 1_000;
const RELOAD_MS_PER_PERSON = 4;

// Changes that arrive while the list is loading. The list may be older, so they are applied again.
let changes = null;
// The timer of the next load, if there is one.
let nextLoad = null;

/** The list of online users, and my own name. Emits "people:changed". */
export function listPeople(socket) {
  socket.on("socket:welcome", ({ me }) => {
    showPerson($("#me"), me);
    load();
  });
  socket.on("user:joined", ({ person }) => apply(() => online.set(person.id, person)));
  socket.on("user:left", ({ user }) => apply(() => online.delete(user)));
  socket.on("presence:changed", loadLater);
  socket.on("user:changed", ({ person }) => changes?.push(() => cachePerson(person)));
  store.on("person:changed", (person) => {
    if (person.id === store.user) showPerson($("#me"), person);
    show();
  });
}

/** Fills a list with people, by name. */
export function fillPeople(list, people) {
  const sorted = [...people].sort((one, other) => nameOf(one).localeCompare(nameOf(other)));
  updateList(list, sorted, {
    keyOf: ({ id }) => id,
    create: () => copyOf("#person-template"),
    fill(item, person) {
      showPerson(item, person);
      item.find(".person__self").prop("hidden", person.id !== store.user);
    },
  });
}

function loadLater() {
  const most = RELOAD_MS + online.size * RELOAD_MS_PER_PERSON;
  nextLoad ??= setTimeout(load, Math.random() * most);
}

async function load() {
  clearTimeout(nextLoad);
  nextLoad = null;
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
  store.emit("people:changed", online.size);
}
