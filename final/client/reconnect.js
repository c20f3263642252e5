import $ from "../static/vendor/jquery.module.min.js";

// A connection that comes back at once is no news.
const TELL_AFTER_MS = 5000;
const BACK_ONLINE_MS = 3000;
const MIN_RETURN_MS = 1000;
const MAX_RETURN_MS = 3000;

/** After a lost connection: comes back, and says so in a banner when that takes long or was announced. */
export function comeBack(socket) {
  let bannerTimer;
  let returnTimer;
  let hasEnded = false;

  const lose = () => {
    bannerTimer ??= setTimeout(() => showBanner(lostInWords()), TELL_AFTER_MS);
    // The library comes back by itself, but not when the server has closed the connection or refused it.
    if (socket.active || hasEnded) return;
    clearTimeout(returnTimer);
    // Not all browsers at once.
    const wait = MIN_RETURN_MS + Math.random() * (MAX_RETURN_MS - MIN_RETURN_MS);
    returnTimer = setTimeout(() => socket.connect(), wait);
  };
  socket.on("session:ended", () => (hasEnded = true));
  socket.on("server:stopping", () => showBanner("The server restarts… What you write is sent when it is back."));
  socket.on("disconnect", lose);
  socket.on("connect_error", lose);
  socket.on("connect", () => {
    clearTimeout(bannerTimer);
    bannerTimer = undefined;
    if ($("#banner").text() === "") return;
    showBanner("Back online.");
    setTimeout(() => socket.connected && showBanner(""), BACK_ONLINE_MS);
  });
  $(window).on("offline", () => $("#banner").text() && showBanner(lostInWords()));
}

function lostInWords() {
  return navigator.onLine
    ? "Connection lost. Trying to come back… What you write is sent then."
    : "This device has no network. What you write is sent when it is back.";
}

function showBanner(text) {
  $("#banner").text(text);
}
