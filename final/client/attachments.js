import $ from "../static/vendor/jquery.module.min.js";
import { uploadMessage } from "./fetch.js";
import { store } from "./store.js";
import { copyOf } from "./template.js";

const MAX_FILES = 10;
const CREATED = 201;

const tray = $("#attachments");
// The items of the channels that are not open.
const itemsOfOthers = new Map();
let channel;

/**
 * Uploads files as soon as they are picked, pasted or dropped. They are sent with the next message of their channel.
 * Triggers "attachments:changed" and, with a message, "attachments:refused" on the document.
 */
export function enableAttachments() {
  $("#attach").on("click", () => $("#attach-input").trigger("click"));
  $("#attach-input").on("change", ({ target }) => {
    add(target.files);
    // So that the same file can be picked again.
    target.value = "";
    $("#composer-body").trigger("focus");
  });
  $("#composer-body").on("paste", ({ originalEvent }) => add(originalEvent.clipboardData.files));
  $("#conversation").on("dragover drop", (event) => {
    const { dataTransfer } = event.originalEvent;
    if (!dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    if (event.type === "drop") add(dataTransfer.files);
  });
  tray.on("click", ".attachment__remove", ({ target }) => remove($(target).closest(".attachment")));
  $(document).on("channel:opening", () => {
    if (channel) itemsOfOthers.set(channel, tray.children().detach());
    channel = undefined;
  });
  $(document).on("channel:opened", () => {
    channel = store.feed.channel;
    tray.prepend(itemsOfOthers.get(channel));
    changed();
  });
}

/** Whether an upload is under way. */
export function isUploading() {
  return tray.children(".attachment--uploading").length > 0;
}

/** Whether there are uploaded files for the next message. */
export function hasAttachments() {
  return uploaded().length > 0;
}

/** Takes the uploaded files out of the tray. */
export function takeAttachments() {
  const files = uploaded();
  tray.empty();
  return files;
}

function uploaded() {
  return tray
    .children()
    .get()
    .map((item) => $(item).data("file"))
    .filter(Boolean);
}

function add(files) {
  // Only subscribers have a composer.
  if ($("#composer").prop("hidden")) return;
  const room = MAX_FILES - tray.children().length;
  [...files].slice(0, room).forEach(upload);
  if (files.length > room) $(document).trigger("attachments:refused", [`a message has at most ${MAX_FILES} files`]);
}

function upload(file) {
  const item = copyOf("#attachment-template").addClass("attachment--uploading");
  item.find(".attachment__name").text(file.name);
  item.find(".attachment__remove").attr("aria-label", `Remove ${file.name}`);
  tray.append(item);
  const request = new XMLHttpRequest();
  item.data("request", request);
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    item.find(".attachment__progress").attr({ value: loaded, max: total });
  });
  request.addEventListener("load", () => finish(item, request));
  request.addEventListener("error", () => finish(item, request));
  const form = new FormData();
  form.append("file", file);
  request.open("POST", "/files");
  request.responseType = "json";
  request.send(form);
  changed();
}

function finish(item, { status, response }) {
  item.removeClass("attachment--uploading").find(".attachment__progress").remove();
  if (status === CREATED) item.data("file", response);
  else item.addClass("attachment--failed").find(".attachment__problem").text(uploadMessage(status, response));
  changed();
}

function remove(item) {
  item.data("request").abort();
  item.remove();
  changed();
}

function changed() {
  $(document).trigger("attachments:changed");
}
