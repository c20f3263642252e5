"use strict";

const SIZES = [0.75, 0.875, 1, 1.125, 1.25, 1.5, 1.75, 2];
const USUAL_SIZE = 2;
// Remembered for all decks from the same origin.
const SIZE = "slides size";
const COLOURS = "slides colours";

function showSize() {
  const chosen = Number(localStorage.getItem(SIZE) ?? USUAL_SIZE);
  const index = chosen in SIZES ? chosen : USUAL_SIZE;
  document.body.style.setProperty("--scale", SIZES[index]);
  element("smaller").disabled = index === 0;
  element("larger").disabled = index === SIZES.length - 1;
  return index;
}

function changeSize(by) {
  const index = Math.min(Math.max(showSize() + by, 0), SIZES.length - 1);
  localStorage.setItem(SIZE, String(index));
  showSize();
}

function showColours() {
  document.documentElement.dataset.colours = localStorage.getItem(COLOURS) ?? "";
}

function changeColours() {
  const { colours } = document.documentElement.dataset;
  const isDark = colours ? colours === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  localStorage.setItem(COLOURS, isDark ? "light" : "dark");
  showColours();
}

/** Opens the browser's print dialog, from which a PDF can be saved. */
function printSlides(withNotes) {
  document.body.classList.toggle("deck--print-notes", withNotes);
  window.print();
}

/** Closes the menu, for example when the slide changes. */
function closeMenu() {
  document.querySelector(".menu").open = false;
}

element("larger").addEventListener("click", () => changeSize(1));
element("smaller").addEventListener("click", () => changeSize(-1));
element("colours").addEventListener("click", changeColours);
element("print").addEventListener("click", () => printSlides(false));
element("print-notes").addEventListener("click", () => printSlides(true));
addEventListener("afterprint", () => document.body.classList.remove("deck--print-notes"));
document.addEventListener("slide:shown", closeMenu);
document.addEventListener("click", ({ target }) => {
  if (!target.closest(".menu")) closeMenu();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeMenu();
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "+" || event.key === "=") changeSize(1);
  else if (event.key === "-") changeSize(-1);
  else if (event.key.toLowerCase() === "d") changeColours();
});
showSize();
showColours();
