import $ from "/static/vendor/jquery.module.min.js";
import { isHeartbeat, rawOf } from "./frame.js";

/** Enables the form that filters the frames. */
export function enableFilters(tape) {
  const form = document.querySelector("#filters");
  const apply = () => tape.filter(filterOf(Object.fromEntries(new FormData(form))));
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  tape.addEventListener("change", () => offerEvents(tape.frames));
  apply();
}

function filterOf({ user, direction, event, text, heartbeats }) {
  const [wantedEvent, wantedText] = [event, text].map((typed) => typed.trim().toLowerCase());
  return (frame) =>
    (!user || frame.user === user) &&
    (!direction || frame.direction === direction) &&
    (!wantedEvent || eventOf(frame).includes(wantedEvent)) &&
    (!wantedText || rawOf(frame).toLowerCase().includes(wantedText)) &&
    (heartbeats === "on" || !isHeartbeat(frame));
}

/** The event of a frame. An acknowledgement has the event of its request. */
function eventOf({ event, answers }) {
  return (event ?? answers ?? "").toLowerCase();
}

function offerEvents(frames) {
  const events = new Set(frames.map((frame) => frame.event).filter(Boolean));
  const list = $("#filters-events");
  if (list.children().length === events.size) return;
  list.empty().append([...events].sort().map((event) => $("<option>").val(event)));
}
