import $ from "/static/vendor/jquery.module.min.js";
import { bytesOf, dump } from "./bytes.js";
import { carrierOf, meaningOf } from "./explain.js";
import { nameOf, timeOf, wayInWords } from "./frame.js";

// The full text is shown above.
const SHOWN_CHARS = 24;

/** Shows the explanation of one frame beside the tape. */
export function showDetails() {
  let opener;
  const close = () => {
    $("#details").prop("hidden", true);
    $("[aria-current]", "#tape").removeAttr("aria-current");
    opener?.focus();
  };
  document.addEventListener("frame:open", ({ detail }) => {
    $("[aria-current]", "#tape").removeAttr("aria-current");
    opener = detail.opener;
    opener.setAttribute("aria-current", "true");
    $("#details").prop("hidden", false);
    show(detail.frame);
    $("#details-title").trigger("focus");
  });
  $("#details-close").on("click", close);
  $("#tape").on("keydown", ({ key }) => {
    if (key === "Escape" && !$("#details").prop("hidden")) close();
  });
}

function show(frame) {
  $("#details-title").text(`${nameOf(frame)} ${wayInWords(frame)}`);
  $("#details-facts").text(factsOf(frame));
  $("#details-problem").text(frame.problem ? `This cannot be read: ${frame.problem}.` : "");
  $("#details-raw").empty().append(frame.parts.map(pieceOf));
  $("#details-pieces").empty().append(frame.parts.map((part) => explanationOf(part, frame)));
  showPayload(frame);
  $("#details-bytes").text(dump(bytesOf(frame)));
}

function factsOf(frame) {
  const facts = [`Frame ${frame.number}, ${timeOf(frame)}, ${frame.size} bytes.`, carrierOf(frame)];
  if (frame.room) facts.push(`Room: ${frame.room}. Rooms never cross the wire; this is the channel that the packet names.`);
  return facts.join(" ");
}

function pieceOf({ kind, text }) {
  return $("<span>").addClass(`piece piece--${kind}`).text(text);
}

function explanationOf(part, frame) {
  const term = $("<dt>").append($("<code>").addClass(`piece piece--${part.kind}`).text(shortened(part.text)));
  return $("<div>").addClass("pieces__row").append(term, $("<dd>").text(meaningOf(part, frame)));
}

function showPayload({ parts }) {
  const json = parts.find(({ kind, text }) => kind === "payload" || (kind === "engine-data" && text.startsWith("{")));
  const shown = json && indented(json.text);
  $("#details-payload-box").prop("hidden", !shown);
  if (shown) $("#details-payload").text(shown);
}

/** The JSON with indentation; undefined if it isn't valid, because a chat may send anything. */
function indented(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return undefined;
  }
}

function shortened(text) {
  return text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text;
}
