import $ from "/static/vendor/jquery.module.min.js";
import { ask } from "./ask.js";
import { addLines, clearOutput } from "./output.js";
import { connect, socket } from "./socket.js";

let run = null;

/** Runs, watches and stops the tests of the student's chat or of the lesson. */
export function enableCheck() {
  if (!$("#check").length) return;
  $("#check-start").on("click", () => send("check:start"));
  $("#check-stop").on("click", () => send("check:stop"));
  $("[name=whose]").on("change", watch);
  socket.on("connect", watch);
  socket.on("disconnect", () => loseConnection());
  socket.on("check:started", (started) => begin(started.run));
  socket.on("check:printed", (printed) => printed.run === run && addLines(printed));
  socket.on("check:finished", (finished) => finished.run === run && finish(finished.end));
  connect();
}

function loseConnection() {
  $("#check").attr("data-state", "lost");
  showRunning(false);
  say("The connection to the workshop is lost.");
}

function whose() {
  const value = $("[name=whose]").filter(":checked, [type=hidden]").val();
  return value === "mine" ? "mine" : { lesson: Number(value) };
}

async function send(event) {
  const { error } = await ask(socket, event, { whose: whose() });
  $("#check-error").text(error?.message ?? "");
}

/** Shows the output of the chosen check so far, and follows it from now on. */
async function watch() {
  const { ok } = await ask(socket, "check:watch", { whose: whose() });
  if (!ok) return;
  $("#check").attr("data-state", "connected");
  $("#check-error").text("");
  forget();
  if (!ok.run) return;
  run = ok.run.run;
  addLines(ok.run);
  if (ok.run.end) finish(ok.run.end);
  else showRunning(true);
}

function begin(number) {
  forget();
  run = number;
  showRunning(true);
  say("The tests are being built and run…");
}

function finish({ says, html, next }) {
  showRunning(false);
  say(says);
  // Rendered and escaped by the workshop.
  $("#report").html(html);
  $("#output-box").prop("open", false);
  $("#check-next").prop("hidden", next === null);
  $("#check-next button").attr("data-start", next).text(`Start lesson ${String(next).padStart(2, "0")}`);
}

function forget() {
  run = null;
  say("");
  clearOutput();
  $("#report").empty();
  $("#check-next").prop("hidden", true);
  showRunning(false);
}

function showRunning(isRunning) {
  $("#check-stop").prop("hidden", !isRunning);
  $("#check-start").text(isRunning ? "Stop and run again" : "Run the tests");
  if (isRunning) $("#output-box").prop({ hidden: false, open: true });
}

function say(words) {
  $("#check-state").text(words);
}
