import $ from "../../static/vendor/jquery.slim.module.min.js";

// Early enough for a reader who pauses now and then, but rare enough for the server.
const RENEW_EVERY_MS = ($("#chat").data("idle-minutes") * 60 * 1000) / 3;
const UNAUTHORIZED = 401;

/** Renews the session of an active reader, and opens the log-in form when the session has ended. */
export function keepSessionAlive(socket) {
  // Loading the page has renewed it.
  let renewedAt = Date.now();

  $(document).on("keydown pointerdown", () => {
    if (Date.now() - renewedAt < RENEW_EVERY_MS) return;
    renewedAt = Date.now();
    renew();
  });
  // A log-out in this window leads to the landing page by itself.
  let isLeaving = false;
  $("form[action='/log-out']").on("submit", (event) => (isLeaving = !event.isDefaultPrevented()));
  socket.on("session:ended", () => isLeaving || goToLogIn());
  // The status is the only reason that a refused handshake gives.
  socket.on("connect_error", ({ description }) => {
    if (description === UNAUTHORIZED) goToLogIn();
  });
}

/** Opens the log-in form. Drafts and unsent messages stay in this browser. */
export function goToLogIn() {
  location.assign("/?form=log-in");
}

async function renew() {
  try {
    const { type, status } = await fetch("/session", { method: "POST", redirect: "manual" });
    if (type === "opaqueredirect" || status === UNAUTHORIZED) goToLogIn();
  } catch {
    // Offline: the banner says so, and a later key press tries again.
  }
}
