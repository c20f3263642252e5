import $ from "../../static/vendor/jquery.slim.module.min.js";
import { countDrafts } from "../composer/drafts.js";
import { confirm } from "../lib/confirm.js";
import * as storage from "../lib/storage.js";
import { outbox } from "../messages/delivery.js";

/** A log-out clears the storage, so that the next person at this screen finds nothing. First it warns about unsent messages. */
export function enableLogOut() {
  $("form[action^='/log-out']").on("submit", (event) => {
    outbox.restore();
    if (unsent() === "") return storage.clear();
    event.preventDefault();
    warnFirst(event.target);
  });
}

async function warnFirst(form) {
  if (!(await confirm(`${unsent()} not sent yet and will be lost.`, "Log out anyway", "Stay"))) return;
  outbox.all().forEach(({ clientId }) => outbox.remove(clientId));
  storage.clear();
  form.requestSubmit();
}

/** The beginning of a sentence that names everything that would be lost. Empty if nothing would be. */
function unsent() {
  const count = outbox.all().length;
  const drafts = countDrafts();
  if (count === 0 && drafts === 0) return "";
  if (count === 0) return drafts === 1 ? "1 draft is" : `${drafts} drafts are`;
  const messages = count === 1 ? "1 message" : `${count} messages`;
  if (drafts === 0) return `${messages} ${count === 1 ? "is" : "are"}`;
  return `${messages} and ${drafts === 1 ? "1 draft" : `${drafts} drafts`} are`;
}
