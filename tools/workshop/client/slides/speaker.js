"use strict";

// The audience and the speaker see two windows of the same page, which tell each other
// which slide is shown. If the page is a file, some browsers don't connect the channels of
// the two windows, so each window also sends messages directly to the other one.
const channel = new BroadcastChannel(`slides ${DECK}`);
let partner = IS_SPEAKER ? window.opener : null;
// The time of the newest message received; late or repeated messages are ignored.
let lastSaid = 0;
let isHeard = false;
const STARTED = `slides ${DECK} started`;
const minutes = slides.map((slide) => Number(slide.dataset.minutes));
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

/** Opens the speaker's window, which stays on the same slide as this one. */
function openSpeakerView() {
  const address = `?speaker#${current}`;
  partner = window.open(address, `speaker-${DECK}`, "popup,width=1200,height=800");
}

function tell() {
  // A received slide isn't sent back: after two quick steps, that would undo the second one.
  if (isHeard) return;
  const said = { deck: DECK, slide: current, at: performance.timeOrigin + performance.now() };
  channel.postMessage(said);
  partner?.postMessage(said, "*");
}

function hear({ data, source }) {
  if (data?.deck !== DECK) return;
  // After a reload, the other window is known again from its first message.
  partner = source ?? partner;
  if (data.at <= lastSaid) return;
  lastSaid = data.at;
  isHeard = true;
  show(data.slide);
  isHeard = false;
}

function showPrompts() {
  const notes = slides[current - 1].querySelector(".notes");
  const prompts = notes ? [...notes.cloneNode(true).childNodes] : ["No notes for this slide."];
  element("prompts").replaceChildren(...prompts);
  showTime();
}

/** Shows the time passed, the time planned up to the end of this slide, and the delay. */
function showTime() {
  const started = Number(sessionStorage.getItem(STARTED));
  const seconds = started ? Math.floor((Date.now() - started) / 1000) : 0;
  const planned = sum(minutes.slice(0, current));
  const behind = Math.floor(seconds / 60) - planned;
  const digits = (number) => String(number).padStart(2, "0");
  element("clock-passed").textContent = `${digits(Math.floor(seconds / 60))}:${digits(seconds % 60)}`;
  element("clock-planned").textContent = `${planned} of ${sum(minutes)} minutes planned until here`;
  const words = behind > 0 ? `${behind} min behind` : "";
  if (element("clock-behind").textContent !== words) element("clock-behind").textContent = words;
  element("clock-start").hidden = Boolean(started);
}

function startTime() {
  sessionStorage.setItem(STARTED, String(Date.now()));
  showTime();
}

function resetTime() {
  sessionStorage.removeItem(STARTED);
  showTime();
}

function becomeSpeakerView() {
  document.body.classList.add("deck--speaker");
  document.title = `Speaker: ${document.title}`;
  for (const id of ["clock", "prompts"]) element(id).hidden = false;
  element("speaker").hidden = true;
  element("overview").hidden = true;
  element("clock-start").addEventListener("click", startTime);
  element("clock-reset").addEventListener("click", resetTime);
  document.addEventListener("slide:shown", showPrompts);
  setInterval(showTime, 1000);
}

if (IS_SPEAKER) becomeSpeakerView();
channel.addEventListener("message", hear);
addEventListener("message", hear);
document.addEventListener("slide:shown", tell);
element("speaker").addEventListener("click", openSpeakerView);
document.addEventListener("keydown", (event) => {
  const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (isPlain && event.key.toLowerCase() === "s" && !IS_SPEAKER) openSpeakerView();
});
