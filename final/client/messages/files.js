import { copyOf } from "../lib/template.js";

// As in files.css.
const MAX_PX = 320;
const KB = 1000;
const MB = 1000 * KB;

/** Shows the files of a message: pictures, players, and links to download everything else. */
export function showFiles(list, files = []) {
  const shown = list.children().get().map((item) => item.dataset.file);
  // A reaction to the message must not stop a video that is playing.
  if (shown.join() === files.map(({ id }) => id).join()) return;
  list.empty().append(files.map(itemFor));
}

function itemFor(file) {
  const item = copyOf(`#file-${file.kind}-template`).attr("data-file", file.id);
  item.find("a").attr("href", file.url);
  item.find(".file__name").text(file.name);
  item.find(".file__size").text(inWords(file.bytes));
  item.find("img").attr({ src: file.thumbnailUrl ?? file.url, alt: file.name, ...sizeOf(file, 1) });
  item.find("video, audio").attr({ src: file.url, "aria-label": file.name });
  // A small video grows, so that its buttons can be used.
  if (file.width) item.find("video").attr(sizeOf(file));
  return item;
}

/** The size in which a picture or a video is shown, so that the page reserves the space before it has loaded. */
function sizeOf({ width, height }, maxScale = Infinity) {
  const scale = Math.min(maxScale, MAX_PX / width, MAX_PX / height);
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

function inWords(bytes) {
  if (bytes >= MB) return `${(bytes / MB).toFixed(1)} MB`;
  return `${Math.ceil(bytes / KB)} kB`;
}
