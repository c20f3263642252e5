import $ from "../../static/vendor/jquery.slim.module.min.js";
import { isUploadingAnywhere } from "../composer/uploads.js";
import * as storage from "../lib/storage.js";

/** Asks before the page is left, if something would be lost: an upload, or a text that this browser could not store. */
export function askBeforeLeaving() {
  $(window).on("beforeunload", (event) => {
    if (isUploadingAnywhere() || storage.hasUnstored("draft:") || storage.hasUnstored("outbox:")) event.preventDefault();
  });
}
