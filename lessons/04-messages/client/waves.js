import $ from "/static/vendor/jquery.module.min.js";
import { ask } from "./ask.js";

/** The wave button, and the waves of others. */
export function enableWaves(socket) {
  const button = $("#wave");
  const status = $("#wave-status");

  button.on("click", async () => {
    button.prop("disabled", true);
    const { ok, error } = await ask(socket, "wave:send");
    status.text(error ? error.message : `Your wave reached ${ok.reached}`);
    button.prop("disabled", false);
  });
  socket.on("wave:received", ({ from }, confirm) => {
    status.text(`👋 from ${from}`);
    confirm({ ok: {} });
  });
}
