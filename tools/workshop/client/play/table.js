import $ from "/static/vendor/jquery.module.min.js";
import { followEnd } from "./follow-end.js";
import { nameOf, payloadOf, timeOf, wayInWords, wayOf } from "./frame.js";
import { keepChildren, keepStop, moveWithArrows } from "./keyed.js";
import { openFrame } from "./open.js";
import { copyOf } from "./template.js";

// The longest text that fits into the widest row; the explanation shows all of it.
const SHOWN_CHARS = 300;

/** Shows the tape as a table, with a row for each frame. */
export function showTable(tape) {
  const list = document.querySelector("#frames");
  tape.addEventListener("change", () => {
    keepChildren(list, tape.wanted(), rowOf);
    keepStop(list, ".frame__open");
  });
  followEnd(document.querySelector("#tape-table"), list);
  moveWithArrows(list, ".frame__open");
  $(list).on("click", ".frame", ({ currentTarget }) => {
    const number = Number(currentTarget.dataset.number);
    const frame = tape.frames.find((frame) => frame.number === number);
    openFrame(frame, currentTarget.querySelector(".frame__open"));
  });
}

function rowOf(frame) {
  const row = copyOf("#frame-template");
  row.addClass(`frame--${frame.direction}`).toggleClass("frame--problem", Boolean(frame.problem));
  row.find(".frame__time").text(timeOf(frame));
  row.find(".frame__way").text(wayOf(frame)).attr("aria-label", wayInWords(frame));
  row.find(".frame__transport").text(frame.transport);
  row.find(".frame__engine").text(frame.engine ?? "");
  row.find(".frame__socket").text(frame.socket ?? "");
  row.find(".frame__open").text(nameOf(frame));
  row.find(".frame__ack").text(frame.ackId ?? "");
  row.find(".frame__room").text(frame.room ?? "");
  row.find(".frame__payload").text(payloadOf(frame).slice(0, SHOWN_CHARS));
  return row.get(0);
}
