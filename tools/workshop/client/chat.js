import $ from "/static/vendor/jquery.module.min.js";
import { ask } from "./ask.js";
import { confirm } from "./confirm.js";
import { connected, socket } from "./socket.js";

const SAID = "workshop:said";

/** Enables the buttons that fill work/chat with the start of a lesson or with a finished lesson. */
export function enableChat() {
  repeatWhatWasSaid();
  $(document).on("click", "[data-start]", ({ currentTarget }) =>
    install(currentTarget, "chat:start", currentTarget.dataset.start),
  );
  $(document).on("click", "[data-catch-up]", ({ currentTarget }) =>
    install(currentTarget, "chat:catch-up", currentTarget.dataset.catchUp),
  );
}

async function install(button, event, number) {
  const lesson = Number(number);
  button.disabled = true;
  await connected();
  let answer = await ask(socket, event, { lesson });
  if (answer.error?.code === "would-keep" && (await confirm(answer.error.message))) {
    answer = await ask(socket, event, { lesson, confirmed: true });
  }
  button.disabled = false;
  if (answer.ok) return goOn(answer.ok);
  // No message after a cancelled confirmation: the reader chose to change nothing.
  const { code, message } = answer.error;
  $("#chat-error").text(code === "would-keep" ? "" : message);
  button.focus();
}

/** Opens the chat's new lesson on the page that shows the message that the terminal would print. */
function goOn({ lesson, message }) {
  sessionStorage.setItem(SAID, message);
  location.assign(`/lessons/${lesson}/check`);
}

function repeatWhatWasSaid() {
  const said = sessionStorage.getItem(SAID);
  if (!said || !$("#said").length) return;
  sessionStorage.removeItem(SAID);
  $("#said").prop("hidden", false).text(said);
}
