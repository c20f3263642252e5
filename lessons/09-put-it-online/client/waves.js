import $ from "/static/vendor/jquery.module.min.js";
import { request } from "./request.js";

/** The wave button, and the waves of others. */
export function enableWaves(socket) {
  const button = $("#wave");
  const status = $("#wave-status");

  button.on("click", async () => {
    button.prop("disabled", true);
    const { ok, error } = await request(socket, "wave:send");
    status.text(error ? error.message : `Your wave reached ${ok.reached}`);
    button.prop("disabled", false);
  });
  socket.on("wave:received", ({ from }, acknowledge) => {
    status.text(`👋 from ${from}`);
    acknowledge({ ok: {} });
  });
}
