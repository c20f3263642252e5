import $ from "/static/vendor/jquery.module.min.js";

/** Ticks the boxes of a lesson's page that were ticked before; the browser remembers them. */
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
