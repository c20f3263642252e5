import $ from "/static/vendor/jquery.module.min.js";

let myChannel;

/** The list of who is here: those in the open channel first, then the others with their channel. */
export function listPeople(socket) {
  $(document).on("chat:joined", (_event, { people }) => {
    $("#people").empty();
    people.forEach(addPerson);
  });
  $(document).on("chat:left", () => $("#people").empty());
  $(document).on("channel:opened", (_event, { channel }) => {
    myChannel = channel;
    $("#people .person").each((_index, item) => showPlace($(item)));
  });
  socket.on("channel:joined", addPerson);
  socket.on("user:left", ({ name }) => findPerson(name).remove());
}

function addPerson({ name, channel }) {
  let item = findPerson(name);
  if (item.length === 0) {
    item = $($("#person-template").prop("content").firstElementChild.cloneNode(true));
    item.find(".person__name").text(name);
    $("#people").append(item);
  }
  showPlace(item.data("channel", channel));
}

function showPlace(item) {
  const channel = item.data("channel");
  const isElsewhere = channel !== myChannel;
  item.toggleClass("person--elsewhere", isElsewhere);
  item.find(".person__channel").text(isElsewhere ? `in ${channel}` : "");
}

function findPerson(name) {
  return $("#people .person").filter((_index, item) => $(item).find(".person__name").text() === name);
}
