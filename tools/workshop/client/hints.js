import $ from "/static/vendor/jquery.module.min.js";
import { ask } from "./ask.js";
import { connected, socket } from "./socket.js";

/** Enables the button that shows the next hint for "Your turn". */
export function enableHints() {
  $("#hint").on("click", async () => {
    await connected();
    const { ok, error } = await ask(socket, "hint:show");
    $("#chat-error").text(error?.message ?? "");
    if (ok) show(ok);
  });
}

function show({ level, levels, about, html }) {
  const hint = $("<section>").attr("data-level", level);
  hint.append($("<h3>").text(`Hint ${level} of ${levels}: ${about}`));
  // From the lesson's page, rendered by the workshop.
  hint.append($("<div>").html(html));
  $(`#hints [data-level=${level}]`).remove();
  $("#hints").append(hint);
  if (level === levels) $("#hint").text("Show the last hint again");
}
