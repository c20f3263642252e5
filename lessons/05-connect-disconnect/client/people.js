import $ from "/static/vendor/jquery.module.min.js";

/** The list of who is here. */
export function listPeople(socket) {
  $(document).on("chat:joined", (_event, { people }) => {
    $("#people").empty();
    people.forEach(addPerson);
  });
  $(document).on("chat:left", () => $("#people").empty());
  socket.on("user:joined", addPerson);
  socket.on("user:left", ({ name }) => findPerson(name).remove());
}

function addPerson({ name }) {
  if (findPerson(name).length > 0) return;
  const item = $($("#person-template").prop("content").firstElementChild.cloneNode(true));
  $("#people").append(item.text(name));
}

function findPerson(name) {
  return $("#people .person").filter((_index, item) => $(item).text() === name);
}
