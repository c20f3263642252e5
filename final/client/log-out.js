import $ from "../static/vendor/jquery.module.min.js";
import { confirm } from "./confirm.js";
import { countLetters, dropLetters } from "./letters.js";
import { forgetAll } from "./memory.js";

/** The next person at this screen finds nothing of the one before. What is not sent yet is asked about first. */
export function enableLogOut() {
  $("form[action^='/log-out']").on("submit", (event) => {
    if (countLetters() === 0) return forgetAll();
    event.preventDefault();
    askFirst(event.target);
  });
}

async function askFirst(form) {
  const count = countLetters();
  const unsent =
    count === 1 ? "1 message is not sent yet and would be lost." : `${count} messages are not sent yet and would be lost.`;
  if (!(await confirm(unsent, "Log out anyway", "Stay"))) return;
  dropLetters();
  form.requestSubmit();
}
