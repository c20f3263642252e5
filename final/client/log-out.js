import $ from "../static/vendor/jquery.module.min.js";
import { confirm } from "./confirm.js";
import { clearOutbox, countOutbox } from "./outbox.js";
import * as storage from "./storage.js";

/** A log-out clears the storage, so that the next person at this screen finds nothing. First it warns about unsent messages. */
export function enableLogOut() {
  $("form[action^='/log-out']").on("submit", (event) => {
    if (countOutbox() === 0) return storage.clear();
    event.preventDefault();
    warnFirst(event.target);
  });
}

async function warnFirst(form) {
  const count = countOutbox();
  const unsent =
    count === 1 ? "1 message is not sent yet and will be lost." : `${count} messages are not sent yet and will be lost.`;
  if (!(await confirm(unsent, "Log out anyway", "Stay"))) return;
  clearOutbox();
  form.requestSubmit();
}
