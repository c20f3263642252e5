import $ from "../static/vendor/jquery.module.min.js";
import { chat, openChannel } from "./chat.js";
import { titleOf } from "./channel-list.js";
import { fetchJson } from "./fetch.js";
import { learnFrom } from "./person.js";

// The next page is asked for before the reader comes to the end of this one.
const NEAR_PX = 600;

const NO_CHANNEL = "Find a channel on the left, make one with +, or choose a person to talk to.";

const list = document.querySelector("#messages");

/** Loads older and newer pages as the reader scrolls towards them. Triggers "feed:extended" on the document. */
export function loadHistory() {
  $(list).on("scroll", loadNear);
  $("#history-retry").on("click", () => {
    chat.feed.hasFailed = false;
    loadNear();
  });
  $(document).on("channel:opening", () => showState("Loading…"));
  $(document).on("channel:opened feed:changed person:changed", showBeginning);
  $(document).on("channel:opened", loadNear);
  $(document).on("channel:refused", (_event, error) => showState(error?.message ?? NO_CHANNEL));
}

function loadNear() {
  const { feed } = chat;
  if (!feed || feed.isLoading || feed.hasFailed) return;
  if (feed.hasOlder && list.scrollTop < NEAR_PX) load(feed, `before=${feed.first}`, true);
  else if (feed.hasNewer && list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_PX) {
    load(feed, `after=${feed.last}`, false);
  }
}

async function load(feed, place, isOlder) {
  feed.isLoading = true;
  showState("Loading…");
  const { ok, error } = await fetchJson(`/api/channels/${feed.channel}/messages?${place}`);
  feed.isLoading = false;
  if (feed !== chat.feed) return;
  feed.hasFailed = Boolean(error);
  if (error) return showState(error.message, true);
  ok.messages.forEach(learnFrom);
  feed.extend(ok, isOlder);
  $(document).trigger("feed:extended");
  showBeginning();
  loadNear();
}

/** What stands above the first message. */
function showBeginning() {
  const channel = openChannel();
  if (!channel || chat.feed.isLoading || chat.feed.hasFailed) return;
  const isAll = !chat.feed.hasOlder;
  const name = channel.with ? `your conversation with ${titleOf(channel)}` : titleOf(channel).replace("# ", "#");
  showState(isAll ? `This is the beginning of ${name}.` : "");
  const isEmpty = isAll && chat.feed.messages.size === 0;
  $("#messages-empty").prop("hidden", !isEmpty);
}

function showState(text, mayRetry = false) {
  $("#history-state").text(text);
  $("#history-retry").prop("hidden", !mayRetry);
  $("#messages-empty").prop("hidden", true);
}
