import $ from "/static/vendor/jquery.module.min.js";

// What was last heard of each person.
const people = new Map();

/** Updates names when someone changes theirs. Triggers "person:changed" on the document. */
export function keepNames(socket) {
  socket.on("user:changed", ({ person }) => learn(person));
  socket.on("socket:welcome", (welcome) => {
    welcome.people.forEach(learn);
    learn(welcome.me);
  });
}

/** Takes note of a person whom the server has told of. */
export function learn(person) {
  const known = people.get(person.id);
  people.set(person.id, person);
  if (known && known.displayName !== person.displayName) {
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
  element.find("[data-place=avatar]").text(initials(nameOf(person)));
  element.find("[data-place=card]").addBack("[data-place=card]").attr("data-person", person.id);
}

function initials(name) {
  const words = name.split(/\s+/).filter(Boolean);
  const letters = [words[0], words.length > 1 && words.at(-1)].filter(Boolean);
  // By character, not by UTF-16 unit: a name may begin with an emoji.
  return letters.map((word) => [...word][0].toUpperCase()).join("");
}
