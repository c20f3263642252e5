import $ from "/static/vendor/jquery.module.min.js";
import { copyOf } from "./template.js";

/** Shows each user's browser in its own iframe. Users who stay keep their page. */
export function showUsers(users, canRemove) {
  const keys = users.map(keyOf);
  $("#users .user").each((_index, item) => {
    if (!keys.includes(item.dataset.key)) item.remove();
  });
  users.forEach((user, index) => {
    if (!find(keyOf(user)).length) insert(frameOf(user), index);
  });
  $("#users").attr("data-count", users.length);
  $(".user__remove").prop("hidden", !canRemove);
}

function frameOf(user) {
  // The same host name as this page: browsers send a chat's cookies only within
  // one site.
  const address = `http://${location.hostname}:${user.port}/`;
  const item = copyOf("#user-template").attr("data-key", keyOf(user));
  item.attr("aria-label", `User ${user.name}`);
  item.find(".user__name").text(`User ${user.name}`);
  item.find(".user__open").attr("href", address).attr("aria-label", `Open in a tab: user ${user.name}`);
  item.find(".user__remove").attr({ "data-user": user.name, "aria-label": `Remove user ${user.name}` });
  item.find(".user__chat").attr({ src: address, title: `The chat of user ${user.name}` });
  return item;
}

// An iframe that is moved reloads its page, so each one is inserted at its final position.
function insert(item, index) {
  const next = $("#users").children().get(index);
  if (next) item.insertBefore(next);
  else $("#users").append(item);
}

/** Identifies a user by name and port: the same name at another port is a different user. */
function keyOf({ name, port }) {
  return `${name}:${port}`;
}

function find(key) {
  return $("#users .user").filter((_index, item) => item.dataset.key === key);
}
