import { arrowOf, moveArrow } from "./arrow.js";
import { followEnd } from "./follow-end.js";
import { keepChildren, keepStop, moveWithArrows } from "./keyed.js";
import { openFrame } from "./open.js";
import { element } from "./svg.js";

/** More arrows than a reader scrolls through; the table has all frames. */
const SHOWN_FRAMES = 300;
const ROW_PX = 34;
const SERVER = "Server";

/** Shows the tape as a sequence diagram: a lifeline for each user and the server, an arrow for each frame. */
export function showDiagram(tape) {
  const box = document.querySelector("#tape-diagram");
  const diagram = document.querySelector("#diagram");
  const lifelines = diagram.appendChild(element("g"));
  const arrows = diagram.appendChild(element("g"));

  const draw = () => {
    if (box.hidden) return;
    const frames = tape.wanted().slice(-SHOWN_FRAMES);
    const columns = columnsOf(frames, box.clientWidth);
    const height = (frames.length + 1) * ROW_PX;
    diagram.setAttribute("width", box.clientWidth);
    diagram.setAttribute("height", height);
    showHeads(columns);
    lifelines.replaceChildren(...[...columns.values()].map((x) => lifeline(x, height)));
    keepChildren(arrows, frames, arrowOf);
    frames.forEach((frame, index) => {
      moveArrow(arrows.children[index], frame, columns.get(frame.user), columns.get(SERVER), (index + 1) * ROW_PX);
    });
    keepStop(arrows, ".arrow");
  };

  tape.addEventListener("change", draw);
  new ResizeObserver(draw).observe(box);
  followEnd(box, diagram);
  moveWithArrows(arrows, ".arrow");
  const open = ({ target }) => {
    const arrow = target.closest(".arrow");
    const frame = tape.frames.find(({ number }) => String(number) === arrow?.dataset.number);
    if (frame) openFrame(frame, arrow);
  };
  arrows.addEventListener("click", open);
  arrows.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    open(event);
  });
}

/** The position of each lifeline: the server is between the first user and the others. */
function columnsOf(frames, width) {
  const users = [...new Set(frames.map((frame) => frame.user))].sort();
  const names = [...users.slice(0, 1), SERVER, ...users.slice(1)];
  return new Map(names.map((name, index) => [name, ((index + 0.5) * width) / names.length]));
}

function showHeads(columns) {
  const heads = [...columns.keys()].map((name) => {
    const head = document.createElement("span");
    head.textContent = name === SERVER ? SERVER : `User ${name}`;
    return head;
  });
  document.querySelector("#diagram-heads").replaceChildren(...heads);
}

function lifeline(x, height) {
  return element("line", { class: "diagram__lifeline", x1: x, x2: x, y1: 0, y2: height });
}
