import { store } from "../lib/store.js";
import { setText } from "../lib/update.js";
import { fillAvatar } from "./avatar.js";

// The latest profile of each person, by id.
const cache = new Map();

/** The online users, by id. */
export const online = new Map();

/** Whether a person is online. */
export function isOnline(id) {
  return online.has(id);
}

/** Updates names and pictures when someone changes theirs. Emits "person:changed". */
export function trackPeople(socket) {
  socket.on("user:changed", ({ person }) => cachePerson(person));
  socket.on("socket:welcome", ({ me }) => cachePerson(me));
}

/** Caches a person that the server has sent. */
export function cachePerson(person) {
  const known = cache.get(person.id);
  cache.set(person.id, person);
  const looksOther = ["displayName", "pictureUrl"].some((part) => known?.[part] !== person[part]);
  if (known && looksOther) {
    store.emit("person:changed", person);
  }
}

/** Caches all people in a message. */
export function cachePeopleIn({ author, replyTo, reactions = [] }) {
  cachePerson(author);
  if (replyTo) cachePerson(replyTo.author);
  reactions.forEach((reaction) => reaction.people.forEach(cachePerson));
}

/** The current display name of a person. */
export function nameOf(person) {
  return (cache.get(person.id) ?? person).displayName;
}

/** Fills the slots of an element with the name and the avatar of a person. */
export function showPerson(element, person) {
  setText(element.find("[data-slot=name]"), nameOf(person));
  const { initials, colour, pictureUrl } = cache.get(person.id) ?? person;
  fillAvatar(element.find("[data-slot=avatar]"), { initials, colour, pictureUrl });
  element.find("[data-slot=card]").addBack("[data-slot=card]").attr("data-person", person.id);
}
