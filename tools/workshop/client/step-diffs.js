import $ from "/static/vendor/jquery.module.min.js";
import { enableCopyCode } from "./copy-code.js";

let page;

/** Shows a step's changes below its text. They are loaded from the Diff tab when they are first opened. */
export function enableStepDiffs() {
  $(".step-diff").on("toggle", async ({ currentTarget }) => {
    const files = $(currentTarget).find(".step-diff__files");
    if (!currentTarget.open || files.find(".file").length > 0) return;
    const link = files.find("a")[0];
    const changed = $((await load(link.href))?.getElementById(currentTarget.dataset.step)).find("> .file");
    // Without changes, keep the link to the Diff tab.
    if (changed.length === 0) return;
    files.empty().append(changed.clone().removeAttr("id"));
    enableCopyCode(files);
  });
}

async function load(address) {
  page ??= fetchPage(address);
  const loaded = await page;
  // After a failure, load again next time.
  if (!loaded) page = undefined;
  return loaded;
}

async function fetchPage(address) {
  try {
    const response = await fetch(address);
    return response.ok ? new DOMParser().parseFromString(await response.text(), "text/html") : undefined;
  } catch {
    return undefined;
  }
}
