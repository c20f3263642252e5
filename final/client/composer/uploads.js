import { uploadMessage } from "../lib/fetch.js";
import { store } from "../lib/store.js";
import { draftOf, updateDraft } from "./drafts.js";

const CREATED = 201;

// Those that are under way, and those that have failed: {key, channel, name, isUnderWay, loaded, total, problem, request}.
let uploads = [];
let lastKey = 0;

/** Uploads a file. Then it is a part of the draft of its channel. Emits "attachments:changed". */
export function startUpload(channel, file) {
  lastKey += 1;
  // `fetch` reports no progress.
  const request = new XMLHttpRequest();
  const upload = { key: `upload-${lastKey}`, channel, name: file.name, isUnderWay: true, request };
  uploads.push(upload);
  request.upload.addEventListener("progress", ({ loaded, total }) => update(upload, { loaded, total }));
  request.addEventListener("load", () => finish(upload, request));
  request.addEventListener("error", () => finish(upload, request));
  const form = new FormData();
  form.append("file", file);
  request.open("POST", "/files");
  request.responseType = "json";
  request.send(form);
  store.emit("attachments:changed");
}

/** The uploads for the draft of a channel, in the order in which they were started. */
export function uploadsIn(channel) {
  return uploads.filter((upload) => upload.channel === channel);
}

/** Whether an upload for a channel is under way. */
export function isUploading(channel) {
  return uploadsIn(channel).some(({ isUnderWay }) => isUnderWay);
}

/** Whether any upload is under way. */
export function isUploadingAnywhere() {
  return uploads.some(({ isUnderWay }) => isUnderWay);
}

/** Whether a file for a channel could not be uploaded, and was not removed since. */
export function hasFailedUploads(channel) {
  return uploadsIn(channel).some(({ problem }) => problem);
}

/** Cancels an upload, or forgets one that has failed. */
export function cancelUpload(key) {
  uploads.find((upload) => upload.key === key)?.request.abort();
  uploads = uploads.filter((upload) => upload.key !== key);
}

function finish(upload, { status, response }) {
  if (status === CREATED) {
    cancelUpload(upload.key);
    updateDraft(upload.channel, { files: [...draftOf(upload.channel).files, response] });
  }
  update(upload, { isUnderWay: false, problem: status === CREATED ? undefined : uploadMessage(status, response) });
}

function update(upload, changes) {
  Object.assign(upload, changes);
  store.emit("attachments:changed");
}
