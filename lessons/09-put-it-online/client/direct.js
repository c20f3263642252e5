import $ from "/static/vendor/jquery.module.min.js";

// By the other person's name. The server saves no private messages, so they are gone with the page.
const conversations = new Map();

let myName;
let openPerson;

/** Private conversations. Triggers "direct:opened" and "direct:changed" on the document. */
export function enableDirect(socket) {
  $(document).on("chat:joined", (_event, { name }) => (myName = name));
  $(document).on("channel:opened chat:left", () => showOpenPerson(undefined));
  $(document).on("chat:left", () => conversations.clear());
  // The next person of this name may be somebody else.
  socket.on("user:left", ({ name }) => conversations.delete(name));

  $("#people").on("click", ".person__name", (event) => openDirect($(event.target).text()));
}

/** Opens the conversation with someone. */
export function openDirect(person) {
  showOpenPerson(person);
  const { messages } = conversationWith(person);
  conversations.set(person, { messages, unread: 0 });
  $(document).trigger("direct:opened", [{ person, messages }]);
}

/** Where something goes that is sent now: to the person whose conversation is open, or to the channel. */
export function destination() {
  return { to: openPerson };
}

/** How many messages from someone have not been on the screen. */
export function unreadFrom(person) {
  return conversationWith(person).unread;
}

function conversationWith(person) {
  return conversations.get(person) ?? { messages: [], unread: 0 };
}

function showOpenPerson(person) {
  openPerson = person;
  $("#channel-title").toggleClass("conversation__title--private", Boolean(person));
  // A wave is for everyone.
  $("#wave, #wave-status").prop("hidden", Boolean(person));
  if (!person) return;
  $("#channel-title").text(person);
  $("#channel-leave").prop("hidden", true);
  $("#channels .channel").removeAttr("aria-current");
}

/** Whether something belongs to the conversation that is open. */
export function isOpen(post) {
  return otherPerson(post) === openPerson;
}

/** Saves a private message for when its conversation is opened. */
export function saveDirect(message) {
  const person = otherPerson(message);
  if (!person) return;
  const { messages, unread } = conversationWith(person);
  messages.push(message);
  conversations.set(person, { messages, unread: isOpen(message) ? 0 : unread + 1 });
  $(document).trigger("direct:changed");
}

/** The other one of the two people; undefined if it was sent to a channel. */
function otherPerson({ author, to }) {
  return author === myName ? to : to && author;
}
