import $ from "/static/vendor/jquery.module.min.js";
import { destination, unreadFrom } from "./direct.js";
import { copyOf } from "./template.js";

let myName;
let myChannel;

/** The list of who is here: those in the open channel first, then the others with their channel. */
export function listPeople(socket) {
  $(document).on("channel:opened", (_event, { name, channel, people }) => {
    myName = name;
    myChannel = channel;
    $("#people").empty();
    people.forEach(addPerson);
  });
  $(document).on("chat:left", () => $("#people").empty());
  $(document).on("direct:opened direct:changed", () => $("#people .person").each(showState));
  socket.on("channel:joined", addPerson);
  socket.on("user:left", ({ name }) => findPerson(name).remove());
}

function addPerson({ name, channel }) {
  findPerson(name).remove();
  const item = copyOf("#person-template");
  const isElsewhere = channel !== myChannel;
  item.toggleClass("person--elsewhere", isElsewhere);
  item.find(".person__name").text(name).prop("disabled", name === myName);
  item.find(".person__channel").text(isElsewhere ? `in ${channel}` : "");
  showState(0, item);
  $("#people").append(item);
  // By name, as in the list from the server.
  const later = $("#people .person").filter((_index, other) => nameOf(other) > name);
  item.insertBefore(later.first());
}

/** Marks the person whose conversation is open, and those whose messages are unread. */
function showState(_index, item) {
  const unread = unreadFrom(nameOf(item));
  $(item).find(".person__unread").text(unread ? `${unread} new` : "");
  const isOpen = nameOf(item) === destination().to;
  $(item).find(".person__name").attr("aria-current", String(isOpen));
}

function findPerson(name) {
  return $("#people .person").filter((_index, item) => nameOf(item) === name);
}

function nameOf(item) {
  return $(item).find(".person__name").text();
}
