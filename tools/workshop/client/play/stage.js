import $ from "/static/vendor/jquery.module.min.js";
import { ask } from "../ask.js";
import { connect, socket } from "../socket.js";
import { follow } from "./follow.js";
import { showUsers } from "./users.js";

let run = 0;
let playing = {};

/** Starts and stops a chat, shows its state, and reads its tape and its log. */
export function enableStage(tape, log) {
  $("[data-program]").on("click", async (event) => {
    const { dataset } = event.currentTarget;
    playing = dataset;
    const ok = await send("play:start", { program: dataset.program });
    if (ok) begin(tape, log, ok.run);
  });
  $("#play-stop").on("click", () => send("play:stop"));
  $("#user-add").on("click", () => send("user:add"));
  $("#users").on("click", ".user__remove", (event) => {
    send("user:remove", { name: event.currentTarget.dataset.user });
  });
  socket.on("play:changed", (state) => state.run >= run && show(state));
  socket.on("disconnect", () => {
    run = Infinity;
    say("The connection to the workshop is lost, and the chat has ended.");
    showRunning(false, false);
  });
  socket.on("connect", () => (run = 0));
  connect();
}

async function send(event, payload) {
  const { ok, error } = await ask(socket, event, payload);
  $("#play-error").text(error?.message ?? "");
  return ok;
}

function begin(tape, log, number) {
  run = number;
  tape.clear();
  log.clear();
  $("#tape").prop("hidden", false);
  const isCurrent = () => run === number;
  follow("tape:read", isCurrent, (page) => tape.add(page));
  follow("log:read", isCurrent, (page) => log.add(page));
}

function show({ phase, reason, users, has_room: hasRoom }) {
  if (phase === "building") say("It is being built…");
  if (phase === "running") say(`${playing.name} is running.`);
  if (phase === "ended") say(reason);
  const isRunning = phase === "running";
  showRunning(phase !== "ended", isRunning && hasRoom);
  if (phase === "ended") $("#log-box").prop("open", true);
  else if (isRunning) $("#log-box").prop("open", false);
  showUsers(isRunning || phase === "ended" ? users : [], users.length > 1 && isRunning);
}

function showRunning(isThere, canAdd) {
  $("#play-stop").prop("hidden", !isThere);
  $("[data-program]").each((_index, button) => {
    const { program, again, words } = button.dataset;
    $(button).text(isThere && program === playing.program ? again : words);
  });
  $("#user-add").prop("hidden", !canAdd);
}

function say(words) {
  $("#play-state").text(words);
}
