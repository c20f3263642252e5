import $ from "/static/vendor/jquery.module.min.js";

/** Enables pause, clear and the choice of the view, and shows the number of frames. */
export function enableTools(tape) {
  $("#tape-pause").on("click", () => tape.pause(!tape.isPaused));
  $("#tape-clear").on("click", () => tape.clear());
  $("[name=view]").on("change", ({ currentTarget }) => {
    $("#tape-table").prop("hidden", currentTarget.value !== "table");
    $("#tape-diagram").prop("hidden", currentTarget.value !== "diagram");
    tape.changed();
  });
  tape.addEventListener("change", () => {
    $("#tape-pause").attr("aria-pressed", String(tape.isPaused));
    const words = countInWords(tape);
    // Screen readers would read unchanged text again.
    if ($("#tape-count").text() !== words) $("#tape-count").text(words);
  });
}

function countInWords(tape) {
  const [shown, all] = [tape.wanted().length, tape.frames.length];
  const words = [shown === all ? `${frames(all)}.` : `${shown} of ${frames(all)} shown.`];
  if (tape.isPaused) words.push(`Paused: ${tape.waiting.length} more have come.`);
  if (tape.dropped > 0) words.push(`${tape.dropped} older ones were dropped.`);
  return words.join(" ");
}

function frames(count) {
  return count === 1 ? "1 frame" : `${count} frames`;
}
