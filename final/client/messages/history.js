import $ from "../../static/vendor/jquery.slim.module.min.js";
import { titleOf } from "../channels/channel-list.js";
import { distanceToEnd } from "../lib/distance.js";
import { fetchJson } from "../lib/fetch.js";
import { openChannel, store } from "../lib/store.js";
import { cachePeopleIn } from "../people/person.js";

// The next page is requested before the reader reaches the end of this one.
const NEAR_PX = 600;

const NO_CHANNEL = "Find a channel on the left, create one with +, or choose a person to talk to.";

const list = document.querySelector("#messages");

/** Loads older and newer pages as the reader scrolls towards them. Emits "feed:extended". */
export function loadHistory() {
  $(list).on("scroll", loadNear);
  $("#history-retry").on("click", () => {
    store.feed.hasFailed = false;
    loadNear();
  });
  store.on("channel:opening", () => {
    showState("Loading…");
    $(list).addClass("messages--loading");
  });
  store.on("channel:opened feed:replaced channel:refused", () => $(list).removeClass("messages--loading"));
  store.on("channel:opened feed:replaced feed:changed person:changed", showBeginning);
  store.on("channel:opened feed:replaced", loadNear);
  store.on("channel:refused", (error) => showState(error?.message ?? NO_CHANNEL));
}

function loadNear() {
  const { feed } = store;
  if (!feed || feed.isLoading || feed.hasFailed) return;
  if (feed.hasOlder && list.scrollTop < NEAR_PX) load(feed, `before=${feed.first}`, true);
  else if (feed.hasNewer && distanceToEnd(list) < NEAR_PX) {
    load(feed, `after=${feed.last}`, false);
  }
}

async function load(feed, range, isOlder) {
  feed.isLoading = true;
  showState("Loading…");
  const { ok, error } = await fetchJson(`/api/channels/${feed.channel}/messages?${range}`);
  feed.isLoading = false;
  if (feed !== store.feed) return;
  feed.hasFailed = Boolean(error);
  if (error) return showState(error.message, true);
  ok.messages.forEach(cachePeopleIn);
  feed.extend(ok, isOlder);
  store.emit("feed:extended");
  showBeginning();
  loadNear();
}

/** Says above the first message that the channel begins there. */
function showBeginning() {
  const channel = openChannel();
  if (!channel || store.feed.isLoading || store.feed.hasFailed) return;
  const isAll = !store.feed.hasOlder;
  const name = channel.with ? `your conversation with ${titleOf(channel)}` : titleOf(channel).replace("# ", "#");
  showState(isAll ? `This is the beginning of ${name}.` : "");
  const isEmpty = isAll && store.feed.messages.size === 0;
  $("#messages-empty").prop("hidden", !isEmpty);
}

function showState(text, mayRetry = false) {
  $("#history-state").text(text);
  $("#history-retry").prop("hidden", !mayRetry);
  $("#messages-empty").prop("hidden", true);
}
