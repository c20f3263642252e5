import $ from "/static/vendor/jquery.module.min.js";
import { payloadOf } from "./frame.js";

const TOLD_MS = 2000;

/** Enables the button that copies the frames shown, in the format of the lessons' tapes. */
export function enableCopy(tape) {
  const button = $("#tape-copy");
  const words = button.text();
  button.on("click", async () => {
    const text = tape.wanted().map(lineOf).join("");
    try {
      await navigator.clipboard.writeText(text);
      button.text("Copied");
    } catch {
      button.text("The browser does not allow it");
    }
    setTimeout(() => button.text(words), TOLD_MS);
  });
}

/** A frame as a line of a tape: `A -> message:send {"body":"hello"}` */
export function lineOf(frame) {
  const arrow = frame.direction === "out" ? "->" : "<-";
  const name = frame.event ?? frame.socket ?? frame.engine ?? "unreadable";
  return `${[frame.user, arrow, name, payloadOf(frame)].join(" ").trimEnd()}\n`;
}
