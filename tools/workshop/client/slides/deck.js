"use strict";

// Classic scripts, not modules: browsers don't load modules from files. The scripts
// share their top-level names with those that are loaded later.

const DECK = document.body.dataset.deck;
const IS_SPEAKER = new URLSearchParams(location.search).has("speaker");
const slides = [...document.querySelectorAll(".slide")];
const SWIPE_PX = 50;
const STEPS = {
  ArrowRight: 1,
  ArrowDown: 1,
  PageDown: 1,
  " ": 1,
  ArrowLeft: -1,
  ArrowUp: -1,
  PageUp: -1,
  Home: -Infinity,
  End: Infinity,
};

/** The slide that is shown, counted from 1. */
let current = 0;

const element = (id) => document.getElementById(id);

/** Shows a slide and tells the other window, through "slide:shown" on the document. */
function show(number) {
  const wanted = Math.min(Math.max(Math.trunc(number) || 1, 1), slides.length);
  if (wanted === current) return;
  current = wanted;
  slides.forEach((slide, index) => {
    slide.classList.toggle("slide--current", index + 1 === current);
    slide.classList.toggle("slide--next", index + 1 === current + 1);
  });
  element("number").textContent = `${current} / ${slides.length}`;
  element("previous").disabled = current === 1;
  element("next").disabled = current === slides.length;
  // In a frame, the address is hidden, and changing it would make the page around it jump to the slide.
  if (parent === window) history.replaceState(null, "", `#${current}`);
  document.dispatchEvent(new CustomEvent("slide:shown"));
}

/** Moves forward or back, and focuses the slide so that screen readers read it. */
function step(by) {
  show(current + by);
  focusCurrent();
}

function focusCurrent() {
  slides[current - 1].focus({ preventScroll: true });
  if (isOverview()) slides[current - 1].scrollIntoView({ block: "nearest" });
}

const isOverview = () => document.body.classList.contains("deck--overview");

/** Shows all slides in a grid, or only the current one. */
function showOverview(isOn) {
  document.body.classList.toggle("deck--overview", isOn);
  element("overview").setAttribute("aria-pressed", String(isOn));
  focusCurrent();
}

function pressed(event) {
  const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
  const isControl = event.target.closest("button, summary, a, input");
  if (!isPlain || (isControl && [" ", "Enter"].includes(event.key))) return;
  if (event.key in STEPS) step(event.shiftKey && event.key === " " ? -1 : STEPS[event.key]);
  else if (event.key === "Enter" || event.key === "Escape") showOverview(false);
  else if (event.key.toLowerCase() === "o") showOverview(!isOverview());
  else return;
  event.preventDefault();
}

function enableTouch(area) {
  let start;
  area.addEventListener("touchstart", ({ touches }) => (start = touches.length === 1 ? touches[0] : null));
  area.addEventListener("touchend", ({ changedTouches: [end] }) => {
    if (!start || isOverview()) return;
    const [x, y] = [end.clientX - start.clientX, end.clientY - start.clientY];
    if (Math.abs(x) > SWIPE_PX && Math.abs(x) > 2 * Math.abs(y)) step(x < 0 ? 1 : -1);
  });
}

document.body.classList.add("deck--shown");
document.addEventListener("keydown", pressed);
enableTouch(element("slides"));
element("previous").addEventListener("click", () => show(current - 1));
element("next").addEventListener("click", () => show(current + 1));
element("overview").addEventListener("click", () => showOverview(!isOverview()));
slides.forEach((slide, index) => {
  slide.addEventListener("focus", () => isOverview() && show(index + 1));
  slide.addEventListener("click", () => isOverview() && (show(index + 1), showOverview(false)));
});
addEventListener("hashchange", () => show(Number(location.hash.slice(1))));
addEventListener("DOMContentLoaded", () => show(Number(location.hash.slice(1))));
