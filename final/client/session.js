import $ from "../static/vendor/jquery.module.min.js";

// Early enough for a reader who pauses now and then, and rarely enough for the server.
const RENEW_EVERY_MS = ($("#chat").data("idle-minutes") * 60 * 1000) / 3;
const UNAUTHORIZED = 401;

/** Keeps the session of an active reader alive, and leads one whose session has ended to the log-in form. */
export function keepSession(socket) {
  // The page itself has renewed it.
  let renewedAt = Date.now();

  $(document).on("keydown pointerdown", () => {
    if (Date.now() - renewedAt < RENEW_EVERY_MS) return;
    renewedAt = Date.now();
    renew();
  });
  // Who logs out here is on the way to the landing page already.
  let isLeaving = false;
  $("form[action='/log-out']").on("submit", (event) => (isLeaving = !event.isDefaultPrevented()));
  socket.on("session:ended", () => isLeaving || goToLogIn());
  // A handshake that is refused says why only by its status.
  socket.on("connect_error", ({ description }) => {
    if (description === UNAUTHORIZED) goToLogIn();
  });
}

/** Drafts and messages on their way stay in this browser until then. */
export function goToLogIn() {
  location.assign("/?form=log-in");
}

async function renew() {
  try {
    const { type, status } = await fetch("/session", { method: "POST", redirect: "manual" });
    if (type === "opaqueredirect" || status === UNAUTHORIZED) goToLogIn();
  } catch {
    // No network: the banner tells, and the next key tries again in a while.
  }
}
