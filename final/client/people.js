import $ from "../static/vendor/jquery.module.min.js";
import { chat } from "./chat.js";
import { fetchJson } from "./fetch.js";
import { learn, nameOf, showPerson } from "./person.js";
import { copyOf } from "./template.js";

// Everyone who is here, by number.
const online = new Map();
// What has changed while the list is asked for: it may not know of that yet.
let news = null;

/** The list of who is here, and my own name. Triggers "people:changed" on the document. */
export function listPeople(socket) {
  socket.on("socket:welcome", ({ me }) => {
    showPerson($("#me"), me);
    load();
  });
  socket.on("user:joined", ({ person }) => apply(() => online.set(person.id, person)));
  socket.on("user:left", ({ user }) => apply(() => online.delete(user)));
  socket.on("user:changed", ({ person }) => news?.push(() => learn(person)));
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

async function load() {
  const since = [];
  news = since;
  const { ok: people } = await fetchJson("/api/people");
  if (news !== since) return;
  news = null;
  // Without a connection there is another welcome, and with it another list.
  if (!people) return;
  online.clear();
  people.forEach((person) => {
    learn(person);
    online.set(person.id, person);
  });
  since.forEach((change) => change());
  show();
}

function apply(change) {
  news?.push(change);
  change();
  show();
}

function show() {
  fillPeople($("#people"), online.values());
  $(document).trigger("people:changed", [online.size]);
}
