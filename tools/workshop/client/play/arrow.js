import { isHeartbeat, nameOf, timeOf, wayInWords } from "./frame.js";
import { element } from "./svg.js";

const HEAD_PX = 7;
const TEXT_GAP_PX = 6;
// The average width of a letter at the size in diagram.css.
const CHAR_REM = 0.46;

/** Creates an arrow, which `moveArrow` then puts in its position. */
export function arrowOf(frame) {
  const name = `${label(frame)} ${wayInWords(frame)} at ${timeOf(frame)}`;
  const arrow = element("g", { class: "arrow", role: "button", tabindex: -1, "aria-label": name });
  arrow.classList.add(`arrow--${frame.direction}`);
  arrow.classList.toggle("arrow--quiet", isHeartbeat(frame));
  arrow.classList.toggle("arrow--problem", Boolean(frame.problem));
  arrow.append(
    element("rect", { class: "arrow__area" }),
    element("line", { class: "arrow__line" }),
    element("path", { class: "arrow__head" }),
    element("text", { class: "arrow__name", "text-anchor": "middle" }),
  );
  return arrow;
}

/** Moves an arrow between the lifelines of its user and the server. */
export function moveArrow(arrow, frame, userX, serverX, y) {
  const [area, line, head, name] = arrow.children;
  const [from, to] = frame.direction === "out" ? [userX, serverX] : [serverX, userX];
  const [left, right] = [Math.min(from, to), Math.max(from, to)];
  set(area, { x: left, y: y - 24, width: right - left, height: 32 });
  set(line, { x1: from, x2: to, y1: y, y2: y });
  const back = to > from ? -HEAD_PX : HEAD_PX;
  set(head, { d: `M${to},${y} l${back},${HEAD_PX / 2} v${-HEAD_PX} z` });
  set(name, { x: (left + right) / 2, y: y - TEXT_GAP_PX });
  name.textContent = shortened(label(frame), (right - left) / charWidth());
}

function charWidth() {
  return CHAR_REM * Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
}

function label(frame) {
  const number = frame.ackId === null ? "" : ` #${frame.ackId}`;
  return nameOf(frame) + number;
}

function shortened(text, chars) {
  return text.length <= chars ? text : `${text.slice(0, Math.max(1, chars - 1))}…`;
}

function set(item, attributes) {
  for (const [attribute, value] of Object.entries(attributes)) item.setAttribute(attribute, value);
}
