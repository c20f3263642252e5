import $ from "/static/vendor/jquery.module.min.js";

const KEPT_LINES = 2000;
let known = 0;

/** Appends lines. `first` is the number of the first line, so that no line is added twice. */
export function addLines({ first, lines }) {
  const output = $("#output")[0];
  const isAtEnd = output.scrollHeight - output.scrollTop - output.clientHeight < 4;
  const fresh = lines.slice(Math.max(known - first, 0));
  known = first + lines.length;
  for (const line of fresh) output.append(`${line}\n`);
  while (output.childNodes.length > KEPT_LINES) output.firstChild.remove();
  $("#output-box").prop("hidden", known === 0);
  if (isAtEnd) output.scrollTop = output.scrollHeight;
}

/** Removes all lines and hides the output. */
export function clearOutput() {
  known = 0;
  $("#output").empty();
  $("#output-box").prop("hidden", true);
}
