import $ from "/static/vendor/jquery.module.min.js";

// The workshop keeps the same number.
const KEPT_LINES = 1000;

/** Shows the output of cargo and the chat. */
export function showLog() {
  const log = document.querySelector("#log");
  return {
    clear() {
      log.replaceChildren();
      $("#log-box").prop({ hidden: false, open: true });
    },
    add({ entries, dropped }) {
      if (dropped > 0) log.append(line({ stream: "error", text: `(${dropped} older lines were dropped)` }));
      log.append(...entries.map(line));
      while (log.children.length > KEPT_LINES) log.firstChild.remove();
      log.scrollTop = log.scrollHeight;
    },
  };
}

function line({ stream, text }) {
  const item = document.createElement("span");
  item.className = `log__line log__line--${stream}`;
  item.textContent = `${text}\n`;
  return item;
}
