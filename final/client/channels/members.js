import $ from "../../static/vendor/jquery.slim.module.min.js";
import { fetchJson } from "../lib/fetch.js";
import { showNotice } from "../lib/notices.js";
import { openChannel, store } from "../lib/store.js";
import { cachePerson } from "../people/person.js";
import { fillPeople } from "../people/people.js";

// How many members the open channel has, and those of them that are loaded, by id.
let count = 0;
const loaded = new Map();
// The name of the last member that was loaded by name. The server sends the next ones after it.
let last = "";

/** The number of members of the open channel, and the list of them. */
export function listMembers(socket) {
  store.on("channel:opening", () => $("#members-open").prop("hidden", true));
  store.on("channel:members", (first) => {
    loaded.clear();
    last = "";
    first.members.forEach((person) => loaded.set(person.id, person));
    count = first.count;
    show();
  });
  socket.on("channel:joined", ({ channel, person }) => {
    if (channel !== store.feed?.channel) return;
    // Someone who joined while the channel was loading is counted already.
    if (!loaded.has(person.id)) count += 1;
    loaded.set(person.id, person);
    show();
  });
  socket.on("channel:left", ({ channel, user }) => {
    if (channel !== store.feed?.channel) return;
    if (loaded.delete(user) || loaded.size < count) count -= 1;
    show();
  });
  store.on("person:changed", show);
  $("#members-open").on("click", showList);
  $("#members-more").on("click", loadMore);
}

/** A large channel is loaded in parts, by name. */
function showList() {
  document.querySelector("#members").showModal();
  if (loaded.size >= count) return;
  loaded.clear();
  last = "";
  loadMore();
}

async function loadMore() {
  const channel = store.feed?.channel;
  // The reader has gone back, and another channel is loading.
  if (!channel) return;
  const { ok, error } = await fetchJson(`/api/channels/${channel}/members?after=${encodeURIComponent(last)}`);
  if (channel !== store.feed?.channel) return;
  if (error) return showNotice(error.message);
  ok.forEach((person) => {
    cachePerson(person);
    loaded.set(person.id, person);
  });
  if (ok.length > 0) last = ok.at(-1).name;
  else count = loaded.size;
  show();
}

function show() {
  $("#members-count").text(count);
  $("#members-text").text(count === 1 ? " member" : " members");
  // In a direct message, the members are obvious.
  $("#members-open").prop("hidden", Boolean(openChannel()?.with));
  fillPeople($("#members-list"), loaded.values());
  showMore(loaded.size < count);
}

/** The focus stays in the list when there is nothing more to load. */
function showMore(isMore) {
  const button = document.querySelector("#members-more");
  if (!isMore && button === document.activeElement) button.closest("dialog").querySelector("[data-close]").focus();
  button.hidden = !isMore;
}
