import $ from "../../static/vendor/jquery.slim.module.min.js";
import { request } from "../lib/request.js";
import { store } from "../lib/store.js";
import { putChannel } from "./channels.js";
import { nameProblem } from "./names.js";

const dialog = document.querySelector("#new-channel-dialog");

/** The `+` button: a form that creates a channel and opens it. */
export function enableNewChannel(socket) {
  $("#new-channel-open").on("click", () => askForName($("#search-input").val()));
  store.on("channel:name-wanted", (typed) => askForName(typed));
  $("#new-channel").on("submit", (event) => {
    event.preventDefault();
    create(socket, $("#new-channel-name").val());
  });
}

function askForName(typed) {
  $("#new-channel-name").val(typed);
  showError("");
  dialog.showModal();
}

async function create(socket, typed) {
  const button = $("#new-channel [type=submit]");
  if (button.prop("disabled")) return;
  const problem = nameProblem(typed);
  button.prop("disabled", true);
  const { ok, error } = problem
    ? { error: { message: problem } }
    : await request(socket, "channel:create", { name: typed });
  button.prop("disabled", false);
  showError(error?.message ?? "");
  if (error) return $("#new-channel-name").trigger("focus");
  dialog.close();
  $("#search-input").val("");
  putChannel(ok);
  store.emit("channel:wanted", { channel: ok.id });
}

function showError(message) {
  $("#new-channel-error").text(message);
  $("#new-channel-name").attr("aria-invalid", String(message !== ""));
}
