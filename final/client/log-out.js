import $ from "../static/vendor/jquery.module.min.js";
import { confirm } from "./confirm.js";
import { outbox } from "./delivery.js";
import * as storage from "./storage.js";

/** A log-out clears the storage, so that the next person at this screen finds nothing. First it warns about unsent messages. */
export function enableLogOut() {
  $("form[action^='/log-out']").on("submit", (event) => {
    outbox.restore();
    if (outbox.all().length === 0) return storage.clear();
    event.preventDefault();
    warnFirst(event.target);
  });
}

async function warnFirst(form) {
  const count = outbox.all().length;
  const unsent =
    count === 1 ? "1 message is not sent yet and will be lost." : `${count} messages are not sent yet and will be lost.`;
  if (!(await confirm(unsent, "Log out anyway", "Stay"))) return;
  outbox.all().forEach(({ clientId }) => outbox.remove(clientId));
  form.requestSubmit();
}
