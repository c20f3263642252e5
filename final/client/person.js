import $ from "../static/vendor/jquery.module.min.js";
import { fillAvatar } from "./avatar.js";

// What was last heard of each person.
const people = new Map();

/** Updates names when someone changes theirs. Triggers "person:changed" on the document. */
export function keepNames(socket) {
  socket.on("user:changed", ({ person }) => learn(person));
  socket.on("socket:welcome", ({ me }) => learn(me));
}

/** Takes note of a person whom the server has told of. */
export function learn(person) {
  const known = people.get(person.id);
  people.set(person.id, person);
  const looksOther = ["displayName", "pictureUrl"].some((part) => known?.[part] !== person[part]);
  if (known && looksOther) {
    $(document).trigger("person:changed", [person]);
  }
}

/** Takes note of everyone in a message. */
export function learnFrom({ author, replyTo, reactions = [] }) {
  learn(author);
  if (replyTo) learn(replyTo.author);
  reactions.forEach((reaction) => reaction.people.forEach(learn));
}

/** How a person is called now. */
export function nameOf(person) {
  return (people.get(person.id) ?? person).displayName;
}

/** Writes the name and the picture of a person into an element that has places for them. */
export function showPerson(element, person) {
  element.find("[data-place=name]").text(nameOf(person));
  const { initials, colour, pictureUrl } = people.get(person.id) ?? person;
  fillAvatar(element.find("[data-place=avatar]"), { initials, colour, pictureUrl });
  element.find("[data-place=card]").addBack("[data-place=card]").attr("data-person", person.id);
}
