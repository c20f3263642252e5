import $ from "../../static/vendor/jquery.slim.module.min.js";
import { showNotice } from "../lib/notices.js";
import { request } from "../lib/request.js";
import { isMine, store } from "../lib/store.js";
import { scrollToOpen } from "./channel-list.js";
import { putFavourite } from "./channels.js";

const button = $("#channel-star");

/** The star in the header: a click marks the channel as a favourite, or unmarks it. */
export function enableFavourites(socket) {
  store.on("channel:opening channel:opened channel:refused channels:changed", show);
  button.on("click", () => star(socket, shownChannel()));
}

/** The channel whose title is shown: the open one, or the one that is loading. */
function shownChannel() {
  return store.channels.get(store.opening ?? store.feed?.channel);
}

function show() {
  const channel = shownChannel();
  const isFavourite = Boolean(channel?.isFavourite);
  button.prop("hidden", !isMine(channel)).attr("aria-pressed", String(isFavourite));
  // The name stays as it is, because a screen reader also says whether the button is pressed.
  button.attr("title", isFavourite ? "Remove from favourites" : "Mark as favourite");
}

async function star(socket, { id, isFavourite }) {
  const { ok, error } = await request(socket, "channel:star", { channel: id, isFavourite: !isFavourite });
  if (error) return showNotice(error.message);
  putFavourite(ok);
  scrollToOpen();
}
