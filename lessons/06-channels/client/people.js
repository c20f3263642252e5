import $ from "/static/vendor/jquery.module.min.js";
import { copyOf } from "./template.js";

let myChannel;

/** The list of who is here: those in the open channel first, then the others with their channel. */
export function listPeople(socket) {
  $(document).on("channel:opened", (_event, { channel, people }) => {
    myChannel = channel;
    $("#people").empty();
    people.forEach(addPerson);
  });
  $(document).on("chat:left", () => $("#people").empty());
  socket.on("channel:joined", addPerson);
  socket.on("user:left", ({ name }) => findPerson(name).remove());
}

function addPerson({ name, channel }) {
  findPerson(name).remove();
  const item = copyOf("#person-template");
  const isElsewhere = channel !== myChannel;
  item.toggleClass("person--elsewhere", isElsewhere);
  item.find(".person__name").text(name);
  item.find(".person__channel").text(isElsewhere ? `in ${channel}` : "");
  $("#people").append(item);
  // By name, as in the list from the server.
  const later = $("#people .person").filter((_index, other) => nameOf(other) > name);
  item.insertBefore(later.first());
}

function findPerson(name) {
  return $("#people .person").filter((_index, item) => nameOf(item) === name);
}

function nameOf(item) {
  return $(item).find(".person__name").text();
}
