import $ from "/static/vendor/jquery.module.min.js";
import { destination, openDirect } from "./direct.js";
import { showNotice } from "./notices.js";
import { request } from "./request.js";

const RETRY_MS = 3000;
// The server may need 45 s to notice that the old connection is gone.
const MAX_ATTEMPTS = 20;
const BACK_ONLINE_MS = 3000;

/** After a lost connection: says so in a banner, and joins again under the same name. */
export function comeBack(socket) {
  let myName;
  let myChannel;
  let timer;
  let isRestarting = false;

  $(document).on("chat:joined", (_event, { name }) => (myName = name));
  $(document).on("channel:opened", (_event, { channel }) => (myChannel = channel));
  $(document).on("chat:left", () => {
    myName = undefined;
    clearTimeout(timer);
  });
  socket.on("server:stopping", () => {
    isRestarting = true;
    showBanner("The server is restarting. Trying to come back…");
  });
  socket.on("disconnect", () => {
    clearTimeout(timer);
    if (!isRestarting) showBanner("Connection lost. Trying to come back…");
  });
  socket.on("connect", () => {
    isRestarting = false;
    if (myName) joinAgain(1);
    else hideBanner();
  });

  async function joinAgain(attempt) {
    const { ok, error } = await request(socket, "user:join", { name: myName, channel: myChannel });
    if (ok) {
      showBanner("Back online.");
      timer = setTimeout(hideBanner, BACK_ONLINE_MS);
      const { to } = destination();
      $(document).trigger("chat:joined", [ok]);
      if (to) openDirect(to);
    } else if (error.code === "name-taken" && attempt < MAX_ATTEMPTS) {
      showBanner("Your old connection still holds your name. Trying again…");
      timer = setTimeout(joinAgain, RETRY_MS, attempt + 1);
    } else if (error.code === "channel-unknown") {
      // A server that was restarted has forgotten the channel.
      const forgotten = myChannel;
      myChannel = undefined;
      await joinAgain(attempt);
      if (myChannel) showNotice(`The channel ${forgotten} is gone. This is ${myChannel}.`);
    } else if (socket.connected) {
      hideBanner();
      $(document).trigger("chat:left", [error.message]);
    }
  }
}

function showBanner(text) {
  $("#banner").text(text).prop("hidden", false);
}

function hideBanner() {
  $("#banner").prop("hidden", true);
}
