import $ from "../../static/vendor/jquery.slim.module.min.js";

// A connection that comes back soon needs no banner: with several servers, nobody notices that one is replaced.
const BANNER_AFTER_MS = 5000;
const BACK_ONLINE_MS = 3000;
const MIN_DELAY_MS = 1000;
const MAX_DELAY_MS = 3000;

/** Reconnects after a lost connection. If that takes long, a banner says so, and why. */
export function comeBack(socket) {
  let bannerTimer;
  let reconnectTimer;
  let hasEnded = false;
  let isRestarting = false;

  const reason = () => {
    if (!navigator.onLine) return "Your device is offline. Your messages will be sent when it is online again.";
    if (isRestarting) return "The server is restarting… Your messages will be sent when it is back.";
    return "Connection lost. Reconnecting… Your messages will be sent then.";
  };

  const reconnect = () => {
    bannerTimer ??= setTimeout(() => showBanner(reason()), BANNER_AFTER_MS);
    // The library reconnects by itself, unless the server has closed the connection or refused it.
    if (socket.active || hasEnded) return;
    clearTimeout(reconnectTimer);
    // A random delay, so that not all browsers reconnect at once.
    const delay = MIN_DELAY_MS + Math.random() * (MAX_DELAY_MS - MIN_DELAY_MS);
    reconnectTimer = setTimeout(() => socket.connect(), delay);
  };
  socket.on("session:ended", () => (hasEnded = true));
  socket.on("server:stopping", () => (isRestarting = true));
  socket.on("disconnect", reconnect);
  socket.on("connect_error", reconnect);
  socket.on("connect", () => {
    clearTimeout(bannerTimer);
    bannerTimer = undefined;
    isRestarting = false;
    if ($("#banner").text() === "") return;
    showBanner("Back online.");
    setTimeout(() => socket.connected && showBanner(""), BACK_ONLINE_MS);
  });
  $(window).on("offline", () => $("#banner").text() && showBanner(reason()));
}

function showBanner(text) {
  $("#banner").text(text);
}
