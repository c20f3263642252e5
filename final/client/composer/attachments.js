import $ from "../../static/vendor/jquery.slim.module.min.js";
import { updateList } from "../lib/keyed-list.js";
import { store } from "../lib/store.js";
import { copyOf } from "../lib/template.js";
import { draftOf, updateDraft } from "./drafts.js";
import { showError } from "./error.js";
import { cancelUpload, startUpload, uploadsIn } from "./uploads.js";

const MAX_FILES = 10;

const tray = $("#attachments");

/** Uploads files as soon as they are picked, pasted or dropped. They are sent with the next message of their channel. */
export function enableAttachments() {
  $("#attach").on("click", () => $("#attach-input").trigger("click"));
  $("#attach-input").on("change", ({ target }) => {
    add(target.files);
    // So that the same file can be picked again.
    target.value = "";
    $("#composer-body").trigger("focus");
  });
  $("#composer-body").on("paste", ({ originalEvent }) => add(filesIn(originalEvent.clipboardData)));
  $("#conversation").on("dragover drop", (event) => {
    const { dataTransfer } = event.originalEvent;
    if (!dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    if (event.type === "drop") add(dataTransfer.files);
  });
  tray.on("click", ".attachment__remove", ({ target }) => remove(target.closest(".attachment").dataset.key));
  store.on("attachments:changed", showAttachments);
}

/** Shows the files of the draft, and the uploads. */
export function showAttachments() {
  const uploaded = draftOf(store.composing).files.map(({ id, name }) => ({ key: id, name }));
  updateList(tray, [...uploaded, ...uploadsIn(store.composing)], {
    keyOf: ({ key }) => key,
    create: () => copyOf("#attachment-template"),
    fill: fillItem,
  });
}

function fillItem(item, { name, problem, isUnderWay, loaded, total }) {
  item.toggleClass("attachment--uploading", Boolean(isUnderWay)).toggleClass("attachment--failed", Boolean(problem));
  item.find(".attachment__name").text(name);
  item.find(".attachment__remove").attr("aria-label", `Remove ${name}`);
  item.find(".attachment__problem").text(problem ?? "");
  const progress = item.find(".attachment__progress");
  if (!isUnderWay) progress.remove();
  else if (total) progress.attr({ value: loaded, max: total });
}

/** A spreadsheet copies its cells as text, as HTML, and as a picture of them. */
function filesIn({ files, types }) {
  return types.includes("text/plain") && types.includes("text/html") ? [] : files;
}

function add(files) {
  // Only subscribers have a composer.
  if (store.composing === undefined || $("#composer").prop("hidden")) return;
  const room = MAX_FILES - tray.children().length;
  [...files].slice(0, room).forEach((file) => startUpload(store.composing, file));
  if (files.length > room) showError(`a message has at most ${MAX_FILES} files`);
}

function remove(key) {
  cancelUpload(key);
  const { files } = draftOf(store.composing);
  updateDraft(store.composing, { files: files.filter(({ id }) => id !== key) });
  store.emit("attachments:changed");
}
