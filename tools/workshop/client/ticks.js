import $ from "/static/vendor/jquery.module.min.js";

/** Keeps the ticked boxes of a lesson's page in the browser, and restores them when the page loads. */
export function rememberTicks() {
  $("[data-tick]").each((_index, box) => {
    const key = `workshop:tick:${box.dataset.tick}`;
    box.checked = localStorage.getItem(key) === "yes";
    $(box).on("change", () => {
      if (box.checked) localStorage.setItem(key, "yes");
      else localStorage.removeItem(key);
    });
  });
}
